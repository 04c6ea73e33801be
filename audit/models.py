from typing import Any, NoReturn

from django.db import models

from audit.kinds import Kind, Outcome


class AppendOnly(Exception):
    """The trail is written once; nothing in it is changed or removed."""


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise AppendOnly("The trail is append-only")


class EventQuerySet(models.QuerySet["Event"]):
    update = delete = bulk_update = update_or_create = aupdate = adelete = _refuse


class Event(models.Model):
    """One row of the audit trail. No foreign keys: it outlives what it tells of."""

    number = models.BigIntegerField("número", primary_key=True)
    at = models.DateTimeField("cuándo")
    kind = models.CharField("evento", max_length=40, choices=Kind.choices)
    actor = models.CharField("quién", max_length=60, blank=True)
    actor_role = models.CharField("en calidad de", max_length=20)
    subject = models.CharField("sujeto", max_length=64, blank=True)  # keyed digest of the document
    subject_tail = models.CharField("termina en", max_length=3, blank=True)
    network = models.CharField("red", max_length=50, blank=True)
    outcome = models.CharField("resultado", max_length=10, choices=Outcome.choices)
    details = models.TextField("detalles", default="{}")  # canonical JSON, kept as text because its bytes are signed
    mac = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "evento"
        verbose_name_plural = "eventos"
        ordering = ["-number"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["subject", "-number"], name="event_subject"),
            models.Index(fields=["kind", "-number"], name="event_kind"),
            models.Index(fields=["at", "kind"], name="event_at"),
            models.Index(fields=["actor", "-number"], name="event_actor"),
            models.Index(fields=["-number"], name="event_failed", condition=models.Q(outcome="failed")),  # few among many
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse()
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse()


class Head(models.Model):
    """Where the chain stands: one row, locked by whoever writes next."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=64)

    class Meta:
        verbose_name = "cabeza de la auditoría"
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return f"{self.number}"
