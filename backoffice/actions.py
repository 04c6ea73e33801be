"""Staff actions: each checks the permission, records its event, and changes data through the actions of the apps below."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts import access_actions, actions, notices
from accounts.actions import Issued, NotNow
from accounts.models import AccessKey, ContactChange, Member
from accounts.notices import tell
from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.record import action, record
from backoffice.attempts import LockedOut, check_secret
from backoffice.factor import end_sessions
from backoffice.models import StaffFactor
from backoffice.roles import ADMIN, role_of
from common.colombia.formats import hora
from ratelimits import rates
from ratelimits.gcra import charge
from recovery import contact_changes
from recovery.challenge import may_recover
from recovery.jobs import MAILED_KEY
from registry.contact_overrides import keep_approved, lock_overrides

# --- staff accounts --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """Names and e-mail of staff who are not members."""

    first_names: str
    last_names: str
    email: str


def make_staff(*, document: str, role: str, password: str | None, by: Actor, person: Person | None = None) -> Member:
    """Create a staff account for a clean document; a second call changes the role and, if given, the password.

    Somebody who is in no registry needs a `person`. The password was validated by the caller. Raises NotNow.
    """
    with action():
        member = Member.objects.locked().filter(document=document).first() or _new_person(document, person)
        refuse_blocked(member)
        created = not member.is_staff
        before = "" if created else role_of(member)
        if password is not None:
            member.set_password(password)
        elif created:
            raise NotNow("Un funcionario nuevo necesita una contraseña.")
        member.is_staff, member.is_active, member.is_superuser = True, True, role == ADMIN
        member.save()
        member.groups.set(Group.objects.filter(name=role))
        if created:
            record(Kind.STAFF_CREATED, by=by, document=document, role=role)
        elif before != role:
            record(Kind.STAFF_CHANGED, by=by, document=document, role=role)
        if password is not None and not created:
            record(Kind.STAFF_PASSWORD_CHANGED, by=by, document=document)
    return member


def _new_person(document: str, person: Person | None) -> Member:
    if person is None:
        raise NotNow(f"No hay nadie con el documento {document}: faltan nombres, apellidos y correo.")
    return Member(
        document=document,
        first_names=person.first_names,
        last_names=person.last_names,
        email=person.email,
        in_registry=False,
    )


def refuse_blocked(member: Member) -> None:
    """Raise NotNow for a blocked account, which only `reopen_staff` may open."""
    if member.is_staff and not member.is_active:
        command = f"manage.py reopen_staff {member.document} --by QUIÉN --reason TEXTO"
        raise NotNow(f"La cuenta de {member} está bloqueada. Ábrala primero con {command}")


def block_staff(*, member: Member, by: Actor, reason: str = "") -> bool:
    """Block this person's staff access at once; False if it was blocked already. Their access as a member is unchanged."""
    refuse_own_account(member, by)
    with action():
        if not Member.objects.filter(pk=member.pk, is_staff=True, is_active=True).update(is_active=False):
            return False
        end_sessions(member)
        record(Kind.STAFF_BLOCKED, by=by, document=member.document, reason=reason)
    return True


def reset_second_factor(*, member: Member, by: Actor, reason: str = "") -> bool:
    """Delete the second factor and end its sessions; the next sign-in enrols again. False without a factor."""
    refuse_own_account(member, by)
    with action():
        gone, _ = StaffFactor.objects.filter(member=member).delete()
        member.backup_codes.all().delete()
        if gone:
            record(Kind.FACTOR_RESET, by=by, document=member.document, reason=reason)
    return bool(gone)


def refuse_own_account(member: Member, by: Actor) -> None:
    """Raise NotNow when administrators would act on their own account."""
    if by.role == ADMIN and by.name == member.document:
        raise NotNow("No puede hacerlo con su propia cuenta. Pídalo a otro administrador.")


def change_password(*, member: Member, current: str, new: str, by: Actor) -> bool | LockedOut:
    """Change the staff member's own password; False if the current one is wrong or the account's limits refuse."""
    right = check_secret(
        member.document, by=by, verify=lambda: _is_current(member, current, by), dummy=lambda: make_password(current)
    )
    if isinstance(right, LockedOut) or not right:
        return right or False
    with action():
        member.set_password(new)
        member.save(update_fields=["password"])
        record(Kind.STAFF_PASSWORD_CHANGED, by=by, document=member.document)
    return True


def _is_current(member: Member, password: str, by: Actor) -> bool:
    right = member.check_password(password)
    if not right:
        record(Kind.STAFF_REFUSED, by=by, document=member.document, outcome=Outcome.REFUSED, what="wrong current password")
    return right


# --- staff actions on a member ---------------------------------------------------------------------------------------

GIVEN_BY_STAFF = (AccessKey.Kind.INITIAL, AccessKey.Kind.MAILED)


def newest_given(member: Member) -> int:
    """Primary key of the newest initial or mailed key, 0 without one; an issuing page carries it to detect a reload."""
    return member.keys.filter(kind__in=GIVEN_BY_STAFF).order_by("-pk").values_list("pk", flat=True).first() or 0


def issue_initial(*, member: Member, newest: int, by: Actor, how: str, reason: str) -> Issued:
    """Issue an initial key, to be shown once. `newest` is `newest_given` when the page was opened: a reload issues nothing.

    Raises NotNow.
    """
    return _issue(member, AccessKey.Kind.INITIAL, newest, by, how, reason)


