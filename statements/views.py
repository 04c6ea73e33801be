"""Views of the statement and its two files. They always show the member of the session."""

import datetime as dt
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.last_entries import last_entries
from accounts.models import Member
from accounts.requests import MemberRequest
from common.colombia.formats import pesos
from common.files.csv_download import csv_response
from statements.cards import card_of
from statements.chart import chart_of
from statements.criteria import Criteria, criteria_of
from statements.extract.reading import extract_of
from statements.extract.texts import about_kilobytes, pdf_of
from statements.html import extracts_html, rows_of_all, rows_of_months, rows_of_one
from statements.models import Product
from statements.months import Month
from statements.movements import all_of, count, newest
from statements.movements_csv import COLUMNS, csv_rows
from statements.overview import Overview
from statements.paging import Place, cursor_after
from statements.past_balances import known_on, month_ends, months_of

SHORT_LIST, LONG_LIST = 20, 50  # movements shown on the overview, and once somebody looks for one
MONTHS_DRAWN = 12
PRODUCTS = "SELECT * FROM statements_product WHERE member_id = %s"  # written by hand: see `reading`
log = logging.getLogger(__name__)


View = Callable[[MemberRequest], HttpResponseBase]


def says_when_down(view: View) -> View:
    """Without its data no page shows figures, least of all zeros: it says so."""

    @wraps(view)
    def careful(request: MemberRequest) -> HttpResponseBase:
        try:
            return view(request)
        except DatabaseError:
            log.exception("statement could not be read")
            return render(request, "statements/statement.html", {"is_down": True}, status=503)

    return careful


@require_safe
@says_when_down
def statement(request: MemberRequest) -> HttpResponse:
    return render(request, "statements/statement.html", _statement(request))


@require_safe
@says_when_down
def movements_csv(request: MemberRequest) -> HttpResponseBase:
    member = request.user
    products = products_of(member, request.GET.get("producto", ""))
    asked = criteria_of(member, request.GET, products)
    if not asked.form.is_valid():
        return HttpResponseRedirect(f"{reverse('statements:statement')}?{asked.query}")
    names = {product.pk: (product.number, product.name) for product in products}
    return csv_response("movimientos.csv", COLUMNS, csv_rows(all_of(member, asked), names))


@require_safe
@says_when_down
def extract_pdf(request: MemberRequest) -> HttpResponse:
    """The month asked for, or the latest."""
    member = request.user
    products = products_of(member)
    months = months_of(products) if products else []
    month = Month.parse(request.GET["mes"]) if "mes" in request.GET else next(iter(months), None)
    extract = extract_of(member, month, products) if month else None
    if extract is None:
        raise Http404
    response = HttpResponse(pdf_of(extract), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="extracto-{month}.pdf"'
    return response


def products_of(member: Member, number: str = "") -> list[Product]:
    """All his products, as the statement orders them, or the one of that number. Http404 when he has none such."""
    found = sorted(Product.objects.raw(PRODUCTS, [member.pk]), key=lambda product: product.place)
    if not number:
        return found
    own = [product for product in found if product.number == number]
    if not own:
        raise Http404
    return own


def _statement(request: MemberRequest) -> dict[str, Any]:
    """Everything the page shows, read from the database before the page is begun."""
    member = request.user
    products = products_of(member, request.GET.get("producto", ""))
    asked = criteria_of(member, request.GET, products)
    context = {"asked": asked, "form": asked.form, "narrowed": asked.form.in_words(), "closes_at": _session_end(request)}
    context |= _movements(member, asked, products)
    if products:
        context["overview"] = overview = Overview(products)
        if asked.is_overview:
            context |= _picture(member, overview) | _extracts(member, overview)
        if asked.product:
            context["card"] = card_of(asked.product, overview.cutoff)
    if asked.is_overview:
        context["entries"] = last_entries(member)
    return context


def _movements(member: Member, asked: Criteria, products: list[Product]) -> dict[str, Any]:
    """One page of movements, ready to print, and the cursor of the next page if there is one."""
    size = SHORT_LIST if asked.is_overview else LONG_LIST
    found = newest(member, asked, asked.place, size + 1)
    rows = found[:size]
    names = {product.pk: product.name for product in products}
    return {
        "rows": rows_of_one(rows) if asked.product else rows_of_all(rows, names),
        "next_cursor": cursor_after(member, Place(rows[-1].day, rows[-1].id)) if len(found) > size else "",
    }


def _picture(member: Member, overview: Overview) -> dict[str, Any]:
    """Twelve months of what the member has; nothing when there are fewer than two to compare."""
    last = Month.of(overview.cutoff)
    months = [last.plus(step) for step in range(1 - MONTHS_DRAWN, 1)]
    known = known_on(overview.products, [month.last_day for month in months])
    ends = [end for end in month_ends(overview.products, known, months) if end.total.is_whole]
    if len(ends) < 2:
        return {}
    return {
        "chart": chart_of([end.total.amount for end in ends]),
        "month_first": ends[0].month.name,
        "month_rows": rows_of_months([(end.month.name, pesos(end.total.amount)) for end in reversed(ends)]),
    }


def _extracts(member: Member, overview: Overview) -> dict[str, Any]:
    """The months that can be downloaded, and about how much the latest weighs."""
    latest, *older = overview.months
    movements = count(member, latest)
    return {
        "latest": latest,
        "older": extracts_html(older),
        "kilobytes": about_kilobytes(len(overview.products), movements),
    }


def _session_end(request: MemberRequest) -> dt.datetime:
    """When the member is signed out if this is the last page he asks for."""
    now = timezone.now()
    started = dt.datetime.fromtimestamp(request.session.get("started_at", now.timestamp()), dt.UTC)
    return min(now + settings.SESSION_IDLE, started + settings.SESSION_LIFE)
