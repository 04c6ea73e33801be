"""Kinds of audit events, spelled `subject:thing:happened`, and the allowed names of their details.

Stored names, frozen: old rows contain them and their MACs cover them. `door` there means sign-in, `budget` rate limit,
`siege` attack mode and `paused` locked out.
"""

from django.db import models


class Kind(models.TextChoices):
    SIGNED_IN = "member:door:entered", "Ingreso"
    SIGN_IN_REFUSED = "member:door:refused", "Ingreso rechazado"
    SIGN_IN_LOCKED = "member:door:paused", "Ingreso en pausa"
    SIGNED_OUT = "member:door:left", "Salida"
    KEY_ISSUED = "member:key:issued", "Clave emitida"
    KEY_CHOSEN = "member:key:chosen", "Clave cambiada"
    KEY_CHANGE_REFUSED = "member:key:change_refused", "Cambio de clave rechazado"
    KEY_CHANGE_REQUIRED = "member:key:change_required", "Cambio de clave exigido"
    MEMBER_BLOCKED = "member:access:blocked", "Acceso bloqueado"
    MEMBER_RESTORED = "member:access:restored", "Acceso restablecido"
    MEMBER_UNLOCKED = "member:access:unlocked", "Pausa quitada"
    DEVICE_KNOWN = "member:device:known", "Dispositivo recordado"
    DEVICE_FORGOTTEN = "member:device:forgotten", "Dispositivo olvidado"
    NOTICE_DISOWNED = "member:notice:disowned", "«No fui yo»"
    NOTICE_CODE_REFUSED = "member:notice:refused", "«No fui yo» rechazado"
    CONTACT_CHANGED = "member:contact:changed", "Contacto cambiado"
    CONTACT_PROPOSED = "member:contact:proposed", "Cambio de contacto pedido"
    CONTACT_APPROVED = "member:contact:approved", "Cambio de contacto aprobado"
    CONTACT_REJECTED = "member:contact:rejected", "Cambio de contacto negado"
    CONTACT_UNDONE = "member:contact:undone", "Cambio de contacto deshecho"
    DATA_UNMASKED = "member:data:unmasked", "Datos mostrados"
    DATA_EXPORTED = "member:data:exported", "Datos exportados"
    RECOVERY_STARTED = "recovery:attempt:started", "Recuperación empezada"
    RECOVERY_PASSED = "recovery:attempt:passed", "Recuperación lograda"
    RECOVERY_FAILED = "recovery:attempt:failed", "Recuperación fallida"
    RECOVERY_CLOSED = "recovery:attempt:closed", "Recuperación cerrada para este asociado"
    RECOVERY_JUDGED_APART = "recovery:attempt:apart", "Recuperación durante el ataque"
    RECOVERY_MAIL_ASKED = "recovery:mail:asked", "Clave por correo pedida"
    RECOVERY_MAIL_REFUSED = "recovery:mail:refused", "Clave por correo negada"
    STATEMENTS_MADE = "statement:batch:made", "Extractos del mes hechos"
    MAIL_SENT = "outbox:message:sent", "Correo enviado"
    MAIL_FAILED = "outbox:message:failed", "Correo no entregado"
    STAFF_ENTERED = "staff:door:entered", "Ingreso de funcionario"
    STAFF_REFUSED = "staff:door:refused", "Ingreso de funcionario rechazado"
    STAFF_LEFT = "staff:door:left", "Salida de funcionario"
    STAFF_CREATED = "staff:account:created", "Funcionario creado"
    STAFF_CHANGED = "staff:account:changed", "Funcionario cambiado"
    STAFF_BLOCKED = "staff:account:blocked", "Funcionario bloqueado"
    STAFF_REOPENED = "staff:account:reopened", "Funcionario abierto otra vez"
    STAFF_UNLOCKED = "staff:account:unlocked", "Pausa de funcionario quitada"
    STAFF_PASSWORD_CHANGED = "staff:password:changed", "Contraseña de funcionario cambiada"
    FACTOR_ENROLLED = "staff:factor:enrolled", "Segundo factor inscrito"
    FACTOR_RESET = "staff:factor:reset", "Segundo factor retirado"
    STAFF_ALARM = "staff:budget:empty", "Límite de un funcionario agotado"
    STAFF_CODE_ALARM = "staff:code:alarm", "Contraseña correcta y código errado"
    TRAIL_EXPORTED = "staff:trail:exported", "Auditoría exportada"
    MEMBERS_IMPORTED = "portal:members:imported", "Asociados importados"
    PRODUCTS_IMPORTED = "portal:products:imported", "Productos importados"
    MOVEMENTS_IMPORTED = "portal:movements:imported", "Movimientos importados"
    LEDGER_RESTARTED = "portal:ledger:restarted", "Movimientos de un producto olvidados"
    REGISTRY_MEASURED = "portal:registry:measured", "Registro medido"
    LETTERS_MADE = "portal:letters:made", "Claves iniciales en lote"
    ATTACK_MODE_STARTED = "portal:siege:started", "Empezó el asedio"
    ATTACK_MODE_ENDED = "portal:siege:ended", "Terminó el asedio"
    RECOVERY_ATTACK_STARTED = "portal:recovery_attack:started", "Empezó el ataque a la recuperación"
    RECOVERY_ATTACK_ENDED = "portal:recovery_attack:ended", "Terminó el ataque a la recuperación"
    RATE_LIMIT_REFUSED = "portal:budget:refused", "Límite agotado"
    ADDRESS_UNREAD = "portal:address:unread", "Dirección de visita ilegible"
    SECRETS_ROTATED = "portal:secrets:rotated", "Sellos rotados"
    KEYS_INVALIDATED = "portal:keys:invalidated", "Todas las claves anuladas"
    TRAIL_ANCHORED = "portal:trail:anchored", "Auditoría anclada"
    DATA_PURGED = "portal:data:purged", "Datos vencidos borrados"


class Outcome(models.TextChoices):
    DONE = "done", "Hecho"
    REFUSED = "refused", "Rechazado"
    FAILED = "failed", "Fallido"


STORED_AS = {"rate_limit": "budget"}  # name in the code -> stored name, frozen
# `record` refuses any other name, so that no form, key or answer is written to the trail.
DETAILS = frozenset(
    "reason how key_kind key_id door budget until count more_refused changed kept_devices device questions attempt "
    "message message_kind road new same rejected retired file rows month role line proposal days query until_number "
    "members emails phones deleted generation destination state what previous_refused".split()
)
