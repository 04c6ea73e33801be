"""Draw a word picture (CAPTCHA) as PNG. Pure: the same word and seed give the same picture.

django-simple-captcha's own drawing takes ten times the processor time: it loads the font for each picture and makes four
images for each letter (docs/decisions/0026).
"""

import random
from functools import cache
from io import BytesIO

from captcha.conf import settings as captcha
from PIL import Image, ImageDraw, ImageFont

# Eight greys, black to white, are enough for letters and keep every picture small on a slow network.
GREYS = 8
WHITE, NOISE, INK = 7, 4, 1
PALETTE = [255 * grey // (GREYS - 1) for grey in range(GREYS) for _ in "RGB"]
HEIGHT, MARGIN, GAP = 50, 4, 2  # pixels; the tallest letter fits when rotated
STROKES = 3


def draw_word(word: str, seed: str) -> bytes:
    """The picture of a word as PNG: rotated letters with grey strokes through them."""
    chance = random.Random(seed)  # a reload must show the same picture
    letters = [_letter(char, chance.randrange(*captcha.CAPTCHA_LETTER_ROTATION)) for char in word]
    image = Image.new("P", (sum(letter.width + GAP for letter in letters) + 2 * GAP, HEIGHT), WHITE)
    left = GAP
    for letter in letters:
        image.paste(INK, (left, MARGIN), letter)
        left += letter.width + GAP
    _strike_through(image, chance)
    return _png(image)


@cache
def _letter(char: str, degrees: int) -> Image.Image:
    """One rotated letter as a mask without margins; cached, because letters and angles are few."""
    font = _font()
    left, top, right, bottom = font.getbbox(char)
    side = int(2 * max(right - left, bottom - top))  # room to rotate
    image = Image.new("L", (side, side))
    ImageDraw.Draw(image).text((side / 2, side / 2), char, font=font, fill=255, anchor="mm")
    image = image.rotate(degrees, resample=Image.Resampling.BICUBIC)
    return image.crop(image.getbbox())


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(captcha.CAPTCHA_FONT_PATH, captcha.CAPTCHA_FONT_SIZE)


def _strike_through(image: Image.Image, chance: random.Random) -> None:
    """Draw thin grey strokes, which hinder programs more than readers with poor sight."""
    pen = ImageDraw.Draw(image)
    for _ in range(STROKES):
        pen.line((0, chance.randrange(HEIGHT), image.width, chance.randrange(HEIGHT)), fill=NOISE, width=2)


def _png(image: Image.Image) -> bytes:
    image.putpalette(PALETTE)
    file = BytesIO()
    image.save(file, "PNG", bits=4, compress_level=3)
    return file.getvalue()
