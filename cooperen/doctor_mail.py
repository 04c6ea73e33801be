"""Checks of the `doctor` command on the mail: its worker, its queue, its server."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db.models import QuerySet
from django.utils import timezone

from common.colombia.formats import thousands
from cooperen.doctor_lines import Line, age_text, span_text
from outbox.lateness import FULL_MAILBOX, late_mails, nothing_goes_out
from outbox.models import Beat, Message, State

LATEST_BEAT = timedelta(minutes=2)


def worker(name: str) -> Iterator[Line]:
    beat = Beat.objects.order_by("-at").first()
    age = timezone.now() - beat.at if beat else None
    yield Line(
        name, age is not None and age < LATEST_BEAT, age_text(age), "Arranque manage.py worker (systemctl start portal-worker)."
    )


def queue(name: str) -> Iterator[Line]:
    now = timezone.now()
    full, others = late_mails().filter(FULL_MAILBOX), late_mails().exclude(FULL_MAILBOX)
    to_do = "Mire el servidor de correo; luego corra manage.py worker --drain."
    yield Line(name, not others.exists(), _late_text(others), to_do)
    if full.exists():
        yield Line("Buzones llenos", True, f"{thousands(full.count())} correos esperan a que su dueño lo vacíe")
    failed = Message.objects.filter(state=State.FAILED, ended_at__gt=now - timedelta(days=1)).count()
    yield Line("Correos no entregados", failed == 0, f"{thousands(failed)} en un día", "Mírelos en la página de funcionarios.")


def _late_text(late: QuerySet[Message]) -> str:
    oldest = late.first()
    if oldest is None:
        return "al día"
    found = f"{thousands(late.count())} esperan, el más viejo {span_text(timezone.now() - oldest.created_at)}"
    found += f" ({oldest.error})" if oldest.error else ""
    return found + (", y desde entonces no salió ninguno" if nothing_goes_out() else "")


def mail_server(name: str) -> Iterator[Line]:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield Line(name, False, "ninguno: los correos no salen", "Ponga en EMAIL_URL un servidor smtp.")
        return
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        server = get_connection(timeout=10)
        server.open()
        server.close()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors
        yield Line(name, False, f"{where} no contesta ({type(error).__name__})", "Revise EMAIL_URL y ese servidor.")
        return
    yield Line(name, True, f"{where} contesta")
