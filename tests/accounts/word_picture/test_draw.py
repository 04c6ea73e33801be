"""The word picture is small, complete, and the same at each request."""

from datetime import timedelta
from io import BytesIO

import pytest
from captcha.conf import settings as captcha
from captcha.models import CaptchaStore
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.word_picture.draw import HEIGHT, INK, MARGIN, WHITE, _letter, draw_word
from accounts.word_picture.store import new_picture
from accounts.word_picture.words import words


def test_every_word_of_the_list_is_small() -> None:
    assert max(len(draw_word(word.upper(), word)) for word in words()) < 6 * 1024


def test_every_letter_fits_at_every_angle() -> None:
    turned = [_letter(char, by) for char in {*"".join(words()).upper()} for by in range(*captcha.CAPTCHA_LETTER_ROTATION)]
    assert max(letter.height for letter in turned) + MARGIN <= HEIGHT


def test_a_picture_looks_the_same_on_every_load_and_no_other_does() -> None:
    assert draw_word("CAMINO", "a") == draw_word("CAMINO", "a") != draw_word("CAMINO", "b")


def test_the_letters_are_dark_on_white() -> None:
    shades = Image.open(BytesIO(draw_word("CAMINO", "a"))).convert("P").getcolors()
    often = [shade for _, shade in sorted(shades, reverse=True)[:2]]
    assert often == [WHITE, INK]


@pytest.mark.django_db
def test_the_url_of_a_picture_does_not_determine_its_drawing() -> None:
    """The drawing depends on a keyed digest of the picture's name."""
    name = new_picture(timezone.now() + timedelta(minutes=45)).hashkey
    word = CaptchaStore.objects.get(hashkey=name).challenge
    shown = Client().get(f"/recuperar/imagen/{name}/").content
    assert shown == Client().get(f"/recuperar/imagen/{name}/").content
    assert shown != draw_word(word, name)


def test_the_pictures_words_are_many_common_and_short() -> None:
    assert len(set(words())) == len(words()) >= 2000
    assert all(5 <= len(word) <= 8 and word.isascii() and word.isalpha() and word.islower() for word in words())
