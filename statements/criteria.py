"""Criteria of the statement page, validated from its query string: product, period, word, cursor."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from accounts.models import Member
from statements.forms import PeriodForm
from statements.models import Product
from statements.paging import Place, place_of


@dataclass(frozen=True)
class Criteria:
    product: Product | None
    form: PeriodForm  # bound, so that it can be shown again as it was filled in
    place: Place | None
    place_is_lost: bool  # whether there was a cursor that this member was not given
    query: str  # product, period and word, for the addresses that go on from here

    @property
    def is_overview(self) -> bool:
        """Whether nothing in particular was asked for: the page shows all products and the latest movements."""
        return not (self.query or self.place or self.place_is_lost)


def criteria_of(member: Member, sent: QueryDict, products: Sequence[Product]) -> Criteria:
    """The criteria in a query string. `products` are those to show: all of the member's, or the one that was asked for."""
    cursor = sent.get("cursor", "")
    place = place_of(member, cursor) if cursor else None
    names = ["producto", *PeriodForm.base_fields]
    query = urlencode({name: sent[name] for name in names if sent.get(name)}, errors="replace")
    product = products[0] if sent.get("producto") else None
    return Criteria(product, PeriodForm(sent), place, bool(cursor and not place), query)
