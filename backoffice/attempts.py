"""Check staff secrets: charge the rate limits, commit, then verify.

`check_secret` verifies password with code, the first code of an enrolment, and the current password. The lockout
of a network is shown and computes no hash; every other refusal looks like a wrong secret and takes as long.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from accounts.lockout_text import lockout_text
from audit.actors import Actor
from ratelimits import rates
from ratelimits.gcra import charge, refund

T = TypeVar("T")


@dataclass(frozen=True)
class LockedOut:
    """A network in lockout; `until` may be shown."""

    until: datetime

    def text(self) -> str:
        """The sentence on the page."""
        what = "el ingreso de funcionarios desde su conexión"
        other_ways = "Entre desde otra conexión o pida ayuda a un administrador."
        return lockout_text(self.until, timezone.now(), what, other_ways)


def check_secret(
    account: str, *, by: Actor, verify: Callable[[], T], dummy: Callable[[], object] = lambda: None
) -> "T | LockedOut | None":
    """The result of `verify` for a secret of this account, falsy if it is wrong. Never call it inside a transaction.

    `dummy` does the same work where the account's limits refuse. A right secret gets exactly its own charges refunded, in
    the lock order of `charge`.
    """
    network, *own = rates.staff_sign_in(account, by.network)
    refusal = charge(network, *own, by=by)
    if refusal and refusal.limit == network:
        return LockedOut(refusal.until)
    if refusal:
        dummy()
        return None
    result = verify()
    if result:
        with transaction.atomic():
            refund(network, *own)
    return result
