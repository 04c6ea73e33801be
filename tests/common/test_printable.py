"""Any Unicode text comes out of every renderer: what the fonts lack as a sign, the readable part as it is."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.management import call_command
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.initial_keys.letters import Slip, letters_pdf
from accounts.models import Member
from common.files.csv_download import csv_lines
from common.pdf import NotTypeset, tagged_pdf
from common.printable import PRINTED, SUBSTITUTE, printable
from statements.extract.typesetting import typeset
from tests.makers import make_member
from tests.office import inside
from tests.settings import ROOT
from tests.statements.extract.test_extract_pdf import printed
from tests.statements.ledgers import add_movements, enter, make_product

PASSWORD = "mangos verdes"
ODD = {
    "an emoji": ("Luz 😀", "Luz □"),
    "a family of emoji": ("Luz 👨\u200d👩\u200d👧", "Luz □□□"),
    "a flag": ("🇨🇴 Luz", "□□ Luz"),
    "Chinese": ("王小明", "□□□"),
    "a private-use bullet of Word": ("\uf0b7 Luz", "□ Luz"),
    "Hebrew": ("Luz אבג", "Luz □□□"),
    "Arabic": ("مرحبا Luz", "□□□□□ Luz"),
    "a direction override": ("Luz \u202e000.1\u202c", "Luz 000.1"),
    "direction isolates": ("\u2067Luz\u2069 \u200fx", "Luz x"),
    "a composed accent": ("Rene\u0301", "René"),
    "marks heaped on letters": ("L\u0336\u0321u\u0334z", "Luz"),
    "controls": ("Lu\x00z\x1b\x7f\x85x", "Luz x"),
    "line breaks": ("Luz\r\nRuiz\u2028x", "Luz Ruiz x"),
    "full width": ("Ｌｕｚ", "Luz"),
    "mathematical bold": ("𝐋𝐮𝐳", "Luz"),
    "a ligature": ("ﬁn", "fin"),
    "no character": ("Luz\ufffe", "Luz□"),
    "half a surrogate pair": ("Luz\ud800", "Luz□"),
    "a byte order mark": ("\ufeffLuz", "Luz"),
    "a soft hyphen": ("Lu\u00adz", "Luz"),
    "amounts of ours": ("−$\u00a01.234,56 «ñandú» – “x” €", "−$ 1.234,56 «ñandú» – “x” €"),
    "Greek and Cyrillic": ("Ελένη Ольга", "Ελένη Ольга"),
}


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", ODD)
def test_what_cannot_be_printed_becomes_a_sign(name: str):
    text, expected = ODD[name]
    assert plain(printable(text)) == expected


def letter_with(name: str) -> bytes:
    return letters_pdf([Slip("32451867", name, "Ruiz", "482713", "2030-01-01T00:00:00+00:00")], PASSWORD)


def extract_with(text: str) -> bytes:
    row = ["01/10/2021", text, "$ 1,00", "$ 2,00"]
    account = {"name": f"{text} 20-1", "figures": [["Saldo final", "$ 2,00"]], "notes": [text], "movements": [row]}
    words = dict.fromkeys(("title", "issuer", "header", "help", "member", "document", "cutoff"), text)
    return typeset(
        words | {"title": "x", "summary": [], "notes": [text], "groups": [{"name": "Ahorros", "accounts": [account]}]}
    )


RENDERERS: dict[str, tuple[Callable[[str], bytes], tuple[str, ...]]] = {
    "letters": (letter_with, ("-upw", PASSWORD)),
    "extract": (extract_with, ()),
}


@pytest.mark.poppler
@pytest.mark.parametrize("renderer", RENDERERS)
def test_every_character_called_printable_is_printed(renderer: str):
    """All of them at once: typst refuses the document for one without a glyph."""
    render, options = RENDERERS[renderer]
    every = [chr(code) for code in range(0x20, 0x3000) if re.match(f"[{PRINTED}]", chr(code))]
    assert all(unicodedata.bidirectional(character) not in {"R", "AL", "AN"} for character in every)
    text = printed(render(" ".join(every)), *options)
    seen = unicodedata.normalize("NFKC", text)
    lost = {character for character in every if not set(unicodedata.normalize("NFKC", character)) <= set(seen)}
    assert lost <= {"\t", " ", "\u00a0"}


@pytest.mark.poppler
@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("name", ODD)
def test_a_pdf_holds_the_readable_part_as_live_text(renderer: str, name: str):
    render, options = RENDERERS[renderer]
    text, expected = ODD[name]
    assert expected in plain(printed(render(text), *options))


@pytest.mark.parametrize("renderer", RENDERERS)
@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(), max_size=80))
def test_no_text_is_refused(renderer: str, text: str):
    render, _ = RENDERERS[renderer]
    assert render(text).startswith(b"%PDF")


@given(text=st.text(st.characters(), max_size=80))
def test_a_printable_text_stays_as_it_is_and_keeps_its_printable_letters(text: str):
    once = printable(text)
    assert printable(once) == once
    assert re.fullmatch(f"[{PRINTED}]*", once)
    kept = [character for character in unicodedata.normalize("NFC", text) if re.match(f"[{PRINTED}]", character)]
    rest = iter(once)
    assert all(character in rest for character in kept)  # in order


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text_is_a_cell(text: str):
    assert "".join(csv_lines(["x"], [[text]])).encode()


# ---- the same through the doors that people use -----------------------------------------------------------------------------


@pytest.mark.poppler
def test_the_cases_become_letters_and_extracts(tmp_path: Path, db: Any, clock: Any, monkeypatch: pytest.MonkeyPatch):
    clock.forward(days=1_860)  # the files are of 2026
    files = {"members": "40-emoji-members.csv", "products": "40-products.csv", "movements": "40-emoji-movements.csv"}
    for kind, file in files.items():
        call_command(f"import_{kind}", str(ROOT / "tests" / "cases" / file), stdout=StringIO())
    monkeypatch.setenv("LETTERS_PASSWORD", PASSWORD)
    out = tmp_path / "cartas.pdf"
    call_command("issue_initial_keys", "--without-key", "--letters", str(out), "--by", "x", stdout=StringIO())
    assert "Luz □ Ruiz" in printed(out.read_bytes(), "-upw", PASSWORD)
    call_command("make_statements", "--month", "2026-10", "--out", str(tmp_path / "x"), stdout=StringIO())
    [made] = (tmp_path / "x").glob("*.pdf")
    assert f"Regalo {SUBSTITUTE}" in printed(made.read_bytes())


@pytest.mark.poppler
@pytest.mark.parametrize("name", [name for name in ODD if name not in ("controls", "half a surrogate pair")])
def test_the_extract_of_a_member_with_such_a_name_and_concept_opens(member: Member, clock: Any, name: str):
    text, expected = ODD[name]
    Member.objects.filter(pk=member.pk).update(first_names=text)
    add_movements(make_product(member, line=text), [(date(2021, 10, 1), text, Decimal(-1))])
    answer = enter(Client(), member, clock.now).get("/estado-de-cuenta/extracto.pdf", {"mes": "2021-10"})
    assert answer.status_code == 200
    assert plain(printed(answer.content)).count(expected) >= 3


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in ODD if name not in ("controls", "half a surrogate pair")])
def test_the_letters_of_the_office_are_made_with_such_a_name(name: str):
    member = make_member(first_names=ODD[name][0])
    data = {"action": "emitir_claves", "index": "0", "select_across": "0", "confirmado": "1", "anterior": "0"}
    data |= {"como": "otra", "motivo": "Asamblea", "contrasena_pdf": PASSWORD, "_selected_action": [member.pk]}
    answer = inside("supervisor").post("/admin/accounts/member/", data)
    assert len(pikepdf.open(BytesIO(answer.content), password=PASSWORD).pages) == 1


@pytest.mark.django_db
def test_a_letter_that_the_office_cannot_make_costs_no_key(
    member: Member, other_member: Member, monkeypatch: pytest.MonkeyPatch
):
    def refusing(template: Path, data: dict[str, Any]) -> bytes:
        if any("Hernán" in letter["name"] for letter in data["letters"]):
            raise NotTypeset("no glyph")
        return tagged_pdf(template, data)

    monkeypatch.setattr("accounts.initial_keys.letters.tagged_pdf", refusing)
    data = {"action": "emitir_claves", "index": "0", "select_across": "0", "confirmado": "1", "anterior": "0"}
    data |= {"como": "otra", "motivo": "Asamblea", "contrasena_pdf": PASSWORD}
    data |= {"_selected_action": [member.pk, other_member.pk]}
    page = inside("supervisor").post("/admin/accounts/member/", data).content.decode()
    assert "No se pudo hacer la carta de Hernán Darío Patiño Úsuga. No se emitió ninguna clave" in page
    assert not member.keys.exists()
