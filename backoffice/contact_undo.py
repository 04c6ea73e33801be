"""Undo an approved contact change that the core does not have yet: the core's last values come back."""

from accounts import access_actions
from accounts.actions import NotNow
from accounts.models import ContactChange, Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record
from backoffice.actions import refuse_oneself
from registry.contact_overrides import lock_overrides

NOTHING = "No hay nada que deshacer: el núcleo ya trajo estos datos, u otro cambio los reemplazó."


def undo_contact(*, change: ContactChange, by: Actor, reason: str) -> list[str]:
    """Bring the core's last values back; the fields that changed. Raises NotNow."""
    refuse_oneself(change.member, by)
    with action():
        lock_overrides()
        member = Member.objects.locked().get(pk=change.member_id)
        rows = list(change.overrides.all())
        if not rows:
            raise NotNow(NOTHING)
        record(Kind.CONTACT_UNDONE, by=by, document=member.document, proposal=change.pk, reason=reason)
        changed = access_actions.change_contact(member=member, changes={row.field: row.core_value for row in rows}, by=by)
        change.overrides.all().delete()
    return changed
