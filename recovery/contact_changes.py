"""Contact changes: one person proposes new contact data, another decides. The back office has the approval."""

from typing import Any

from django.utils import timezone

from accounts import notices
from accounts.actions import STAFF_ROLES, NotNow
from accounts.contact_fields import FIELDS
from accounts.models import ContactChange, Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import SECRET_SHAPED, action, record
from ratelimits import rates
from ratelimits.gcra import Refusal, charge

SHOWN_IN_FULL = {"city"}  # the only field that «Mis datos» does not mask


def propose_contact_change(
    *, member: Member, changes: dict[str, str], by: Actor, how: str = "", reason: str = ""
) -> ContactChange | Refusal | None:
    """Propose a change, replacing the member's waiting one; never inside a transaction.

    Returns None if nothing would change, and the refusal when a member has asked too often: staff are not limited, and what
    changes nothing charges nothing. `changes` maps names in `FIELDS` to clean values. Only staff give `how` (the identity
    check) and `reason`.
    """
    new = _new_values(member, changes, by)
    if not new:
        return None
    waiting = member.contact_changes.filter(state=ContactChange.State.WAITING)
    if same := next((row for row in waiting if _repeats(row, new, by)), None):
        return same
    refusal = None if by.role in STAFF_ROLES else charge(rates.contact_proposals(member.document), by=by)
    if refusal:
        return refusal
    reason = SECRET_SHAPED.sub("····", reason)  # masked as in the audit trail: it may contain a key
    with action():
        Member.objects.locked().get(pk=member.pk)  # serialises the proposals of one member
        for replaced in waiting:
            notices.tell(member, notices.CONTACT_REPLACED, asked_at=replaced.proposed_at)
        waiting.update(state=ContactChange.State.REPLACED, decided_at=timezone.now())
        proposal = member.contact_changes.create(
            changes=new, proposed_by=by.name[:60], proposed_as=by.role, proposed_at=timezone.now(), how=how, reason=reason
        )
        fields: dict[str, Any] = {"changed": sorted(new), "proposal": proposal.pk, "how": how, "reason": reason}
        record(Kind.CONTACT_PROPOSED, by=by, document=member.document, **fields)
    return proposal


def _new_values(member: Member, changes: dict[str, str], by: Actor) -> dict[str, str]:
    """The values to propose. For members only what they see in full is compared with the registry.

    Otherwise a borrowed session could find a masked fact by trial (docs/decisions/0042).
    """
    compared = set(FIELDS) if by.role in STAFF_ROLES else SHOWN_IN_FULL
    named = {name: value for name, value in changes.items() if name in FIELDS}
    return {name: value for name, value in named.items() if name not in compared or getattr(member, name) != value}


def _repeats(waiting: ContactChange, new: dict[str, str], by: Actor) -> bool:
    """Whether a member asks once more for what waits already, as a second press of the button does."""
    return by.role not in STAFF_ROLES and waiting.changes == new and waiting.proposed_by == by.name[:60]


def decide(*, proposal: ContactChange, state: str, by: Actor) -> ContactChange:
    """Set the state of a waiting proposal, under its lock; raises NotNow if it was decided meanwhile."""
    Member.objects.locked().get(pk=proposal.member_id)  # same lock order as the proposal
    row = ContactChange.objects.select_for_update().get(pk=proposal.pk)
    if row.state != ContactChange.State.WAITING:
        raise NotNow("Otra persona ya decidió este cambio.")
    row.state, row.decided_by, row.decided_at = state, by.name[:60], timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])
    return row
