"""The texts of one product in a monthly PDF: figures, and sentences on what the figures do not say. Pure functions."""

from collections.abc import Iterator
from typing import Any

from common.colombia.formats import fecha_corta, fecha_larga, pesos, porcentaje
from statements.extract.content import Account
from statements.models import Kind
from statements.months import Month
from statements.past_balances import SIN_DATO


def account_texts(account: Account, month: Month) -> dict[str, Any]:
    """Name, pairs of label and figure, sentences, and the rows of the movements."""
    return {
        "name": f"{account.name} {account.number}",
        "figures": [*_balances(account), *_terms(account)],
        "notes": list(_notes(account, month)),
        "movements": [[fecha_corta(m.day), m.concept, pesos(m.amount), pesos(m.balance)] for m in account.movements],
    }


def _balances(account: Account) -> Iterator[list[str]]:
    """From the balance before to the balance after; each line between them counts."""
    if account.closing is None:
        yield ["Saldo final", SIN_DATO]
        return
    yield ["Saldo anterior", "sin dato" if account.opening is None else pesos(account.opening)]
    if account.has_ledger:
        up, down = ("Entradas", "Salidas") if account.is_owned else ("Desembolsos y cargos", "Pagos")
        yield from ([up, pesos(account.received)], [down, pesos(account.spent)])
    if account.other:
        yield ["Otros cambios, sin detalle", pesos(account.other)]
    yield ["Saldo final", pesos(account.closing)]


def _terms(account: Account) -> Iterator[list[str]]:
    """Arrears, next payment, instalment and rate as the cut-off had them; a past date is no next payment."""
    if account.figures_on is None:
        return
    if account.arrears_amount:
        days = f" ({account.arrears_days} {'día' if account.arrears_days == 1 else 'días'})" if account.arrears_days else ""
        yield [f"Vencido al {fecha_corta(account.figures_on)}{days}", pesos(account.arrears_amount)]
    if account.next_payment_on and account.next_payment_on >= account.figures_on:
        yield ["Próximo pago", fecha_larga(account.next_payment_on)]
    if account.instalment:
        yield ["Valor de la cuota", pesos(account.instalment)]
    if account.annual_rate is not None:
        yield ["Interés al año (E. A.)", porcentaje(account.annual_rate)]


def _notes(account: Account, month: Month) -> Iterator[str]:
    if account.closing is None or account.day is None:
        return
    if account.day < month.first_day:
        yield f"El saldo es del {fecha_larga(account.day)}: no hay un dato de este mes."
    if account.closing < 0 and account.is_owned:
        yield "El saldo está en contra: usted debe este valor."
    if not account.closing and account.opening:
        yield "Este crédito quedó sin saldo." if account.kind == Kind.LOAN else "Este producto quedó sin saldo."
    if not account.has_ledger:
        yield "Sin detalle de sus movimientos."
    elif not account.movements:
        yield "Sin movimientos en el mes."
