"""The list of products, and whether their balance agrees with their movements."""

from django.contrib import admin
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html

from backoffice.lists import ChoiceFilter, DocumentFilter, Filter, OfficeList
from common.colombia.formats import fecha_corta
from statements.models import Kind as ProductKind
from statements.models import Product


class ProductKindFilter(ChoiceFilter):
    title, parameter_name, column, options = "tipo", "tipo", "kind", ProductKind.choices


class ProductOwnerFilter(DocumentFilter):
    column = "member__document"


class AgreementFilter(ChoiceFilter):
    """Products whose last movement has another balance than the core's file."""

    title, parameter_name, options = "saldo y movimientos", "cuadre", [("no", "No cuadran")]

    def narrow(self, queryset: QuerySet[Product], value: str) -> QuerySet[Product]:
        return queryset.filter(pk__in=Product.objects.disagreeing()) if value == "no" else queryset.none()


class NumberFilter(Filter):
    title, parameter_name, widget = "número", "numero", "text"

    def narrow(self, queryset: QuerySet[Product], value: str) -> QuerySet[Product]:
        return queryset.filter(number=value[:32])


class ProductList(OfficeList):
    view = "statements.view_product"
    label = "Productos"
    intro = "Los productos que trajo el sistema central, con la fecha de sus datos."
    list_display = ("number", "owner", "kind", "line", "cutoff", "agreement")
    list_filter = (NumberFilter, ProductOwnerFilter, ProductKindFilter, AgreementFilter)
    list_select_related = ("member",)
    ordering = ("pk",)
    sortable_by = ()

    @admin.display(description="asociado")
    def owner(self, product: Product) -> str:
        page = reverse("admin:accounts_member_card", args=[product.member_id])
        return format_html('<a href="{}">{}</a>', page, product.member.full_name)

    @admin.display(description="datos al")
    def cutoff(self, product: Product) -> str:
        return fecha_corta(product.cutoff_on)

    @admin.display(description="saldo igual a los movimientos")
    def agreement(self, product: Product) -> str:
        if product.ledger_on is None:
            return "sin movimientos"
        return "sí" if product.agrees else f"no: movimientos hasta el {fecha_corta(product.ledger_on)}"
