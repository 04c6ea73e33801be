"""Colombian formats of dates, hours, money and documents."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from common.colombia import formats

MORNING = datetime(2021, 10, 21, 13, 5, tzinfo=UTC)  # 8:05 in Bogotá


def test_dates_have_small_months_and_no_leading_zero():
    assert formats.fecha_larga(date(2021, 10, 5)) == "5 de octubre de 2021"
    assert formats.fecha_con_dia(date(2021, 10, 21)) == "Jueves, 21 de octubre de 2021"
    assert formats.fecha_corta(date(2021, 3, 5)) == "05/03/2021"


def test_a_moment_is_shown_on_the_clock_of_bogota():
    assert formats.fecha_larga(datetime(2021, 10, 22, 4, 59, tzinfo=UTC)) == "21 de octubre de 2021"
    assert formats.hora(MORNING) == "8:05\u00a0a.\u00a0m."


@pytest.mark.parametrize(
    ("hour", "shown"),
    [(5, "12:00\u00a0a.\u00a0m."), (17, "12:00\u00a0p.\u00a0m."), (18, "1:00\u00a0p.\u00a0m."), (4, "11:00\u00a0p.\u00a0m.")],
)
def test_hours_have_twelve_and_no_zero(hour: int, shown: str):
    assert formats.hora(datetime(2021, 10, 21, hour, tzinfo=UTC)) == shown


def test_a_moment_to_come_says_today_or_which_day():
    assert formats.cuando(datetime(2021, 10, 21, 20, 45, tzinfo=UTC), MORNING) == "hoy a las 3:45\u00a0p.\u00a0m."
    assert (
        formats.cuando(datetime(2021, 10, 22, 18, 5, tzinfo=UTC), MORNING)
        == "el 22 de octubre de 2021 a la 1:05\u00a0p.\u00a0m."
    )


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("1234567", "$\u00a01.234.567,00"), ("-50000", "−$\u00a050.000,00"), ("0.005", "$\u00a00,01"), ("0", "$\u00a00,00")],
)
def test_money_has_points_a_comma_and_its_sign_in_front(amount: str, shown: str):
    assert formats.pesos(Decimal(amount)) == shown


def test_a_document_has_points_and_other_texts_stay():
    assert formats.documento_puntos("1020304") == "1.020.304"
    assert formats.documento_puntos("") == ""


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("(604) 555 0142", ["(604)\u00a0555\u00a00142"]),
        (
            "lunes a viernes de 8:00 a. m. a 5:00 p. m.",
            ["lunes", "a", "viernes", "de", "8:00\u00a0a.\u00a0m.", "a", "5:00\u00a0p.\u00a0m."],
        ),
    ],
)
def test_a_number_is_not_taken_apart_at_the_end_of_a_line(text: str, parts: list[str]):
    assert formats.en_una_linea(text).split(" ") == parts
