"""Every sentence about the recovery is true in every state: the roads it names are walked, with right answers."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import product
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AccessKey, ContactChange, Member
from outbox.worker import drain
from ratelimits import rates
from ratelimits.gcra import Limit, microseconds
from ratelimits.models import RateLimit
from recovery.my_data import road_texts
from recovery.under_attack import under_attack
from tests.access import choose, sign_in
from tests.office import inside as staff_inside
from tests.recovery.my_data.test_masked import PAGE
from tests.recovery.walk import START, right_answers, send, start

pytestmark = pytest.mark.django_db
KEY = "60382"
EMAIL = "rosa.gomez@correo.example"
FACTS: dict[str, dict[str, Any]] = {
    "enough": {},
    "one date": {"issue_date": None},
    "one missing": {"landline": "", "address": ""},
    "one does not serve": {"landline": "1111111", "address": "Finca La Esperanza"},
    "no date": {"issue_date": None, "birth_date": None, "address": ""},
    "none": {"issue_date": None, "birth_date": None, "mobile": "", "landline": "", "address": ""},
}
SPENT: dict[str, Callable[[Member], Limit]] = {
    "answers": lambda member: rates.answers_document(member.document, member.email),
    "temporary keys": lambda member: rates.temporary_keys_issued(member.document),
    "mailed keys": lambda member: rates.mail_road_keys(member.document),
}


class State(NamedTuple):
    held: bool
    email: str
    facts: str
    spent: tuple[str, ...]


SUBSETS = [tuple(name for name, on in zip(SPENT, ons, strict=True) if on) for ons in product([False, True], repeat=3)]
STATES = [State(*each) for each in product([False, True], [EMAIL, ""], FACTS, SUBSETS)]


class Seen(NamedTuple):
    """What really works in a state."""

    state: State
    questions: bool
    mail: bool


# Each sentence of the page, and when it is true. The moments in them are tried below, in tests of their own.
TRUE: dict[str, Callable[[Seen], bool]] = {
    road_texts.QUESTIONS_WORK: lambda seen: seen.questions,
    road_texts.NO_QUESTIONS: lambda seen: not seen.questions,
    road_texts.MAIL_TOO: lambda seen: seen.mail and seen.questions,
    road_texts.MAIL_WORKS: lambda seen: seen.mail and not seen.questions,
    road_texts.MAIL_BUTTON: lambda seen: seen.mail and not seen.questions,
    road_texts.OFFICE: lambda seen: not (seen.mail or seen.questions),
    road_texts.NO_ADDRESS: lambda seen: not seen.state.email and not (seen.mail or seen.questions),
    road_texts.BRING_ADDRESS: lambda seen: not seen.state.email,
    road_texts.BRING_FACTS: lambda seen: lacks(seen.state),
    road_texts.BRING_DATES: lambda seen: seen.state.facts in ("no date", "none"),
    road_texts.WRONG_ANSWERS: lambda seen: "answers" in seen.state.spent,
    road_texts.MANY_KEYS: lambda seen: "temporary keys" in seen.state.spent,
    "Sus datos cambiaron hace poco.": lambda seen: seen.state.held,
    "Por seguridad, no puede recuperar su clave por internet hasta …": lambda seen: not (seen.mail or seen.questions),
    "Podrá recuperarla con preguntas desde …": lambda seen: not seen.questions and not lacks(seen.state),
    "Ya pidió varias claves por correo. Podrá pedir otra desde …": lambda seen: "mailed keys" in seen.state.spent,
    "Para las preguntas nos falta al menos …": lambda seen: (
        seen.state.facts in ("one missing", "one does not serve", "no date")
    ),
    "Para las preguntas nos faltan al menos …": lambda seen: seen.state.facts == "none",
}
# What must be read, not only be true when it is.
ALWAYS = {road_texts.QUESTIONS_WORK, road_texts.OFFICE, road_texts.NO_ADDRESS, "Sus datos cambiaron hace poco."}


def lacks(state: State) -> bool:
    return state.facts not in ("enough", "one date")


def put(member: Member, state: State) -> None:
    held = timezone.now() + timedelta(hours=5) if state.held else None
    Member.objects.filter(pk=member.pk).update(held_until=held, email=state.email, **FACTS[state.facts])
    member.refresh_from_db()
    for name in state.spent:
        use_up(SPENT[name](member))


def use_up(limit: Limit) -> None:
    tat = microseconds(timezone.now()) + limit.burst * limit.step
    RateLimit.objects.update_or_create(id=limit.id, defaults={"name": limit.name, "tat": tat})


def sentences(client: Client) -> list[str]:
    """The sentences about the recovery, as the page shows them."""
    text = client.get(PAGE).content.decode().partition('<h2 id="t-clave">')[2].partition("</section>")[0]
    return re.findall(r"<p>(.*?)</p>", text)


def without_moment(sentence: str) -> str:
    cut = re.sub(r"(hasta|desde) .*", r"\1 …", sentence)
    return re.sub(r"(al menos) .*", r"\1 …", cut)


@contextmanager
def undone() -> Iterator[None]:
    """Nothing of what is tried inside stays; the portal may commit for good in it, as in a test's own transaction."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


