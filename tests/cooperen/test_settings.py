"""Settings come from the environment only; invalid values stop the start with a sentence."""

import os
import re
import subprocess
import sys

import pytest

from tests.settings import ROOT

READ = re.compile(r'env\.\w+\(\s*"([A-Z][A-Z0-9_]+)"')
REQUIRED = ("SECRET_KEY", "KEY_SEALS", "DIGEST_KEY", "DECOY_KEY", "AUDIT_KEY", "DATABASE_URL", "ALLOWED_HOSTS")


def settings_read() -> set[str]:
    return set(READ.findall((ROOT / "cooperen" / "settings.py").read_text(encoding="utf-8")))


def settings_explained() -> set[str]:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE))


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a separate process, with these changes to the tests' environment."""
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"} | changes
    code = "import cooperen.settings"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)


def test_every_setting_is_explained_and_every_explained_one_is_read():
    assert settings_read() | {"ENV_FILE"} == settings_explained()


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_setting_stops_the_start_and_says_which(name: str):
    started = start(**{name: ""})
    assert started.returncode
    assert f"Falta {name}. Escríbalo en el archivo .env" in started.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("HTTPS", "tal vez", "HTTPS debe ser «on» u «off»"),
        ("COOP_COLOR", "#88cc88", "es muy claro para leerse"),
        ("COOP_COLOR", "verde", "debe ser un color como #00513b"),
        ("DECOY_KEY", "corta", "no tiene la forma de una llave"),
        ("TRUSTED_PROXIES", "proxy", "direcciones o redes"),
        ("DATABASE_URL", "portal", "DATABASE_URL debe empezar por postgres://"),
        ("DATABASE_URL", "mysql://a@b/c", "DATABASE_URL debe empezar por postgres://"),
        ("ALLOWED_HOSTS", ",", "ALLOWED_HOSTS está vacío"),
        ("RECOVERY_REVEAL", "siempre", "debe ser uno de"),
    ],
)
def test_an_odd_value_stops_the_start_and_says_what_to_write(name: str, value: str, sentence: str):
    started = start(**{name: value})
    assert started.returncode
    assert sentence in started.stderr


def test_a_setting_that_does_nothing_any_more_starts():
    assert start(RECOVERY_QUESTIONS="4").returncode == 0


def test_the_tests_read_no_env_file():
    assert os.environ["ENV_FILE"] == os.devnull
