"""Read the monthly extracts of some members in four statements, and publish those that are final."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from statements.extract.content import Extract, Figures, Line, extract_from
from statements.extract.published import publish, published_of
from statements.models import Movement, Product
from statements.months import Month
from statements.past_balances import KnownOn, existed_on, known_on, months_of

if TYPE_CHECKING:
    from accounts.models import Member

Lines = dict[int, list[Line]]  # by product id


def extract_of(member: "Member", month: Month, products: Sequence[Product]) -> Extract | None:
    """The month of one member with all of the products; None when there are no data of it."""
    return extracts_of(month, {member: products}).get(member)


def extracts_of(month: Month, products: "Mapping[Member, Sequence[Product]]") -> "dict[Member, Extract]":
    """The month of each member who has data of it. A final extract is stored when it is first read, and then stays."""
    found = published_of(products, month)
    asked = {member: owned for member, owned in products.items() if member not in found and _has(month, owned)}
    if asked:
        made = _made(month, asked)
        found |= {extract.member: extract for extract in made}
        found |= publish(made, [product for owned in asked.values() for product in owned], month)
    return found


def _has(month: Month, products: Sequence[Product]) -> bool:
    return bool(products) and month in months_of(products)


def _made(month: Month, products: "Mapping[Member, Sequence[Product]]") -> list[Extract]:
    every = [product for owned in products.values() for product in owned]
    known, lines = known_on(every, [month.plus(-1).last_day, month.last_day]), _lines(products, month)
    today = timezone.localdate()
    return [
        extract_from(member, month, [_figures(product, month, known, lines) for product in owned], today)
        for member, owned in products.items()
    ]


def _figures(product: Product, month: Month, known: KnownOn, lines: Lines) -> Figures:
    day = month.plus(-1).last_day
    before = known.get((product.pk, day))
    opening = before.balance if before else None if existed_on(product, day) else Decimal()
    return Figures(product, opening, known.get((product.pk, month.last_day)), lines[product.pk])


def _lines(members: "Mapping[Member, object]", month: Month) -> Lines:
    found = Movement.objects.filter(member__in=list(members)).in_period(month.first_day, month.last_day).oldest_first()
    lines: Lines = defaultdict(list)
    for product, *line in found.values_list("product_id", "day", "concept", "amount", "balance"):
        lines[product].append(Line(*line))
    return lines
