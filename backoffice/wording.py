"""Spanish wording for events, mails and recovery attempts in the office."""

import json
from datetime import datetime

from accounts import notices
from audit.kinds import STORED_AS
from audit.models import Event
from backoffice import jobs as office_jobs
from common.colombia.formats import fecha_corta, hora
from recovery import actions as recovery_actions
from recovery import jobs as recovery_jobs

MODULES = (notices, recovery_actions, recovery_jobs, office_jobs)
MAILS = {mail.kind: mail.subject for module in MODULES for mail in vars(module).values() if isinstance(mail, notices.Mail)}
DETAILS = {
    "reason": "motivo", "how": "identidad", "key_kind": "clave", STORED_AS["rate_limit"]: "límite", "what": "causa",
    "changed": "cambió",
    "device": "dispositivo", "count": "cantidad", "role": "rol", "message_kind": "correo", "proposal": "solicitud",
    "until_number": "hasta el evento", "file": "archivo", "month": "mes", "days": "días", "new": "nuevos", "same": "iguales",
    "rejected": "rechazados", "retired": "retirados", "more_refused": "rechazos seguidos", "attempt": "recuperación",
    "members": "asociados", "emails": "correos", "phones": "teléfonos", "state": "estado", "rows": "filas",
    "deleted": "borrados", "destination": "destino", "door": "acceso", "kept_devices": "dispositivos conservados",
    "line": "línea", "previous_refused": "rechazos anteriores", "query": "búsqueda", "questions": "preguntas", "road": "vía",
    "until": "hasta",
}  # fmt: skip
VALUES = {
    "chosen": "elegida", "temporary": "temporal", "initial": "inicial", "mailed": "por correo", "wrong": "clave errada",
    "no key": "sin clave", "expired": "clave vencida", "closed": "acceso cerrado", "ended": "clave anulada",
    "app": "código de la aplicación", "backup": "código de respaldo", "enrolment": "primer ingreso",
    "wrong password": "contraseña errada",
    "wrong code": "código errado", "wrong first code": "primer código errado",
    "wrong current password": "contraseña actual errada", "unreadable": "ilegible", "no header": "sin X-Forwarded-For",
    "no account": "sin cuenta", "not open": "recuperación cerrada",
    "no member": "no es asociado", "retired": "retirado", "blocked": "bloqueado", "hold": "datos cambiados hace poco",
    "no email": "sin correo", "facts": "faltan datos para las preguntas", "limit": "intentos usados",
    "email": "correo", "mobile": "celular", "landline": "teléfono", "address": "dirección",
    "sign_in_short": "intentos de ingreso", "sign_in_long": "intentos de ingreso (15 días)",
    "staff_deeds": "claves y pausas del funcionario", "staff_network": "ingreso de funcionario",
    "staff_account": "ingreso de funcionario", "answers_document": "respuestas de recuperación",
    "answers_network": "respuestas por red", "lookup_network": "documentos por red", "sign_in_network": "ingresos por red",
    "staff_sign_in_network": "ingresos de funcionarios por red", "sign_in_device": "ingresos de un dispositivo conocido",
    "temporary_own": "clave temporal en su navegador", "temporary_others": "clave temporal en otros navegadores",
    "initial_key": "clave inicial", "mailed_key": "clave enviada por correo", "portal": "ingresos errados de todo el portal",
    "right_keys": "claves correctas devueltas", "contact_proposals": "cambios de contacto pedidos",
    "new_keys": "claves nuevas comparadas", "answers_portal": "respuestas erradas de todo el portal",
    "answers_notice": "avisos de recuperación", "temporary_issued": "claves temporales emitidas",
    "mail_road_network": "claves por correo pedidas por red", "mail_road_keys": "claves por correo",
    "pause_notice": "avisos de pausa", "entry_notice": "avisos de ingreso",
    "words_network": "imágenes por red", "disown_document": "códigos «no fui yo»",
    "disown_network": "códigos «no fui yo» por red", "import": "importación", "birth_date": "fecha de nacimiento",
    "issue_date": "fecha de expedición", "city": "ciudad", "first_names": "nombres", "last_names": "apellidos",
}  # fmt: skip
QUESTIONS = {
    "birth": "nacimiento", "issue": "expedición", "mobile": "celular", "landline": "teléfono fijo",
    "address": "dirección",
}  # fmt: skip
HIDDEN = {"key_id", "message", "generation"}


def moment_text(moment: datetime | None) -> str:
    """«21/10/2021, 3:45 p. m.»."""
    return f"{fecha_corta(moment)}, {hora(moment)}" if moment else ""


def mail_words(kind: str) -> str:
    """The subject of mails of this kind, in a few words."""
    return MAILS.get(kind, kind)


def details_words(event: Event) -> str:
    """The details of an event in one line."""
    details = json.loads(event.details)
    names = DETAILS | (
        {"how": "con"} if event.kind.startswith("staff:") else {}
    )  # for staff it is the second factor, for others how the identity was checked
    return "; ".join(f"{names.get(name, name)}: {_words(name, value)}" for name, value in details.items() if name not in HIDDEN)


def _words(name: str, value: object) -> str:
    """A kind of mail and a cause may have the same stored word («blocked»)."""
    return mail_words(str(value)) if name == "message_kind" else _value(value)


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_value(item) for item in value)
    if isinstance(value, bool):
        return "sí" if value else "no"
    text = str(value)
    return VALUES.get(text.removeprefix(STORED_AS["rate_limit"] + " "), text)


def who_words(event: Event) -> str:
    """The actor's role and name; members and strangers by role only."""
    return event.actor_role if event.actor_role in ("asociado", "desconocido") else f"{event.actor_role} {event.actor}".strip()
