"""The sentences about a lockout of members and staff: until when it lasts, and the other ways in."""

import re
from datetime import datetime, timedelta

from django.utils import timezone

from common.colombia.formats import a_las, fecha_larga

MINUTE = timedelta(minutes=1)


def until_text(until: datetime, now: datetime, *, rounded_up: bool = True) -> str:
    """«las 3:45 p. m.» today, else «el 21 de octubre de 2021 a las…».

    The end of a refusal is rounded up to the next minute; the end of what works (`rounded_up=False`) is not.
    """
    shown = timezone.localtime(until + MINUTE if rounded_up else until)
    if shown.date() == timezone.localtime(now).date():
        return a_las(shown).removeprefix("a ")
    return f"el {fecha_larga(shown)} {a_las(shown)}"


def one_full_stop(sentence: str) -> str:
    """Drop the second full stop of a sentence that ends with an hour: «p. m.», not «p. m..»."""
    return re.sub(r"(?<=\bm\.)\.", "", sentence)


def lockout_text(until: datetime, now: datetime, what: str, other_ways: str) -> str:
    """The sentences for somebody in lockout: `what` is paused («la recuperación»), until when, and the `other_ways`."""
    return one_full_stop(f"Por seguridad, {what} está en pausa hasta {until_text(until, now)}. {other_ways}")
