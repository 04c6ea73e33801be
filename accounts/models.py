"""Members and what opens their door. Rules that touch more than one row live in `actions.py`."""

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
REALM_KEY = "door"  # in the session; the name it was first stored under


def new_epoch() -> str:
    """128 bits of chance in 22 characters; sessions and openings carry one and end when it changes."""
    return secrets.token_urlsafe(16)


MAY_ENTER = "in_registry AND blocked_at IS NULL AND status = 'active'"  # `Member.may_enter`, asked of the database


class Member(AbstractBaseUser, PermissionsMixin):
    """A person of the cooperative's registry, or somebody of its staff, or both."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Activo"
        RETIRED = "retired", "Retirado"

    # From the registry; an import writes these.
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

    # The member door.
    epoch = models.CharField(max_length=22, default=new_epoch, editable=False)
    blocked_at = models.DateTimeField("bloqueado desde", null=True, blank=True)
    held_until = models.DateTimeField("sin recuperación hasta", null=True, blank=True)
    last_entry_at = models.DateTimeField("último ingreso", null=True, blank=True)
    created_at = models.DateTimeField("creado", default=timezone.now, editable=False)

    # The staff door.
    is_staff = models.BooleanField("funcionario", default=False)
    is_active = models.BooleanField("funcionario activo", default=True)
    last_login = None  # ours is last_entry_at; without the field Django writes nothing at each sign-in

    # The door this object came through; only the backends set it.
    realm: str = ""

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
            models.Index(Right("document", 3), name="member_tail"),  # from an event or a mail to the member it tells of
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
        """Whether the member door is open to this person at all; keys are looked at elsewhere."""
        return self.in_registry and self.blocked_at is None and self.status == self.Status.ACTIVE  # as MAY_ENTER

    def held(self, now: datetime) -> bool:
        """Whether a recent change of a recovery fact keeps recovery closed."""
        return self.held_until is not None and self.held_until > now

    def get_session_auth_hash(self) -> str:
        """A session ends when this changes: with the epoch at the member door, with the password at the staff door."""
        if self.realm == MEMBER_REALM:
            return digest("member session", self.epoch)
        return super().get_session_auth_hash()

    def get_session_auth_fallback_hash(self) -> Any:
        return iter(()) if self.realm == MEMBER_REALM else super().get_session_auth_fallback_hash()

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Nobody has a permission but through the staff door."""
        return self.realm == STAFF_REALM and self.is_staff and super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return self.realm == STAFF_REALM and self.is_staff and super().has_module_perms(app_label)


class AccessKey(models.Model):
    """What opens the member door. `sealed` is an Argon2id hash under the vault's seal; ended rows lose it."""

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
    browser = models.CharField(max_length=64, blank=True)  # digest of the browser a temporary key was shown to
    opening = models.CharField(max_length=22, blank=True)  # the one session a given key has open

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
        """Whether it opens the door at `now`, if typed right."""
        return self.ended_at is None and (self.expires_at is None or self.expires_at > now)


class PastKey(models.Model):
    """Digests of the last chosen keys, so that none is chosen again; nobody can read them."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="past_keys")
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class PortalCounts(models.Model):
    """One row: what the portal must know of all members and keys together (`portal_counts.py`)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    members = models.PositiveIntegerField(default=0)
    hashes = models.JSONField(default=dict)  # kind of key -> "memory,passes,lanes" -> how many of a sample
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = "conteo del portal"
        verbose_name_plural = "conteos del portal"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.members)


class Miss(models.Model):
    """A wrong key one browser typed for one document; a success of the same browser takes it back once."""

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
    """A browser in which this member's own key opened the door; only a digest of its cookie is kept."""

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
        """The row alone: one remembered anew is a new subject, one whose cookie only moved (`devices.remember`) is not.

        Else somebody who shares the browser could refill the tries at another's key by being remembered again.
        """
        return str(self.pk)

    def lives(self, now: datetime) -> bool:
        """Unused for longer than `DEVICE_DAYS` it is forgotten, like its cookie."""
        return self.used_at > now - settings.DEVICE_LIFE


class Notice(models.Model):
    """A mail that told a member of a change, with the code that takes it back («no fui yo»)."""

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
    """New contact data somebody asked for; nothing changes before a supervisor took it over."""

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
