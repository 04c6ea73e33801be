"""The portal refuses to start with wrong secrets; a rotation of the seals loses nothing."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.test import Client

from accounts.models import AccessKey, Member
from cooperen.rotation import SEALED
from outbox.queue import put_message
from outbox.worker import drain
from tests.access import choose, sign_in
from tests.settings import ROOT
from vault.checks import SecretsWrong, verify_secrets
from vault.ring import SealBroken, open_sealed, seal


def run(folder: str, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these arguments, on a database of its own."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "cooperen.settings"}
    environment |= {"DATABASE_URL": f"sqlite:///{folder}/start.sqlite3"} | changes
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def manage(folder: str, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "manage.py", *arguments, **changes)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a database that was migrated with the tests' secrets."""
    folder = str(tmp_path_factory.mktemp("start"))
    assert manage(folder, "migrate", "--verbosity", "0").returncode == 0
    return folder


@pytest.mark.parametrize("name", ["SECRET_KEY", "KEY_SEALS", "DIGEST_KEY", "DECOY_KEY", "AUDIT_KEY"])
def test_a_wrong_secret_stops_the_start_with_a_sentence(folder: str, name: str) -> None:
    refused = manage(folder, "worker", "--drain", **{name: Fernet.generate_key().decode()})
    assert refused.returncode == 1
    assert f"No se puede empezar: {name} no es el secreto" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_right_secrets_start(folder: str) -> None:
    assert manage(folder, "worker", "--drain").returncode == 0


def test_the_server_refuses_too(folder: str) -> None:
    refused = run(folder, "-c", "import cooperen.wsgi", AUDIT_KEY=Fernet.generate_key().decode())
    assert refused.returncode == 1
    assert "AUDIT_KEY no es el secreto" in refused.stderr


def test_a_database_without_tables_gives_a_sentence(tmp_path) -> None:
    refused = manage(str(tmp_path), "worker", "--drain")
    assert refused.returncode == 1
    assert "manage.py migrate" in refused.stderr


def test_a_seal_opens_only_for_its_purpose_and_owner() -> None:
    token = seal("access key", "1:chosen", b"secret")
    assert open_sealed("access key", "1:chosen", token) == b"secret"
    for purpose, binding in (("outbox", "1:chosen"), ("access key", "2:chosen"), ("access key", "1:initial")):
        with pytest.raises(SealBroken):
            open_sealed(purpose, binding, token)


@pytest.mark.django_db
def test_after_a_rotation_the_old_seal_key_can_be_removed(member: Member, settings, mailoutbox) -> None:
    choose(member, "48271")
    put_message(kind="prueba", to=member.email, subject="Hola", text="Buenos días")
    old = settings.KEY_SEALS
    settings.KEY_SEALS = [Fernet.generate_key().decode(), *old]
    call_command("rotate_secrets", stdout=StringIO(), stderr=StringIO())
    settings.KEY_SEALS = settings.KEY_SEALS[:1]
    verify_secrets()
    assert sign_in(Client(), member.document, "48271").headers["Location"] == "/estado-de-cuenta/"
    drain()
    assert mailoutbox[0].body == "Buenos días"


@pytest.mark.django_db
def test_without_a_rotation_the_new_seal_alone_is_refused(member: Member, settings) -> None:
    choose(member, "48271")
    settings.KEY_SEALS = [Fernet.generate_key().decode()]
    with pytest.raises(SecretsWrong):
        verify_secrets()
    assert sign_in(Client(), member.document, "48271").status_code == 200


@pytest.mark.django_db
def test_a_key_moved_to_another_member_does_not_open(member: Member, other_member: Member) -> None:
    choose(member, "48271")
    choose(other_member, "60382")
    AccessKey.objects.filter(member=other_member).update(sealed=AccessKey.objects.get(member=member).sealed)
    assert sign_in(Client(), other_member.document, "48271").status_code == 200


def test_every_sealed_column_is_rotated() -> None:
    """Every column named like a seal must be in the rotation's list."""
    from django.apps import apps

    ours = ("accounts", "audit", "backoffice", "outbox", "recovery", "statements", "vault")
    columns = {
        (f"{model._meta.label}", field.name)
        for model in apps.get_models()
        if model._meta.app_label in ours
        for field in model._meta.fields
        if field.name.startswith("sealed") or field.name in ("body", "shown", "secret")
    }
    assert columns == set(SEALED)
