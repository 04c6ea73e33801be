"""The sentences of «Mis datos» about the recovery: whether it would work today, what is missing, how to bring it. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from accounts.lockout_text import one_full_stop, until_text
from recovery.challenge import NO_EMAIL, TOO_FEW_FACTS
from recovery.masked_values import KINDS
from recovery.my_data.roads import Roads

QUESTIONS_WORK = "Hoy podría recuperar su clave con preguntas."
MAIL_TOO = "También podría recibirla en su correo registrado."
MAIL_WORKS = "Hoy podría recibir una clave en su correo registrado."
MAIL_BUTTON = "En ¿Olvidó su clave? oprima «Prefiero recibir la clave en mi correo»."
NO_QUESTIONS = "Hoy no podría recuperar su clave con preguntas."
WRONG_ANSWERS = "Hubo varias respuestas erradas con su documento."
MANY_KEYS = "Ya recibió varias claves temporales en pocos días."
OFFICE = "Mientras tanto, si la olvida, vaya a una oficina con su documento."
NO_ADDRESS = "No tenemos su correo. Sin él no puede recuperar su clave por internet."
BRING_ADDRESS = "Escríbalo en el formulario de esta página, o vaya a una oficina."
BRING_FACTS = "Escriba los teléfonos o la dirección en el formulario de esta página."
BRING_DATES = "Las fechas se registran en una oficina, con su cédula."
NUMBERS = {1: "uno", 2: "dos", 3: "tres"}
DATES = {"issue", "birth"}


def road_texts(roads: Roads, now: datetime) -> list[str]:
    """The sentences, in the order they are read."""
    return [one_full_stop(sentence) for sentence in (_closed(roads, now) if roads.closed else _open(roads, now))]


def _closed(roads: Roads, now: datetime) -> Iterator[str]:
    if roads.held_until:
        yield "Sus datos cambiaron hace poco."
        yield f"Por seguridad, no puede recuperar su clave por internet hasta {until_text(roads.held_until, now)}."
    if NO_EMAIL in roads.reasons:
        yield NO_ADDRESS
        yield BRING_ADDRESS
    yield from _missing(roads)
    yield OFFICE


def _open(roads: Roads, now: datetime) -> Iterator[str]:
    yield QUESTIONS_WORK if roads.by_questions else NO_QUESTIONS
    if roads.questions_from and TOO_FEW_FACTS not in roads.reasons:
        yield WRONG_ANSWERS if roads.answers_from else MANY_KEYS
        yield f"Podrá recuperarla con preguntas desde {until_text(roads.questions_from, now)}."
    yield from _missing(roads)
    if roads.by_mail:
        yield from [MAIL_TOO] if roads.by_questions else [MAIL_WORKS, MAIL_BUTTON]
    elif roads.mail_from:
        yield f"Ya pidió varias claves por correo. Podrá pedir otra desde {until_text(roads.mail_from, now)}."
        if not roads.by_questions:
            yield OFFICE


def _missing(roads: Roads) -> Iterator[str]:
    if TOO_FEW_FACTS not in roads.reasons:
        return
    verb = "falta" if roads.needed == 1 else "faltan"
    yield f"Para las preguntas nos {verb} al menos {NUMBERS[roads.needed]} de estos datos: {_names(roads.missing)}."
    if set(roads.missing) - DATES:
        yield BRING_FACTS
    if DATES & set(roads.missing):
        yield BRING_DATES


def _names(kinds: Sequence[str]) -> str:
    """«fecha de expedición o de nacimiento, celular»: one date is as good as the other."""
    dated = DATES <= set(kinds)
    names = ["fecha de expedición o de nacimiento"] if dated else []
    return ", ".join(names + [KINDS[kind].label for kind in kinds if not (dated and kind in DATES)])
