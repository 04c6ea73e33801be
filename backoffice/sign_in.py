"""Staff sign-in: charge the rate limits, then verify password and code together, at the same cost for every document."""

from dataclasses import dataclass

from django.contrib.auth import login
from django.contrib.auth.hashers import check_password, identify_hasher
from django.http import HttpRequest
from django.utils import timezone

from accounts.backends import STAFF_BACKEND
from accounts.hashers import Parameters, verify_nothing
from accounts.models import REALM_KEY, STAFF_REALM, Member
from accounts.portal_counts import STAFF, drawn_parameters
from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.record import action, record
from backoffice import factor
from backoffice.attempts import LockedOut, check_secret
from backoffice.models import StaffFactor
from backoffice.roles import role_of
from outbox.queue import put_job

REFUSED_JOB = "backoffice.refused"
WRONG_CODE = "wrong code"  # stored in the trail: the password was right
ENROLMENT_LASTS = 15 * 60  # seconds between the right password and the first code


@dataclass(frozen=True)
class Known:
    """Password right, and code right or no factor enrolled yet (`factor` is None then)."""

    member: Member
    factor: StaffFactor | None
    how: str


def sign_in(*, document: str, password: str, code: str, network: str) -> Known | LockedOut | None:
    """Verify a clean document, a password and a code; None if any is wrong. Never call it inside a transaction."""
    known = check_secret(
        document,
        by=Actor.stranger(network),
        verify=lambda: _verify(document, password, code, network),
        dummy=lambda: verify_nothing(password, drawn_parameters(document, STAFF)),
    )
    if isinstance(known, Known):
        _renew_hash(known.member, password)
    return known


def _verify(document: str, password: str, code: str, network: str) -> Known | None:
    known, why = _look(document, password, code)
    if known is None:
        _note_refusal(document, why, network)
    return known


def _note_refusal(document: str, why: str, network: str) -> None:
    """Record the event and queue the same job whatever was wrong: only the worker learns whether the password was right."""
    now = timezone.now()
    payload = {"document": document, "network": network, "at": now.isoformat(timespec="microseconds")}
    with action():
        record(Kind.STAFF_REFUSED, by=Actor.stranger(network), document=document, outcome=Outcome.REFUSED, at=now, what=why)
        put_job(kind=REFUSED_JOB, payload=payload, document=document)


def _look(document: str, password: str, code: str) -> tuple[Known | None, str]:
    member = Member.objects.filter(document=document, is_staff=True, is_active=True).first()
    # No rehash of old parameters here: before the code is verified its time would reveal a right password.
    drawn = drawn_parameters(document, STAFF)
    right = check_password(password, member.password) if member else _never(password, drawn)
    used = factor.confirmed_factor(member)
    how = factor.use_code(used, code, spend=right)
    if member is None:
        return None, "no account"
    if not right:
        return None, "wrong password"
    if used and not how:
        return None, WRONG_CODE
    return Known(member, used, how), ""


def _never(password: str, drawn: Parameters) -> bool:
    """False, after one hash with parameters that staff accounts have: the time does not reveal who has an account."""
    verify_nothing(password, drawn)
    return False


def _renew_hash(member: Member, password: str) -> None:
    """Rehash a password stored with older Argon2 parameters."""
    old = member.password
    if identify_hasher(old).must_update(old):
        member.set_password(password)
        Member.objects.filter(pk=member.pk, password=old).update(password=member.password)  # unless it changed meanwhile


def wait_for_enrolment(request: HttpRequest, member: Member) -> None:
    """Start a session that allows the enrolment only: the password was right and there is no factor yet."""
    request.session.flush()
    request.session["enrolling"] = member.pk
    request.session["enrolling_at"] = int(timezone.now().timestamp())
    request.session["enrolling_hash"] = member.get_session_auth_hash()
    request.session["enrolling_factor"] = factor.begin_enrolment(member).pk


def enrolling_member(request: HttpRequest) -> Member | None:
    """The member who is enrolling in this session; None if there is none or it expired."""
    session = request.session
    if timezone.now().timestamp() - session.get("enrolling_at", 0) > ENROLMENT_LASTS:
        return None
    member = Member.objects.filter(pk=session.get("enrolling", 0), is_staff=True, is_active=True).first()
    if member is None or session.get("enrolling_hash") != member.get_session_auth_hash():
        return None
    return member


def enrolling_factor(request: HttpRequest, member: Member) -> StaffFactor | None:
    """The factor this session began, the same at each reload; None once it is confirmed or another browser began one."""
    mine = StaffFactor.objects.filter(pk=request.session.get("enrolling_factor", 0), member=member)
    return mine.filter(confirmed_at=None).first()


def confirm_enrolment(waiting: StaffFactor, code: str, *, network: str) -> list[str] | LockedOut | None:
    """Verify the first code of an enrolment; the backup codes, empty for a wrong code."""
    by = staff_actor(waiting.member, network)
    return check_secret(waiting.member.document, by=by, verify=lambda: _first_code(waiting, code, by))


def _first_code(waiting: StaffFactor, code: str, by: Actor) -> list[str]:
    codes = factor.confirm(waiting, code, by=by)
    if not codes:
        document = waiting.member.document
        record(Kind.STAFF_REFUSED, by=by, document=document, outcome=Outcome.REFUSED, what="wrong first code")
    return codes


def open_session(request: HttpRequest, member: Member, used: StaffFactor, *, how: str, network: str) -> None:
    """Start a new session of the staff realm; the browser's previous session is deleted."""
    request.session.flush()
    member.realm = STAFF_REALM
    login(request, member, backend=STAFF_BACKEND)
    now = int(timezone.now().timestamp())
    request.session.update({REALM_KEY: STAFF_REALM, "started_at": now, "seen_at": now, "factor": used.pk})
    record(Kind.STAFF_ENTERED, by=staff_actor(member, network), document=member.document, how=how)


def staff_actor(member: Member, network: str) -> Actor:
    """The actor of a staff account, for the audit trail."""
    return Actor.staff(member.document, role_of(member), network)


def inside(request: HttpRequest) -> bool:
    """Whether this request has a session of the staff realm, with the second factor."""
    kept = vars(request)  # computed once per request: site, menu and page ask for it
    if "staff_inside" not in kept:
        kept["staff_inside"] = _look_inside(request)
    return kept["staff_inside"]


def _look_inside(request: HttpRequest) -> bool:
    member = request.user
    if not isinstance(member, Member) or request.session.get(REALM_KEY) != STAFF_REALM or member.realm != STAFF_REALM:
        return False
    return member.is_staff and member.is_active and factor.still_in_use(request.session.get("factor"), member)
