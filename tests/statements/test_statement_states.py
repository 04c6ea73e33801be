"""What the page says of members in every state: each sentence is true in it, and no other sentence is said."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from statements.models import Product
from statements.to_pay import overdue_instalments
from tests.statements import states as s
from tests.statements.ledgers import text_of

PAGE = "/estado-de-cuenta/"
OVERDUE = ["vencida", "vencidas", "vencido", "Llamar para ponerme al día", "de mora,"]
NEXT = ["Su próximo pago"]
UP_TO_DATE = ["al día."]
LOAN = ["Falta de capital"]
NO_LOAN = "Lo que debo No tiene créditos vigentes."
STATES = {
    "one instalment overdue": s.State(
        [s.contributions(), s.late(1, 5)],
        [
            "Tiene 1 cuota vencida del Crédito de vivienda $ 292.489,00", "Lleva 5 días de mora, desde el 15 de octubre.",
            "Después, el 15 de noviembre, paga otra cuota de $ 292.489,00.", "Faltan 50 cuotas · 1 vencida",
            "Cada mes debe pagar $ 350.489,00 Créditos $ 292.489,00 · Aportes $ 58.000,00",
            "Sin fecha en estos datos: Aportes sociales.", "Llamar para ponerme al día",
        ],
        [*NEXT, *UP_TO_DATE, "cuotas vencidas"],
    ),
    "three instalments overdue": s.State(
        [s.late(3, 66)],
        ["Tiene 3 cuotas vencidas del Crédito de vivienda $ 877.467,00", "Lleva 66 días de mora, desde el 15 de agosto."],
        [*NEXT, *UP_TO_DATE, "cuota vencida"],
    ),
    "overdue since one day": s.State([s.late(1, 1)], ["Lleva 1 día de mora, desde el 19 de octubre."], ["días de mora"]),
    "overdue since another year": s.State([s.late(11, 320)], ["Lleva 320 días de mora, desde el 4 de diciembre de 2020."]),
    "a part of an instalment overdue": s.State(
        [s.loan(arrears_amount=Decimal(100_000), arrears_days=5)],
        ["Tiene vencida una parte de 1 cuota del Crédito de vivienda $ 100.000,00"],
    ),
    "overdue, and amount and days say different things": s.State(
        [s.loan(arrears_amount=Decimal(700_000), arrears_days=5)],
        ["Tiene un saldo vencido del Crédito de vivienda $ 700.000,00", "Con saldo vencido"],
        ["cuota vencida", "cuotas vencidas"],
    ),
    "overdue without a known amount": s.State(
        [s.loan(arrears_amount=None, arrears_days=9)],
        ["Tiene un saldo vencido del Crédito de vivienda Lleva 9 días de mora", "Estos datos no dicen cuánto."],
        [*UP_TO_DATE, "$ 0,00"],
    ),
    "overdue without days": s.State([s.late(2, None)], ["Tiene 2 cuotas vencidas"], ["de mora,"]),
    "overdue contributions": s.State(
        [s.contributions(arrears_amount=Decimal(116_000), arrears_days=40)],
        ["Tiene 2 cuotas vencidas de Aportes sociales $ 116.000,00", NO_LOAN],
        [*NEXT, *UP_TO_DATE],
    ),
    "a loan whose name does not say that it is one": s.State(
        [s.loan("Libre inversión", arrears_amount=Decimal(292_489), arrears_days=5), s.loan("Calamidad")],
        ["Tiene 1 cuota vencida del crédito Libre inversión", "el 15 de noviembre No incluye lo vencido. Crédito Calamidad."],
    ),
    "overdue by older data": s.State(
        [s.contributions(), s.late(1, 5, cutoff_on=date(2021, 9, 30))],
        [
            "Al 30 de septiembre llevaba 5 días de mora, desde el 25 de septiembre.",
            "Crédito de vivienda tiene datos al 30 de septiembre de 2021.",
        ],
        ["Lleva 5"],
    ),
    "nothing overdue": s.State(
        [s.loan()],
        ["Su próximo pago: $ 292.489,00 el 15 de noviembre Crédito de vivienda. Su crédito está al día."],
        [*OVERDUE, "Sin fecha en estos datos"],
    ),
    "several products on one day and later in the month": s.State(
        [s.contributions(next_payment_on=date(2021, 11, 5)), s.permanent(next_payment_on=date(2021, 11, 5)), s.loan()],
        [
            "Su próximo pago: $ 187.000,00 el 5 de noviembre Aportes sociales y Ahorro permanente.",
            "Luego, el 15 de noviembre: $ 292.489,00 de Crédito de vivienda. En noviembre suman $ 479.489,00.",
        ],
        OVERDUE,
    ),
    "one loan overdue, the other not": s.State(
        [s.late(1, 5), s.loan("Crédito educativo", 900_000, next_payment_on=date(2021, 11, 2))],
        [
            "Tiene 1 cuota vencida del Crédito de vivienda $ 292.489,00",
            "Su próximo pago: $ 292.489,00 el 2 de noviembre No incluye lo vencido. Crédito educativo.",
            "Falta de capital en 2 créditos.",
        ],
        [*UP_TO_DATE, "En total, vencido", "el 15 de noviembre Crédito"],
    ),
    "two loans of one name overdue": s.State(
        [s.late(1, 5, number="40-1"), s.late(3, 66, number="40-2")],
        ["del Crédito de vivienda 40-1", "del Crédito de vivienda 40-2", "En total, vencido: $ 1.169.956,00"],
        [*NEXT, *UP_TO_DATE],
    ),
    "nobody says whether a loan is overdue": s.State(
        [s.loan(arrears_amount=None, arrears_days=None)], ["Su próximo pago"], [*OVERDUE, *UP_TO_DATE]
    ),
    "the next payment is before the cut-off": s.State(
        [s.loan(next_payment_on=date(2021, 9, 15))],
        ["Sin fecha en estos datos: Crédito de vivienda.", "Su crédito está al día.", "Cada mes debe pagar $ 292.489,00"],
        [*NEXT, *OVERDUE, "15 de septiembre"],
    ),
    "the next payment is the day after the cut-off, today": s.State(
        [s.loan(next_payment_on=date(2021, 10, 21))], ["Su próximo pago: $ 292.489,00 el 21 de octubre"], OVERDUE
    ),
    "the payment has passed since the data ended": s.State(
        [s.loan(next_payment_on=date(2021, 10, 20))],
        ["El 20 de octubre debía pagar $ 292.489,00 de Crédito de vivienda. Si ya pagó, lo verá con los próximos datos."],
        [*NEXT, *UP_TO_DATE],
    ),
    "a loan without an instalment": s.State(
        [s.contributions(), s.loan(instalment=None)],
        ["Cada mes debe pagar: suma de 1 de 2 productos $ 58.000,00"],
        ["Cada mes debe pagar $"],
    ),
    "savings only": s.State(
        [s.permanent(), s.at_sight(), s.deposit(matures_on=date(2022, 2, 1))],
        [
            "Lo que tengo $ 20.253.600,00 Puede retirar hoy: $ 6.665.000,00 (ahorro a la vista)",
            "El resto: otros ahorros y CDAT", NO_LOAN, "Cada mes debe pagar $ 129.000,00 Ahorros",
            "Vence el 1 de febrero de 2022",
        ],
        [*OVERDUE, *NEXT, *UP_TO_DATE, *LOAN],
    ),
    "savings at sight only": s.State(
        [s.at_sight()],
        ["No tiene pagos pendientes en estos datos.", "Puede retirar hoy: $ 6.665.000,00", NO_LOAN],
        [*OVERDUE, *NEXT, "El resto", "Cada mes debe pagar"],
    ),
    "nothing that can be withdrawn": s.State(
        [s.contributions(), s.permanent()], ["Lo que tengo $ 12.943.578,00 Aportes y ahorros"], ["retirar", "El resto"]
    ),
    "old data": s.State(
        [s.at_sight(cutoff_on=date(2021, 10, 1))], ["Podía retirar el 1 de octubre de 2021: $ 6.665.000,00"],
        ["Puede retirar hoy"]
    ),
    "overdrawn savings": s.State(
        [s.at_sight(-50_000), s.contributions()],
        [
            "Lo que tengo $ 4.304.978,00", "Puede retirar hoy: $ 0,00",
            "Ahorro a la vista está en contra: usted debe $ 50.000,00, ya restados.",
            "−$ 50.000,00 En contra: usted debe este valor",
        ],
    ),
    "a loan paid off": s.State(
        [s.contributions(), s.loan(balance=0, next_payment_on=None)],
        [NO_LOAN, "debe $ 0,00 Pagado", "Cada mes debe pagar $ 58.000,00"],
        [*OVERDUE, *NEXT, *UP_TO_DATE, *LOAN, "Faltan 50"],
    ),
    "only interest is left of a loan": s.State(
        [s.loan(balance=0, arrears_amount=Decimal(9_000), arrears_days=5)],
        ["Tiene vencida una parte de 1 cuota del Crédito de vivienda $ 9.000,00",
         "Lo que debo $ 0,00 Falta de capital en 1 crédito"],
        ["Pagado", "No tiene créditos"],
    ),
    "a loan paid too much": s.State(
        [s.loan(balance=-4_000)], ["Crédito de vivienda: tiene $ 4.000,00 a su favor, ya restados."]
    ),
    "a closed product": s.State(
        [s.contributions(), s.deposit(cutoff_on=date(2021, 6, 30), matures_on=date(2021, 6, 30))],
        ["CDAT a 180 días tiene datos al 30 de junio de 2021.", "Dato al 30 de junio de 2021", "Venció el 30 de junio"],
        ["Vence el"],
    ),
    "an empty product": s.State([s.at_sight(0)], ["$ 0,00 Sin saldo", "No tiene pagos pendientes en estos datos."]),
    "three products with older data": s.State(
        [s.contributions(), *[s.deposit(number=f"30-{n}", cutoff_on=date(2021, 6, 29 + n)) for n in (-2, -1, 0)]],
        ["3 productos tienen datos anteriores. Cada uno dice su fecha."],
    ),
    "loans only": s.State([s.loan()], ["Lo que debo $ 11.766.000,00"], ["Lo que tengo $", "Cómo va lo que tengo"]),
    "without history": s.State(
        [s.contributions(), s.permanent()],
        ["De Aportes sociales y Ahorro permanente faltan datos de meses anteriores: esos meses no se comparan."],
        ["más que", "menos que", "lo mismo que"],
    ),
    "a new member": s.State([], ["Todavía no hay productos a su nombre"], ["$", "Lo que debo", "Descargar", "No tiene pagos"]),
}  # fmt: skip


@pytest.mark.parametrize("name", STATES)
def test_the_page_says_what_is_true_in_each_state(name: str, inside: Client, member: Member):
    STATES[name].make(member)
    text = text_of(inside.get(PAGE)).replace("\xa0", " ")
    assert [sentence for sentence in STATES[name].says if sentence not in text] == [], text
    assert [sentence for sentence in STATES[name].never if sentence in text] == [], text


@pytest.mark.parametrize("name", STATES)
def test_the_totals_are_the_sums_of_the_products(name: str, inside: Client, member: Member):
    STATES[name].make(member)
    overview = inside.get(PAGE).context.get("overview")
    own, loans = ([p.balance for p in Product.objects.all() if p.is_owned is mine] for mine in (True, False))
    assert (overview.owned, overview.owed) == (sum(own), sum(loans)) if overview else not own + loans


@pytest.mark.parametrize(
    ("amount", "days", "count"),
    [
        ("100", 12, 1), ("300", 66, 3), ("300", None, 3), ("300", 5, 3), ("100.50", None, 1),
        ("102", 12, 1), ("102", None, None), ("102", 45, 2), ("330", 75, 3), ("250", 75, 3), ("250", 40, 2), ("250", 5, None),
        ("40", 12, 1), ("40", None, None), ("40", 45, None), ("1250", 340, None), ("0", 0, None),
    ],
)  # fmt: skip
def test_instalments_are_counted_only_if_the_figures_say_how_many(amount: str, days: Any, count: int | None):
    product = Product(arrears_amount=Decimal(amount), arrears_days=days, instalment=Decimal(100))
    assert overdue_instalments(product) == count
