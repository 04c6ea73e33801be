"""A figure once published does not change: extracts before and after any later files (property 13)."""

import csv
import re
from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import Member
from common.colombia.formats import pesos
from statements.extract.content import Extract
from statements.extract.reading import extract_of
from statements.extract.texts import texts_of
from statements.models import Kind, Movement, Product, PublishedAccount
from statements.months import Month, months_between
from statements.past_balances import SIN_DATO
from tests.statements.extract.test_extract_pdf import printed
from tests.statements.files import bring
from tests.statements.ledgers import enter

MONTHS = months_between(Month(2021, 1), Month(2021, 9))
PRODUCTS = "documento,numero,tipo,linea,saldo,cuota,tasa_ea,proximo_pago,valor_mora,dias_mora,fecha_corte"
MOVEMENTS = "numero,referencia,fecha,concepto,valor,saldo"


class Core:
    """A core whose files come late, twice, corrected, out of order and with products that were not there before."""

    def __init__(self, member: Member, random: Random, folder: Path) -> None:
        self.member, self.random, self.folder = member, random, folder
        self.kinds = {f"2-{place}": random.choice(Kind.values) for place in range(3)}
        self.counter = 0

    def any_file(self) -> None:
        self.random.choice([self.products, self.products, self.movements, self.movements, self.restart])()

    def products(self) -> None:
        day = self._day()
        chosen = self.random.sample(sorted(self.kinds), self.random.randint(1, 3))
        bring("import_products", self.folder / "p.csv", PRODUCTS, [self._product(number, day) for number in chosen], ())

    def _product(self, number: str, day: date) -> str:
        """Mostly the balance that the movements lead to."""
        last = Movement.objects.filter(product__number=number, day__lte=day).order_by("-day", "-pk").first()
        agreed = last.balance if last and self.random.random() < 0.8 else self._amount()
        line = self.random.choice(["", "Uno", "Dos"])
        more = [self._amount(), "12.68", day + timedelta(days=self.random.randint(-9, 30)), abs(self._amount()), 3]
        return ",".join(map(str, [self.member.document, number, self.kinds[number], line, agreed, *more, day]))

    def movements(self) -> None:
        """They follow the last one stored, as the import demands; a first one begins anywhere."""
        number = self.random.choice(sorted(self.kinds))
        product = Product.objects.filter(number=number).first()
        if product is None:
            return
        day, balance = (
            product.ledger_on or self._day(),
            product.ledger_balance or self.random.choice([Decimal(), self._amount()]),
        )
        rows = []
        for _ in range(self.random.randint(1, 4)):
            day = min(day + timedelta(days=self.random.randint(0, 40)), date(2021, 10, 20))
            amount = self._amount()
            balance += amount
            self.counter += 1
            rows.append(f"{number},r{self.counter},{day},Cuota {self.counter},{amount},{balance}")
        assert bring("import_movements", self.folder / "m.csv", MOVEMENTS, rows, ())[0] == 0

    def restart(self) -> None:
        """The product's movements are forgotten, so that its history can be brought anew."""
        found = Product.objects.filter(number=self.random.choice(sorted(self.kinds)))
        Movement.objects.filter(product__in=found).delete()
        found.update(ledger_from=None, ledger_opening=None, ledger_on=None, ledger_balance=None)

    def _day(self) -> date:
        month = self.random.randint(1, 9)
        return date(2021, month, self.random.choice([14, monthrange(2021, month)[1]]))

    def _amount(self) -> Decimal:
        return Decimal(self.random.randint(-500_000, 900_000)) / 100


def extracts(member: Member) -> dict[Month, Extract]:
    products = sorted(Product.objects.filter(member=member), key=lambda product: product.place)
    found = {month: extract_of(member, month, products) for month in MONTHS}
    return {month: extract for month, extract in found.items() if extract}


