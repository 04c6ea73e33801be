"""Read the monthly extracts of some members in four statements, and publish those that are final."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from statements.extract.content import Extract, Figures, Line, extract_from
from statements.extract.published import Published, publish, published_of
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
    published = published_of(products, [month, month.plus(-1)])
    asked = [member for member, owned in products.items() if (member.pk, month) not in published and _has(month, owned)]
    made = _made(month, {member: products[member] for member in asked}, published)
    published |= publish(made, [product for member in asked for product in products[member]], month)
    now = {extract.member: extract for extract in made}
    found = {member: published.get((member.pk, month)) or now.get(member) for member in products}
    return {member: extract for member, extract in found.items() if extract}


def _has(month: Month, products: Sequence[Product]) -> bool:
    return bool(products) and month in months_of(products)


def _made(month: Month, products: "Mapping[Member, Sequence[Product]]", published: Published) -> list[Extract]:
    every = [product for owned in products.values() for product in owned]
    if not every:
        return []
    known, lines, today = (
        known_on(every, [month.plus(-1).last_day, month.last_day]),
        _lines(products, month),
        timezone.localdate(),
    )
    made = []
    for member, owned in products.items():
        before = published.get((member.pk, month.plus(-1)))
        closings = {account.number: account.closing for account in before.accounts} if before else {}
        read = [_figures(product, month, known, closings, lines) for product in owned]
        made.append(extract_from(member, month, read, today))
    return made


def _figures(
    product: Product, month: Month, known: KnownOn, closings: Mapping[str, Decimal | None], lines: Lines
) -> Figures:  # fmt: skip
    """The balance before is the one that was published, whatever has been learnt about it since."""
    day = month.plus(-1).last_day
    before = known.get((product.pk, day))
    opening = closings.get(product.number, before.balance if before else None)
    if opening is None and not existed_on(product, day):
        opening = Decimal()
    return Figures(product, opening, known.get((product.pk, month.last_day)), lines[product.pk])


def _lines(members: "Mapping[Member, object]", month: Month) -> Lines:
    found = Movement.objects.filter(member__in=list(members)).in_period(month.first_day, month.last_day).oldest_first()
    lines: Lines = defaultdict(list)
    for product, *line in found.values_list("product_id", "day", "concept", "amount", "balance"):
        lines[product].append(Line(*line))
    return lines