def issue_by_mail(*, member: Member, newest: int, by: Actor, how: str, reason: str) -> AccessKey:
    """Issue a mailed key to the registered address; it is not shown. Raises NotNow."""
    if not may_recover(member, timezone.now()):
        raise NotNow("No se puede enviar por correo: no tiene correo registrado, o sus datos cambiaron hace menos de 72 horas.")
    return _issue(member, AccessKey.Kind.MAILED, newest, by, how, reason).row


def _issue(member: Member, kind: str, newest: int, by: Actor, how: str, reason: str) -> Issued:
    refuse_oneself(member, by)
    _refuse_again(member, newest)
    charge_staff_actions(by)
    with action():
        member = Member.objects.locked().get(pk=member.pk)
        _refuse_again(member, newest)
        issued = actions.issue_key(member=member, kind=kind, by=by, how=how, reason=reason)
        if kind == AccessKey.Kind.MAILED:
            tell(member, MAILED_KEY, key=issued.key, carries=issued.row)
    return issued


def _refuse_again(member: Member, newest: int) -> None:
    if newest_given(member) != newest:
        raise NotNow("Esta página ya se usó, u otra persona emitió una clave mientras tanto. No se emitió otra.")


def charge_staff_actions(by: Actor, count: int = 1) -> None:
    """Charge `count` issued keys or unlocks to this staff account; over its limit, record an alarm and raise NotNow."""
    for _ in range(count):
        refusal = charge(rates.staff_actions(by.name), by=by)
        if refusal:
            if refusal.first:
                record(Kind.STAFF_ALARM, by=by, document=by.name, outcome=Outcome.REFUSED, rate_limit=refusal.limit.name)
            raise NotNow(f"Llegó al límite de claves y pausas por ahora. Puede seguir a las {hora(refusal.until)}.")


def unlock_member(*, member: Member, by: Actor, how: str, reason: str) -> list[str]:
    """Refill the rate limits of the member's document; the names of those that had been charged. Raises NotNow."""
    refuse_oneself(member, by)
    charge_staff_actions(by)
    return access_actions.unlock_member(member=member, by=by, reason=reason, how=how)


def refuse_oneself(member: Member, by: Actor) -> None:
    """Raise NotNow when staff would change their own access as a member."""
    if by.name == member.document:
        raise NotNow("Nadie cambia su propio acceso. Pídalo a otra persona de la oficina.")


def propose_contact(*, member: Member, changes: dict[str, str], by: Actor, how: str, reason: str) -> ContactChange:
    """Propose new contact data for a supervisor's approval. Raises NotNow when nothing would change."""
    refuse_oneself(member, by)
    proposal = contact_changes.propose_contact_change(member=member, changes=changes, by=by, how=how, reason=reason)
    if not isinstance(proposal, ContactChange):  # staff are not limited: nothing would change
        raise NotNow("Esos datos ya están registrados así: no hay nada que cambiar.")
    return proposal


def approve_contact(*, proposal: ContactChange, by: Actor) -> list[str]:
    """Apply a proposal; the fields that changed. Raises NotNow for its proposer and for the issuer of the current key."""
    _refuse_approver(proposal, by)
    with action():
        lock_overrides()
        row = contact_changes.decide(proposal=proposal, state=ContactChange.State.APPROVED, by=by)
        record(Kind.CONTACT_APPROVED, by=by, document=row.member.document, proposal=row.pk)
        before = {name: getattr(row.member, name) for name in row.changes}
        changed = access_actions.change_contact(member=row.member, changes=row.changes, by=by)
        keep_approved(row, before)
        if not changed:  # else `change_contact` has told it, to the old and the new address
            notices.tell(row.member, notices.CONTACT_SAME, asked_at=row.proposed_at)
    return changed


def reject_contact(*, proposal: ContactChange, by: Actor, reason: str) -> None:
    """Reject a proposal; the member's data are unchanged. Raises NotNow."""
    refuse_oneself(proposal.member, by)
    with action():
        row = contact_changes.decide(proposal=proposal, state=ContactChange.State.REJECTED, by=by)
        record(Kind.CONTACT_REJECTED, by=by, document=row.member.document, proposal=row.pk, reason=reason)
        notices.tell(row.member, notices.CONTACT_REJECTED, asked_at=row.proposed_at)


def _refuse_approver(proposal: ContactChange, by: Actor) -> None:
    refuse_oneself(proposal.member, by)
    if proposal.proposed_by == by.name:
        raise NotNow("Usted pidió este cambio: lo aprueba otra persona.")
    if by.name in _issuers(proposal.member):
        raise NotNow("Usted emitió la clave actual de este asociado: el cambio lo aprueba otra persona.")


def _issuers(member: Member) -> set[str]:
    """The issuers of the live keys and of the newest issued key, from which the chosen key was set."""
    live = set(member.keys.live().values_list("issued_by", flat=True))
    newest = member.keys.filter(pk=newest_given(member)).values_list("issued_by", flat=True)
    return (live | set(newest)) - {""}


def note_unmasking(*, member: Member, by: Actor) -> None:
    """Record that this member of staff saw unmasked contact data."""
    record(Kind.DATA_UNMASKED, by=by, document=member.document)
