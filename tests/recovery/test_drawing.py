"""The picture with a word: small, whole, and the same each time it is asked for."""

from io import BytesIO

from captcha.conf import settings as captcha
from PIL import Image

from recovery.drawing import HEIGHT, INK, MARGIN, WHITE, _letter, draw_word
from recovery.words import words


def test_every_word_of_the_list_is_small() -> None:
    assert max(len(draw_word(word.upper(), word)) for word in words()) < 6 * 1024


def test_every_letter_fits_however_it_is_turned() -> None:
    turned = [_letter(char, by) for char in {*"".join(words()).upper()} for by in range(*captcha.CAPTCHA_LETTER_ROTATION)]
    assert max(letter.height for letter in turned) + MARGIN <= HEIGHT


def test_a_picture_looks_the_same_on_every_load_and_no_other_does() -> None:
    assert draw_word("CAMINO", "a") == draw_word("CAMINO", "a") != draw_word("CAMINO", "b")


def test_the_letters_are_dark_on_white() -> None:
    shades = Image.open(BytesIO(draw_word("CAMINO", "a"))).convert("P").getcolors()
    often = [shade for _, shade in sorted(shades, reverse=True)[:2]]
    assert often == [WHITE, INK]
