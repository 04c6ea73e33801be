"""Attack mode: too many failed attempts over the whole portal ask strangers' browsers for a word picture.

It refuses nobody: known devices pass, the mail road and the office stay open. It ends when half of the failures have aged.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from accounts.models import KnownDevice
from accounts.portal_counts import portal_counts
from accounts.visitors import Visitor
from accounts.word_picture.tokens import use_token
from audit.actors import Actor
from audit.kinds import Kind
from common.colombia.documents import BadDocument, clean_document
from ratelimits import rates
from ratelimits.alarms import alarm_lasts, start_alarm
from ratelimits.gcra import Limit, charge, charge_quietly, free_at


class Word(NamedTuple):
    """The picture a form was sent with, and the word typed for it."""

    token: str = ""
    typed: str = ""


NO_WORD = Word()


@dataclass(frozen=True)
class WordRefused:
    """The word was missing or wrong, or, until `locked_until`, not looked at. No key was looked at either."""

    missing: bool = False
    locked_until: datetime | None = None


def portal_limit() -> Limit:
    """The limit of failures of the whole portal, sized by its members."""
    return rates.portal(portal_counts().members)


def in_attack_mode() -> bool:
    """Whether strangers must read a picture now. Ends attack mode when the limit is half full again."""
    return alarm_lasts(portal_limit(), ended=Kind.ATTACK_MODE_ENDED)


class Calm:
    """Until when this process assumes that attack mode is off. Monotonic seconds."""

    until = 0.0


def seems_in_attack_mode() -> bool:
    """`in_attack_mode`, remembered for a second while it is off, so that the sign-in form needs no query.

    A failure in that second is charged like any other and, when the limit is empty, starts attack mode at once.
    """
    if time.monotonic() < Calm.until:
        return False
    found = in_attack_mode()
    Calm.until = 0.0 if found else time.monotonic() + 1
    return found


def asks_for_word(visitor: Visitor, typed: str | None, changing: str = "") -> bool:
    """Whether this browser must read a picture: in attack mode, unless it is a known device of the document typed.

    `typed` is None before anything was typed; then a device known to any member sees the form without a picture.
    `changing` is the document of a session that must change its key: it has shown a right key, and the picture is among the
    pages closed to it until then.
    """
    if not seems_in_attack_mode() or (changing and (typed is None or _document(typed) == changing)):
        return False
    devices = KnownDevice.objects.filter(digest=visitor.device) if visitor.device else KnownDevice.objects.none()
    if typed is not None:
        devices = devices.filter(member__document=_document(typed))
    return not any(device.lives(timezone.now()) for device in devices)


def _document(typed: str) -> str:
    try:
        return clean_document(typed)
    except BadDocument:
        return ""


def refuse_word(document: str, word: Word, visitor: Visitor, changing: str = "") -> WordRefused | None:
    """Judge the word of an attempt at this document, if one is asked for; None when the key may be looked at.

    A network whose sign-ins are locked out is refused first, so that its words leave no row and no right word is lost.
    """
    if not asks_for_word(visitor, document, changing):
        return None
    if not word.typed.strip():
        return WordRefused(missing=True)
    locked_until = free_at(rates.sign_in_network(visitor.network))
    if locked_until > timezone.now():
        return WordRefused(locked_until=locked_until)
    refusal = charge(rates.words_network(visitor.network), by=Actor.stranger(visitor.network))
    if refusal:
        return WordRefused(locked_until=refusal.until)
    return None if use_token(word.token, word.typed) else WordRefused()


def count_failure() -> bool:
    """Charge the portal's limit for a failed attempt, in the caller's transaction; whether it had room.

    When it is empty, attack mode starts. It is charged after the attempt, not before it: charging every sign-in made that one
    row the bottleneck of all of them (93 against 144 a second on a disk of 2 ms). So attack mode starts late by the
    hashes under way.
    """
    limit = portal_limit()
    had_room = charge_quietly(limit)
    if not had_room:
        start(limit)
    return had_room


def start(limit: Limit) -> None:
    """Begin attack mode. Only the first failure beyond the limit leaves the event."""
    Calm.until = 0.0
    start_alarm(limit, started=Kind.ATTACK_MODE_STARTED)
