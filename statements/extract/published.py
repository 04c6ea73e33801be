"""Final extracts as they were first made: stored as JSON by product, and read back."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from statements.extract.content import Account, Extract, Line
from statements.models import Product, PublishedAccount
from statements.months import Month

if TYPE_CHECKING:
    from accounts.models import Member

AMOUNTS = {"opening", "closing", "instalment", "annual_rate", "arrears_amount"}
DAYS = {"day", "figures_on", "next_payment_on"}

Published = dict["Member", Extract]


def published_of(members: Iterable["Member"], month: Month) -> Published:
    """The final extracts of these members; the parts of one were published together."""
    by_id = {member.pk: member for member in members}
    rows = PublishedAccount.objects.filter(product__member__in=by_id, month_end=month.last_day)
    parts: dict[int, list[tuple[dt.date, Account]]] = defaultdict(list)
    for owner, cutoff, content in rows.values_list("product__member_id", "cutoff_on", "content"):
        parts[owner].append((cutoff, _account(content)))
    return {by_id[owner]: _extract(by_id[owner], month, found) for owner, found in parts.items()}


def publish(extracts: Iterable[Extract], products: Iterable[Product], month: Month) -> Published:
    """Keep the final ones among the extracts of a month, unless another process was first; what is stored then."""
    final = [extract for extract in extracts if extract.is_final and extract.accounts]
    if not final:
        return {}
    ids, now = {product.number: product.pk for product in products}, timezone.now()
    PublishedAccount.objects.bulk_create(
        [
            PublishedAccount(
                product_id=ids[account.number], month_end=month.last_day, closing=account.closing, cutoff_on=extract.cutoff,
                content=asdict(account), published_at=now,
            )
            for extract in final for account in extract.accounts
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return published_of([extract.member for extract in final], month)


def _extract(member: "Member", month: Month, parts: Sequence[tuple[dt.date, Account]]) -> Extract:
    accounts = sorted((account for _, account in parts), key=lambda account: account.place)
    return Extract(member, month, max(cutoff for cutoff, _ in parts), accounts, is_final=True)


def _account(stored: dict[str, Any]) -> Account:
    values = {name: _value(name, value) for name, value in stored.items() if name != "movements"}
    return Account(**values, movements=[_line(*line) for line in stored["movements"]])


def _value(name: str, value: Any) -> Any:
    if value is not None and name in AMOUNTS:
        return Decimal(value)
    return dt.date.fromisoformat(value) if value is not None and name in DAYS else value


def _line(day: str, concept: str, amount: str, balance: str) -> Line:
    return Line(dt.date.fromisoformat(day), concept, Decimal(amount), Decimal(balance))
