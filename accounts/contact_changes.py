"""Contact changes: one person proposes a new e-mail or phone, another decides. The back office has the approval."""

from typing import Any

from django.utils import timezone

from accounts.actions import NotNow
from accounts.models import ContactChange, Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import SECRET_SHAPED, action, record

FIELDS = ("email", "mobile", "landline")


def propose_contact_change(
    *, member: Member, changes: dict[str, str], by: Actor, how: str = "", reason: str = ""
) -> ContactChange | None:
    """Propose a change, replacing the member's waiting one. Returns None if nothing would change.

    `changes` maps names in `FIELDS` to clean values. Only staff give `how` (the identity check) and `reason`.
    """
    new = {name: value for name, value in changes.items() if name in FIELDS and getattr(member, name) != value}
    if not new:
        return None
    reason = SECRET_SHAPED.sub("····", reason)  # masked as in the audit trail: it may contain a key
    with action():
        Member.objects.locked().get(pk=member.pk)  # serialises the proposals of one member
        waiting = member.contact_changes.filter(state=ContactChange.State.WAITING)
        waiting.update(state=ContactChange.State.REPLACED, decided_at=timezone.now())
        proposal = member.contact_changes.create(
            changes=new, proposed_by=by.name[:60], proposed_as=by.role, proposed_at=timezone.now(), how=how, reason=reason
        )
        fields: dict[str, Any] = {"changed": sorted(new), "proposal": proposal.pk, "how": how, "reason": reason}
        record(Kind.CONTACT_PROPOSED, by=by, document=member.document, **fields)
    return proposal


def decide(*, proposal: ContactChange, state: str, by: Actor) -> ContactChange:
    """Set the state of a waiting proposal, under its lock; raises NotNow if it was decided meanwhile."""
    Member.objects.locked().get(pk=proposal.member_id)  # same lock order as the proposal
    row = ContactChange.objects.select_for_update().get(pk=proposal.pk)
    if row.state != ContactChange.State.WAITING:
        raise NotNow("Otra persona ya decidió este cambio.")
    row.state, row.decided_by, row.decided_at = state, by.name[:60], timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])
    return row
