"""The verbs of the recovery: start, answer, ask for a mail.

For a document known or unknown, and for every state of a member, the same statements run in the same order; only a
right answer and a lockout of the network, which is told, end differently.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from accounts import notices
from accounts.actions import GeneratedKey, NotNow, generate_key, save_key
from accounts.key_check import known_device
from accounts.models import AccessKey, Member
from accounts.visitors import Visitor
from accounts.word_picture.store import new_picture
from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.record import action, record
from common.sql.insert import insert_returning_id
from common.sql.select import select_one
from outbox.queue import put_job
from ratelimits import rates
from ratelimits.gcra import Limit, Refusal, charge, refund, remaining
from recovery.challenge import NO_MEMBER, Asked, may_recover
from recovery.models import Attempt
from recovery.under_attack import count_wrong_answer, under_attack
from vault.ring import seal

MAIL_JOB = "recovery.mail"
WRONG_JOB = "recovery.wrong"
APART_JOB = "recovery.apart"
TEMPORARY_KEY = notices.Mail("temporary_key", "recovery/mail/temporary_key.txt", "su clave temporal")
SHOWN_PURPOSE = "shown key"


def start_attempt(*, document: str, visitor: Visitor, new_browser: Callable[[], str] | None = None) -> Attempt | Refusal:
    """Begin a recovery of a clean document, a member's or not; refused when this network looked up too many.

    `new_browser` begins a session and gives its digest; it is called once the network was charged.
    """
    by = Actor.stranger(visitor.network)
    refusal = charge(rates.lookup_network(visitor.network), by=by)
    if refusal:
        return refusal
    now = timezone.now()
    browser = new_browser() if new_browser else visitor.browser
    with action():
        attempt = Attempt(document=document, network=visitor.network, browser=browser)
        attempt.started_at, attempt.expires_at = now, now + settings.RECOVERY_TIME
        attempt.picture = new_picture(attempt.expires_at).pk
        insert_returning_id(attempt)
        record(Kind.RECOVERY_STARTED, by=by, document=document, attempt=attempt.pk)
    return attempt


@dataclass(frozen=True)
class Judged:
    """The result of answers: passed, locked out, apart, or wrong (none of the three).

    `locked_until` is set when this network sent too many wrong answers. `apart` is set while the recovery is under attack: the
    worker judges and mails then.
    """

    passed: bool = False
    locked_until: datetime | None = None
    apart: bool = False


def answer_attempt(*, attempt: Attempt, asked: Asked, email: str, answers: Mapping[int, str], visitor: Visitor) -> Judged:
    """Judge e-mail and answers together and issue the temporary key; never inside a transaction.

    `asked` is what the attempt's document is asked now, `answers` are option values by number of the question. The
    picture was used up before.
    """
    by = Actor.stranger(visitor.network)
    network, own = rates.answers_network(visitor.network), rates.answers_document(attempt.document, email)
    refusal = charge(network, own, by=by)
    if refusal and refusal.limit is network:
        return Judged(locked_until=refusal.until)
    right, attempt.kinds = asked.judge(email, answers), asked.kinds
    none_left = not remaining(rates.temporary_keys_issued(attempt.document))  # looked up for wrong answers, too
    closed = asked.closed or ("limit" if refusal or none_left else "")
    if under_attack():
        _put_apart(attempt, right and not closed, visitor)
        return Judged(apart=True)
    if right and not closed:
        if _issue(attempt, asked.member_id, visitor, [network, own]):
            return Judged(passed=True)
        closed = "limit"
    _note_failure(attempt, email, by, closed=closed, give_back=right and not refusal)
    return Judged()


class _AlreadyPassed(Exception):
    """Another tab was faster: its key is the one of this attempt."""


def _issue(attempt: Attempt, member_id: int, visitor: Visitor, taken: list[Limit]) -> bool:
    """Issue, show and mail the key and give back what was `taken`, in one transaction; False when the state changed
    since, or too many were issued."""
    issues = rates.temporary_keys_issued(attempt.document)
    if charge(issues, by=Actor.stranger(visitor.network)):
        return False
    generated = generate_key(member_id, AccessKey.Kind.TEMPORARY)
    try:
        with action():
            _pass(attempt, select_one(Member, "id = %s", member_id, lock=True), generated, visitor)
            refund(*taken)
    except _AlreadyPassed:
        refund(*taken, issues)
    except NotNow:
        return False
    return True


def _pass(attempt: Attempt, member: Member | None, generated: GeneratedKey, visitor: Visitor) -> None:
    if member is None or not may_recover(member, timezone.now()):
        raise NotNow("La recuperación está cerrada.")
    by = Actor.member(member.document, visitor.network)
    key = save_key(generated, member=member, by=by, how="preguntas", browser=visitor.browser).row
    message = notices.tell(member, TEMPORARY_KEY, key=generated.key, carries=key)
    shown = _shown(attempt, generated.key, visitor)
    passed = {"outcome": Attempt.Outcome.PASSED, "kinds": attempt.kinds, "key": key, "shown": shown}
    if not _move(attempt, **passed, message=message.pk if message else None):
        raise _AlreadyPassed  # and nothing of the above was
    record(Kind.RECOVERY_PASSED, by=by, document=member.document, attempt=attempt.pk, key_id=key.pk)


def _move(attempt: Attempt, **changes: Any) -> int:
    """Write a step of an attempt that has not passed: a slower tab never overwrites a faster one's key."""
    waiting = Attempt.objects.filter(pk=attempt.pk).exclude(outcome=Attempt.Outcome.PASSED)
    return waiting.update(ended_at=timezone.now(), **changes)


