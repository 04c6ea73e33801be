"""The row that counts one rate limit of one subject."""

from django.db import models


class RateLimit(models.Model):
    """How much of one limit one subject has used (`rates.py`). Moments are whole microseconds since 1970."""

    id = models.CharField(primary_key=True, max_length=64)  # keyed digest of name and subject
    name = models.CharField(max_length=30)
    tat = models.BigIntegerField()  # when it will be full again (GCRA's theoretical arrival time)
    refused = models.IntegerField(default=0)  # refusals since refused_at
    refused_at = models.BigIntegerField(default=0)
    alarm_at = models.BigIntegerField(null=True, blank=True)  # siege: since when
    ends_at = models.BigIntegerField(null=True, blank=True)  # when the key it guards ends, and the row with it

    class Meta:  # no index on tat: without one, PostgreSQL updates a row in place (HOT), and a purge can wait
        db_table = "accounts_budget"  # its name since the first release; no row is copied
        verbose_name = "límite"
        verbose_name_plural = "límites"

    def __str__(self) -> str:
        return self.name
