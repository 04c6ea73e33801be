"""The words of the picture: common Spanish words of five to eight letters, written without accents (`words.txt`)."""

import random
import secrets
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("words.txt")
NOISE_COLOUR = "#8a8a8a"


@cache
def words() -> tuple[str, ...]:
    return tuple(FILE.read_text().split())


def word_challenge() -> tuple[str, str]:
    """What the picture shows and what must be typed (django-simple-captcha's CAPTCHA_CHALLENGE_FUNCT)."""
    word = secrets.choice(words())
    return word.upper(), word


def thin_strokes(draw: Any, image: Any) -> Any:
    """Three thin grey strokes through the word: they bother a program more than old eyes.

    The captcha's view seeds `random` with the picture's key, so a picture looks the same each time it is asked for.
    """
    width, height = image.size
    for _ in range(3):
        ends = (0, random.randrange(height), width, random.randrange(height))
        draw.line(ends, fill=NOISE_COLOUR, width=2)
    return draw


def few_greys(image: Any) -> Any:
    """Eight greys are enough for letters and keep every picture under 6 KB on a slow network."""
    return image.convert("L").quantize(8)
