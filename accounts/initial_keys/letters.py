"""Letters with initial keys: a tagged, encrypted PDF with one page per member, to fold in three for a window envelope."""

import json
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import typst
from django.conf import settings
from django.utils import timezone

from common.colombia.formats import fecha_larga

if TYPE_CHECKING:
    from accounts.initial_keys.batches import Slip

TEMPLATE = Path(__file__).with_name("letters.typ")


def letters_pdf(slips: "list[Slip]", password: str) -> bytes:
    """The PDF with a page for each of `slips`, encrypted with AES-256 under `password`."""
    plain = typst.compile(
        _template(),
        format="pdf",
        sys_inputs={"data": json.dumps(_content(slips))},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,  # only the fonts embedded in typst: the letters look the same on every machine
    )
    return _encrypted(plain, password)


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def _content(slips: "list[Slip]") -> dict[str, object]:
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