def adds_up(extract: Extract) -> bool:
    """Each account from its opening to its closing, and the totals from the accounts; what is unknown is in no sum."""
    whole = [a for a in extract.accounts if a.opening is not None and a.closing is not None]
    each = all(a.opening + a.received - a.spent + a.other == a.closing for a in whole)
    parts = [(extract.owned, [a for a in extract.accounts if a.is_owned])]
    parts.append((extract.owed, [a for a in extract.accounts if not a.is_owned]))
    sums = [total.amount == sum(a.closing for a in accounts if a.closing is not None) for total, accounts in parts]
    said = [
        (f"suma de {total.counted} de {total.of} productos" in total.label("x")) == (0 < total.counted < len(accounts))
        for total, accounts in parts
    ]
    return each and all(sums) and all(said)


def begins_where_it_ended(before: Extract | None, extract: Extract) -> bool:
    """What came too late for the month before does not change its closing balance after the fact."""
    if before is None or not before.is_final:
        return True
    closings = {account.number: account.closing for account in before.accounts}
    return all(account.opening == closings.get(account.number, account.opening) for account in extract.accounts)


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_no_later_file_changes_a_final_extract(member: Member, clock: Any, tmp_path: Path, seed: int):
    Product.objects.all().delete()
    core, final = Core(member, Random(seed), tmp_path), {}
    for _ in range(14):
        core.any_file()
        found = extracts(member)
        for month, extract in found.items():
            texts = texts_of(extract)
            assert adds_up(extract)
            assert month in final or begins_where_it_ended(found.get(month.plus(-1)), extract)
            assert (SIN_DATO in str(texts["groups"])) == any(account.closing is None for account in extract.accounts)
            if extract.is_final:
                assert final.setdefault(month, texts) == texts
            else:
                assert month not in final
                assert "provisionales" in str(texts["notes"])


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_no_file_that_comes_in_order_changes_any_past_month(member: Member, clock: Any, tmp_path: Path, seed: int):
    """Figures that are provisional for want of a product stay, too, as long as the files bring later days only."""
    Product.objects.all().delete()
    core, before = Core(member, Random(seed), tmp_path), {}
    for month in MONTHS:
        rows = [core._product(number, month.last_day) for number in sorted(core.kinds)]
        bring("import_products", tmp_path / "p.csv", PRODUCTS, rows, ())
        PublishedAccount.objects.all().delete()  # the stored figures alone must suffice
        for past, extract in extracts(member).items():
            figures = {
                account.number: (account.opening, account.closing, account.arrears_amount) for account in extract.accounts
            }
            assert before.setdefault(past, figures) == figures


@pytest.mark.poppler
def test_what_a_member_downloaded_is_what_they_download_later(member: Member, clock: Any, tmp_path: Path):
    """The same through the door: PDF, CSV and database agree before and after later files."""
    core = Core(member, Random(13), tmp_path)
    row = f"{member.document},2-0,ahorro,Ahorro,300.00,50.00,12.68,,0,0,2021-08-31"
    bring("import_products", tmp_path / "p.csv", PRODUCTS, [row], ())
    bring("import_movements", tmp_path / "m.csv", MOVEMENTS, ["2-0,a,2021-08-02,Abono,300.00,300.00"], ())
    client = enter(Client(), member, clock.now)
    before = printed(client.get("/estado-de-cuenta/extracto.pdf", {"mes": "2021-08"}).content)
    rows = list(
        csv.reader(
            b"".join(client.get("/estado-de-cuenta/movimientos.csv").streaming_content).decode().splitlines(), delimiter=";"
        )
    )
    assert [(line[5], line[6]) for line in rows[1:]] == [("300,00", "300,00")]
    assert pesos(Product.objects.get().balance).replace("\xa0", " ") in before
    for _ in range(20):
        core.any_file()
    after = printed(client.get("/estado-de-cuenta/extracto.pdf", {"mes": "2021-08"}).content)
    assert after == before


