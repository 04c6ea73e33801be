"""What staff may do to one member, one page each: what is asked, who may, and the sentence when it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts import access_actions, actions
from accounts.access_state import State
from accounts.models import Member
from audit.actors import Actor
from backoffice import actions as office
from backoffice.forms import IdentityForm, ReasonForm, StaffContactForm

Run = Callable[[Member, dict[str, Any], Actor], str]


@dataclass(frozen=True)
class MemberAction:
    """`fits` says for which states of the access its button is shown; the page itself opens for all."""

    slug: str
    permission: str
    title: str
    explain: str
    form: type[ReasonForm] | type[StaffContactForm]
    run: Run
    fits: Callable[[State], bool] = lambda state: True
    confirm: str = "Confirmar"


CLOSED = (State.BLOCKED, State.RETIRED, State.STAFF)


def _unlock(member: Member, data: dict[str, Any], by: Actor) -> str:
    filled = office.unlock_member(member=member, by=by, how=data["como"], reason=data["motivo"])
    return f"Quitó la pausa de {member}." if filled else f"{member} no tenía ninguna pausa."


def _require(member: Member, data: dict[str, Any], by: Actor) -> str:
    office.refuse_oneself(member, by)
    actions.require_change(member=member, by=by, reason=data["motivo"])
    return f"{member} debe cambiar su clave en el próximo ingreso."


def _block(member: Member, data: dict[str, Any], by: Actor) -> str:
    office.refuse_oneself(member, by)
    done = access_actions.block_member(member=member, by=by, reason=data["motivo"])
    return f"El acceso de {member} quedó bloqueado." if done else f"El acceso de {member} ya estaba bloqueado."


def _restore(member: Member, data: dict[str, Any], by: Actor) -> str:
    office.refuse_oneself(member, by)
    done = access_actions.restore_member(member=member, by=by, reason=data["motivo"])
    return f"El acceso de {member} está abierto otra vez." if done else f"El acceso de {member} no estaba bloqueado."


def _propose(member: Member, data: dict[str, Any], by: Actor) -> str:
    office.propose_contact(member=member, changes=data["changes"], by=by, how=data["como"], reason=data["motivo"])
    return f"El cambio de datos de {member} espera la aprobación de otra persona."


MEMBER_ACTIONS = [
    MemberAction(
        "quitar-pausa",
        "backoffice.unlock_member",
        "Quitar la pausa",
        "Podrá intentar de nuevo con su clave, y recuperar la clave si la olvidó. Le avisamos por correo.",
        IdentityForm,
        _unlock,
        lambda state: state not in CLOSED,
        "Quitar la pausa",
    ),
    MemberAction(
        "exigir-cambio",
        "backoffice.require_change",
        "Exigir cambio de clave",
        "Sus sesiones se cierran y en el próximo ingreso debe elegir otra clave. Le avisamos por correo.",
        ReasonForm,
        _require,
        lambda state: state in (State.ACTIVE, State.LOCKED_OUT),
        "Exigir el cambio",
    ),
    MemberAction(
        "bloquear",
        "backoffice.block_member",
        "Bloquear el acceso",
        "Sus sesiones se cierran y ninguna clave abre hasta que restablezcan el acceso. Le avisamos por correo.",
        ReasonForm,
        _block,
        lambda state: state not in CLOSED,
        "Bloquear",
    ),
    MemberAction(
        "restablecer",
        "backoffice.block_member",
        "Restablecer el acceso",
        "Su clave vuelve a abrir como antes. Le avisamos por correo.",
        ReasonForm,
        _restore,
        lambda state: state == State.BLOCKED,
        "Restablecer",
    ),
    MemberAction(
        "contacto",
        "backoffice.propose_contact",
        "Cambiar datos de contacto",
        "Escriba solo lo que cambia. Estos datos sirven para recuperar la clave: otra persona debe aprobar el cambio.",
        StaffContactForm,
        _propose,
        lambda state: state != State.STAFF,
        "Pedir el cambio",
    ),
]
BY_SLUG = {action.slug: action for action in MEMBER_ACTIONS}
