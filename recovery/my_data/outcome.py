"""What became of the member's last request for a contact change."""

from accounts.contact_fields import FIELDS, LABELS
from accounts.models import ContactChange, Member
from common.colombia.formats import fecha_larga

State = ContactChange.State
WORDS = {State.APPROVED: "Aprobada", State.REJECTED: "Rechazada", State.REPLACED: "Reemplazada por otra"}
WAITS = "En revisión"


def last_request(member: Member) -> ContactChange | None:
    """The newest request, by the member or by the office."""
    return member.contact_changes.order_by("-proposed_at", "-pk").first()


def request_lines(change: ContactChange) -> list[tuple[str, str]]:
    """Label and text: what was asked, by whom and when, and the outcome with its date. New values are not shown."""
    asked = ", ".join(LABELS[name] for name in FIELDS if name in change.changes)
    place = "en esta página" if change.proposed_as == "asociado" else "en la oficina"
    return [("Datos", asked), ("Pedida", f"{place}, el {fecha_larga(change.proposed_at)}"), ("Estado", _outcome(change))]


def _outcome(change: ContactChange) -> str:
    if change.state == State.WAITING:
        return WAITS
    word = WORDS.get(State(change.state), change.get_state_display())
    return f"{word} el {fecha_larga(change.decided_at)}" if change.decided_at else word
