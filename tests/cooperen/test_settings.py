"""Settings come from the environment only; invalid values stop the start with a sentence."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cooperen.env import SECRETS
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
    assert f"Falta {name}. Escríbalo en {os.devnull}; .env.example dice qué es" in started.stderr


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
        ("ALLOWED_HOSTS", "https://portal.coop.co", "sin https://"),
        ("ALLOWED_HOSTS", "portal.coop.co:8443", "sin puerto"),
        ("PORTAL_DOMAIN", "http://portal/x", "PORTAL_DOMAIN debe ser solo el nombre"),
        ("PORTAL_DOMAIN", "portal.coop.co/entrar", "PORTAL_DOMAIN debe ser solo el nombre"),
        ("PORTAL_DOMAIN", "portal de la cooperativa", "PORTAL_DOMAIN debe ser solo el nombre"),
        ("MAIL_FROM", "Cooperen", "MAIL_FROM debe ser una dirección"),
        ("MAIL_FROM", "a@coop.co\nBcc: otro@coop.co", "MAIL_FROM lleva un salto de línea"),
        ("COOP_NAME", "Coope\nren", "COOP_NAME lleva un salto de línea"),
        ("COOP_PHONE", "601\u2028555", "COOP_PHONE lleva un salto de línea"),
        ("SECRET_KEY_FILE", "/no/hay", "Están SECRET_KEY y SECRET_KEY_FILE. Deje uno solo."),
        ("RECOVERY_REVEAL", "siempre", "debe ser uno de"),
    ],
)
def test_an_odd_value_stops_the_start_and_says_what_to_write(name: str, value: str, sentence: str):
    started = start(**{name: value})
    assert started.returncode
    assert sentence in started.stderr
    assert "(en el entorno)" in started.stderr


LINES = [
    ("COOP_NAME = Cooperen", "No se entiende la línea 2"),
    (" COOP_NAME=Cooperen", "No se entiende la línea 2"),
    ("\tCOOP_NAME=Cooperen", "No se entiende la línea 2"),
    ("COOP_NAME: Cooperen", "No se entiende la línea 2"),
    ("COOP_NAME", "No se entiende la línea 2"),
    ("export  COOP_NAME=Cooperen", "No se entiende la línea 2"),
    ("COOP_PHONES=(604) 555 0142", "Nadie lee COOP_PHONES (FILE, línea 2). ¿Quiso decir COOP_PHONE?"),
    ("ZZZ=1", "Nadie lee ZZZ (FILE, línea 2). Quítelo"),
    ("COOP_COLOR=verde", "debe ser un color como #00513b"),
    ("LOG_REQUESTS=tal vez", "LOG_REQUESTS debe ser «on» u «off», y dice «tal vez». (FILE, línea 2)"),
    ('COOP_NAME="Coope\\nren"', ""),
]


@pytest.mark.parametrize(("line", "sentence"), LINES)
def test_a_line_that_cannot_be_used_is_named_with_its_file(tmp_path: Path, line: str, sentence: str) -> None:
    file = tmp_path / "portal.env"
    file.write_text(f"# settings\n{line}\n", encoding="utf-8")
    started = start(ENV_FILE=str(file))
    assert sentence.replace("FILE", str(file)) in started.stderr
    assert bool(started.returncode) == bool(sentence)


@pytest.mark.parametrize("content", ["\ufeffCOOP_NAME=Cooperen\n".encode(), "COOP_NAME=Peña\n".encode("latin-1")])
def test_a_file_with_a_byte_order_mark_or_in_another_encoding_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "portal.env"
    file.write_bytes(content)
    started = start(ENV_FILE=str(file))
    assert started.returncode
    assert str(file) in started.stderr


def test_a_file_with_windows_line_breaks_and_a_known_old_name_is_read(tmp_path: Path) -> None:
    file = tmp_path / "portal.env"
    file.write_bytes(b"# ajustes\r\n\r\nCOOP_NAME=Cooperen\r\nRECOVERY_QUESTIONS=4\r\n")
    assert start(ENV_FILE=str(file)).returncode == 0


def test_an_env_file_that_is_not_there_is_said_instead_of_missing_secrets(tmp_path: Path) -> None:
    started = start(ENV_FILE=str(tmp_path / "portal.env"), SECRET_KEY="")
    assert f"No se puede leer {tmp_path}/portal.env" in started.stderr


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path, name: str) -> None:
    file = tmp_path / "secret"
    file.write_text(os.environ.get(name, "locmemcache://") + "\n")
    assert start(**{name: "", f"{name}_FILE": str(file)}).returncode == 0
    missing = start(**{name: "", f"{name}_FILE": str(tmp_path / "none")})
    assert f"que nombra {name}_FILE" in missing.stderr


def test_forms_of_a_public_port_other_than_443_are_believed() -> None:
    code = "from cooperen import settings; print(settings.CSRF_TRUSTED_ORIGINS, settings.DEFAULT_FROM_EMAIL)"
    environment = os.environ | {"PORTAL_DOMAIN": "www.cooperen.com:8443"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout == "['https://www.cooperen.com:8443'] no-responder@cooperen.com\n"


def test_a_setting_that_does_nothing_any_more_starts():
    assert start(RECOVERY_QUESTIONS="4").returncode == 0


def test_the_tests_read_no_env_file():
    assert os.environ["ENV_FILE"] == os.devnull
