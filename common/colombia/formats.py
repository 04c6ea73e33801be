"""Format dates, hours, money and documents for readers in Colombia. Pure functions.

Django's `es_CO` catalogue capitalises months, so the words are here.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

BOGOTA = ZoneInfo("America/Bogota")
NBSP = "\u00a0"
MINUS = "\u2212"
SWAPPED = str.maketrans(",.", ".,")
MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


def in_bogota(moment: date | datetime) -> date | datetime:
    """An aware datetime in Bogotá's time zone; a plain date unchanged."""
    return moment.astimezone(BOGOTA) if isinstance(moment, datetime) and moment.tzinfo else moment


def fecha_larga(moment: date | datetime) -> str:
    """«21 de octubre de 2021»."""
    day = in_bogota(moment)
    return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"


def fecha_cercana(day: date, near: date) -> str:
    """«21 de octubre», with its year only if that of `near` is another one."""
    return fecha_larga(day) if day.year != near.year else f"{day.day} de {MONTHS[day.month - 1]}"


def fecha_con_dia(moment: date | datetime) -> str:
    """«Jueves, 21 de octubre de 2021», for the header's «Hoy es:»."""
    return f"{WEEKDAYS[in_bogota(moment).weekday()].capitalize()}, {fecha_larga(moment)}"


def fecha_corta(moment: date | datetime) -> str:
    """«21/10/2021»."""
    day = in_bogota(moment)
    return f"{day.day:02}/{day.month:02}/{day.year}"


def mes_largo(moment: date | datetime) -> str:
    """«octubre de 2021»."""
    day = in_bogota(moment)
    return f"{MONTHS[day.month - 1]} de {day.year}"


def mes_abreviado(moment: date | datetime) -> str:
    """«oct 2021»."""
    day = in_bogota(moment)
    return f"{MONTHS[day.month - 1][:3]} {day.year}"


def en_serie(words: Sequence[str]) -> str:
    """«aportes, ahorros y CDAT»; «e» before the sound of i."""
    *others, last = words
    link = "e" if re.match(r"(?i)h?[ií](?![aeou])", last) else "y"
    return f"{', '.join(others)} {link} {last}" if others else last


def hora(moment: datetime) -> str:
    """«3:45 p. m.», in Bogotá's time zone, with no-break spaces."""
    local = moment.astimezone(BOGOTA)
    half = "a" if local.hour < 12 else "p"
    return f"{local.hour % 12 or 12}:{local.minute:02}{NBSP}{half}.{NBSP}m."


def en_una_linea(text: str) -> str:
    """A telephone number or opening hours with no-break spaces inside numbers: «(604) 555 0142», «8:00 a. m.»."""
    return re.sub(r"(?<=[\d)]) (?=[\d(])|(?<=\d) (?=[ap]\. m)|(?<=[ap]\.) (?=m\.)", NBSP, text)


def a_las(moment: datetime) -> str:
    """«a las 3:45 p. m.», «a la 1:05 p. m.»."""
    article = "la" if moment.astimezone(BOGOTA).hour % 12 == 1 else "las"
    return f"a {article} {hora(moment)}"


def cuando(moment: datetime, now: datetime) -> str:
    """A future time: «hoy a las 3:45 p. m.», «el 22 de octubre de 2021 a las 3:45 p. m.»."""
    same_day = moment.astimezone(BOGOTA).date() == now.astimezone(BOGOTA).date()
    day = "hoy" if same_day else f"el {fecha_larga(moment)}"
    return f"{day} {a_las(moment)}"


def numero(value: Decimal | int, places: int = 0) -> str:
    """A number with Colombian separators: `1.234.567,89`."""
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{rounded:,.{places}f}".translate(SWAPPED)


def pesos(value: Decimal | int) -> str:
    """An amount of money: «$ 1.234.567,00» with a no-break space; negative: «−$ 50.000,00»."""
    amount = Decimal(value)
    text = f"${NBSP}{numero(abs(amount), 2)}"
    return f"{MINUS}{text}" if amount < 0 else text


def porcentaje(value: Decimal) -> str:
    """A rate in percent: «12,68 %»."""
    return f"{numero(value, 2)}{NBSP}%"


def documento_puntos(document: str) -> str:
    """A document with dots, for the statement only: «1.020.304»."""
    return numero(int(document)) if document.isascii() and document.isdigit() else document


def thousands(number: int) -> str:
    return f"{number:,}".replace(",", ".")
