"""Signed cursors: the position in a list of movements at which «Ver más» continues.

A cursor only says where to continue; whose movements are shown, the session decides. It is signed, for one member, so that
nobody can try places of their own.
"""

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from django.core import signing

if TYPE_CHECKING:
    from accounts.models import Member


class Place(NamedTuple):
    """The last movement already seen."""

    day: dt.date
    number: int


def cursor_after(member: "Member", place: Place) -> str:
    """The cursor of the list that continues after `place`."""
    return _signer(member).sign(f"{place.day:%Y%m%d}-{place.number}")


def place_of(member: "Member", cursor: str) -> Place | None:
    """The place in a cursor of this member; None for anything else."""
    try:
        day, number = _signer(member).unsign(cursor).split("-")
    except signing.BadSignature:
        return None
    return Place(dt.datetime.strptime(day, "%Y%m%d").date(), int(number))  # noqa: DTZ007 - a day has no zone


def _signer(member: "Member") -> signing.Signer:
    return signing.Signer(salt=f"statements.cursor.{member.pk}", sep=".")
