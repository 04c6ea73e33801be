"""Notices: mails to a member about changes of their access, each with a code for «no fui yo»."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import AccessKey, Member, Notice
from accounts.ways_in import WaysIn
from common.sql.insert import insert_returning_id
from outbox.models import Message
from outbox.queue import put_message, put_messages
from vault.ring import SealBroken, open_sealed, seal

CODE_DIGITS = 10  # 5 attempts at 10^10 codes (`rates.disown_document`)
CODE_LIFE = timedelta(days=7)
COMPARED = 50  # newest notices that a code is compared with; rate limits keep a member's number in 7 days below it
PURPOSE = "notice code"
KEEP_CODE = "UPDATE accounts_notice SET sealed_code = %s WHERE id = %s"


def new_code(member: Member) -> str:
    """A code of 10 digits, sealed in a new notice of this member; valid once, for 7 days."""
    now = timezone.now()
    notice = Notice(member=member, created_at=now, expires_at=now + CODE_LIFE)
    insert_returning_id(notice)
    code = _sealed_code(notice)
    with connection.cursor() as cursor:
        cursor.execute(KEEP_CODE, [notice.sealed_code, notice.pk])
    return code


def _sealed_code(notice: Notice) -> str:
    """Generate a code and seal it into the notice, without saving."""
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    notice.sealed_code = seal(PURPOSE, f"{notice.pk}:{notice.member_id}", code.encode())
    return code


def notice_with_code(document: str, code: str) -> Notice | None:
    """The live notice with this code, or None. Always opens `COMPARED` seals, so the time reveals no member."""
    live = Notice.objects.filter(member__document=document, used_at=None, expires_at__gt=timezone.now())
    sealed = list(live.order_by("-created_at").values_list("pk", "member_id", "sealed_code")[:COMPARED])
    sealed += [_dummy(tuple(settings.KEY_SEALS))] * (COMPARED - len(sealed))
    found = [pk for pk, owner, text in sealed if hmac.compare_digest(_code_in(pk, owner, text), code)]
    return live.select_related("member").filter(pk=found[0]).first() if found and found[0] else None


@lru_cache(maxsize=2)
def _dummy(seals: tuple[str, ...]) -> tuple[int, int, str]:
    return 0, 0, seal(PURPOSE, "0:0", b"no code has letters")


def _code_in(pk: int, member_id: int, sealed: str) -> str:
    try:
        return open_sealed(PURPOSE, f"{pk}:{member_id}", sealed).decode()
    except SealBroken:
        return ""


@dataclass(frozen=True)
class Mail:
    """A kind of mail: its stored name, its template, and its subject after the cooperative's name."""

    kind: str
    template: str
    subject: str


KEY_ISSUED = Mail("key_issued", "accounts/mail/key_issued.txt", "le asignamos una clave inicial")
KEY_CHANGED = Mail("key_changed", "accounts/mail/key_changed.txt", "cambió su clave")
CHANGE_REQUIRED = Mail("change_required", "accounts/mail/change_required.txt", "debe cambiar su clave")
LOCKED_OUT = Mail("paused", "accounts/mail/paused.txt", "varios intentos con su documento")
BLOCKED = Mail("blocked", "accounts/mail/blocked.txt", "bloqueamos su acceso")
RESTORED = Mail("restored", "accounts/mail/restored.txt", "su acceso está abierto otra vez")
UNLOCKED = Mail("unlocked", "accounts/mail/unlocked.txt", "quitamos la pausa de su acceso")
CONTACT_CHANGED = Mail("contact_changed", "accounts/mail/contact_changed.txt", "cambiaron sus datos de contacto")
CONTACT_SAME = Mail("contact_same", "accounts/mail/contact_same.txt", "aprobamos el cambio de sus datos")
CONTACT_REJECTED = Mail("contact_rejected", "accounts/mail/contact_rejected.txt", "no cambiamos sus datos")
CONTACT_REPLACED = Mail("contact_replaced", "accounts/mail/contact_replaced.txt", "otra solicitud de cambio de sus datos")
NEW_ENTRY = Mail("new_entry", "accounts/mail/new_entry.txt", "ingreso desde un celular o computador nuevo")


def tell(member: Member, mail: Mail, *, to: str = "", carries: AccessKey | None = None, **context: Any) -> Message | None:
    """Queue a notice with a new code to the registered address, or to `to`. Returns None if there is no address.

    `carries` is the key in the mail: the text gets its expiry, and the worker drops the mail if the key is dead by then.
    """
    address = to or member.email
    if not address:
        return None
    until = {"until": carries.expires_at} if carries else {}
    letter = _letter(member, mail, address, new_code(member), {**until, **context})
    return put_message(**letter, key=carries.pk if carries else None, expires_at=carries.expires_at if carries else None)


def tell_many(members: Sequence[Member], mail: Mail) -> None:
    """Queue the same notice to every member with an address, in three statements."""
    members = [member for member in members if member.email]
    now = timezone.now()
    notices = [Notice(member=member, created_at=now, expires_at=now + CODE_LIFE) for member in members]
    Notice.objects.bulk_create(notices)
    codes = [_sealed_code(notice) for notice in notices]
    with connection.cursor() as cursor:  # bulk_update's large CASE would cost as much as everything else here
        cursor.executemany(KEEP_CODE, [(notice.sealed_code, notice.pk) for notice in notices])
    letters = zip(members, codes, strict=True)
    put_messages([_letter(member, mail, member.email, code, {}) for member, code in letters])


def _letter(member: Member, mail: Mail, address: str, code: str, context: dict[str, Any]) -> dict[str, Any]:
    now = timezone.now()
    context = {**context, "member": member, "settings": settings, "now": now, "ways": WaysIn(member, now)}
    context["code"] = f"{code[:3]} {code[3:6]} {code[6:]}"  # read and typed in groups; the form drops spaces
    return {
        "kind": mail.kind,
        "to": address,
        "subject": f"{settings.COOP_NAME}: {mail.subject}",
        "text": render_to_string(mail.template, context).strip() + "\n",
        "document": member.document,
    }
