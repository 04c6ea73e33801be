"""The texts of a member's monthly PDF, formatted for printing; `typesetting` makes the document."""

from collections.abc import Iterable
from math import ceil
from typing import Any

from django.conf import settings

from common.colombia.formats import documento_puntos, fecha_corta, fecha_larga, pesos
from statements.extract.content import Account, Extract
from statements.extract.typesetting import typeset
from statements.models import Kind

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
        "summary": [
            ["Lo que tengo (aportes y ahorros)", pesos(extract.owned)],
            ["Lo que debo (créditos)", pesos(extract.owed)],
        ],
        "groups": list(_groups(extract.accounts)),
    }


def _groups(accounts: Iterable[Account]) -> Iterable[dict[str, Any]]:
    for name, kinds in GROUPS:
        found = [_account(account) for account in accounts if account.product.kind in kinds]
        if found:
            yield {"name": name, "accounts": found}


def _account(account: Account) -> dict[str, Any]:
    product = account.product
    up, down = ("Entradas", "Salidas") if product.is_owned else ("Desembolsos y cargos", "Pagos")
    return {
        "name": f"{product.name} {product.number}",
        "figures": [
            ["Saldo anterior", pesos(account.opening)],
            [up, pesos(account.received)],
            [down, pesos(account.spent)],
            ["Saldo final", pesos(account.closing)],
        ],
        "movements": [[fecha_corta(m.day), m.concept, pesos(m.amount), pesos(m.balance)] for m in account.movements],
    }
