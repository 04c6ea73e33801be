"""Members, their access keys, devices and notices. Rules about more than one row are in `actions.py`."""

import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Right
from django.utils import timezone

from accounts.initial_keys.models import KeyBatch, KeyRun  # noqa: F401  Django looks for models here
from accounts.managers import LiveKeys, MemberManager
from common.colombia.documents import searchable
from vault.digests import digest

MEMBER_REALM = "member"
STAFF_REALM = "staff"
REALM_KEY = "door"  # key in the session; stored name, frozen


def new_epoch() -> str:
    """128 random bits in 22 characters; a session stores the epoch and ends when it changes."""
    return secrets.token_urlsafe(16)


MAY_ENTER = "in_registry AND blocked_at IS NULL AND status = 'active'"  # `Member.may_enter` in SQL


class Member(AbstractBaseUser, PermissionsMixin):
    """A person of the cooperative's registry, of its staff, or both."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Activo"
        RETIRED = "retired", "Retirado"

    # Registry data, written by the import.
    document = models.CharField("documento", max_length=15, unique=True)
    document_type = models.CharField("tipo de documento", max_length=10, blank=True)
    first_names = models.CharField("nombres", max_length=80)
    last_names = models.CharField("apellidos", max_length=80)
    birth_date = models.DateField("fecha de nacimiento", null=True, blank=True)
    issue_date = models.DateField("fecha de expedición", null=True, blank=True)
    email = models.CharField("correo", max_length=254, blank=True)
    mobile = models.CharField("celular", max_length=15, blank=True)
    landline = models.CharField("teléfono", max_length=15, blank=True)
    address = models.CharField("dirección", max_length=120, blank=True)
    city = models.CharField("ciudad", max_length=60, blank=True)
    branch = models.CharField("agencia", max_length=60, blank=True)
    joined_on = models.DateField("fecha de afiliación", null=True, blank=True)
    status = models.CharField("estado", max_length=10, choices=Status.choices, default=Status.ACTIVE)
    in_registry = models.BooleanField("es asociado", default=True)  # False: staff who are no members
    search_name = models.CharField(max_length=170, blank=True, editable=False)  # lower case, no accents

    # Member realm.
    epoch = models.CharField(max_length=22, default=new_epoch, editable=False)
    blocked_at = models.DateTimeField("bloqueado desde", null=True, blank=True)
    held_until = models.DateTimeField("sin recuperación hasta", null=True, blank=True)
    last_entry_at = models.DateTimeField("último ingreso", null=True, blank=True)
    created_at = models.DateTimeField("creado", default=timezone.now, editable=False)

    # Staff realm.
    is_staff = models.BooleanField("funcionario", default=False)
    is_active = models.BooleanField("funcionario activo", default=True)
    last_login = None  # replaced by last_entry_at; without the field Django saves nothing at each sign-in

    realm: str = ""  # realm of the session that this object was loaded for; only the backends set it

    USERNAME_FIELD = "document"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_names", "last_names"]
    objects = MemberManager()

    class Meta:
        verbose_name = "asociado"
        verbose_name_plural = "asociados"
        indexes = [
            models.Index(fields=["branch", "document"], name="member_branch"),
            models.Index(fields=["is_staff"], name="member_staff", condition=Q(is_staff=True)),
            models.Index(fields=["document"], name="member_retired", condition=Q(status="retired")),
            models.Index(fields=["blocked_at"], name="member_blocked", condition=Q(blocked_at__isnull=False)),
            models.Index(fields=["held_until"], name="member_held", condition=Q(held_until__isnull=False)),
            models.Index(Right("document", 3), name="member_tail"),  # finds the member of an event or a mail
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search_name = searchable(f"{self.first_names} {self.last_names}")
        super().save(*args, **kwargs)

    @property
    def full_name(self) -> str:
        return f"{self.first_names} {self.last_names}".strip()

    @property
    def may_enter(self) -> bool:
        """Whether this person may use the member realm at all; does not look at keys."""
        return self.in_registry and self.blocked_at is None and self.status == self.Status.ACTIVE  # as MAY_ENTER

    def held(self, now: datetime) -> bool:
        """Whether a recent change of a recovery fact closes the recovery."""
        return self.held_until is not None and self.held_until > now

    def get_session_auth_hash(self) -> str:
        """A session ends when this changes: with the epoch in the member realm, with the password in the staff realm."""
        if self.realm == MEMBER_REALM:
            return digest("member session", self.epoch)
        return super().get_session_auth_hash()

    def get_session_auth_fallback_hash(self) -> Any:
        return iter(()) if self.realm == MEMBER_REALM else super().get_session_auth_fallback_hash()

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Permissions exist in the staff realm only."""
        return self.realm == STAFF_REALM and self.is_staff and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return self.realm == STAFF_REALM and self.is_staff and super().has_module_perms(app_label)


