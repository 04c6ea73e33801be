"""What the worker does for the recovery: here, out of everybody's sight, known and unknown documents part."""

from typing import Any

from django.utils import timezone

from accounts import notices
from accounts.actions import issue_key
from accounts.models import AccessKey, Member
from accounts.ways_in import FRESH
from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.record import record
from common.colombia.emails import clean_email
from outbox.queue import job_handler, put_job
from ratelimits import rates
from ratelimits.gcra import charge_inside, remaining
from recovery import coverage, registry_statistics
from recovery.actions import APART_JOB, MAIL_JOB, TEMPORARY_KEY, WRONG_JOB
from recovery.challenge import may_recover
from recovery.models import Attempt
from recovery.registry_statistics import COUNT_JOB, IMPORT_JOB

SYSTEM = Actor.system("correo")
MAILED_KEY = notices.Mail("mailed_key", "recovery/mail/mailed_key.txt", "su clave temporal")
ANSWERS_SPENT = notices.Mail("answers_spent", "recovery/mail/answers_spent.txt", "varios intentos con su documento")


@job_handler(MAIL_JOB)
def send_key(payload: dict[str, Any]) -> None:
    """Issue and send a mailed key, if the document is a member's who may recover and has an e-mail."""
    document = payload["document"]
    member = Member.objects.locked().filter(document=document).first()
    by = Actor.stranger(payload["network"])
    if member is None or not may_recover(member, timezone.now()):
        record(Kind.RECOVERY_MAIL_REFUSED, by=by, document=document, outcome=Outcome.REFUSED, what="not open")
        return
    if _has_fresh_key(member):
        return
    if charge_inside(rates.mail_road_keys(document), by=by):
        return
    issued = issue_key(member=member, kind=AccessKey.Kind.MAILED, by=by, how="correo registrado")
    notices.tell(member, MAILED_KEY, key=issued.key, carries=issued.row)


@job_handler(APART_JOB)
def send_temporary_key(payload: dict[str, Any]) -> None:
    """While recovery is under attack: issue and mail the temporary key of answers that were right."""
    if not payload["right"]:
        return
    document, by = payload["document"], Actor.stranger(payload["network"])
    member = Member.objects.locked().filter(document=document).first()
    if member is None or not may_recover(member, timezone.now()):
        return
    if charge_inside(rates.temporary_keys_issued(document), by=by):
        return
    by = Actor.member(document, payload["network"])
    issued = issue_key(member=member, kind=AccessKey.Kind.TEMPORARY, by=by, how="preguntas", browser=payload["browser"])
    message = notices.tell(member, TEMPORARY_KEY, key=issued.key, carries=issued.row)
    Attempt.objects.filter(pk=payload["attempt"]).update(key=issued.row, message=message.pk if message else None)
    record(Kind.RECOVERY_PASSED, by=by, document=document, attempt=payload["attempt"], key_id=issued.row.pk)


def _has_fresh_key(member: Member) -> bool:
    since = timezone.now() - FRESH
    return member.keys.live().filter(kind=AccessKey.Kind.MAILED, created_at__gt=since).exists()


@job_handler(WRONG_JOB)
def tell_when_spent(payload: dict[str, Any]) -> None:
    """Tell a member, once in a while, that somebody who knows their e-mail has used up the answers."""
    document, email = payload["document"], payload["email"]
    spent = remaining(rates.answers_document(document, email)) == 0
    member = Member.objects.filter(document=document).first()
    if not spent or member is None or not member.may_enter or clean_email(member.email) != clean_email(email):
        return
    if charge_inside(rates.answers_notice(document), by=SYSTEM) is None:
        notices.tell(member, ANSWERS_SPENT)


def queue_figures() -> None:
    """Registered with the registry: called inside each import that changed something."""
    coverage.forget_who_left()
    put_job(kind=IMPORT_JOB, payload={})


@job_handler(IMPORT_JOB)
def measure_and_count(payload: dict[str, Any]) -> None:
    """After an import: measure the registry if that was not done yet, and find out who can recover by questions."""
    registry_statistics.measure_once(SYSTEM)
    coverage.queue_count()


@job_handler(COUNT_JOB)
def count_some(payload: dict[str, Any]) -> None:
    """Find out who can recover by questions among the next members, and queue the rest: mails go out in between."""
    last = coverage.count_part(payload["after"])
    if last is not None:
        put_job(kind=COUNT_JOB, payload={"after": last})
