"""Everything the statement page shows, read from the database before the page is begun."""

from typing import Any

from django.http import QueryDict
from django.utils import timezone

from accounts.last_entries import last_entries
from accounts.models import Member
from statements.cards import card_of
from statements.criteria import Criteria, criteria_of
from statements.extract.texts import about_kilobytes
from statements.growth import days_of, growth_of, month_rows
from statements.html import extracts_html, facts_html, months_html, movements_html
from statements.models import Product
from statements.movements import count, newest
from statements.overview import Overview, holdings_of, latest_day, names_of
from statements.paging import Place, cursor_after
from statements.past_balances import known_on
from statements.to_pay import ToPay
from statements.to_pay_texts import texts_of

SHORT_LIST, LONG_LIST = 10, 50  # movements shown on the overview, and once somebody looks for one


def page_of(member: Member, sent: QueryDict, products: list[Product]) -> dict[str, Any]:
    """The template's context. `products` are those to be shown: all of them, or the one that was asked for."""
    asked = criteria_of(member, sent, products)
    context = {"asked": asked, "form": asked.form, "narrowed": asked.form.in_words()}
    context |= movements_page(member, asked, products)
    if asked.is_overview:
        context["entries"] = last_entries(member)
    if products:
        context |= _overview(member, products) if asked.is_overview else _narrow(asked, products)
    return context


def movements_page(member: Member, asked: Criteria, products: list[Product]) -> dict[str, Any]:
    """One page of movements, ready to print, and the cursor of the next page if there is one."""
    size = SHORT_LIST if asked.is_overview else LONG_LIST
    found = newest(member, asked, asked.place, size + 1)
    rows = found[:size]
    names = names_of(products)
    details = {product.pk: (product.is_owned, "" if asked.product else names[product.pk]) for product in products}
    return {
        "rows": movements_html(rows, details),
        "next_cursor": cursor_after(member, Place(rows[-1].day, rows[-1].id)) if len(found) > size else "",
    }


def _overview(member: Member, products: list[Product]) -> dict[str, Any]:
    """Payments, totals, products, growth and downloads."""
    known = known_on(products, days_of(latest_day(products)))
    overview = Overview(holdings_of(products, known), timezone.localdate())
    growth, pay = growth_of(overview, known), ToPay(overview)
    cards = [card_of(holding, overview) for holding in overview.holdings]
    return {
        "overview": overview,
        "pay": pay,
        "pay_texts": texts_of(pay),
        "monthly_label": pay.monthly.label("Cada mes debe pagar"),
        "cards": [(card, facts_html(card.facts)) for card in cards],
        "growth": growth,
        "month_rows": months_html(month_rows(growth)) if growth else "",
        **_extracts(member, overview),
    }


def _narrow(asked: Criteria, products: list[Product]) -> dict[str, Any]:
    """The card of the product that was asked for."""
    day = latest_day(products)
    if not asked.product:
        return {"cutoff": day}
    carried = any(product.known_until > product.cutoff_on for product in products)
    known = known_on(products, [day]) if carried else {}
    overview = Overview(holdings_of(products, known), timezone.localdate())
    card = card_of(overview.holdings[0], overview)
    return {"cutoff": day, "card": card, "facts": facts_html([("Saldo", card.balance), *card.facts])}


def _extracts(member: Member, overview: Overview) -> dict[str, Any]:
    """The months that can be downloaded, and about how much the latest weighs."""
    latest, *older = overview.months
    kilobytes = about_kilobytes(len(overview.holdings), count(member, latest))
    return {"cutoff": overview.cutoff, "latest": latest, "older": extracts_html(older), "kilobytes": kilobytes}
