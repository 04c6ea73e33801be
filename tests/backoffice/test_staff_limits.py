"""Rate limits of staff secrets: network first, then account and network, then account; and how to lift them."""

import ast
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Event
from backoffice.models import StaffFactor
from ratelimits import rates
from ratelimits.gcra import Limit, charge, remaining_of_each
from ratelimits.models import RateLimit
from tests.office import PASSWORD, code_of, hire, sign_in
from tests.settings import ROOT

pytestmark = pytest.mark.django_db
NEW = "siete gatos bajo la lluvia"
LOCKOUT = "Por seguridad, el ingreso de funcionarios desde su conexión está en pausa hasta"
HERE, THERE = "198.51.100.7", "203.0.113.7"
NETWORK, ELSEWHERE = "198.51.100.0/24", "203.0.113.0/24"


def attempt_sign_in(browser: Client, staff: Member, right: bool) -> Any:
    return sign_in(browser, staff, password=PASSWORD if right else "otra cosa muy larga")


def attempt_enrolment(browser: Client, staff: Member, right: bool) -> Any:
    return browser.post("/admin/segundo-factor/", {"codigo": code_of(staff) if right else "000000"})


def attempt_change(browser: Client, staff: Member, right: bool) -> Any:
    current = PASSWORD if right else "no es la mía de verdad"
    return browser.post("/admin/password_change/", {"contrasena": current, "nueva": NEW, "confirmacion": NEW})


def arrive_nowhere(browser: Client, staff: Member) -> None:
    pass


def arrive_enrolling(browser: Client, staff: Member) -> None:
    StaffFactor.objects.filter(member=staff).delete()
    assert sign_in(browser, staff, code="").url == "/admin/segundo-factor/"


def arrive_inside(browser: Client, staff: Member) -> None:
    assert sign_in(browser, staff).url == "/admin/"


# Every place that verifies a staff secret: its function, how a test reaches it, how it attempts a secret.
PLACES: dict[str, tuple[Callable[[Client, Member], None], Callable[[Client, Member, bool], Any]]] = {
    "sign_in._look": (arrive_nowhere, attempt_sign_in),
    "sign_in._first_code": (arrive_enrolling, attempt_enrolment),
    "actions._is_current": (arrive_inside, attempt_change),
}
JUDGES = {"check_password", "verify_password", "use_code", "confirm", "accepted_step", "authenticate"}
everywhere = pytest.mark.parametrize("place", PLACES)


def judging_functions() -> Iterator[str]:
    for path in (ROOT / "backoffice").glob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and path.stem != "factor":  # which only computes: its callers verify
                calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
                if JUDGES & {getattr(call, "attr", getattr(call, "id", "")) for call in calls}:
                    yield f"{path.stem}.{function.name}"


def test_every_place_that_judges_a_staff_secret_is_in_the_table():
    assert sorted(judging_functions()) == sorted(PLACES)


@pytest.fixture
def staff(clock: Any) -> Member:
    return hire("auxiliar")


@pytest.fixture
def browser() -> Client:
    return Client(REMOTE_ADDR=HERE)


def use_up(limit: Limit) -> None:
    while charge(limit, by=Actor.stranger()) is None:
        pass


def left(staff: Member, network: str = NETWORK) -> list[int]:
    return remaining_of_each(*rates.staff_sign_in(staff.document, network))


@everywhere
def test_a_locked_out_network_sees_the_end_and_costs_no_hash(place: str, staff: Member, browser: Client, hashes: list[str]):
    arrive, attempt = PLACES[place]
    arrive(browser, staff)
    use_up(rates.staff_sign_in_network(NETWORK))
    hashes.clear()
    for right in (False, True):
        response = attempt(browser, staff, right)
        assert response.status_code == 429
        assert f"{LOCKOUT} las 3:18" in response.content.decode().replace("\xa0", " ")
    assert hashes == []
    assert left(staff) == [0, 5, 50]


@everywhere
def test_a_right_secret_gets_exactly_its_own_charges_back(place: str, staff: Member, browser: Client, clock: Any):
    arrive, attempt = PLACES[place]
    arrive(browser, staff)
    attempt(browser, staff, False)
    assert left(staff) == [59, 4, 49]
    clock.forward(seconds=31)  # a code is accepted once
    assert attempt(browser, staff, True).status_code in (200, 302)
    assert left(staff) == [59, 4, 49]


