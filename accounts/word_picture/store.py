"""The word picture of a recovery attempt: one row of django-simple-captcha's model, redrawn in place."""

import secrets
from datetime import datetime

from captcha.conf import settings as captcha
from captcha.models import CaptchaStore
from django.db import connection
from django.utils import timezone

from common.colombia.documents import searchable

LONGEST_WORD = 20  # characters of the typed word that are read, as the field's `maxlength`
# Plain SQL, because one statement must decide. Expressions on the right use the row's old values; the returned hashkey shows
# whether the old word was answered right.
ANSWER = """
UPDATE captcha_captchastore SET challenge = %s, response = %s,
  hashkey = CASE WHEN response = %s AND expiration > %s THEN %s ELSE %s END
WHERE id = %s AND hashkey = %s RETURNING hashkey"""


def new_picture(lives_until: datetime) -> CaptchaStore:
    """Insert the picture of an attempt; `hashkey` is its name in the page's urls. It expires at `lives_until`."""
    return CaptchaStore.objects.create(expiration=lives_until, **_new_word())


def picture_key(number: int | None) -> str:
    """The current hashkey of this row's picture; "" if there is no such row."""
    return _first("hashkey", pk=number)


def redraw(number: int | None) -> None:
    """Replace word and hashkey of the row; the old picture's url stops working."""
    CaptchaStore.objects.filter(pk=number).update(**_new_word())


def answer_picture(number: int | None, key: str, word: str) -> bool:
    """Whether `word` is the word of picture `key` in this row; right or wrong, the row then gets another word.

    A single UPDATE decides, so of several concurrent answers only the one that still finds this key counts.
    """
    shown, typed = captcha.get_challenge()()
    right, wrong, now = _new_key(), _new_key(), connection.ops.adapt_datetimefield_value(timezone.now())
    known = key if key.isascii() and key.isalnum() else ""  # PostgreSQL refuses some other characters, such as NUL
    answer = "".join(filter(str.isprintable, searchable(word[:LONGEST_WORD])))  # PostgreSQL refuses NUL
    with connection.cursor() as cursor:
        cursor.execute(ANSWER, [shown, typed, answer, now, right, wrong, number, known[:40]])
        return cursor.fetchone() == (right,)


def shown_word(key: str) -> str:
    """The word that the picture shows; "" if there is no such picture."""
    return _first("challenge", hashkey=key[:40]) if key.isascii() and key.isalnum() else ""


def _first(column: str, **row: int | str | None) -> str:
    return next(iter(CaptchaStore.objects.filter(**row).values_list(column, flat=True)), "")


def _new_word() -> dict[str, str]:
    shown, typed = captcha.get_challenge()()
    return {"challenge": shown, "response": typed, "hashkey": _new_key()}


def _new_key() -> str:
    return secrets.token_hex(20)