class AccessKey(models.Model):
    """A key of the member realm. `sealed` is its Argon2id hash under the vault's seal, wiped when the key ends."""

    class Kind(models.TextChoices):
        CHOSEN = "chosen", "Elegida"
        TEMPORARY = "temporary", "Temporal"
        INITIAL = "initial", "Inicial"
        MAILED = "mailed", "Por correo"

    member = models.ForeignKey(Member, models.CASCADE, related_name="keys", verbose_name="asociado")
    kind = models.CharField("clase", max_length=10, choices=Kind.choices)
    sealed = models.TextField(blank=True)
    must_change = models.BooleanField("debe cambiar", default=True)
    created_at = models.DateTimeField("creada")
    expires_at = models.DateTimeField("vence", null=True, blank=True)
    ended_at = models.DateTimeField("terminada", null=True, blank=True)
    ended_why = models.CharField("por qué", max_length=20, blank=True)
    issued_by = models.CharField("emitida por", max_length=60, blank=True)
    browser = models.CharField(max_length=64, blank=True)  # digest of the browser that a temporary key was shown to
    opening = models.CharField(max_length=22, blank=True)  # token of the latest session that an issued key opened

    objects = LiveKeys.as_manager()

    class Meta:
        verbose_name = "clave"
        verbose_name_plural = "claves"
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["member", "kind"], condition=Q(ended_at=None), name="one_live_key_per_kind"),
        ]
        indexes = [
            models.Index(fields=["kind", "-created_at"], name="key_kind_created"),
            models.Index(fields=["expires_at"], name="key_expires", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    def works(self, now: datetime) -> bool:
        """Whether the key is valid at `now`: neither ended nor expired."""
        return self.ended_at is None and (self.expires_at is None or self.expires_at > now)


class PastKey(models.Model):
    """Keyed digest of a past chosen key, so that it is not chosen again."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="past_keys")
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class PortalCounts(models.Model):
    """One row with the numbers of members and of stored hashes (`portal_counts.py`)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    members = models.PositiveIntegerField(default=0)
    hashes = models.JSONField(default=dict)  # kind of key -> "memory,passes,lanes" -> number in a sample
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = "conteo del portal"
        verbose_name_plural = "conteos del portal"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.members)


class Miss(models.Model):
    """A wrong key typed in one browser for one document; a later success in that browser refunds it, once."""

    browser = models.CharField(max_length=64)
    subject = models.CharField(max_length=64)
    network = models.CharField(max_length=50)
    device = models.BooleanField(default=False)
    portal = models.BooleanField(default=True)  # whether the portal's limit had room and was charged
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["browser", "subject"], name="miss_browser"),
            models.Index(fields=["at"], name="miss_at"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class KnownDevice(models.Model):
    """A browser in which the member signed in with a chosen key; only a digest of its cookie is stored."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="devices")
    digest = models.CharField(max_length=64)
    label = models.CharField(max_length=60, blank=True)  # «Chrome en Android», for the member's own list
    created_at = models.DateTimeField()
    used_at = models.DateTimeField()

    class Meta:
        verbose_name = "dispositivo conocido"
        verbose_name_plural = "dispositivos conocidos"
        constraints = [models.UniqueConstraint(fields=["member", "digest"], name="one_row_per_member_and_device")]
        indexes = [
            models.Index(fields=["digest"], name="device_digest"),
            models.Index(fields=["used_at"], name="device_used"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def limit_subject(self) -> str:
        """The row's id: a device remembered anew is a new subject, one that only got a new cookie is not.

        Otherwise a person who shares the browser could refill another member's attempts by signing in again.
        """
        return str(self.pk)

    def lives(self, now: datetime) -> bool:
        """Whether the device is still known: used within `DEVICE_DAYS`, the lifetime of its cookie."""
        return self.used_at > now - settings.DEVICE_LIFE


class Notice(models.Model):
    """A mail about a change of access, with the code for «no fui yo»."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="notices")
    sealed_code = models.TextField(blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="notice_expires")]

    def __str__(self) -> str:
        return str(self.pk)


class ContactChange(models.Model):
    """Proposed contact data; the member's data change when a supervisor approves it."""

    class State(models.TextChoices):
        WAITING = "waiting", "Por aprobar"
        APPROVED = "approved", "Aprobado"
        REJECTED = "rejected", "Negado"
        REPLACED = "replaced", "Reemplazado por otro"

    member = models.ForeignKey(Member, models.CASCADE, related_name="contact_changes", verbose_name="asociado")
    changes = models.JSONField("datos nuevos")  # name of a Member field -> new value
    state = models.CharField("estado", max_length=10, choices=State.choices, default=State.WAITING)
    how = models.CharField("cómo verificó la identidad", max_length=60, blank=True)
    reason = models.CharField("motivo", max_length=200, blank=True)
    proposed_by = models.CharField("lo pidió", max_length=60)
    proposed_as = models.CharField("en calidad de", max_length=20)
    proposed_at = models.DateTimeField("pedido")
    decided_by = models.CharField("lo decidió", max_length=60, blank=True)
    decided_at = models.DateTimeField("decidido", null=True, blank=True)

    class Meta:
        verbose_name = "cambio de contacto"
        verbose_name_plural = "cambios de contacto"
        default_permissions = ("view",)
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(state="waiting"), name="one_change_waits_per_member"),
        ]
        indexes = [models.Index(fields=["state", "-proposed_at"], name="contact_state")]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.pk}"