@pytest.mark.poppler
def test_what_comes_too_late_for_a_month_is_in_the_next_one(member: Member, clock: Any, tmp_path: Path):
    """September ends with 50 more than its movements say; they come after October's file, when September is final."""
    client, page = enter(Client(), member, clock.now), "/estado-de-cuenta/extracto.pdf"

    def lines(month: str) -> str:
        text = printed(client.get(page, {"mes": month}).content, "-layout")
        return "\n".join(" ".join(line.split()) for line in text.splitlines())

    def cutoff(day: str, balance: int) -> None:
        row = f"{member.document},2-0,ahorro,Ahorro,{balance}.00,,,,,,{day}"
        assert bring("import_products", tmp_path / "p.csv", PRODUCTS, [row], ())[0] == 0

    cutoff("2021-07-31", 100)
    bring("import_movements", tmp_path / "m.csv", MOVEMENTS, ["2-0,a,2021-07-02,Abono,100.00,100.00"], ())
    cutoff("2021-08-31", 150)
    assert "provisionales" in lines("2021-08")
    cutoff("2021-09-30", 150)
    august = lines("2021-08")
    assert "Otros cambios, sin detalle $ 50,00\nSaldo final $ 150,00" in august
    assert "provisionales" not in august
    late = ["2-0,b,2021-08-10,Abono,50.00,150.00", "2-0,c,2021-09-10,Abono,7.00,157.00"]
    bring("import_movements", tmp_path / "m.csv", MOVEMENTS, late, ())
    assert lines("2021-08") == august
    september = lines("2021-09")
    assert "Saldo anterior $ 150,00\nEntradas $ 7,00\nSalidas $ 0,00\nOtros cambios, sin detalle −$ 7,00" in september
    assert "Saldo final $ 150,00" in september


@pytest.mark.poppler
def test_the_page_tells_of_a_past_month_what_its_extract_published(member: Member, clock: Any, tmp_path: Path):
    for day, balance in (("2021-08-31", 100), ("2021-09-30", 200), ("2021-10-20", 300)):
        row = f"{member.document},2-0,ahorro,Ahorro,{balance}.00,,,,,,{day}"
        bring("import_products", tmp_path / "p.csv", PRODUCTS, [row], ())
    client = enter(Client(), member, clock.now)
    assert "Saldo final" in printed(client.get("/estado-de-cuenta/extracto.pdf", {"mes": "2021-09"}).content)
    row = f"{member.document},2-0,ahorro,Ahorro,999.00,,,,,,2021-09-30"
    bring("import_products", tmp_path / "p.csv", PRODUCTS, [row], ())
    months = re.findall(
        r'<th scope="row">(.*?)</th><td class="valor">\$\xa0(.*?)</td>', client.get("/estado-de-cuenta/").content.decode()
    )
    assert months == [("octubre de 2021", "300,00"), ("septiembre de 2021", "200,00"), ("agosto de 2021", "100,00")]


@pytest.mark.poppler
def test_the_page_and_the_last_extract_say_the_same_when_cutoffs_differ(member: Member, clock: Any, tmp_path: Path):
    """A product that the last file lacks: the page counted it and the extract of the same day did not."""
    rows = [f"{member.document},{number},{kind},,{balance},,,,,,{day}" for number, kind, balance, day in (
        ("3-0", "cdat", "495077.00", "2021-09-30"), ("2-0", "ahorro", "26000.00", "2021-10-20"),
    )]  # fmt: skip
    bring("import_products", tmp_path / "p.csv", PRODUCTS, rows, ())
    client = enter(Client(), member, clock.now)
    total = pesos(client.get("/estado-de-cuenta/").context["overview"].owned).replace("\xa0", " ")
    assert total == "$ 521.077,00"
    text = " ".join(printed(client.get("/estado-de-cuenta/extracto.pdf").content, "-layout").split())
    assert f"Lo que tengo (aportes y ahorros) {total}" in text
    assert "El saldo es del 30 de septiembre de 2021: no hay un dato de este mes." in text
