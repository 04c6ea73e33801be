"""One row for each attempt at a recovery, and one row with what was measured in the registry."""

from django.db import models

from accounts.models import AccessKey, Member


class Attempt(models.Model):
    """What staff audit, and what judging and the result page need. Answers are never kept."""

    class Outcome(models.TextChoices):
        OPEN = "open", "En curso"
        FAILED = "failed", "Respuestas erradas"
        PASSED = "passed", "Lograda"
        MAIL = "mail", "Pidió la clave por correo"
        CLOSED = "closed", "Cerrada para este asociado"  # right or wrong: this member could not have passed
        APART = "apart", "Durante un ataque: la clave, solo por correo"  # right or wrong: the worker issues the key

    document = models.CharField("documento", max_length=15)  # as typed: it need not be a member's
    network = models.CharField("red", max_length=50)
    browser = models.CharField(max_length=64)  # digest of the session it belongs to
    kinds = models.CharField("preguntas", max_length=120, blank=True)  # once judged
    outcome = models.CharField("resultado", max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    wrong = models.PositiveSmallIntegerField("intentos errados", default=0)
    started_at = models.DateTimeField("empezó")
    expires_at = models.DateTimeField("vence")
    ended_at = models.DateTimeField("último paso", null=True, blank=True)
    key = models.ForeignKey(AccessKey, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="clave emitida")
    message = models.UUIDField("correo", null=True, blank=True)  # the mail that carried the key
    shown = models.TextField(blank=True)  # the key as the result page shows it, sealed
    left_at = models.DateTimeField(null=True, blank=True)  # when the browser left the page that showed the key
    picture = models.BigIntegerField(null=True, blank=True)  # row of its word picture in django-simple-captcha's table

    class Meta:
        verbose_name = "recuperación"
        verbose_name_plural = "recuperaciones"
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["document", "-started_at"], name="attempt_document"),
            models.Index(fields=["-started_at"], name="attempt_started"),
            models.Index(fields=["outcome", "-started_at"], name="attempt_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.pk}"


class RegistryFigures(models.Model):
    """What the program before answer groups had measured; it is read until a rolling update is over."""

    figures = models.JSONField()
    measured_at = models.DateTimeField()
    members = models.PositiveIntegerField()

    class Meta:
        verbose_name = "cifras del registro"
        verbose_name_plural = "cifras del registro"
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.measured_at:%Y-%m-%d}"


class RegistryStatistics(models.Model):
    """What was measured in the registry (`measurement.py`), in one row: it shapes the questions of strangers."""

    measurement = models.JSONField()
    measured_at = models.DateTimeField()
    members = models.PositiveIntegerField()

    class Meta:
        verbose_name = "medición del registro"
        verbose_name_plural = "medición del registro"
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.measured_at:%Y-%m-%d}"


class MissingFacts(models.Model):
    """An active member who lacks what recovery by questions needs: an e-mail, or three usable facts (`coverage.py`)."""

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True, related_name="missing_facts")
    kinds = models.CharField("le falta", max_length=60)  # the kinds of fact, comma-separated

    class Meta:
        verbose_name = "datos que faltan"
        verbose_name_plural = "datos que faltan"
        default_permissions = ()

    def __str__(self) -> str:
        return self.kinds


class Coverage(models.Model):
    """When the last pass over the registry ended (`coverage.py`), and the counts of that moment for the front page."""

    counted_at = models.DateTimeField()
    members = models.PositiveIntegerField()
    able = models.PositiveIntegerField()
    lacking = models.JSONField()  # reason -> how many of those who cannot

    class Meta:
        verbose_name = "cobertura"
        verbose_name_plural = "cobertura"
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.able} / {self.members}"
