"""The words of the picture: common Spanish words of five to eight letters, written without accents (`words.txt`)."""

import secrets
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("words.txt")


@cache
def words() -> tuple[str, ...]:
    return tuple(FILE.read_text().split())


def word_challenge() -> tuple[str, str]:
    """What the picture shows and what must be typed (django-simple-captcha's CAPTCHA_CHALLENGE_FUNCT)."""
    word = secrets.choice(words())
    return word.upper(), word
