"""Invented products with two years of movements: rows of the product and movement files.

Pure: the random source and today are arguments. Every movement's balance is the one before plus its amount, and the last one
is the product's balance, as in the files of a core.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

PRODUCT_COLUMNS = (
    "documento", "numero", "tipo", "linea", "saldo", "cuota", "tasa_ea", "valor_inicial", "cuotas_pendientes",
    "fecha_apertura", "fecha_vencimiento", "proximo_pago", "valor_mora", "dias_mora", "fecha_corte",
)  # fmt: skip
MOVEMENT_COLUMNS = ("numero", "referencia", "fecha", "concepto", "valor", "saldo")
Row = dict[str, str]
CENT = Decimal("0.01")
MONTHS = 24
LOANS = (("Crédito de libre inversión", "18.50"), ("Crédito educativo", "12.68"), ("Crédito de vivienda", "11.20"))


@dataclass
class Ledger:
    """A product's movements, oldest first; `balance` after the last."""

    number: str
    balance: Decimal
    rows: list[Row] = field(default_factory=list)

    def post(self, day: date, concept: str, amount: Decimal) -> None:
        self.balance += amount
        reference = f"{day:%Y%m%d}{len(self.rows) + 1:04}"
        values = (self.number, reference, day.isoformat(), concept, str(amount), str(self.balance))
        self.rows.append(dict(zip(MOVEMENT_COLUMNS, values, strict=True)))


@dataclass
class Holding:
    """One product and its ledger."""

    product: Row
    movements: list[Row]


def holdings(document: str, serial: int, chance: Random, today: date) -> Iterator[Holding]:
    """The products of one member; `serial` makes their numbers unique."""
    yield contributions(document, f"10-{serial:06}", chance, today)
    yield permanent_savings(document, f"20-{serial:06}", chance, today)
    if chance.random() < 0.7:
        yield sight_savings(document, f"21-{serial:06}", chance, today)
    if chance.random() < 0.2:
        yield term_deposit(document, f"30-{serial:06}", chance, today)
    if chance.random() < 0.6:
        yield loan(document, f"40-{serial:06}", chance, today)


def month_days(today: date, day: int) -> list[date]:
    """That day of each of the last `MONTHS` months, up to today."""
    months = [divmod(today.year * 12 + today.month - 1 - back, 12) for back in range(MONTHS, -1, -1)]
    return [found for year, month in months if (found := date(year, month + 1, day)) <= today]


def round_amount(chance: Random, low: int, high: int) -> Decimal:
    """A round amount, given in thousands of pesos."""
    return Decimal(chance.randint(low, high) * 1000)


def product(document: str, ledger: Ledger, kind: str, line: str, today: date, **more: object) -> Holding:
    values = {"documento": document, "numero": ledger.number, "tipo": kind, "linea": line, "saldo": ledger.balance}
    row = {**values, **more, "fecha_corte": today}
    return Holding({name: str(row.get(name, "")) for name in PRODUCT_COLUMNS}, ledger.rows)


def contributions(document: str, number: str, chance: Random, today: date) -> Holding:
    instalment = round_amount(chance, 30, 120)
    ledger = Ledger(number, round_amount(chance, 800, 9000))
    for day in month_days(today, 5):
        ledger.post(day, "Aporte mensual", instalment)
        if day.month == 3 and day + timedelta(days=15) <= today:
            growth = (ledger.balance * Decimal("0.032")).quantize(CENT)
            ledger.post(day + timedelta(days=15), "Revalorización de aportes", growth)
    opened = month_days(today, 5)[0] - timedelta(days=chance.randint(200, 7000))
    more = {"cuota": instalment, "fecha_apertura": opened, "proximo_pago": next_month(month_days(today, 5)[-1])}
    return product(document, ledger, "aportes", "Aportes sociales", today, **more)


