from django.db import models


class CheckValue(models.Model):
    """What a secret makes of a known text, so that a wrong secret is noticed before it does harm."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.TextField()

    class Meta:
        verbose_name = "valor de control"
        verbose_name_plural = "valores de control"

    def __str__(self) -> str:
        return self.name
