"""Second factor of the staff realm: enrolment, confirmation, one-time codes."""

import secrets
from io import BytesIO

import qrcode
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from qrcode.image.svg import SvgPathImage

from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record
from backoffice.codes import (
    BACKUP_CODES,
    BACKUP_LENGTH,
    SECRET_BYTES,
    accepted_step,
    make_backup_code,
    plain_code,
    provisioning_uri,
)
from backoffice.models import BackupCode, StaffFactor
from vault.digests import digest
from vault.ring import SealBroken, open_sealed, seal

PURPOSE = "staff factor"
NO_SECRET = b"\x00" * SECRET_BYTES


def confirmed_factor(member: Member | None) -> StaffFactor | None:
    """The factor in use, or None before the first entry."""
    number = member.pk if member else 0  # query in any case: staff and strangers cost the same number of queries
    return StaffFactor.objects.filter(member_id=number, confirmed_at__isnull=False).first()


def secret_of(factor: StaffFactor | None) -> bytes:
    """The secret of a factor; without a factor, or when the seal cannot be opened, a secret whose codes are never accepted."""
    if factor is None:
        return NO_SECRET
    try:
        return open_sealed(PURPOSE, str(factor.member_id), factor.sealed)
    except SealBroken:
        return NO_SECRET


def begin_enrolment(member: Member) -> StaffFactor:
    """A new, unconfirmed factor. Replaces one begun in another browser, because that secret was shown there.

    A factor in use is returned unchanged.
    """
    sealed = seal(PURPOSE, str(member.pk), secrets.token_bytes(SECRET_BYTES))
    with transaction.atomic():
        Member.objects.locked().get(pk=member.pk)  # one enrolment at a time
        StaffFactor.objects.filter(member=member, confirmed_at=None).delete()
        new = {"sealed": sealed, "created_at": timezone.now()}
        return StaffFactor.objects.get_or_create(member=member, defaults=new)[0]


def confirm(factor: StaffFactor, code: str, *, by: Actor) -> list[str]:
    """Confirm the factor by its first right code; the ten backup codes, to be shown once. Empty for a wrong code."""
    secret, now = secret_of(factor), timezone.now()
    step = accepted_step(secret, plain_code(code), factor.last_step, now)
    if step is None or secret == NO_SECRET:
        return []
    with action():
        waiting = StaffFactor.objects.filter(pk=factor.pk, confirmed_at=None)
        if not waiting.update(confirmed_at=now, last_step=step):
            return []
        record(Kind.FACTOR_ENROLLED, by=by, document=factor.member.document)
        return _new_backup_codes(factor.member)


def _new_backup_codes(member: Member) -> list[str]:
    codes = [make_backup_code(secrets.randbelow) for _ in range(BACKUP_CODES)]
    member.backup_codes.all().delete()
    BackupCode.objects.bulk_create(BackupCode(member=member, digest=_digest(member.pk, code)) for code in codes)
    return codes


def _digest(member_id: int, code: str) -> str:
    return digest("backup code", str(member_id), plain_code(code))


def use_code(factor: StaffFactor | None, code: str, *, spend: bool) -> str:
    """The kind of the accepted code: `app`, `backup`, or "" for a wrong one.

    `spend` is whether the password was right; only then is the code used up. Without a factor the same work is done.
    """
    secret, code = secret_of(factor), plain_code(code)
    step = accepted_step(secret, code, factor.last_step if factor else 0, timezone.now())
    backups = BackupCode.objects.filter(digest=_digest(factor.member_id if factor else 0, code), used_at=None)
    is_backup = len(code) == BACKUP_LENGTH and backups.exists()
    if factor is None or not spend or secret == NO_SECRET:
        return ""
    if step is not None and StaffFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step):
        return "app"
    return "backup" if is_backup and backups.update(used_at=timezone.now()) else ""


def qr_svg(factor: StaffFactor) -> str:
    """The QR code for an authenticator app, as inline SVG without styles or scripts."""
    uri = provisioning_uri(secret_of(factor), factor.member.document, settings.COOP_NAME)
    out = BytesIO()
    qrcode.make(uri, image_factory=SvgPathImage, box_size=12, border=4).save(out)
    return out.getvalue().decode().partition("?>")[2].strip()


def still_in_use(factor_id: int | None, member: Member) -> bool:
    """Whether a session's factor is still the one in use; a reset ends the session."""
    return StaffFactor.objects.filter(pk=factor_id or 0, member=member, confirmed_at__isnull=False).exists()


def end_sessions(member: Member) -> None:
    """End all staff sessions and unfinished enrolments of this person; app and backup codes remain valid.

    A session holds the primary key of its factor, so the factor is saved under a new one.
    """
    for factor in StaffFactor.objects.select_for_update().filter(member=member):
        StaffFactor.objects.filter(pk=factor.pk).delete()
        if factor.confirmed_at:
            factor.pk = None
            factor.save(force_insert=True)
