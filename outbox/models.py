"""The queue's rows: mails and jobs, and the worker's heartbeat."""

import uuid

from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    QUEUED = "queued", "En cola"
    SENT = "sent", "Enviado"
    FAILED = "failed", "No entregado"
    LAPSED = "lapsed", "Vencido sin enviar"


class Work(models.Model):
    """A queued piece of work: when it is due, its lease, and the number of attempts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("clase", max_length=40)
    subject = models.CharField("sujeto", max_length=64, blank=True, db_index=True)  # as in audit.Event
    body = models.TextField("contenido sellado", blank=True)  # sealed; wiped once done
    state = models.CharField("estado", max_length=10, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField("creado")
    due_at = models.DateTimeField("toca desde")
    ended_at = models.DateTimeField("terminado", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("intentos", default=0)
    lease = models.UUIDField("lo tiene", null=True, blank=True)  # the current worker's claim; a new id for each attempt

    class Meta:
        abstract = True
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["due_at"], name="%(class)s_due", condition=Q(state="queued")),
            models.Index(fields=["-created_at"], name="%(class)s_created"),
            models.Index(fields=["state", "-created_at"], name="%(class)s_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Message(Work):
    """A mail. `body` seals recipient, subject and text."""

    expires_at = models.DateTimeField("vence", null=True, blank=True)  # not sent after this time: the key in it has expired
    key = models.BigIntegerField(null=True, blank=True)  # id of the access key in it
    # Class and SMTP codes only: a server's text may contain the address.
    error = models.CharField("último error", max_length=80, blank=True)

    class Meta(Work.Meta):
        abstract = False
        verbose_name = "mensaje"
        verbose_name_plural = "mensajes"
        default_permissions = ("view",)


class Job(Work):
    """A call of a registered function, queued alike for every document so that a request's time reveals no member."""

    class Meta(Work.Meta):
        abstract = False
        verbose_name = "tarea"
        verbose_name_plural = "tareas"
        default_permissions = ("view",)


class Beat(models.Model):
    """Heartbeat: when the worker last read the queue."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "latido"
        verbose_name_plural = "latidos"

    def __str__(self) -> str:
        return self.name
