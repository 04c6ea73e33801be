"""The picture with a word: django-simple-captcha keeps and draws it, here it is made and used up."""

from captcha.models import CaptchaStore
from django.utils import timezone

from accounts.documents import searchable


def new_picture() -> str:
    """The key of a fresh picture."""
    return CaptchaStore.generate_key()


def use_picture(key: str, word: str) -> bool:
    """Whether `word` is the picture's; right or wrong, the picture is gone afterwards.

    One DELETE decides who used it: of many answers sent at once, only the one whose DELETE found the row counts.
    """
    known = key if key.isascii() and key.isalnum() else ""  # a database may refuse to look for other characters
    pictures = CaptchaStore.objects.filter(hashkey=known[:40])
    picture = pictures.filter(expiration__gt=timezone.now()).first()
    mine = pictures._raw_delete(using="default") == 1
    return mine and picture is not None and searchable(word) == picture.response
