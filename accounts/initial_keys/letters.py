"""Letters with initial keys: a tagged, encrypted PDF with one page per member, to fold in three for a window envelope."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pikepdf
from django.conf import settings
from django.utils import timezone

from common.colombia.formats import fecha_larga
from common.pdf import NotTypeset, tagged_pdf

TEMPLATE = Path(__file__).with_name("letters.typ")


class Slip(NamedTuple):
    """A member's key in plain text: one row of the CSV file, one page of the letters."""

    document: str
    first_names: str
    last_names: str
    key: str
    expires_at: str  # ISO, UTC


def letters_pdf(slips: Sequence[Slip], password: str) -> bytes:
    """The PDF with a page for each of `slips`, encrypted with AES-256 under `password`; opened again before it is returned.

    Raises NotTypeset, also for a PDF with fewer pages than letters.
    """
    pdf = _encrypted(tagged_pdf(TEMPLATE, _content(slips)), password)
    with pikepdf.open(BytesIO(pdf), password=password) as opened:
        pages = len(opened.pages)
    if not slips or pages < len(slips):
        raise NotTypeset(f"{pages} pages for {len(slips)} letters")
    return pdf


def refused_letters(slips: Sequence[Slip]) -> list[Slip]:
    """The slips whose letter cannot be typeset, found by halving: one of them would refuse the letters of all."""
    try:
        if slips:
            letters_pdf(slips, "x")
        return []
    except NotTypeset:
        if len(slips) == 1:
            return list(slips)
    half = len(slips) // 2
    return refused_letters(slips[:half]) + refused_letters(slips[half:])


def _content(slips: Sequence[Slip]) -> dict[str, object]:
    return {
        "coop": settings.COOP_NAME,
        "color": settings.COOP_COLOR,
        "phone": settings.COOP_PHONE,
        "hours": settings.COOP_HOURS.rstrip(".") + ".",
        "domain": settings.PORTAL_DOMAIN,
        "today": fecha_larga(timezone.now()),
        "letters": [
            {
                "name": f"{slip.first_names} {slip.last_names}",
                "document": f"···{slip.document[-3:]}",
                "key": slip.key,
                "expires": fecha_larga(datetime.fromisoformat(slip.expires_at)),
            }
            for slip in slips
        ],
    }


def _encrypted(plain: bytes, password: str) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(plain)) as pdf:
        allow = pikepdf.Permissions(extract=True, accessibility=True)
        pdf.save(out, encryption=pikepdf.Encryption(owner=password, user=password, R=6, allow=allow))
    return out.getvalue()
