"""Views of the statement and its two files. They always show the member of the session."""

import logging
from collections.abc import Callable
from functools import wraps

from django.db import DatabaseError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import Member
from accounts.requests import MemberRequest
from common.files.csv_download import csv_response
from common.sql.select import select
from statements.criteria import criteria_of
from statements.extract.reading import extract_of
from statements.extract.texts import pdf_of
from statements.models import Product
from statements.months import Month
from statements.movements import all_of
from statements.movements_csv import COLUMNS, csv_rows
from statements.page import page_of
from statements.past_balances import months_of

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
    products = products_of(request.user, request.GET.get("producto", ""))
    return render(request, "statements/statement.html", page_of(request.user, request.GET, products))


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
    found = sorted(select(Product, "member_id = %s", member.pk), key=lambda product: product.place)
    if not number:
        return found
    own = [product for product in found if product.number == number]
    if not own:
        raise Http404
    return own
