"""Members in every state of their products, for the page's sentences and pictures. Today is 21 October 2021."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Member
from statements.models import Product
from tests.statements.ledgers import add_movements, make_product

CUTOFF = date(2021, 10, 20)
Make = Callable[[Member], Any]


def product(kind: str, line: str, balance: int, *, number: str = "", **more: Any) -> Make:
    """Makes a product without movements."""
    plain = {"number": number or f"{kind}-{line}"[:32], "kind": kind, "line": line, "balance": Decimal(balance), **more}
    return lambda member: make_product(member, **plain)


def with_ledger(kind: str, line: str, entries: list[tuple[date, str, int]], opening: int = 0, **more: Any) -> Make:
    """Makes a product with movements; its balance is the last one."""
    moves = [(day, concept, Decimal(amount)) for day, concept, amount in entries]

    def make(member: Member) -> Product:
        made = product(kind, line, 0, **more)(member)
        return add_movements(made, moves, opening=Decimal(opening))

    return make


def loan(line: str = "Crédito de vivienda", balance: int = 11_766_000, **more: Any) -> Make:
    terms = {
        "instalment": Decimal(292_489), "annual_rate": Decimal("11.20"), "initial_amount": Decimal(20_000_000),
        "instalments_left": 50, "opened_on": date(2020, 1, 26), "next_payment_on": date(2021, 11, 15),
        "arrears_amount": Decimal(0), "arrears_days": 0,
    }  # fmt: skip
    return product("credito", line, balance, **{**terms, **more})


def late(instalments: int, days: int | None, **more: Any) -> Make:
    return loan(arrears_amount=Decimal(292_489) * instalments, arrears_days=days, **more)


def contributions(**more: Any) -> Make:
    return product("aportes", "Aportes sociales", 4_354_978, instalment=Decimal(58_000), opened_on=date(2010, 3, 1), **more)


def permanent(**more: Any) -> Make:
    return product("ahorro", "Ahorro permanente", 8_588_600, instalment=Decimal(129_000), opened_on=date(2012, 3, 1), **more)


def at_sight(balance: int = 6_665_000, **more: Any) -> Make:
    return product("ahorro", "Ahorro a la vista", balance, opened_on=date(2015, 3, 1), **more)


def deposit(**more: Any) -> Make:
    return product("cdat", "CDAT a 180 días", 5_000_000, annual_rate=Decimal("9.45"), **more)


@dataclass(frozen=True)
class State:
    """Products, sentences that the page says and sentences that it must not say."""

    products: list[Make]
    says: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)

    def make(self, member: Member) -> None:
        for make in self.products:
            make(member)
