"""Approved contact data that the core does not have yet."""

from django.db import models

from accounts.models import ContactChange, Member


class ContactOverride(models.Model):
    """An approved value of one field that stands against the core's file; `core_value` is the core's last one.

    It ends when the core brings the approved value, or a third one (`contact_overrides.py`).
    """

    member = models.ForeignKey(Member, models.CASCADE, related_name="contact_overrides", verbose_name="asociado")
    change = models.ForeignKey(ContactChange, models.CASCADE, related_name="overrides", verbose_name="cambio")
    field = models.CharField("dato", max_length=20)  # name of a Member field
    value = models.CharField("valor aprobado", max_length=254, blank=True)
    core_value = models.CharField("valor del núcleo", max_length=254, blank=True)
    approved_at = models.DateTimeField("aprobado")

    class Meta:
        verbose_name = "dato que el núcleo no tiene"
        verbose_name_plural = "datos que el núcleo no tiene"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["member", "field"], name="one_override_per_member_and_field")]
        indexes = [models.Index(fields=["approved_at"], name="override_approved")]

    def __str__(self) -> str:
        return f"{self.field} {self.pk}"
