"""`manage.py doctor`: one line per check, and what to do where it fails."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Head
from audit.record import record
from audit.triggers import drop_triggers, put_back_triggers
from cooperen import doctor
from outbox.models import Beat
from outbox.queue import put_message

pytestmark = pytest.mark.django_db


def examined() -> dict[str, doctor.Line]:
    return {line.name: line for line in doctor.examine()}


def test_the_report_has_a_line_a_look_and_fails_where_something_is_wrong():
    out = StringIO()
    with pytest.raises(CommandError, match="por arreglar") as refused:
        call_command("doctor", stdout=out)
    assert refused.value.returncode == 1
    assert "✔ Base de datos" in out.getvalue()
    assert "✘ Proceso de correo: nunca → Arranque" in out.getvalue()


def test_a_program_may_read_it():
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("doctor", "--json", stdout=out)
    told = {line["nombre"]: line for line in json.loads(out.getvalue())}
    assert told["Migraciones"] == {"nombre": "Migraciones", "bien": True, "hallado": "al día", "que_hacer": ""}


def test_it_ends_well_when_every_look_is(monkeypatch):
    monkeypatch.setattr(doctor, "CHECKS", {"Migraciones": doctor.migrations})
    call_command("doctor", stdout=StringIO())


def test_a_look_that_breaks_is_a_line_and_the_others_go_on(monkeypatch):
    def broken(name):
        raise RuntimeError("10.0.0.7")
        yield

    monkeypatch.setattr(doctor, "CHECKS", {"Rota": broken, "Migraciones": doctor.migrations})
    lines = examined()
    assert not lines["Rota"].well
    assert "10.0.0.7" not in lines["Rota"].text()
    assert lines["Migraciones"].well


def test_a_worker_that_beat_just_now_is_well():
    Beat.objects.create(name="worker", at=timezone.now() - timedelta(seconds=30))
    assert examined()["Proceso de correo"].well
    Beat.objects.update(at=timezone.now() - timedelta(minutes=3))
    assert not examined()["Proceso de correo"].well


def test_mail_that_waits_too_long_is_seen():
    message = put_message(kind="x", to="a@b.co", subject="s", text="t")
    type(message).objects.update(created_at=timezone.now() - timedelta(hours=3), due_at=timezone.now() + timedelta(hours=2))
    assert examined()["Cola de correo"].found == "1 esperan, el más viejo 3 horas, y desde entonces no salió ninguno"


def test_a_wrong_head_and_missing_triggers_are_seen():
    record(Kind.DATA_PURGED, by=Actor.system("prueba"))
    assert examined()["Auditoría"].well
    Head.objects.update(number=5)
    drop_triggers()
    lines = examined()
    assert not lines["Auditoría"].well
    assert not lines["Auditoría, candados"].well
    put_back_triggers()


def test_an_anchor_of_today_is_well_and_an_old_one_is_not(settings, tmp_path):
    record(Kind.DATA_PURGED, by=Actor.system("prueba"))
    settings.AUDIT_ANCHORS = str(tmp_path / "anclas.txt")
    assert not examined()["Última ancla"].well
    call_command("anchor_audit", stdout=StringIO())
    assert examined()["Última ancla"].well


def test_a_wrong_secret_and_a_full_ring_are_seen(settings):
    settings.KEY_SEALS = [*settings.KEY_SEALS, settings.KEY_SEALS[0]]
    assert not examined()["Sellos"].well
    settings.AUDIT_KEY = settings.DIGEST_KEY
    assert examined()["Secretos"].found == "AUDIT_KEY"


def test_a_mail_server_that_does_not_answer_is_seen(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert "no contesta" in examined()["Servidor de correo"].found


def test_backups_are_looked_at_where_a_path_is_given(settings, tmp_path):
    settings.BACKUPS_PATH = str(tmp_path)
    assert not examined()["Copias de seguridad"].well
    (tmp_path / "portal.dump").write_text("x")
    assert examined()["Copias de seguridad"].well


def test_what_the_deployment_check_says_is_repeated(settings):
    settings.DEBUG = True
    assert any("DEBUG" in line.found for line in doctor.environment("Configuración"))
