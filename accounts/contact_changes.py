"""A change of e-mail or phone: asked for by one person, taken over by another. The approving is the back office's."""

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
    """Put a change before a supervisor; it replaces the one that waits. None when nothing would change.

    `changes` holds clean values of some of `FIELDS`; how the identity was checked and why are asked of staff only.
    """
    new = {name: value for name, value in changes.items() if name in FIELDS and getattr(member, name) != value}
    if not new:
        return None
    reason = SECRET_SHAPED.sub("····", reason)  # as the trail keeps it: somebody may have typed a key
    with action():
        Member.objects.locked().get(pk=member.pk)  # one proposal at a time
        waiting = member.contact_changes.filter(state=ContactChange.State.WAITING)
        waiting.update(state=ContactChange.State.REPLACED, decided_at=timezone.now())
        proposal = member.contact_changes.create(
            changes=new, proposed_by=by.name[:60], proposed_as=by.role, proposed_at=timezone.now(), how=how, reason=reason
        )
        fields: dict[str, Any] = {"changed": sorted(new), "proposal": proposal.pk, "how": how, "reason": reason}
        record(Kind.CONTACT_PROPOSED, by=by, document=member.document, **fields)
    return proposal


def decide(*, proposal: ContactChange, state: str, by: Actor) -> ContactChange:
    """Mark a waiting proposal, under its lock; raises NotNow when somebody decided it meanwhile."""
    Member.objects.locked().get(pk=proposal.member_id)  # first, as who proposes locks them
    row = ContactChange.objects.select_for_update().get(pk=proposal.pk)
    if row.state != ContactChange.State.WAITING:
        raise NotNow("Otra persona ya decidió este cambio.")
    row.state, row.decided_by, row.decided_at = state, by.name[:60], timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])
    return row
