"""The word picture of sign-in and key change in attack mode: a sealed token without a row until it is answered.

Those pages are public, so a row for each picture shown could fill the database (docs/decisions/0036). The token contains the
sealed word; an answer, right or wrong, charges the network first and then marks the token as used.
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
LONGEST_TOKEN = 400  # characters; a token has about 200
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
    """A new token, for the page's hidden field and the picture's url."""
    shown, typed = captcha.get_challenge()()
    until = timezone.now() + timedelta(minutes=captcha.CAPTCHA_TIMEOUT)
    word = _Word(secrets.token_hex(20), str(microseconds(until)), shown, typed)
    return seal(PURPOSE, "", "\n".join(word).encode()).replace("=", "")  # `=` is not allowed in a slug


def token_word(token: str) -> str:
    """The word that the picture shows; "" for a token that is expired or not ours."""
    word = _opened(token)
    return word.shown if word else ""


def use_token(token: str, typed: str) -> bool:
    """Whether `typed` is the token's word. Right or wrong, the token is used up.

    A single INSERT decides, so of several concurrent answers only the first counts.
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
            return None  # another base64 spelling of the token would give another drawing of the same word
        content = open_sealed(PURPOSE, "", whole).decode()
    except (SealBroken, ValueError):
        return None
    word = _Word(*content.split("\n"))
    return word if int(word.until) > microseconds(timezone.now()) else None
