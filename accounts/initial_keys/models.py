"""The journal of initial keys: which were issued, and which of them are in the file."""

from django.db import models


class KeyRun(models.Model):
    """A run that makes one file of initial keys; the file's name finds it again after a crash (`runs.py`)."""

    out = models.CharField(max_length=500, db_index=True)  # absolute path of the file
    by = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    written = models.BigIntegerField(default=0)  # bytes of the finished file

    class Meta:
        verbose_name = "emisión en lote"
        verbose_name_plural = "emisiones en lote"

    def __str__(self) -> str:
        return self.out


class KeyBatch(models.Model):
    """A batch of a run: `sealed` holds its keys until they are safe in the file, and is then wiped."""

    run = models.ForeignKey(KeyRun, models.CASCADE, related_name="batches")
    number = models.PositiveIntegerField()
    members = models.JSONField()  # ids of the members with a key of this batch
    sealed = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_batch_per_number")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"
