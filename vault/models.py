"""Check values of the secrets."""

from django.db import models


class CheckValue(models.Model):
    """The HMAC or seal of a known text under one secret: shows whether the secret is still the same."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.TextField()

    class Meta:
        verbose_name = "valor de control"
        verbose_name_plural = "valores de control"

    def __str__(self) -> str:
        return self.name
