"""Factories for small ledgers, and the reading of pages."""

import re
from datetime import date, datetime
from decimal import Decimal
from html import unescape
from typing import Any, NamedTuple

from django.test import Client

from accounts.models import MEMBER_REALM, REALM_KEY, Member
from common.colombia.formats import MONTHS
from statements.models import Movement, Product

BACKEND = "accounts.backends.AccessKeyBackend"


def enter(client: Client, member: Member, now: datetime) -> Client:
    """Start the session that a sign-in starts; tests/accounts tests the sign-in itself."""
    member.realm = MEMBER_REALM
    client.force_login(member, backend=BACKEND)
    session = client.session
    session.update({REALM_KEY: MEMBER_REALM, "started_at": int(now.timestamp()), "seen_at": int(now.timestamp())})
    session.save()
    return client


def make_product(member: Member, **changes: Any) -> Product:
    """A savings account of 100.000 pesos without movements, or one that differs in `changes`."""
    plain = {
        "number": "20-1", "kind": "ahorro", "line": "Ahorro permanente", "balance": Decimal("100000.00"),
        "cutoff_on": date(2021, 10, 20),
    }  # fmt: skip
    return Product.objects.create(**{**plain, "member": member, **changes})


def add_movements(product: Product, entries: list[tuple[date, str, Decimal]], opening: Decimal = Decimal(0)) -> Product:
    """Add movements (day, concept, amount) in order, and update the product's balance."""
    balance, rows = opening, []
    for place, (day, concept, amount) in enumerate(entries):
        balance += amount
        rows.append(
            Movement(
                product=product,
                member=product.member,
                reference=f"r{place}",
                day=day,
                concept=concept,
                amount=amount,
                balance=balance,
            )  # fmt: skip
        )
    Movement.objects.bulk_create(rows)
    product.ledger_from, product.ledger_on = entries[0][0], entries[-1][0]
    product.ledger_opening, product.ledger_balance, product.balance = opening, balance, balance
    product.save()
    return product


def text_of(page: Any) -> str:
    """The text of a page, with plain spaces."""
    body = re.sub(r"<(style|svg|title)\b.*?</\1>|<[^>]+>", " ", page.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(body).split()).replace(" .", ".").replace(" ,", ",")


class Listed(NamedTuple):
    """A movement as the page prints it: with its product's name, or among those of one product with the balance."""

    day: str
    concept: str
    name: str
    amount: str  # signed by what the page says that the movement did
    balance: str


ROW = re.compile(
    r"<li><div>(.*?)<small>(\d+) de \w+ · (?:Saldo (.*?)|(.*?))</small></div>"
    r"<b>(?:[+−] )?(.*?)<small>(.*?)</small></b></li>"
)


def listed(page: Any) -> list[Listed]:
    """The movements on a page, from top to bottom; their year and month are in the heading before them."""
    found: list[Listed] = []
    month = ""
    for line in unescape(page.content.decode()).replace("\xa0", " ").splitlines():
        if heading := re.fullmatch(r"<h3>(\w+) de (\d{4})</h3>", line):
            month = f"{MONTHS.index(heading[1].lower()) + 1:02}/{heading[2]}"
        elif row := ROW.fullmatch(line):
            found.append(_listed(month, *(text or "" for text in row.groups())))
    return found


def _listed(month: str, concept: str, day: str, balance: str, name: str, amount: str, effect: str) -> Listed:
    sign = "−" if effect in ("salió", "bajó su deuda") else ""
    return Listed(f"{int(day):02}/{month}", concept, name, sign + amount, balance)
