"""The database row of a rate limit."""

from django.db import models


class RateLimit(models.Model):
    """The state of one rate limit (`rates.py`) of one subject. Times are whole microseconds since 1970."""

    id = models.CharField(primary_key=True, max_length=64)  # keyed digest of name and subject (`gcra.Limit.id`)
    name = models.CharField(max_length=30)
    tat = models.BigIntegerField()  # GCRA's theoretical arrival time: when the limit will be full again
    refused = models.IntegerField(default=0)  # refusals since refused_at
    refused_at = models.BigIntegerField(default=0)
    alarm_at = models.BigIntegerField(null=True, blank=True)  # portal limit only: since when attack mode lasts
    ends_at = models.BigIntegerField(null=True, blank=True)  # expiry of the key it protects; the purge removes the row then

    class Meta:  # no index on tat: without one PostgreSQL updates a row in place (HOT); the purge can afford a scan
        db_table = "accounts_budget"  # stored name, frozen
        verbose_name = "límite"
        verbose_name_plural = "límites"

    def __str__(self) -> str:
        return self.name
