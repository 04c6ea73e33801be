"""The view that serves a word picture."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

from accounts.word_picture.draw import draw_word
from accounts.word_picture.store import shown_word
from accounts.word_picture.tokens import token_word
from vault.digests import digest

GONE = 410


@login_not_required
def picture(request: HttpRequest, key: str) -> HttpResponse:
    """`/recuperar/imagen/…/`: the picture as PNG, or 410 if it is gone."""
    word = shown_word(key) or token_word(key)
    if not word:
        return HttpResponse(status=GONE)
    # A keyed seed: with the url as seed, a program could draw every word and compare.
    return HttpResponse(draw_word(word, digest("picture", key)), content_type="image/png")
