"""Rules for texts on screen: usted, short sentences, common words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.settings import ROOT

LONGEST = 20  # words of a sentence
NEVER = re.compile(
    r"\bpor favor\b|inv[aá]lid[oa]s?\b|lo sentimos|\busuari[oa]s?\b|\bclic\b|\bGrabar\b"
    r"|\b(tú|tienes|puedes|debes|quieres|haz|escribe tu|ingresa tu|tu (clave|documento|correo|cuenta))\b",
    re.IGNORECASE,
)
SPANISH = re.compile(r"[áéíóúñ¿¡«]|\b(el|la|los|las|de|del|un|una|su|no|es|que|con|para|ya)\b", re.IGNORECASE)
APPS = ("vault", "audit", "outbox", "accounts", "registry", "recovery", "statements", "backoffice", "cooperen")
BLOCKS = re.compile(r"</?(?:p|li|h\d|dt|dd|div|label|legend|th|td|caption|button|option|section|title)\b[^>]*>")
BETWEEN = re.compile(r"(?<=[.?!:])\s+(?=[«¿A-ZÁÉÍÓÚÑ])|\n")


def of_templates() -> Iterator[tuple[Path, str]]:
    """The text between tags of every template, mails too; what is filled in counts as a word."""
    for path in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("templates/**/*.txt")]:
        text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        text = re.sub(r"{%\s*(else|elif|if|endif|for|endfor|empty|block|endblock|include|load)\b.*?%}", "\n", text)
        text = re.sub(r"{%.*?%}", "", re.sub(r"{{.*?}}", "X", text))
        for piece in BLOCKS.split(text):
            yield path, re.sub(r"<[^>]*>", "", piece)


def of_code() -> Iterator[tuple[Path, str]]:
    """Spanish texts of the apps: constants and f-strings that are not documentation."""
    for path in [file for app in APPS for file in (ROOT / app).rglob("*.py") if "migrations" not in file.parts]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        said |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            text = _text_of(node) if id(node) not in said else ""
            if " " in text.strip() and SPANISH.search(text):
                yield path, text


def _text_of(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text_of(part) or "X" for part in node.values)
    return ""


def sentences() -> Iterator[tuple[str, str]]:
    for path, text in [*of_templates(), *of_code()]:
        for sentence in BETWEEN.split(text):
            yield str(path.relative_to(ROOT)), " ".join(sentence.split())


def test_sentences_are_short():
    assert [(path, text) for path, text in sentences() if len(text.split()) > LONGEST] == []


def test_words_nobody_should_have_to_read_are_not_there():
    assert [(path, text) for path, text in sentences() if NEVER.search(text)] == []
