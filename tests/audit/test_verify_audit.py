"""`verify_audit` finds every tampering by SQL and accepts an untouched trail."""

import random
from collections import Counter
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from audit.anchors import Anchor
from audit.models import Event, Head
from audit.triggers import drop_triggers
from audit.verify import first_break, head_agrees
from tests.audit.trail import another, execute, set_head_to_newest, write_events

ROWS = 14
COLUMNS = ["kind", "actor", "actor_role", "subject", "subject_tail", "network", "outcome", "details", "mac"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def trail() -> list[Anchor]:
    """Fourteen events and the anchor of the last; the triggers are dropped, as a forger would do."""
    write_events(ROWS)
    head = Head.objects.get()
    drop_triggers()
    return [Anchor(head.number, head.mac)]


def edit(dice: random.Random) -> None:
    row = Event.objects.get(number=dice.randint(1, ROWS))
    if dice.random() < 0.1:
        execute("UPDATE audit_event SET at = %s WHERE number = %s", row.at + timedelta(microseconds=1), row.number)
        return
    column = dice.choice(COLUMNS)
    value = another(getattr(row, column), dice)[-3 if column == "subject_tail" else -10 :]
    value = value if value != getattr(row, column) else "x"
    execute(f"UPDATE audit_event SET {column} = %s WHERE number = %s", value, row.number)  # noqa: S608


def delete(dice: random.Random) -> None:
    number = dice.randint(1, ROWS)
    execute("DELETE FROM audit_event WHERE number = %s", number)
    if dice.random() < 0.5:  # and close the gap
        for later in range(number + 1, ROWS + 1):
            execute("UPDATE audit_event SET number = %s WHERE number = %s", later - 1, later)
        set_head_to_newest()


def insert(dice: random.Random) -> None:
    at = dice.choice([dice.randint(1, ROWS + 1), ROWS + 1, 0, -3])
    for later in range(ROWS, max(at, 1) - 1, -1):
        execute("UPDATE audit_event SET number = %s WHERE number = %s", later + 1, later)
    row = Event.objects.order_by("?" if dice.random() < 0.5 else "number").first()
    row.number = at
    Event.objects.bulk_create([row])
    set_head_to_newest()


def swap(dice: random.Random) -> None:
    first, second = dice.sample(range(1, ROWS + 1), 2)
    if dice.random() < 0.5:
        for old, new in [(first, -1), (second, first), (-1, second)]:
            execute("UPDATE audit_event SET number = %s WHERE number = %s", new, old)
        return
    one, two = Event.objects.get(number=first), Event.objects.get(number=second)
    execute("UPDATE audit_event SET details = %s WHERE number = %s", two.details, first)
    execute("UPDATE audit_event SET details = %s WHERE number = %s", one.details, second)


def cut(dice: random.Random) -> None:
    execute("DELETE FROM audit_event WHERE number > %s", dice.randint(1, ROWS - 1))
    if dice.random() < 0.8:
        set_head_to_newest()


def spoil_head(dice: random.Random) -> None:
    if dice.random() < 0.5:
        execute("UPDATE audit_head SET number = number + 1")
    else:
        execute("DELETE FROM audit_head")


def test_a_thousand_tamperings_are_all_found(trail: list[Anchor]):
    dice, missed, done = random.Random(1581), [], Counter()
    for number in range(1_000):
        forge = [edit, delete, insert, swap, cut, edit, spoil_head][number % 7]
        with transaction.atomic():
            forge(dice)
            found = first_break(trail)
            transaction.set_rollback(True)
        done[forge.__name__] += 1
        missed += [] if found else [(number, forge.__name__)]
    assert missed == []
    assert sum(done.values()) == 1_000
    assert first_break(trail) is None


def test_an_untouched_trail_verifies(tmp_path: Path):
    write_events(ROWS)
    call_command("anchor_audit", to=tmp_path / "anclas.txt", stdout=StringIO())
    write_events(3)
    out = StringIO()
    call_command("verify_audit", anchors=tmp_path / "anclas.txt", stdout=out)
    assert f"{ROWS + 4} eventos, 1 anclas comparadas" in out.getvalue()
    assert head_agrees()


def test_an_empty_trail_verifies():
    assert first_break() is None
    assert head_agrees()


def test_the_first_broken_row_is_named(trail: list[Anchor]):
    execute("UPDATE audit_event SET actor = 'otro' WHERE number IN (5, 9)")
    with pytest.raises(CommandError, match="el evento 5 fue cambiado") as refused:
        call_command("verify_audit")
    assert refused.value.returncode == 1


def test_a_tail_cut_after_an_anchor_is_found_only_with_the_anchor(trail: list[Anchor]):
    execute("DELETE FROM audit_event WHERE number > 10")
    set_head_to_newest()
    assert first_break() is None
    found = first_break(trail)
    assert found is not None
    assert "se cortó el final" in found.what


def test_a_rewritten_trail_differs_from_its_anchor(trail: list[Anchor]):
    found = first_break([Anchor(7, "0" * 64), *trail])
    assert found is not None
    assert found.number == 7


def test_verification_continues_over_many_batches(trail: list[Anchor], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("audit.verify.BATCH", 3)
    heard: list[int] = []
    assert first_break(trail, heard.append) is None
    assert heard == [3, 6, 9, 12, 14]
    execute("UPDATE audit_event SET network = 'x' WHERE number = 7")
    assert first_break(trail).number == 7


def test_the_head_row_is_compared(trail: list[Anchor]):
    execute("UPDATE audit_head SET mac = %s", "f" * 64)
    assert not head_agrees()
    assert first_break() is not None
