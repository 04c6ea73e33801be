"""Letters with initial keys for several members at once, as the office makes them."""

from accounts import actions
from accounts.actions import Issued, NotNow
from accounts.initial_keys.letters import Slip, letters_pdf, refused_letters
from accounts.models import AccessKey, Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record
from backoffice import actions as office
from common.pdf import NotTypeset


def issue_letters(*, members: list[Member], newest: int, password: str, by: Actor, how: str, reason: str) -> bytes:
    """Issue an initial key for each, all or none, as letters in a PDF under `password`; `newest` as in `newest_given`.

    The PDF is complete before the keys are committed. Raises NotNow.
    """
    again = "Esta página ya se usó, u otra persona emitió claves mientras tanto. No se emitió ninguna."
    if office.newest_given(*members) != newest:
        raise NotNow(again)
    office.charge_staff_actions(by, len(members))
    with action():
        locked = list(Member.objects.locked().filter(pk__in=[member.pk for member in members]).order_by("pk"))
        if office.newest_given(*members) != newest:
            raise NotNow(again)
        for member in locked:
            office.refuse_oneself(member, by)
        initial = AccessKey.Kind.INITIAL
        issued = [(m, actions.issue_key(member=m, kind=initial, by=by, how=how, reason=reason)) for m in locked]
        record(Kind.LETTERS_MADE, by=by, count=len(issued), reason=reason, destination="oficina")
        return _letters_of(issued, password)


def _letters_of(issued: list[tuple[Member, Issued]], password: str) -> bytes:
    """The PDF with a letter for each key. Raises NotNow with the names of those whose letter cannot be made."""
    slips = [Slip(m.document, m.first_names, m.last_names, i.key, str(i.row.expires_at)) for m, i in issued]
    try:
        return letters_pdf(slips, password)
    except NotTypeset:
        refused = {slip.document for slip in refused_letters(slips)}
    names = ", ".join(member.full_name for member, _ in issued if member.document in refused)
    raise NotNow(f"No se pudo hacer la carta de {names}. No se emitió ninguna clave: quite la marca y repita.")