def _shown(attempt: Attempt, key: str, visitor: Visitor) -> str:
    """The key sealed for the result page of this very browser; "" where the policy keeps it off the screen."""
    known = settings.RECOVERY_REVEAL == "known_device" and known_device(attempt.document, visitor.device)
    if settings.RECOVERY_REVEAL == "screen_and_email" or known:
        return seal(SHOWN_PURPOSE, f"{attempt.pk}:{visitor.browser}", key.encode())
    return ""


def _note_failure(attempt: Attempt, email: str, by: Actor, *, closed: str, give_back: bool) -> None:
    """Whatever was wrong, the same statements run; the worker finds out whether somebody must be told.

    Right answers of a member to whom recovery is closed get their attempt back. The network never does: it is shown when
    it is locked out, and would tell right answers from wrong ones.
    """
    document, theirs = attempt.document, closed not in ("", NO_MEMBER)
    own = rates.answers_document(document, email)
    outcome, kind = (Attempt.Outcome.CLOSED, Kind.RECOVERY_CLOSED) if theirs else (Attempt.Outcome.FAILED, Kind.RECOVERY_FAILED)
    with action():
        _move(attempt, outcome=outcome, kinds=attempt.kinds, wrong=F("wrong") + 1)
        refund(own if give_back else replace(own, every=timedelta(0)))  # nothing, by the same statement
        what = closed if theirs else ""
        record(kind, by=by, document=document, outcome=Outcome.REFUSED, attempt=attempt.pk, what=what)
        put_job(kind=WRONG_JOB, payload={"document": document, "email": email}, document=document)
        count_wrong_answer()


def _put_apart(attempt: Attempt, right: bool, visitor: Visitor) -> None:
    """While recovery is under attack: right and wrong answers leave the same rows, and the worker mails the key."""
    document = attempt.document
    content = {"document": document, "network": visitor.network, "browser": visitor.browser}
    with action():
        _move(attempt, outcome=Attempt.Outcome.APART, kinds=attempt.kinds)
        record(Kind.RECOVERY_JUDGED_APART, by=Actor.stranger(visitor.network), document=document, attempt=attempt.pk)
        put_job(kind=APART_JOB, payload={**content, "attempt": attempt.pk, "right": int(right)}, document=document)
        count_wrong_answer()


def request_by_mail(*, attempt: Attempt, visitor: Visitor) -> Refusal | None:
    """«Enviar clave»: queue the same job for every document; the worker decides whether a mail goes out."""
    by = Actor.stranger(visitor.network)
    refusal = charge(rates.mail_road_network(visitor.network), by=by)
    if refusal:
        return refusal
    with action():
        _move(attempt, outcome=Attempt.Outcome.MAIL)
        document = attempt.document
        record(Kind.RECOVERY_MAIL_ASKED, by=by, document=document, attempt=attempt.pk)
        put_job(kind=MAIL_JOB, payload={"document": document, "network": visitor.network}, document=document)
    return None
