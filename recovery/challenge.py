"""The member behind a document and the questions they get: the same work for a document nobody has."""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace

from django.utils import timezone

from accounts.models import Member
from common.colombia.emails import clean_email
from recovery import registry_statistics
from recovery.masked_values import FIELDS
from recovery.questions import Question, ask
from recovery.usable_facts import QUESTIONS, usable_facts
from vault.digests import decoy_bytes

# Reasons, as the trail holds them.
NO_MEMBER, HOLD, NO_EMAIL, TOO_FEW_FACTS = "no member", "hold", "no email", "facts"
COLUMNS = ("id", "email", "status", "in_registry", "blocked_at", "held_until", *FIELDS)
# One row whether or not anybody has the document, and in it when the registry was measured.
READ = f"""
SELECT {", ".join(f"member.{name}" for name in COLUMNS)}, statistics.measured_at AS statistics_at
FROM (SELECT 1) AS one
LEFT JOIN recovery_registrystatistics AS statistics ON statistics.id = 1
LEFT JOIN accounts_member AS member ON member.document = %s"""  # noqa: S608  names of our own
# Nobody: what a document without a member is worked through with, so that it costs as much.
NOBODY = {
    "id": 0,
    "email": "nadie@example.invalid",
    "status": Member.Status.ACTIVE,
    "in_registry": False,
    "blocked_at": None,
    "held_until": None,
    "birth_date": date(1960, 6, 15),
    "issue_date": date(1979, 3, 10),
    "mobile": "3005550917",
    "landline": "6045550386",
    "address": "Calle 10 # 20-37 Apto 302",
}


@dataclass(frozen=True)
class Asked:
    """The questions of one document, and all that judging needs, read from one row."""

    member_id: int
    email: str
    closed: str  # why no answers can pass, for staff only; "" if right ones do
    questions: tuple[Question, ...]
    their_own: bool = True  # whether the questions are about the member's own facts

    @property
    def kinds(self) -> str:
        """The kinds asked, in their order, as staff may see them."""
        return ",".join(question.kind for question in self.questions)

    def judge(self, email: str, answers: Mapping[int, str]) -> bool:
        """Whether e-mail and answers are right, also of a member who may not recover. Each comparison is always made."""
        right_email = _same(clean_email(email), self.email)
        right = [_same(answers.get(number, ""), question.right) for number, question in enumerate(self.questions, 1)]
        return bool(right_email & (sum(right) == len(right)) & self.their_own)


def ask_about(document: str) -> Asked:
    """Read the document's row and make its questions."""
    (row,) = Member.objects.raw(READ, [document])
    statistics = registry_statistics.measured_at(row.statistics_at)  # type: ignore[attr-defined]  # the statement's own column
    known = vars(row) if row.pk else NOBODY
    person = SimpleNamespace(**{name: known[name] for name in COLUMNS}, document=document)
    facts = usable_facts(person, too_frequent=statistics.too_frequent, own_phones=registry_statistics.own_phones())
    questions = ask(document=document, facts=facts if row.pk else {}, measurement=statistics, decoy_bytes=decoy_bytes)
    reasons = closing_reasons(person, facts, timezone.now())
    their_own = bool(row.pk) and TOO_FEW_FACTS not in reasons
    return Asked(person.id, clean_email(person.email), next(iter(reasons), ""), questions, their_own)


def may_recover(person: SimpleNamespace | Member, now: datetime) -> bool:
    """Whether a key may be issued to this person by questions or by mail at all."""
    return not _closing(person, now)


def closing_reasons(person: SimpleNamespace | Member, facts: Collection[str], now: datetime) -> list[str]:
    """What closes the recovery by questions to this person, whose usable facts are `facts`: words of the trail, in order."""
    return [*_closing(person, now), *([TOO_FEW_FACTS] if len(facts) < QUESTIONS else [])]


def _closing(person: SimpleNamespace | Member, now: datetime) -> list[str]:
    """What closes both roads, the mail road too."""
    reasons = {
        NO_MEMBER: not person.in_registry,
        "retired": person.status != Member.Status.ACTIVE,
        "blocked": person.blocked_at is not None,
        HOLD: bool(person.held_until and person.held_until > now),
        NO_EMAIL: not person.email,
    }
    return [reason for reason, holds in reasons.items() if holds]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
