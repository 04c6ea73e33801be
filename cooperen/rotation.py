"""Re-seal every sealed column of the portal, in small transactions, so that it can be interrupted and repeated."""

from collections.abc import Callable

from django.apps import apps
from django.db import models, transaction

from audit.actors import Actor
from audit.kinds import Kind
from audit.record import record
from vault.checks import rewrite_check_value
from vault.ring import reseal, sealed_by_newest

BATCH = 500
# Every column that holds a sealed text; a test compares this with the models. (model, column)
SEALED = [
    ("accounts.AccessKey", "sealed"),
    ("accounts.KeyBatch", "sealed"),
    ("accounts.Notice", "sealed_code"),
    ("outbox.Message", "body"),
    ("outbox.Job", "body"),
    ("recovery.Attempt", "shown"),
    ("backoffice.StaffFactor", "sealed"),
]


def rotate(*, by: Actor, tell: Callable[[str, int], None]) -> int:
    """Re-seal everything with the newest key; the number of sealed texts. Calls `tell(place, done)` with the progress."""
    total = sum(_rotate_column(apps.get_model(label), column, tell) for label, column in SEALED)
    rewrite_check_value("KEY_SEALS")
    record(Kind.SECRETS_ROTATED, by=by, count=total)
    return total


def _rotate_column(model: type[models.Model], column: str, tell: Callable[[str, int], None]) -> int:
    done, last = 0, None
    while batch := _next_batch(model, column, last):
        with transaction.atomic():
            for pk in batch:
                _reseal_row(model, column, pk)
        done, last = done + len(batch), batch[-1]
        tell(f"{model._meta.label}.{column}", done)
    return done


def _next_batch(model: type[models.Model], column: str, last: object) -> list[object]:
    rows = model._default_manager.exclude(**{column: ""}).order_by("pk")
    if last is not None:
        rows = rows.filter(pk__gt=last)
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _reseal_row(model: type[models.Model], column: str, pk: object) -> None:
    """Re-seal under the row's lock, so that a concurrent change is not overwritten."""
    row = model._default_manager.select_for_update().filter(pk=pk).only("pk", column).first()
    token = getattr(row, column, "")
    if token and not sealed_by_newest(token):
        model._default_manager.filter(pk=pk).update(**{column: reseal(token)})
