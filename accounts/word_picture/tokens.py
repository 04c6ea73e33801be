"""The word picture of sign-in and change in attack mode: a sealed token that leaves no row until its word is answered.

Anybody may open those pages, so a row for each picture shown could fill the database. The word lies sealed in the token
itself; once answered, right or wrong, the token is noted as used, after its network was charged for the answer.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import NamedTuple

from captcha.conf import settings as captcha
from django.db import connection
from django.utils import timezone

from accounts.word_picture.store import LONGEST_WORD
from common.colombia.documents import searchable
from ratelimits.gcra import microseconds, moment
from vault.ring import SealBroken, open_sealed, seal

PURPOSE = "word picture"
LONGEST_TOKEN = 400  # characters; ours have about 200
# A used token keeps its row until it would have expired, so it cannot be used again.
NOTE_USED = """
INSERT INTO captcha_captchastore (challenge, response, hashkey, expiration) VALUES ('', '', %s, %s)
ON CONFLICT (hashkey) DO NOTHING"""


class _Word(NamedTuple):
    nonce: str
    until: str  # microseconds since 1970
    shown: str
    typed: str


def new_token() -> str:
    """A fresh picture, as text for the page's hidden field and for the picture's address."""
    shown, typed = captcha.get_challenge()()
    until = timezone.now() + timedelta(minutes=captcha.CAPTCHA_TIMEOUT)
    word = _Word(secrets.token_hex(20), str(microseconds(until)), shown, typed)
    return seal(PURPOSE, "", "\n".join(word).encode()).replace("=", "")  # `=` may not stand in an address as it is


def token_word(token: str) -> str:
    """What the picture shows; "" for anything but a live token of ours."""
    word = _opened(token)
    return word.shown if word else ""


def use_token(token: str, typed: str) -> bool:
    """Whether `typed` is the token's word; right or wrong, it is used up.

    One INSERT decides: of many answers sent at once, only the one that notes the token first counts.
    """
    word = _opened(token)
    if word is None:
        return False
    until = connection.ops.adapt_datetimefield_value(moment(int(word.until)))
    with connection.cursor() as cursor:
        cursor.execute(NOTE_USED, [word.nonce, until])
        return cursor.rowcount == 1 and searchable(typed[:LONGEST_WORD]) == word.typed


def _opened(token: str) -> _Word | None:
    if not token or len(token) > LONGEST_TOKEN:
        return None
    whole = token + "=" * (-len(token) % 4)
    try:
        if urlsafe_b64encode(urlsafe_b64decode(whole)).decode() != whole:
            return None  # another spelling of the same token would be drawn in another way
        content = open_sealed(PURPOSE, "", whole).decode()
    except (SealBroken, ValueError):
        return None
    word = _Word(*content.split("\n"))
    return word if int(word.until) > microseconds(timezone.now()) else None
