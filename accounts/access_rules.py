"""Pure: why a member can or cannot enter, and what to do about it, in words for whoever answers the telephone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from accounts.lockout_text import one_full_stop, until_text
from common.colombia.formats import fecha_larga


class State(StrEnum):
    """The one word about somebody's access."""

    NONE = "Sin clave"
    INITIAL = "Inicial"
    TEMPORARY = "Temporal"
    ACTIVE = "Activa"
    EXPIRED = "Vencida"
    PAUSED = "En pausa"
    BLOCKED = "Bloqueado"
    RETIRED = "Retirado"
    STAFF = "No es asociado"


@dataclass(frozen=True)
class KeyFacts:
    """One live key: until when it serves (None: no end) and whether it must be changed."""

    expires_at: datetime | None
    must_change: bool


@dataclass(frozen=True)
class Situation:
    """All that decides. `keys` by kind; `spent` says until when each emptied budget stays so."""

    in_registry: bool
    retired: bool
    blocked_at: datetime | None
    held_until: datetime | None
    has_email: bool
    keys: dict[str, KeyFacts] = field(default_factory=dict)
    spent: dict[str, datetime] = field(default_factory=dict)
    failures: int = 0  # wrong tries of the five-digit key that still count

    def live(self, kind: str, now: datetime) -> KeyFacts | None:
        """The key of this kind, if it would open at `now`."""
        key = self.keys.get(kind)
        return key if key and (key.expires_at is None or key.expires_at > now) else None

    def paused_until(self) -> datetime | None:
        """The end of the pause of the five-digit key."""
        ends = [self.spent[name] for name in ("sign_in_short", "sign_in_long") if name in self.spent]
        return max(ends) if ends else None


@dataclass(frozen=True)
class Advice:
    """What is the case, and what to do about it."""

    why: str
    todo: str


@dataclass(frozen=True)
class AccessState:
    """One word, and the advices in the order of their weight."""

    state: State
    advices: list[Advice]
    may_enter: bool
    failures: int = 0


GIVEN = {"temporary": "temporal de 4 números", "initial": "inicial de 6 números", "mailed": "enviada por correo, de 6 números"}


def access_state(situation: Situation, now: datetime) -> AccessState:
    """Judge one member's situation at `now`."""
    state = _state(situation, now)
    closed = state in (State.STAFF, State.RETIRED, State.BLOCKED)
    advices = list(_closed(situation) if closed else _open(situation, now))
    advices = [Advice(one_full_stop(advice.why), advice.todo) for advice in advices]
    return AccessState(state, advices, state in (State.ACTIVE, State.TEMPORARY, State.INITIAL), situation.failures)


def _state(situation: Situation, now: datetime) -> State:
    if not situation.in_registry:
        return State.STAFF
    if situation.retired:
        return State.RETIRED
    if situation.blocked_at:
        return State.BLOCKED
    if situation.paused_until():
        return State.PAUSED
    if situation.live("chosen", now):
        return State.ACTIVE
    if situation.live("temporary", now) or situation.live("mailed", now):
        return State.TEMPORARY
    if situation.live("initial", now):
        return State.INITIAL
    return State.EXPIRED if situation.keys else State.NONE


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
    paused = situation.paused_until()
    if paused:
        yield Advice(
            f"Hubo demasiados intentos fallidos: su clave de 5 números está en pausa hasta {until_text(paused, now)}.",
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
    elif chosen and not situation.paused_until():
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
