"""What stands before every staff secret: limits are charged and committed, then the secret is judged.

Password with code, the first code of an enrolment and the current password all come through `judged`. A locked-out
network is told so and costs no hash; every other refusal reads like a wrong secret and costs as much.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from accounts.lockout_text import one_full_stop, until_text
from audit.actors import Actor
from ratelimits import rates
from ratelimits.gcra import charge, refund

T = TypeVar("T")


@dataclass(frozen=True)
class Paused:
    """The network has no attempts left; `until` may be shown."""

    until: datetime

    def text(self) -> str:
        """What the page says."""
        pause = f"Por seguridad, el ingreso de funcionarios desde su conexión está en pausa hasta {self._end()}."
        return one_full_stop(f"{pause} Entre desde otra conexión o pida ayuda a un administrador.")

    def _end(self) -> str:
        return until_text(self.until, timezone.now())


def judged(
    account: str, *, by: Actor, judge: Callable[[], T], nothing: Callable[[], object] = lambda: None
) -> "T | Paused | None":
    """What `judge` says of a secret of this account; falsy is wrong. Never inside a transaction.

    `nothing` does the work of `judge` where the account's limits refuse. A right secret gets exactly its own charges back,
    in the order in which `reserve` locks them.
    """
    network, *own = rates.staff_sign_in(account, by.network)
    refusal = charge(network, *own, by=by)
    if refusal and refusal.limit == network:
        return Paused(refusal.until)
    if refusal:
        nothing()
        return None
    result = judge()
    if result:
        with transaction.atomic():
            refund(network, *own)
    return result
