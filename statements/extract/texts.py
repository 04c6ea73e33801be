"""The texts of a member's monthly PDF, formatted for printing; `typesetting` makes the document."""

from collections.abc import Iterator
from math import ceil
from typing import Any

from django.conf import settings

from common.colombia.formats import documento_puntos, fecha_larga, pesos
from statements.extract.account_texts import account_texts
from statements.extract.content import Extract
from statements.extract.typesetting import typeset
from statements.models import Kind
from statements.past_balances import SIN_DATO

GROUPS = (
    ("Aportes sociales", (Kind.CONTRIBUTIONS,)),
    ("Ahorros", (Kind.SAVINGS, Kind.TERM_DEPOSIT)),
    ("Créditos", (Kind.LOAN,)),
)


def pdf_of(extract: Extract) -> bytes:
    return typeset(texts_of(extract))


def about_kilobytes(products: int, movements: int) -> int:
    """The size of a PDF that is not made yet, up to the next ten: measured on 1 to 10 products, 0 to 1,000 movements."""
    return ceil((15.5 + 0.9 * products + 0.18 * movements) / 10) * 10


def texts_of(extract: Extract) -> dict[str, Any]:
    """Everything the template prints; plain texts, so that another process can be handed them."""
    nit = f"NIT {settings.COOP_NIT}" if settings.COOP_NIT else ""
    cutoff = fecha_larga(extract.cutoff)
    return {
        "title": f"Extracto de {extract.month.name}",
        "issuer": settings.COOP_NAME,
        "header": " · ".join(filter(None, [settings.COOP_NAME, nit, f"Datos al {cutoff}"])),
        "help": f"¿Necesita ayuda? Llame al {settings.COOP_PHONE}, {settings.COOP_HOURS.rstrip('.')}.",
        "member": extract.member.full_name,
        "document": f"Documento {documento_puntos(extract.member.document)}",
        "cutoff": cutoff,
        "summary": list(_summary(extract)),
        "notes": list(_notes(extract)),
        "groups": list(_groups(extract)),
    }


def _summary(extract: Extract) -> Iterator[list[str]]:
    if extract.overdue:
        yield ["Vencido y sin pagar", pesos(extract.overdue)]
    for name, total in (("Lo que tengo (aportes y ahorros)", extract.owned), ("Lo que debo (créditos)", extract.owed)):
        yield [total.label(name), pesos(total.amount) if total.is_known else SIN_DATO]


def _notes(extract: Extract) -> Iterator[str]:
    if extract.owed.amount:
        yield "Lo que debe es el capital. Los intereses y la mora van aparte."
    if not extract.is_final:
        yield "Estas cifras son provisionales: cambian cuando lleguen los datos que faltan del mes."
    if not extract.accounts:
        yield "No tenía productos en este mes."


def _groups(extract: Extract) -> Iterator[dict[str, Any]]:
    for name, kinds in GROUPS:
        found = [account_texts(account, extract.month) for account in extract.accounts if account.kind in kinds]
        if found:
            yield {"name": name, "accounts": found}
