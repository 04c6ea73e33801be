"""Advice about one member's access: why they can or cannot sign in, and what the office can do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.access_state import AccessState, Situation, State
from accounts.lockout_text import one_full_stop, until_text
from common.colombia.formats import fecha_larga

GIVEN = {"temporary": "temporal de 4 números", "initial": "inicial de 6 números", "mailed": "enviada por correo, de 6 números"}


@dataclass(frozen=True)
class Advice:
    """The reason, and what to do about it."""

    why: str
    todo: str


def advice_about(access: AccessState, now: datetime) -> list[Advice]:
    """The advice about one member's access at `now`, most important first."""
    closed = access.state in (State.STAFF, State.RETIRED, State.BLOCKED)
    found = _closed(access.situation) if closed else _open(access.situation, now)
    return [Advice(one_full_stop(advice.why), advice.todo) for advice in found]


def _closed(situation: Situation) -> Iterator[Advice]:
    if not situation.in_registry:
        yield Advice("Es funcionario y no está en el registro de asociados.", "No puede tener clave de consultas.")
    elif situation.retired:
        yield Advice("Está retirado de la cooperativa.", "Si volvió a afiliarse, el registro debe traerlo como activo.")
    elif situation.blocked_at:
        yield Advice(
            f"El acceso está bloqueado desde el {fecha_larga(situation.blocked_at)}.",
            "Confirme su identidad y, si todo está en orden, restablezca el acceso.",
        )


def _open(situation: Situation, now: datetime) -> Iterator[Advice]:
    locked_until = situation.locked_out_until()
    if locked_until:
        yield Advice(
            f"Hubo demasiados intentos fallidos: su clave de 5 números está en pausa hasta {until_text(locked_until, now)}.",
            "Confirme su identidad y quite la pausa. Desde el celular o computador que usa siempre puede entrar sin esperar.",
        )
    yield from _about_keys(situation, now)
    if "new_keys" in situation.spent:
        yield Advice("Al cambiar la clave probó muchas: por hoy la página dice de todas que ya las usó.", "Quite la pausa.")
    yield from _about_recovery(situation, now)


def _about_keys(situation: Situation, now: datetime) -> Iterator[Advice]:
    chosen = situation.live("chosen", now)
    given = [kind for kind in GIVEN if situation.live(kind, now)]
    for kind in given:
        yield from _about_given(situation, kind, now)
    if chosen and chosen.must_change:
        yield Advice("Al entrar le pediremos cambiar su clave de 5 números.", "Que entre con su clave de siempre y la cambie.")
    elif chosen and not situation.locked_out_until():
        yield Advice("Puede entrar con su clave de 5 números.", "Si no la recuerda, que use ¿Olvidó su clave?")
    elif not chosen and not given:
        why = "La clave que le dieron venció sin usarse." if situation.keys else "No tiene clave."
        yield Advice(why, "Que use ¿Olvidó su clave?, o emita una clave inicial.")


def _about_given(situation: Situation, kind: str, now: datetime) -> Iterator[Advice]:
    key = situation.keys[kind]
    until = until_text(key.expires_at, now) if key.expires_at else "que la cambie"
    yield Advice(
        f"Tiene una clave {GIVEN[kind]}, que vence {_at(until)}.",
        "Que entre con su documento y esa clave, y elija una de 5 números. Si la perdió, emita otra.",
    )
    spent = situation.spent.get({"initial": "initial_key", "mailed": "mailed_key", "temporary": "temporary_others"}[kind])
    if spent:
        yield Advice(f"Esa clave {GIVEN[kind]} ya no recibe intentos: hubo demasiados errados.", "Quite la pausa o emita otra.")


def _at(until: str) -> str:
    return f"a {until}" if until.startswith("las") else until


def _about_recovery(situation: Situation, now: datetime) -> Iterator[Advice]:
    if situation.held_until and situation.held_until > now:
        yield Advice(
            f"Sus datos cambiaron hace poco: hasta {until_text(situation.held_until, now)} no puede recuperar la clave solo.",
            "Si la necesita antes, emita una clave inicial en la oficina.",
        )
    if not situation.has_email:
        yield Advice(
            "No tiene correo registrado: no puede recuperar la clave solo.", "Proponga un cambio de contacto con su correo."
        )
    if "answers_document" in situation.spent:
        yield Advice(
            "Respondió mal las preguntas de recuperación varias veces.", "Quite la pausa, o que pida la clave por correo."
        )
    if "temporary_issued" in situation.spent:
        yield Advice("Ya recibió varias claves temporales en pocos días.", "Quite la pausa, o emita una clave inicial.")
    if "mail_road_keys" in situation.spent:
        yield Advice("Ya recibió varias claves por correo en pocos días.", "Quite la pausa, o emita una clave inicial.")
