"""The journal of a file of initial keys: which were issued, and which are safe in the file."""

from django.db import models


class KeyRun(models.Model):
    """One file of initial keys being made; the same file name finds it again after a kill (`runs.py`)."""

    out = models.CharField(max_length=500, db_index=True)  # where it writes, in full
    by = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    written = models.BigIntegerField(default=0)  # bytes of the file that are known to be right

    class Meta:
        verbose_name = "emisión en lote"
        verbose_name_plural = "emisiones en lote"

    def __str__(self) -> str:
        return self.out


class KeyBatch(models.Model):
    """The journal of a run: keys issued and not yet safe in its file, sealed; wiped once they are."""

    run = models.ForeignKey(KeyRun, models.CASCADE, related_name="batches")
    number = models.PositiveIntegerField()
    members = models.JSONField()  # ids: who has a key of this run
    sealed = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_batch_per_number")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"
