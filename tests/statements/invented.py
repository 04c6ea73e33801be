"""Invented products and movements for the tests: they agree to the cent, and belong to nobody."""

import datetime as dt
from decimal import Decimal
from random import Random

from accounts.models import Member
from statements.models import Kind, Movement, Product
from statements.months import Month

MONTHS = 24
Entry = tuple[dt.date, str, Decimal]  # day, concept, amount


def invent_products(member: Member, random: Random, *, today: dt.date) -> list[Product]:
    """Three to six products with two years of movements up to yesterday; the same `random` creates the same ones."""
    cutoff = today - dt.timedelta(days=1)
    products = [_contributions(member, random, cutoff), _savings(member, random, cutoff)]
    if random.random() < 0.4:
        products.append(_programmed(member, random, cutoff))
    if random.random() < 0.35:
        products.append(_term_deposit(member, random, cutoff))
    for _ in range(random.choice([0, 1, 1, 1, 2])):
        products.append(_loan(member, random, cutoff))
    return products


def _contributions(member: Member, random: Random, cutoff: dt.date) -> Product:
    due = _round(random, 40, 180)
    entries = [(day, "Aporte mensual", due) for day in _days(cutoff, 5)]
    entries += [(day, "Revalorización de aportes", _round(random, 20, 90)) for day in _days(cutoff, 28) if day.month == 3]
    product = Product(kind=Kind.CONTRIBUTIONS, line="Aportes sociales", instalment=due)
    return _kept(product, member, random, cutoff, _round(random, 500, 6_000), entries)


def _savings(member: Member, random: Random, cutoff: dt.date) -> Product:
    entries: list[Entry] = []
    for day in _days(cutoff, 1):
        entries += [
            (day.replace(day=2), "Consignación de nómina", _round(random, 1_200, 4_500)),
            (day.replace(day=random.randint(4, 9)), "Retiro en oficina", -_round(random, 200, 600)),
            (day.replace(day=random.randint(10, 16)), "Pago de servicios públicos", -_cents(random, 80, 260)),
            (day.replace(day=random.randint(17, 24)), "Compra con tarjeta débito", -_cents(random, 20, 350)),
            (day.replace(day=27), "Intereses de ahorros", _cents(random, 1, 9)),
        ]
    product = Product(kind=Kind.SAVINGS, line="Ahorro a la vista", annual_rate=Decimal("2.0200"))
    return _kept(product, member, random, cutoff, _cents(random, 300, 2_500), entries)


def _programmed(member: Member, random: Random, cutoff: dt.date) -> Product:
    due = _round(random, 50, 300)
    product = Product(
        kind=Kind.SAVINGS,
        line="Ahorro programado",
        instalment=due,
        annual_rate=Decimal("5.1200"),
        matures_on=cutoff + dt.timedelta(days=400),
    )
    return _kept(
        product, member, random, cutoff, Decimal(0), [(day, "Cuota de ahorro programado", due) for day in _days(cutoff, 15)]
    )


def _term_deposit(member: Member, random: Random, cutoff: dt.date) -> Product:
    amount, opened = _round(random, 2_000, 20_000), cutoff - dt.timedelta(days=random.randint(40, 170))
    product = Product(
        kind=Kind.TERM_DEPOSIT, line="CDAT a 180 días", initial_amount=amount, annual_rate=Decimal("9.4500"),
        matures_on=opened + dt.timedelta(days=180),
    )  # fmt: skip
    return _kept(product, member, random, cutoff, Decimal(0), [(opened, "Apertura de CDAT", amount)])


def _loan(member: Member, random: Random, cutoff: dt.date) -> Product:
    amount, term = _round(random, 3_000, 25_000), random.choice([36, 48, 60])
    paid = random.randint(3, MONTHS - 2)
    due = (amount * Decimal("1.32") / term).quantize(Decimal(1000))
    days = _days(cutoff, 5)[-paid - 1 :]
    entries = [(days[0], "Desembolso", amount)]
    entries += [(day, "Abono a capital", -(amount / term).quantize(Decimal("0.01"))) for day in days[1:]]
    late = random.random() < 0.15
    product = Product(
        kind=Kind.LOAN, line=random.choice(["Libre inversión", "Educación", "Vivienda", "Calamidad"]), initial_amount=amount,
        instalment=due, instalments_left=term - len(days) + 1, annual_rate=Decimal("16.7700"),
        next_payment_on=Month.of(cutoff).next.first_day.replace(day=5),
        arrears_amount=due if late else Decimal(0), arrears_days=random.randint(3, 40) if late else 0,
    )  # fmt: skip
    return _kept(product, member, random, cutoff, Decimal(0), entries)


def _kept(product: Product, member: Member, random: Random, cutoff: dt.date, opening: Decimal, entries: list[Entry]) -> Product:
    """Save the product and its movements; entries that would make the balance negative are skipped."""
    movements, balance = [], opening
    for day, concept, amount in sorted(entries, key=lambda entry: entry[0]):
        if day <= cutoff and balance + amount >= 0:
            balance += amount
            movements.append(Movement(member=member, day=day, concept=concept, amount=amount, balance=balance))
    product.member, product.cutoff_on, product.balance = member, cutoff, balance
    product.number = f"{Kind.values.index(product.kind) + 1}0-{random.randrange(10**8):08}"
    product.opened_on = movements[0].day if not opening else cutoff - dt.timedelta(days=365 * random.randint(3, 20))
    product.ledger_from, product.ledger_on = movements[0].day, movements[-1].day
    product.ledger_opening, product.ledger_balance = opening, balance
    product.save()
    for place, movement in enumerate(movements):
        movement.product, movement.reference = product, f"{movement.day:%Y%m}-{place:04}"
    Movement.objects.bulk_create(movements)
    return product


def _days(cutoff: dt.date, day: int) -> list[dt.date]:
    """That day of each of the last months, oldest first, up to the cut-off."""
    months = [Month.of(cutoff).plus(step) for step in range(1 - MONTHS, 1)]
    days = [month.first_day.replace(day=day) for month in months]
    return [found for found in days if found <= cutoff]


def _round(random: Random, least: int, most: int) -> Decimal:
    """Thousands of pesos."""
    return Decimal(random.randint(least, most) * 1_000)


def _cents(random: Random, least: int, most: int) -> Decimal:
    """About as many thousands of pesos, with cents."""
    return Decimal(random.randint(least * 100_000, most * 100_000)) / 100
