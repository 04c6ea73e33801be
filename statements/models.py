"""Products and movements of members: a copy of the data that the cooperative's core sent.

The portal computes no interest and posts nothing. Amounts are pesos with two decimals; 15 digits in all, the
most that SQLite, which keeps them as floating point, gives back to the cent.
"""

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from accounts.models import Member


def money(**options: Any) -> models.DecimalField:
    return models.DecimalField(max_digits=15, decimal_places=2, **options)


class Kind(models.TextChoices):
    """The four kinds of product of the cooperative's files, in the order in which the statement shows them."""

    CONTRIBUTIONS = "aportes", "Aportes sociales"
    SAVINGS = "ahorro", "Ahorro"
    TERM_DEPOSIT = "cdat", "CDAT"
    LOAN = "credito", "Crédito"


class ProductQuerySet(models.QuerySet["Product"]):
    def disagreeing(self) -> "ProductQuerySet":
        """Products whose movements end in another balance than the one the core sent: for staff to look at."""
        return self.filter(ledger_balance__isnull=False).exclude(ledger_balance=F("balance"))


class Product(models.Model):
    """One product of one member, as of `cutoff_on`, the newest cut-off of any file; `Cutoff` has the earlier ones.

    `first_cutoff_on` is the earliest cut-off that is stored (None: there is only one). The four `ledger_…` columns sum up
    its movements, kept by the import, so that neither the agreement with `balance` nor the list of months has to read them.
    """

    member = models.ForeignKey("accounts.Member", models.CASCADE, related_name="products", verbose_name="asociado")
    number = models.CharField("número", max_length=32, unique=True)
    kind = models.CharField("tipo", max_length=8, choices=Kind.choices)
    line = models.CharField("línea", max_length=80, blank=True, default="", db_default="")
    balance = money(verbose_name="saldo")
    instalment = money(verbose_name="cuota", null=True, blank=True)
    annual_rate = models.DecimalField("tasa E.A. (%)", max_digits=7, decimal_places=4, null=True, blank=True)
    initial_amount = money(verbose_name="valor inicial", null=True, blank=True)
    instalments_left = models.PositiveIntegerField("cuotas pendientes", null=True, blank=True)
    opened_on = models.DateField("apertura", null=True, blank=True)
    matures_on = models.DateField("vencimiento", null=True, blank=True)
    next_payment_on = models.DateField("próximo pago", null=True, blank=True)
    arrears_amount = money(verbose_name="valor en mora", null=True, blank=True)
    arrears_days = models.PositiveIntegerField("días de mora", null=True, blank=True)
    cutoff_on = models.DateField("fecha de corte")
    first_cutoff_on = models.DateField("primera fecha de corte", null=True, editable=False)

    ledger_from = models.DateField("primer movimiento", null=True, editable=False)
    ledger_opening = money(verbose_name="saldo antes del primer movimiento", null=True, editable=False)
    ledger_on = models.DateField("último movimiento", null=True, editable=False)
    ledger_balance = money(verbose_name="saldo según movimientos", null=True, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = "producto"
        verbose_name_plural = "productos"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="product_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @property
    def name(self) -> str:
        return self.line or self.get_kind_display()

    @property
    def is_owned(self) -> bool:
        """Something the member has; a loan is something he owes."""
        return self.kind != Kind.LOAN

    @property
    def place(self) -> tuple[int, str, str]:
        """Where the statement shows it: contributions, savings, term deposits, loans."""
        return Kind.values.index(self.kind), self.name, self.number

    @property
    def known_from(self) -> dt.date:
        """The day of its earliest data: a cut-off or a movement."""
        return min(filter(None, [self.first_cutoff_on, self.cutoff_on, self.ledger_from]))

    @property
    def known_until(self) -> dt.date:
        """The day of its latest data."""
        return max(self.cutoff_on, self.ledger_on or self.cutoff_on)

    @property
    def agrees(self) -> bool:
        """The movements, if there are any, end in the balance that the core sent."""
        return self.ledger_balance is None or self.ledger_balance == self.balance


# What a product and each of its earlier cut-offs have in common: the figures of one day.
FIGURES = (
    "balance", "instalment", "annual_rate", "instalments_left", "next_payment_on", "arrears_amount", "arrears_days",
)  # fmt: skip


class Cutoff(models.Model):
    """A product's figures at a cut-off before its newest one, kept when a later file replaces them."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="cutoffs", db_index=False)
    day = models.DateField("fecha de corte")
    balance = money(verbose_name="saldo")
    instalment = money(verbose_name="cuota", null=True)
    annual_rate = models.DecimalField("tasa E.A. (%)", max_digits=7, decimal_places=4, null=True)
    instalments_left = models.PositiveIntegerField("cuotas pendientes", null=True)
    next_payment_on = models.DateField("próximo pago", null=True)
    arrears_amount = money(verbose_name="valor en mora", null=True)
    arrears_days = models.PositiveIntegerField("días de mora", null=True)

    class Meta:
        verbose_name = "saldo a una fecha de corte"
        verbose_name_plural = "saldos a fechas de corte"
        constraints = [models.UniqueConstraint(fields=["product", "day"], name="cutoff_once_a_day")]

    def __str__(self) -> str:
        return f"{self.product_id} {self.day:%Y-%m-%d}"


class PublishedAccount(models.Model):
    """A product's part of a final extract (docs/decisions/0047), kept when the extract is first made: later ones print it."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="published_accounts", db_index=False)
    month_end = models.DateField("último día del mes")
    closing = money(verbose_name="saldo final")
    cutoff_on = models.DateField("datos al")
    content = models.JSONField("contenido", encoder=DjangoJSONEncoder)
    published_at = models.DateTimeField("publicado")

    class Meta:
        verbose_name = "cuenta publicada en un extracto"
        verbose_name_plural = "cuentas publicadas en extractos"
        constraints = [models.UniqueConstraint(fields=["product", "month_end"], name="account_published_once")]

    def __str__(self) -> str:
        return f"{self.product_id} {self.month_end:%Y-%m}"


class MovementQuerySet(models.QuerySet["Movement"]):
    def for_member(self, member: "Member") -> "MovementQuerySet":
        return self.filter(member=member)

    def in_period(self, since: dt.date | None, until: dt.date | None) -> "MovementQuerySet":
        """From `since` to `until`, both included; None leaves that side open."""
        found = self.filter(day__gte=since) if since else self
        return found.filter(day__lte=until) if until else found

    def oldest_first(self) -> "MovementQuerySet":
        return self.order_by("day", "id")


class Movement(models.Model):
    """One line of a product's ledger: `balance` is the one before plus `amount`, for a loan too.

    The ids of one product grow with its dates. `member` repeats the product's, so that the last movements of a
    member are one walk along one index, however many there are.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="movements", db_index=False)
    member = models.ForeignKey("accounts.Member", models.CASCADE, related_name="+", db_index=False)
    reference = models.CharField("referencia", max_length=40)
    day = models.DateField("fecha")
    concept = models.CharField("concepto", max_length=120)
    amount = money(verbose_name="valor")
    balance = money(verbose_name="saldo")

    objects = MovementQuerySet.as_manager()

    class Meta:
        verbose_name = "movimiento"
        verbose_name_plural = "movimientos"
        constraints = [
            models.UniqueConstraint(fields=["product", "reference"], name="movement_once_a_product"),
        ]
        indexes = [
            models.Index(fields=["member", "day", "id"], name="movement_of_member"),
            models.Index(fields=["product", "day", "id"], name="movement_of_product"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.reference}"

    @property
    def opening(self) -> Decimal:
        """The product's balance before this movement."""
        return self.balance - self.amount
