"""The audit trail's rows, append-only, and the head of its chain."""

from typing import Any, NoReturn

from django.db import models

from audit.kinds import Kind, Outcome


class AppendOnly(Exception):
    """The code tried to change or delete an event."""


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise AppendOnly("The trail is append-only")


class EventQuerySet(models.QuerySet["Event"]):
    update = delete = bulk_update = update_or_create = aupdate = adelete = _refuse


class Event(models.Model):
    """One row of the audit trail. It has no foreign keys, so it outlives the rows it refers to."""

    number = models.BigIntegerField("número", primary_key=True)
    at = models.DateTimeField("cuándo")
    kind = models.CharField("evento", max_length=40, choices=Kind.choices)
    actor = models.CharField("quién", max_length=60, blank=True)
    actor_role = models.CharField("en calidad de", max_length=20)
    subject = models.CharField("sujeto", max_length=64, blank=True)  # keyed digest of the document
    subject_tail = models.CharField("termina en", max_length=3, blank=True)
    network = models.CharField("red", max_length=50, blank=True)
    outcome = models.CharField("resultado", max_length=10, choices=Outcome.choices)
    details = models.TextField("detalles", default="{}")  # canonical JSON, kept as text because the MAC covers its bytes
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
            models.Index(fields=["-number"], name="event_failed", condition=models.Q(outcome="failed")),  # few rows of many
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
    """The head of the chain: number and MAC of the newest event. Its one row is locked to append."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=64)

    class Meta:
        verbose_name = "cabeza de la auditoría"
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return f"{self.number}"
