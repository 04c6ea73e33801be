"""The picture with a word: its row lies in django-simple-captcha's table; here it is made, read and used up.

Each is one plain statement: asked for the same, that package's model costs four times the processor time.
"""

import secrets
from datetime import datetime, timedelta

from captcha.conf import settings as captcha
from captcha.models import CaptchaStore
from django.db import connection
from django.utils import timezone

from accounts.documents import searchable
from audit.inserting import insert

READ = "SELECT challenge FROM captcha_captchastore WHERE hashkey = %s"
USE = """
DELETE FROM captcha_captchastore WHERE hashkey = %s
RETURNING CASE WHEN expiration > %s THEN response ELSE '' END"""


def new_picture() -> str:
    """The key of a fresh picture."""
    shown, typed = captcha.get_challenge()()
    key = secrets.token_hex(20)
    lives_until = timezone.now() + timedelta(minutes=captcha.CAPTCHA_TIMEOUT)
    insert([CaptchaStore(challenge=shown, response=typed, hashkey=key, expiration=lives_until)])
    return key


def shown_word(key: str) -> str:
    """What the picture shows; "" when there is no such picture."""
    return _first(READ, key)


def use_picture(key: str, word: str) -> bool:
    """Whether `word` is the picture's; right or wrong, the picture is gone afterwards.

    One DELETE decides who used it: of many answers sent at once, only the one whose DELETE found the row counts.
    """
    known = key if key.isascii() and key.isalnum() else ""  # a database may refuse to look for other characters
    right = _first(USE, known[:40], connection.ops.adapt_datetimefield_value(timezone.now()))
    return bool(right) and searchable(word) == right


def _first(statement: str, *values: str | datetime | None) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return row[0] if row else ""
