"""The ways by which a member could enter now, for the sentences of a mail. Each is read only when a text asks for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from accounts.lockout_text import until_text
from accounts.models import AccessKey, Member
from ratelimits import rates
from ratelimits.gcra import Limit, free_at, remaining, remaining_of_each

LIMITS: dict[str, Callable[[str, AccessKey], Limit]] = {
    AccessKey.Kind.INITIAL: rates.initial_key,
    AccessKey.Kind.MAILED: rates.mailed_key,
    AccessKey.Kind.TEMPORARY: lambda document, key: rates.temporary_key(document, key, its_browser=False),
}
FRESH = timedelta(hours=1)  # while a mailed key is younger, asking again changes and sends nothing


@dataclass(frozen=True)
class WaysIn:
    """Every property is true only if that way works at the moment it is read, whatever browser the member uses."""

    member: Member
    now: datetime

    @property
    def open(self) -> bool:
        """Whether the member is neither blocked nor retired."""
        return self.member.may_enter

    @property
    def retired(self) -> bool:
        return self.member.status == Member.Status.RETIRED or not self.member.in_registry

    @cached_property
    def _keys(self) -> dict[str, AccessKey]:
        return {key.kind: key for key in self.member.keys.live() if key.works(self.now)}

    @property
    def chosen(self) -> bool:
        """Whether there is a key of five digits, locked out or not."""
        return AccessKey.Kind.CHOSEN in self._keys

    @cached_property
    def given(self) -> bool:
        """Whether an issued key is live and has attempts left: no lockout of the document stops it."""
        document, keys = self.member.document, self._keys
        limits = [LIMITS[kind](document, key) for kind, key in keys.items() if kind in LIMITS]
        return any(remaining_of_each(*limits)) if limits else False

    @cached_property
    def locked_until(self) -> str:
        """Until when the key of five digits is refused in unknown browsers; "" if it is not."""
        limits = [rates.sign_in_short(self.member.document), rates.sign_in_long(self.member.document)]
        if all(remaining_of_each(*limits)):
            return ""
        return until_text(max(map(free_at, limits)), self.now)

    @cached_property
    def known_device(self) -> bool:
        """Whether the key of five digits opens in a device known to the portal, lockout or not."""
        known = [device for device in self.member.devices.all() if device.lives(self.now)]
        limits = [rates.sign_in_device(self.member.document, device.limit_subject) for device in known]
        return self.chosen and bool(limits) and any(remaining_of_each(*limits))

    @cached_property
    def by_mail(self) -> bool:
        """Whether the mail road would send a key now."""
        held = self.member.held_until is not None and self.member.held_until > self.now
        mailed = self._keys.get(AccessKey.Kind.MAILED)
        asked = mailed is not None and mailed.created_at > self.now - FRESH
        closed = held or asked or not (self.open and self.member.email)
        return not closed and remaining(rates.mail_road_keys(self.member.document)) > 0