@everywhere
@pytest.mark.parametrize("own", [1, 2], ids=["account and network", "account"])
def test_what_the_accounts_limits_refuse_reads_like_a_wrong_secret_and_charges_the_network(
    place: str, own: int, staff: Member, browser: Client, hashes: list[str], clock: Any
):
    arrive, attempt = PLACES[place]
    arrive(browser, staff)
    clock.forward(seconds=31)
    hashes.clear()
    usual, cost = words(attempt(browser, staff, False)), len(hashes)
    use_up(rates.staff_sign_in(staff.document, NETWORK)[own])
    hashes.clear()
    assert words(attempt(browser, staff, True)) == usual
    assert len(hashes) == cost
    assert left(staff)[0] == 58


def words(response: Any) -> tuple[int, list[str]]:
    form = response.context_data["form"]
    return response.status_code, [str(error) for errors in form.errors.values() for error in errors]


def test_a_locked_out_network_charges_no_account(staff: Member, browser: Client):
    for number in range(61):
        sign_in_as(browser, str(6_000_000 + number))
    assert sign_in(browser, staff).status_code == 429
    assert left(staff) == [0, 5, 50]
    assert RateLimit.objects.filter(name="staff_account").count() == 60
    assert sign_in(Client(REMOTE_ADDR=THERE), staff).status_code == 302


def sign_in_as(browser: Client, document: str) -> Any:
    return browser.post("/admin/login/", {"documento": document, "contrasena": "otra cosa muy larga", "codigo": "123456"})


def test_the_members_sign_in_has_a_limit_of_its_own(browser: Client):
    use_up(rates.staff_sign_in_network(NETWORK))
    assert browser.post("/acceso/", {"documento": "5000001", "clave": "48271"}).status_code == 200
    assert remaining_of_each(rates.sign_in_network(NETWORK)) == [59]


def test_a_wrong_first_code_leaves_an_event(staff: Member, browser: Client):
    arrive_enrolling(browser, staff)
    attempt_enrolment(browser, staff, False)
    assert Event.objects.filter(kind=Kind.STAFF_REFUSED, details='{"what":"wrong first code"}').count() == 1


# --- unlocking and reopening -----------------------------------------------------------------------------------------

SAID = {"by": "ana", "reason": "Lo pidio Ana"}


def run(command: str, document: str, **options: Any) -> str:
    out = StringIO()
    call_command(command, document, stdout=out, **{**SAID, **options})
    return out.getvalue()


def lock_out(staff: Member) -> None:
    """Sixty attempts from sixty networks, the person's own five among them."""
    for number in range(1, 60):
        sign_in(Client(REMOTE_ADDR=f"192.0.{number}.7"), staff, password="otra cosa muy larga")
    for _ in range(6):
        sign_in(Client(REMOTE_ADDR=HERE), staff, password="otra cosa muy larga")


def test_an_account_locked_out_from_sixty_networks_is_opened_by_the_operator(staff: Member, browser: Client, clock: Any):
    assert sign_in(browser, staff).status_code == 302  # their own office, which is in the trail
    clock.forward(minutes=1)
    lock_out(staff)
    browser = Client(REMOTE_ADDR=HERE)
    assert sign_in(browser, staff).status_code == 200
    said = run("unlock_staff", staff.document)
    assert "los de su cuenta en total" in said
    assert f"los de su cuenta desde la red {NETWORK}" in said
    assert left(staff)[1:] == [5, 50]
    assert sign_in(browser, staff).status_code == 302
    event = Event.objects.get(kind=Kind.STAFF_UNLOCKED)
    assert (event.actor, event.actor_role) == ("ana", "operador")
    # the account, the fifty networks it allowed, the first it refused, and the office
    assert event.details == '{"changed":["staff_account","staff_network"],"count":53,"reason":"Lo pidio Ana"}'


def test_a_second_unlocking_finds_nothing_to_do(staff: Member):
    sign_in(Client(REMOTE_ADDR=HERE), staff, password="otra cosa muy larga")
    run("unlock_staff", staff.document)
    assert run("unlock_staff", staff.document) == f"{staff} no tenía intentos gastados.\n"
    assert Event.objects.filter(kind=Kind.STAFF_UNLOCKED).count() == 1


def test_unlocking_one_account_leaves_networks_and_colleagues_alone(staff: Member, browser: Client):
    other = hire("supervisor")
    for person in (staff, other):
        sign_in(browser, person, password="otra cosa muy larga")
    run("unlock_staff", staff.document)
    assert left(staff) == [58, 5, 50]
    assert left(other) == [58, 4, 49]


