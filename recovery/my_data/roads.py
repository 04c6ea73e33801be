"""Which roads of the recovery are open to a member today: by questions, by mail, or the office alone."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Member
from ratelimits import rates
from ratelimits.gcra import free_at, remaining_of_each
from recovery import registry_statistics
from recovery.challenge import HOLD, NO_EMAIL, TOO_FEW_FACTS, closing_reasons
from recovery.usable_facts import QUESTIONS, missing_kinds, usable_facts


@dataclass(frozen=True)
class Roads:
    """What closes a road. A moment is in the future, or None: that limit allows an attempt now."""

    reasons: list[str]  # of `challenge.closing_reasons`
    held_until: datetime | None
    missing: list[str]  # kinds of fact of which `needed` more would make up the questions
    needed: int
    answers_from: datetime | None
    temporary_from: datetime | None
    mail_from: datetime | None

    @property
    def closed(self) -> bool:
        """Whether both roads are closed, until the hold ends or there is an e-mail."""
        return HOLD in self.reasons or NO_EMAIL in self.reasons

    @property
    def by_questions(self) -> bool:
        return not (self.reasons or self.questions_from)

    @property
    def questions_from(self) -> datetime | None:
        """When both limits of the questions allow an attempt again."""
        return max((at for at in (self.answers_from, self.temporary_from) if at), default=None)

    @property
    def by_mail(self) -> bool:
        return not (self.closed or self.mail_from)


def roads_of(member: Member, now: datetime) -> Roads:
    """The roads of a member who is signed in, so neither blocked nor retired."""
    too_frequent = registry_statistics.current().too_frequent
    facts = usable_facts(member, too_frequent=too_frequent, own_phones=registry_statistics.own_phones())
    reasons, document = closing_reasons(member, facts, now), member.document
    limits = [
        rates.answers_document(document, member.email),
        rates.temporary_keys_issued(document),
        rates.mail_road_keys(document),
    ]
    free = [None if left else free_at(limit) for limit, left in zip(limits, remaining_of_each(*limits), strict=True)]
    missing = missing_kinds(facts) if TOO_FEW_FACTS in reasons else []
    return Roads(reasons, member.held_until if HOLD in reasons else None, missing, QUESTIONS - len(facts), *free)
