"""The members' manual: every step is reached in the running portal, and its quoted texts are on the screen."""

import re
from collections.abc import Callable, Iterator
from io import StringIO
from random import Random
from typing import Any

import pikepdf
import pytest
from django.core.management import call_command

from accounts.models import Member
from cooperen.demo.cast import who_recovers
from tests.conftest import Clock
from tests.journeys.instructivo import book
from tests.journeys.instructivo.pictures import take_picture
from tests.journeys.instructivo.steps import STEPS, Step, Story
from tests.journeys.walk import Walk

MEMBERS = 20
LONGEST = 20  # words of a sentence
NEVER = re.compile(r"por favor|inválid|lo sentimos|usuario|haga clic|dar clic|tú\b", re.IGNORECASE)
Open = Callable[..., Walk]


@pytest.fixture
def story(transactional_db: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Story:
    """A member of the demo's invented cooperative; the same one, with the same keys and words in every run."""
    call_command("demo", members=MEMBERS, stdout=StringIO(), stderr=StringIO())
    chance = Random(2021)
    monkeypatch.setattr("secrets.randbelow", chance.randrange)
    monkeypatch.setattr("secrets.choice", chance.choice)
    people = Member.objects.filter(keys=None, is_staff=False, status=Member.Status.ACTIVE).exclude(email="").order_by("pk")
    return Story(who_recovers(people))


def quoted(step: Step) -> list[str]:
    """The texts that must be on the step's screen: those in «», except titles of other steps, and «paso 1 de 4»."""
    titles = {other.title for other in STEPS}
    counted = [words.capitalize() for words in re.findall(r"paso \d de \d", step.alt)]
    return counted + [
        words for text in (*step.do, *step.notes) for words in re.findall(r"«([^»]+)»", text) if words not in titles
    ]


def test_every_screen_says_what_the_manual_says_of_it(story: Story, walk: Open):
    person = walk(device_scale_factor=2)
    for step in STEPS:
        step.arrive(person, story)
        person.page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        shown = " ".join(person.page.locator("body").inner_text().split())
        missing = [words for words in quoted(step) if words not in shown]
        assert not missing, f"{step.name}: the screen no longer says {missing}; put steps.py right, then `make instructivo`"
        take_picture(person.page, step)


def sentences() -> Iterator[str]:
    for line in book.markdown().splitlines():
        text = re.sub(r"^#+ |^\d+\. |^- |!\[.*", "", line)
        yield from filter(None, re.split(r"(?<=[.?])\s+(?=[A-ZÁÉÍÓÚÑ¿])", text))


def test_the_manual_is_short_and_plain():
    assert [text for text in sentences() if len(text.split()) > LONGEST] == []
    assert NEVER.findall(book.markdown()) == []


def test_the_manual_in_docs_is_the_one_these_steps_make():
    assert book.MARKDOWN.read_text(encoding="utf-8") == book.markdown(), "run `make instructivo`"
    assert {path.stem for path in book.PICTURES.glob("*.png")} == {step.name for step in STEPS}
    with pikepdf.open(book.PDF) as pdf:
        assert book.digest_of_words() in str(pdf.docinfo["/Keywords"]), "run `make instructivo`"


def test_the_pdf_can_be_read_aloud():
    with pikepdf.open(book.PDF) as pdf:
        assert pdf.Root.Lang in ("es", "es-CO")
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        with pdf.open_metadata() as words:
            assert words["pdfuaid:part"] == "1"