def test_an_account_that_was_opened_again_works_and_its_old_sessions_do_not(staff: Member, clock: Any):
    old = Client()
    assert sign_in(old, staff).status_code == 302
    call_command("block_staff", staff.document, stdout=StringIO())
    assert "está abierta otra vez" in run("reopen_staff", staff.document)
    assert old.get("/admin/").status_code == 302
    clock.forward(seconds=31)
    assert sign_in(Client(), staff).url == "/admin/"
    assert old.get("/admin/").status_code == 302
    event = Event.objects.get(kind=Kind.STAFF_REOPENED)
    assert (event.actor, event.details) == ("ana", '{"reason":"Lo pidio Ana"}')


def test_an_account_closed_without_its_verb_does_not_get_its_sessions_back_either(staff: Member):
    old = Client()
    sign_in(old, staff)
    Member.objects.filter(pk=staff.pk).update(is_active=False)
    run("reopen_staff", staff.document)
    assert old.get("/admin/").status_code == 302


def test_an_enrolment_under_way_does_not_survive_a_block(staff: Member, browser: Client):
    arrive_enrolling(browser, staff)
    call_command("block_staff", staff.document, stdout=StringIO())
    run("reopen_staff", staff.document)
    assert browser.get("/admin/segundo-factor/").status_code == 302


def test_a_used_code_does_not_serve_again_after_opening(staff: Member):
    code = code_of(staff)
    sign_in(Client(), staff, code=code)
    call_command("block_staff", staff.document, stdout=StringIO())
    run("reopen_staff", staff.document)
    assert sign_in(Client(), staff, code=code).status_code == 200


def test_an_open_account_is_not_opened_again(staff: Member):
    client = Client()
    sign_in(client, staff)
    assert run("reopen_staff", staff.document) == f"La cuenta de {staff} no estaba bloqueada.\n"
    assert client.get("/admin/").status_code == 200
    assert not Event.objects.filter(kind=Kind.STAFF_REOPENED).exists()


def test_a_blocked_account_is_not_opened_by_giving_it_a_role(staff: Member, monkeypatch: pytest.MonkeyPatch):
    call_command("block_staff", staff.document, stdout=StringIO())
    monkeypatch.setattr("sys.stdin", StringIO(f"{PASSWORD}\n"))
    for role in ("auxiliar", "supervisor"):
        with pytest.raises(CommandError, match=f"está bloqueada.*reopen_staff {staff.document}") as refused:
            call_command("create_staff", staff.document, role=role, password_stdin=True, stdout=StringIO())
        assert refused.value.returncode == 1
    staff.refresh_from_db()
    assert (staff.is_active, [group.name for group in staff.groups.all()]) == (False, ["auxiliar"])


def test_an_account_blocked_while_its_password_is_typed_stays_blocked(staff: Member, monkeypatch: pytest.MonkeyPatch):
    class Slow:
        def readline(self) -> str:
            call_command("block_staff", staff.document, stdout=StringIO())
            return f"{PASSWORD}\n"

    monkeypatch.setattr("sys.stdin", Slow())
    with pytest.raises(CommandError, match="reopen_staff"):
        call_command("create_staff", staff.document, role="auxiliar", password_stdin=True, stdout=StringIO())
    staff.refresh_from_db()
    assert not staff.is_active


@pytest.mark.parametrize("command", ["unlock_staff", "reopen_staff"])
def test_by_and_reason_must_be_said_and_the_person_be_staff(command: str, member: Member, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(CommandError, match="--by, --reason"):
        call_command(command, member.document)
    with pytest.raises(CommandError, match="es funcionario"):
        run(command, member.document)
    with pytest.raises(SystemExit) as ended:
        call_command(command, "--help")
    assert ended.value.code == 0
    assert f"manage.py {command} 43018552 --by ana --reason" in " ".join(capsys.readouterr().out.split())


def test_the_rows_end_by_themselves(staff: Member, browser: Client, clock: Any):
    for _ in range(5):
        sign_in(browser, staff, password="otra cosa muy larga")
    clock.forward(hours=4)
    call_command("purge", stdout=StringIO())
    assert not RateLimit.objects.filter(name__startswith="staff_").exists()
    assert Event.objects.filter(at__gt=timezone.now() - timedelta(hours=1)).count() <= 1
