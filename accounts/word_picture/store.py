"""The word picture of a recovery attempt: one row of django-simple-captcha's model, redrawn in place."""

import secrets
from datetime import datetime

from captcha.conf import settings as captcha
from captcha.models import CaptchaStore
from django.db import connection
from django.utils import timezone

from common.colombia.documents import searchable

LONGEST_WORD = 20  # characters read of what was typed, as the page's field says
# Plain SQL, because one statement decides. The values on the right are those of the row before; the new key that comes back
# says how the old word was answered.
ANSWER = """
UPDATE captcha_captchastore SET challenge = %s, response = %s,
  hashkey = CASE WHEN response = %s AND expiration > %s THEN %s ELSE %s END
WHERE id = %s AND hashkey = %s RETURNING hashkey"""


def new_picture(lives_until: datetime) -> CaptchaStore:
    """Add the one row of an attempt; `hashkey` names the picture as the page shows it."""
    return CaptchaStore.objects.create(expiration=lives_until, **_new_word())


def picture_key(number: int | None) -> str:
    """How the picture of that row is named now; "" when there is no such row."""
    return _first("hashkey", pk=number)


def redraw(number: int | None) -> None:
    """Put another word into the row; the old picture's name is gone."""
    CaptchaStore.objects.filter(pk=number).update(**_new_word())


def answer_picture(number: int | None, key: str, word: str) -> bool:
    """Whether `word` is the one of the picture `key` of this row; right or wrong, the row has another word afterwards.

    One UPDATE decides: of many answers sent at once, only the one whose UPDATE found the row by this key counts.
    """
    shown, typed = captcha.get_challenge()()
    right, wrong, now = _new_key(), _new_key(), connection.ops.adapt_datetimefield_value(timezone.now())
    known = key if key.isascii() and key.isalnum() else ""  # a database may refuse to look for other characters
    answer = searchable(word[:LONGEST_WORD])
    with connection.cursor() as cursor:
        cursor.execute(ANSWER, [shown, typed, answer, now, right, wrong, number, known[:40]])
        return cursor.fetchone() == (right,)


def shown_word(key: str) -> str:
    """What the picture shows; "" when there is no such picture."""
    return _first("challenge", hashkey=key[:40]) if key.isascii() and key.isalnum() else ""


def _first(column: str, **row: int | str | None) -> str:
    return next(iter(CaptchaStore.objects.filter(**row).values_list(column, flat=True)), "")


def _new_word() -> dict[str, str]:
    shown, typed = captcha.get_challenge()()
    return {"challenge": shown, "response": typed, "hashkey": _new_key()}


def _new_key() -> str:
    return secrets.token_hex(20)
