"""Models of the staff realm: second factor, daily counts, and the permissions of staff actions."""

from django.db import models

from accounts.models import Member


class StaffFactor(models.Model):
    """The sealed secret of an authenticator app; in use once its first right code confirmed it."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="factor")
    sealed = models.TextField()
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(default=0)  # newest 30-second step whose code was accepted: no code works twice

    class Meta:
        verbose_name = "segundo factor"
        verbose_name_plural = "segundos factores"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


class BackupCode(models.Model):
    """A backup code, for a lost phone; stored as a keyed digest."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="backup_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "código de respaldo"
        verbose_name_plural = "códigos de respaldo"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


class DayFigure(models.Model):
    """The number of events of a kind on a past day, counted once: the trail does not change."""

    day = models.DateField()
    kind = models.CharField(max_length=40)
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = "cifra del día"
        verbose_name_plural = "cifras del día"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["day", "kind"], name="one_figure_per_day_and_kind")]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"


class Staff(Member):
    """Staff accounts, for the administrators' list."""

    class Meta:
        proxy = True
        verbose_name = "funcionario"
        verbose_name_plural = "funcionarios"
        default_permissions = ()


class CannotRecover(Member):
    """Active members who cannot recover by questions, for their list."""

    class Meta:
        proxy = True
        verbose_name = "asociado que no puede recuperar con preguntas"
        verbose_name_plural = "asociados que no pueden recuperar con preguntas"
        default_permissions = ()


class StaffAction(models.Model):
    """No table: holds the permissions of staff actions; `roles.py` gives them to roles."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("issue_key", "Emitir claves iniciales"),
            ("unlock_member", "Quitar pausas"),
            ("unmask_data", "Ver datos de contacto completos"),
            ("propose_contact", "Proponer cambios de contacto"),
            ("approve_contact", "Aprobar cambios de contacto"),
            ("require_change", "Exigir cambio de clave"),
            ("block_member", "Bloquear y restablecer accesos"),
            ("act_in_bulk", "Actuar sobre varios asociados a la vez"),
            ("export_members", "Exportar listas de asociados"),
            ("export_trail", "Exportar la auditoría"),
        ]

    def __str__(self) -> str:
        return ""