def works(member: Member, kind: AccessKey.Kind) -> bool:
    """Whether a visitor with right answers, or by the mail road, is given a key."""
    with undone():
        visitor = Client()
        if kind == AccessKey.Kind.TEMPORARY:
            start(visitor, member.document)
            send(visitor, member.email or EMAIL, right_answers(member.document))
        else:
            visitor.post(START, {"documento": member.document, "accion": "correo"})
        drain()
        return member.keys.live().filter(kind=kind).exists()


def seen_in(member: Member, state: State) -> Seen:
    return Seen(state, works(member, AccessKey.Kind.TEMPORARY), works(member, AccessKey.Kind.MAILED))


@pytest.fixture
def client_inside(member: Member) -> Client:
    client = Client()
    assert sign_in(client, member.document, choose(member, KEY)).status_code == 302
    return client


def test_every_sentence_is_true_in_every_state(member: Member, client_inside: Client):
    read: set[str] = set()
    for state in STATES:
        with undone():
            put(member, state)
            found = [without_moment(sentence) for sentence in sentences(client_inside)]
            seen = seen_in(member, state)
            assert [each for each in found if not TRUE[each](seen)] == [], seen
            assert [each for each in ALWAYS if TRUE[each](seen) and each not in found] == [], seen
            assert bool({road_texts.MAIL_TOO, road_texts.MAIL_WORKS} & set(found)) == seen.mail, seen
            read |= set(found)
    assert read == set(TRUE)


def test_under_attack_the_questions_still_work(member: Member, client_inside: Client):
    limit = rates.answers_portal(members=0)
    use_up(limit)
    RateLimit.objects.filter(id=limit.id).update(alarm_at=microseconds(timezone.now()))
    assert under_attack()
    assert road_texts.QUESTIONS_WORK in sentences(client_inside)
    assert works(member, AccessKey.Kind.TEMPORARY)


@pytest.mark.parametrize("closed", [{"status": "retired"}, {"blocked_at": "2021-10-21T00:00Z"}, {"in_registry": False}])
def test_who_is_blocked_or_retired_does_not_see_the_page(member: Member, client_inside: Client, closed: dict[str, Any]):
    Member.objects.filter(pk=member.pk).update(**closed)
    assert client_inside.get(PAGE).status_code == 302


def test_the_hold_ends_when_the_page_says(member: Member, clock: Any):
    Member.objects.update(held_until=clock.now + timedelta(hours=5))
    client = Client()
    sign_in(client, member.document, choose(member, KEY))
    assert "Por seguridad, no puede recuperar su clave por internet hasta las 8:16\xa0p.\xa0m." in sentences(client)
    clock.forward(hours=4, minutes=59)
    assert not works(member, AccessKey.Kind.TEMPORARY)
    clock.forward(minutes=2)
    assert works(member, AccessKey.Kind.TEMPORARY)


@pytest.mark.parametrize(
    ("spent", "days", "kind"),
    [
        (["answers"], 720, AccessKey.Kind.TEMPORARY),
        (["temporary keys"], 10, AccessKey.Kind.TEMPORARY),
        (["temporary keys", "answers"], 720, AccessKey.Kind.TEMPORARY),
        (["mailed keys"], 20, AccessKey.Kind.MAILED),
    ],
)
def test_a_limit_ends_when_the_page_says(member: Member, clock: Any, spent: list[str], days: int, kind: AccessKey.Kind):
    put(member, State(held=False, email=EMAIL, facts="enough", spent=tuple(spent)))
    client = Client()
    sign_in(client, member.document, choose(member, KEY))
    said = clock.now + timedelta(days=days, minutes=1)
    moment = f"desde el {said.day} de {MONTHS[said.month]} de {said.year} a las 3:16\xa0p.\xa0m."
    assert any(moment in sentence for sentence in sentences(client)), sentences(client)
    clock.forward(days=days, minutes=-1)
    assert not works(member, kind)
    clock.forward(minutes=2)
    assert works(member, kind)


MONTHS = {10: "octubre", 11: "noviembre"}
BROUGHT = {"correo": EMAIL, "telefono": "6045553419", "direccion": "Calle 45 # 23-60", "celular": "3105552827"}


@pytest.mark.parametrize(
    ("facts", "email", "brought"),
    [
        ("one missing", EMAIL, ["telefono"]),
        ("one missing", EMAIL, ["direccion"]),
        ("one does not serve", EMAIL, ["direccion"]),
        ("no date", EMAIL, ["direccion"]),
        ("enough", "", ["correo"]),
    ],
)
def test_what_the_page_asks_for_is_brought_by_its_form(member: Member, clock: Any, facts: str, email: str, brought: list[str]):
    put(member, State(held=False, email=email, facts=facts, spent=()))
    client = Client()
    sign_in(client, member.document, choose(member, KEY))
    assert road_texts.QUESTIONS_WORK not in sentences(client)
    client.post(PAGE, {field: BROUGHT[field] for field in brought})
    staff_inside("supervisor").post(f"/admin/accounts/contactchange/{ContactChange.objects.get().pk}/", {"decision": "aprobar"})
    clock.forward(hours=72, minutes=1)
    sign_in(client, member.document, KEY)
    assert road_texts.QUESTIONS_WORK in sentences(client)
