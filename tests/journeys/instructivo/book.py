"""The manual as files: `python -m tests.journeys.instructivo.book`, after the tests wrote its pictures to artefacts/."""

import io
import json
import os
import re
from hashlib import sha256
from typing import Any

import pikepdf
import typst

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from django.conf import settings
from PIL import Image

from tests.journeys.instructivo import pictures
from tests.journeys.instructivo.steps import INTRODUCTION, LAST_WORDS, NUMBERED, STEPS, TITLE, Step
from tests.settings import ROOT

PICTURES = ROOT / "docs" / "instructivo"
MARKDOWN = ROOT / "docs" / "instructivo.md"
PDF = ROOT / "docs" / "instructivo.pdf"
LAYOUT = ROOT / "tests" / "journeys" / "instructivo" / "layout.typ"
WIDEST, TALLEST = 7.6, 20.0  # centimetres of a picture on paper
COLOURS = 32  # enough for letters and frames; about 20 KB a picture


def markdown() -> str:
    """The manual as Markdown; built from the texts alone, so it is the same on every machine."""
    parts = [f"# {TITLE}", *map(said, INTRODUCTION)]
    for number, step in enumerate(STEPS, 1):
        picture = f"![{step.alt}](instructivo/{step.name}.png)"
        parts += [f"## {heading(number, step)}", numbered(step), picture, *map(said, step.notes)]
    for title, lines in LAST_WORDS:
        parts += [f"## {title}", "\n".join(f"- {said(line)}" for line in lines)]
    return "\n\n".join(parts) + "\n"


def heading(number: int, step: Step) -> str:
    return f"Paso {number}. {step.title}" if number <= NUMBERED else step.title


def numbered(step: Step) -> str:
    return "\n".join(f"{number}. {said(line)}" for number, line in enumerate(step.do, 1))


def said(text: str) -> str:
    """The sentence with the cooperative's names inserted."""
    return text.format(dominio=settings.PORTAL_DOMAIN, entidad=settings.COOP_NAME)


def digest_of_words() -> str:
    """A digest of the texts, written into the PDF so that a test detects an outdated one."""
    return sha256(markdown().encode()).hexdigest()[:16]


def pdf() -> bytes:
    """The manual for the printer: tagged (PDF/UA-1), letter size, 16 points; no step is split over pages."""
    data = {
        "title": TITLE,
        "issuer": settings.COOP_NAME,
        "colour": settings.COOP_COLOR,
        "digest": digest_of_words(),
        "introduction": [said(line) for line in INTRODUCTION],
        "steps": [_step(number, step) for number, step in enumerate(STEPS, 1)],
        "last": [[title, [said(line) for line in lines]] for title, lines in LAST_WORDS],
    }
    compiler = typst.Compiler(LAYOUT, root=ROOT, font_paths=typst.Fonts(include_system_fonts=False), ignore_system_fonts=True)
    made = compiler.compile(format="pdf", sys_inputs={"data": json.dumps(data)}, pdf_standards=["ua-1"])
    smaller = io.BytesIO()
    with pikepdf.open(io.BytesIO(made)) as document:
        document.save(smaller, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return smaller.getvalue()


def _step(number: int, step: Step) -> dict[str, Any]:
    return {
        "heading": heading(number, step),
        "do": [_spans(said(line)) for line in step.do],
        "notes": [said(line) for line in step.notes],
        "picture": f"/docs/instructivo/{step.name}.png",
        "alt": step.alt,
        "width": _width(step),
    }


def _width(step: Step) -> float:
    """Width in centimetres, so that picture and heading fit on a page."""
    with Image.open(PICTURES / f"{step.name}.png") as picture:
        return round(min(WIDEST, TALLEST * picture.width / picture.height), 2)


def _spans(text: str) -> list[list[Any]]:
    """The parts of a sentence, each with whether it is bold."""
    return [[piece, at % 2 == 1] for at, piece in enumerate(re.split(r"\*\*", text)) if piece]


def keep_pictures() -> None:
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.glob("*.png"):
        old.unlink()
    for step in STEPS:
        picture = Image.open(pictures.FOLDER / f"{step.name}.png").convert("RGB")
        picture.quantize(COLOURS).save(PICTURES / f"{step.name}.png", optimize=True)


def main() -> None:
    keep_pictures()
    MARKDOWN.write_text(markdown(), encoding="utf-8")
    PDF.write_bytes(pdf())
    print(f"{MARKDOWN.relative_to(ROOT)}, {PDF.relative_to(ROOT)} ({PDF.stat().st_size // 1024} KB), {len(STEPS)} pictures")


if __name__ == "__main__":
    main()
