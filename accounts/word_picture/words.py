"""The words of word pictures: common Spanish words of five to eight letters, without accents (`words.txt`)."""

import secrets
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("words.txt")


@cache
def words() -> tuple[str, ...]:
    return tuple(FILE.read_text().split())


def word_challenge() -> tuple[str, str]:
    """The word as shown and as it must be typed: django-simple-captcha's CAPTCHA_CHALLENGE_FUNCT."""
    word = secrets.choice(words())
    return word.upper(), word
