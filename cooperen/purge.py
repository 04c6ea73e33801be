"""Purge: delete expired rows and clear expired secrets, in small transactions so that requests do not wait for locks."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from captcha.models import CaptchaStore
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.initial_keys.models import KeyBatch, KeyRun
from accounts.models import AccessKey, ContactChange, KnownDevice, Miss, Notice
from accounts.portal_counts import count_portal
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import record
from outbox.models import Job, Message, State
from ratelimits.gcra import HOUR, microseconds
from ratelimits.models import RateLimit
from recovery.models import Attempt

AT_ONCE = 2_000  # rows a transaction
TOLD_EXPIRED = timedelta(days=7)  # an expired key is recognised for this long («venció»), then cleared
MISSES = timedelta(hours=1)  # a success refunds attempts of the last half hour


def purge(*, by: Actor) -> dict[str, int]:
    """Purge everything that is due; the number of rows per kind (Spanish). Records one event if there were any."""
    now = timezone.now()
    count_portal()
    counts = {what: _delete(rows) for what, rows in _deletions(now)}
    counts |= {what: _wipe(rows, **fields) for what, rows, fields in _wipings(now)}
    counts = {what: count for what, count in counts.items() if count}
    if counts:
        record(Kind.DATA_PURGED, by=by, deleted=[f"{what}: {count}" for what, count in counts.items()])
    return counts


def _deletions(now: datetime) -> Iterator[tuple[str, QuerySet]]:
    old = now - settings.KEEP_ATTEMPTS
    done = [State.SENT, State.FAILED, State.LAPSED]
    now_us = microseconds(now)
    yield "sesiones vencidas", Session.objects.filter(expire_date__lt=now)
    yield "imágenes vencidas", CaptchaStore.objects.filter(expiration__lt=now)
    yield "claves terminadas", AccessKey.objects.filter(ended_at__lt=old)
    unused_rows = Q(tat__lt=now_us, refused_at__lt=now_us - HOUR, alarm_at=None)
    purgeable = RateLimit.objects.filter(unused_rows | Q(ends_at__lt=now_us))  # unused, or its given key has ended
    yield "límites sin uso", purgeable
    yield "intentos errados", Miss.objects.filter(at__lt=now - MISSES)
    yield "dispositivos sin uso", KnownDevice.objects.filter(used_at__lt=now - settings.DEVICE_LIFE)
    yield "códigos «no fui yo» vencidos", Notice.objects.filter(expires_at__lt=now)
    yield "recuperaciones", Attempt.objects.filter(started_at__lt=old)
    yield "cambios de contacto", ContactChange.objects.filter(decided_at__lt=old, overrides=None)  # others still stand
    yield "mensajes", Message.objects.filter(state__in=done, ended_at__lt=now - settings.KEEP_MESSAGES)
    yield "tareas", Job.objects.filter(state__in=done, ended_at__lt=now - settings.KEEP_MESSAGES)
    yield "emisiones en lote", KeyRun.objects.filter(created_at__lt=old)


def _wipings(now: datetime) -> Iterator[tuple[str, QuerySet, dict[str, object]]]:
    expired = AccessKey.objects.live().filter(expires_at__lt=now - TOLD_EXPIRED)
    yield "claves vencidas", expired, {"ended_at": now, "ended_why": "expired", "sealed": "", "opening": ""}
    # a recovery that succeeded in its last minute shows its key until the key expires
    shown = Attempt.objects.exclude(shown="").filter(expires_at__lt=now - settings.TEMPORARY_KEY_LIFE)
    yield "claves mostradas", shown, {"shown": ""}
    forgotten = KeyBatch.objects.exclude(sealed="").filter(run__created_at__lt=now - settings.INITIAL_KEY_LIFE)
    yield "lotes sin terminar", forgotten, {"sealed": ""}


def _delete(rows: QuerySet) -> int:
    return sum(
        rows.filter(Q(pk__in=batch)).delete()[1].get(rows.model._meta.label, 0)  # rows used meanwhile no longer match and stay
        for batch in _batches(rows)
    )


def _wipe(rows: QuerySet, **fields: object) -> int:
    return sum(rows.filter(Q(pk__in=batch)).update(**fields) for batch in _batches(rows))


def _batches(rows: QuerySet) -> Iterator[list[object]]:
    """Primary keys of matching rows, batch by batch, each in a transaction; the caller must delete or change them."""
    while batch := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            yield batch
