"""Worker job of the staff realm: alarm when a stranger knows the password but not the code.

Every wrong attempt queues the same job, so neither the answer nor its time reveals which part was right.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Member
from accounts.notices import Mail
from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.models import Event
from audit.record import record, subject_of
from backoffice.sign_in import REFUSED_JOB, WRONG_CODE
from outbox.queue import job_handler, put_message

# From the rate limits: five attempts per account and network at once, then two an hour. A window of an hour would miss two
# an hour; within a day an attacker can try two codes without an alarm, and staff who mistype twice raise none.
WRONG_CODES, WITHIN = 3, timedelta(days=1)
WRONG_CODES_MAIL = Mail("wrong_codes", "backoffice/mail/wrong_codes.txt", "su contraseña y tres códigos errados")


@job_handler(REFUSED_JOB)
def look_for_wrong_codes(payload: dict[str, Any]) -> None:
    """Record an alarm and send a mail at the third wrong code with the right password within a day, since the last alarm."""
    document, network = payload["document"], payload["network"]
    member = Member.objects.locked().filter(document=document, is_staff=True, is_active=True).first()
    if member is None or _wrong_codes(document, datetime.fromisoformat(payload["at"])) < WRONG_CODES:
        return
    by = Actor("correo", "sistema", network)
    record(Kind.STAFF_CODE_ALARM, by=by, document=document, outcome=Outcome.REFUSED, count=WRONG_CODES)
    _tell(member, network)


def _wrong_codes(document: str, until: datetime) -> int:
    """Wrong codes in the day before `until`, the time of the attempt (not the worker's), since the last alarm."""
    mine = Event.objects.filter(subject=subject_of(document))
    last = mine.filter(kind=Kind.STAFF_CODE_ALARM).order_by("-number").values_list("number", flat=True).first()
    refused = mine.filter(kind=Kind.STAFF_REFUSED, at__gt=until - WITHIN, at__lte=until, number__gt=last or 0)
    return refused.filter(details__contains=f'"what":"{WRONG_CODE}"').count()


def _tell(member: Member, network: str) -> None:
    if not member.email:
        return
    context = {"member": member, "settings": settings, "now": timezone.now(), "network": network}
    put_message(
        kind=WRONG_CODES_MAIL.kind,
        to=member.email,
        subject=f"{settings.COOP_NAME}: {WRONG_CODES_MAIL.subject}",
        text=render_to_string(WRONG_CODES_MAIL.template, context),
        document=member.document,
    )