def permanent_savings(document: str, number: str, chance: Random, today: date) -> Holding:
    instalment = round_amount(chance, 40, 250)
    ledger = Ledger(number, round_amount(chance, 500, 15000))
    for day in month_days(today, 5):
        ledger.post(day, "Cuota de ahorro", instalment)
        ledger.post(day, "Rendimientos", (ledger.balance * Decimal("0.0024")).quantize(CENT))
    opened = month_days(today, 5)[0] - timedelta(days=chance.randint(200, 6000))
    due = next_month(month_days(today, 5)[-1])
    more = {"cuota": instalment, "tasa_ea": "3.00", "fecha_apertura": opened, "proximo_pago": due}
    return product(document, ledger, "ahorro", "Ahorro permanente", today, **more)


def sight_savings(document: str, number: str, chance: Random, today: date) -> Holding:
    ledger = Ledger(number, round_amount(chance, 200, 3000))
    for day in month_days(today, 1):
        for offset in sorted(chance.sample(range(27), chance.randint(1, 4))):
            if day + timedelta(days=offset) <= today:
                deposit_or_withdraw(ledger, day + timedelta(days=offset), chance)
    opened = month_days(today, 1)[0] - timedelta(days=chance.randint(30, 4000))
    return product(document, ledger, "ahorro", "Ahorro a la vista", today, tasa_ea="1.20", fecha_apertura=opened)


def deposit_or_withdraw(ledger: Ledger, day: date, chance: Random) -> None:
    amount = round_amount(chance, 50, 900)
    if chance.random() < 0.5 and ledger.balance > amount:
        ledger.post(day, chance.choice(("Retiro en oficina", "Retiro en corresponsal", "Pago de servicios")), -amount)
    else:
        ledger.post(day, chance.choice(("Consignación en oficina", "Transferencia recibida", "Abono de nómina")), amount)


def term_deposit(document: str, number: str, chance: Random, today: date) -> Holding:
    opened = today - timedelta(days=chance.randint(20, 300))
    ledger = Ledger(number, Decimal(0))
    amount = round_amount(chance, 2000, 40000)
    ledger.post(opened, "Apertura de CDAT", amount)
    matures = opened + timedelta(days=360)
    more = {"valor_inicial": amount, "tasa_ea": "10.75", "fecha_apertura": opened, "fecha_vencimiento": matures}
    return product(document, ledger, "cdat", "CDAT a 360 días", today, **more)


def loan(document: str, number: str, chance: Random, today: date) -> Holding:
    """A loan opened up to 20 months ago, paid monthly; one in eight is in arrears with the last instalment, or with three."""
    line, rate = chance.choice(LOANS)
    amount, term = round_amount(chance, 2000, 30000), chance.choice((36, 48, 60))
    monthly = Decimal(str((1 + float(rate) / 100) ** (1 / 12) - 1))
    instalment = (amount * monthly / (1 - (1 + monthly) ** -term)).quantize(Decimal(1))
    draw = chance.random()
    due = month_days(today, 15)[-chance.randint(3, 20) :]
    behind = min(len(due) - 1, 3 if draw < 0.03 else 1) if draw < 0.125 else 0
    paid = due[: len(due) - behind]
    ledger = Ledger(number, Decimal(0))
    opened = due[0] - timedelta(days=20)
    ledger.post(opened, "Desembolso", amount)
    for day in paid:
        ledger.post(day, "Intereses corrientes", (ledger.balance * monthly).quantize(CENT))
        ledger.post(day, "Pago de cuota", -instalment)
    more = {
        "cuota": instalment, "tasa_ea": rate, "valor_inicial": amount, "cuotas_pendientes": term - len(paid),
        "fecha_apertura": opened, "fecha_vencimiento": opened + timedelta(days=round(term * 30.44)),
        "proximo_pago": next_month(due[-1]), "valor_mora": instalment * behind,
        "dias_mora": (today - due[-behind]).days if behind else 0,
    }  # fmt: skip
    return product(document, ledger, "credito", line, today, **more)


def next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, day.day)
