"""From masked values to multiple-choice questions. Pure: keyed choices come from `decoy_bytes`.

Nothing is drawn per document: a question shows its value's answer group (`answer_groups.py`), eight of nine in ascending
order, and «Ninguna de las anteriores», which is right for the value that is not shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from recovery.answer_groups import GROUPS, DecoyBytes, group_number, hidden_value
from recovery.masked_values import KINDS
from recovery.measurement import Measurement, stranger_facts
from recovery.usable_facts import QUESTIONS

NONE_OF_THEM = "Ninguna de las anteriores"
SENT_DIGITS = 16


@dataclass(frozen=True)
class Option:
    """One answer to choose: what the form sends and what the member reads."""

    value: str
    text: str


@dataclass(frozen=True)
class Question:
    """One question with its nine options; `right` is the value of the true one."""

    kind: str
    wording: str
    hint: str
    options: tuple[Option, ...]
    right: str


def ask(*, document: str, facts: Mapping[str, str], measurement: Measurement, decoy_bytes: DecoyBytes) -> tuple[Question, ...]:
    """The three questions of a document, whose usable facts are `facts`; none for a stranger.

    A document with fewer than three facts is asked what a stranger would be. Both sets are made for every document, so the
    work is the same.
    """
    invented = stranger_facts(document, measurement, decoy_bytes)
    chosen = facts if len(facts) >= QUESTIONS else invented
    return tuple(_question(document, kind, chosen[kind], decoy_bytes) for kind in list(chosen)[:QUESTIONS])


def _question(document: str, name: str, masked: str, decoy_bytes: DecoyBytes) -> Question:
    kind = KINDS[name]
    number = group_number(name, masked)
    if number is None:
        raise ValueError(f"No answer group holds this {name}.")
    hidden = hidden_value(name, number, decoy_bytes)
    secret = decoy_bytes("options", document, name)
    sent = {value: _sent(secret, value) for value in (*GROUPS[name][number], NONE_OF_THEM)}
    shown = [Option(sent[value], kind.reads(value)) for value in GROUPS[name][number] if value != hidden]
    options = (*shown, Option(sent[NONE_OF_THEM], NONE_OF_THEM))
    return Question(name, kind.wording, kind.hint, options, sent[NONE_OF_THEM if masked == hidden else masked])


def _sent(secret: bytes, value: str) -> str:
    """What the form sends for an option. `secret` is bound to document and kind, so tabs of two documents do not mix."""
    return sha256(secret + value.encode()).hexdigest()[:SENT_DIGITS]
