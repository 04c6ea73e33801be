"""Fill the benchmark's portal: all members in the registry, and keys and ledgers for the first ones.

python -m tests.bench.furnish FILE      (in the environment of `tests.bench.portal`)
"""

import sys
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import django

KEY = "60382"
WITH_KEYS = 200  # members that sign in, each a few times a run; a right key refunds its rate limits
SIXTY = range(200, 210)  # members with a key whom `ledger.py` gives sixty movements
MANY = 210  # the one to whom it gives 10 products and 20,000 movements
SIXTY_IN_TEN = 211  # and sixty in 10 products
MOVEMENTS_IN_MONTH = 100


def main(file: str) -> None:
    django.setup()
    from accounts.models import Member
    from audit.actors import Actor
    from recovery import registry_statistics
    from registry.importing import import_members

    import_members(path=Path(file), by=Actor.operator("bench"))
    chosen = list(Member.objects.order_by("document")[: SIXTY_IN_TEN + 1])  # eight digits each, so by number
    give_keys(chosen)
    give_ledgers(chosen[:WITH_KEYS])
    registry_statistics.current()


def give_keys(members: list) -> None:
    """The same key for all, hashed once; each seal is the member's own."""
    from django.utils import timezone

    from accounts.hashers import PURPOSE, _binding, _hasher
    from accounts.models import AccessKey
    from vault.ring import seal

    encoded, kind, now = _hasher().hash(KEY).encode(), AccessKey.Kind.CHOSEN, timezone.now()
    AccessKey.objects.bulk_create(
        AccessKey(
            member=member,
            kind=kind,
            sealed=seal(PURPOSE, _binding(member.pk, kind), encoded),
            must_change=False,
            created_at=now,
        )
        for member in members
    )


def give_ledgers(members: list, in_month: int = MOVEMENTS_IN_MONTH) -> None:
    """Two products each; the savings have `in_month` movements in the last month."""
    from django.utils import timezone

    from statements.models import Movement, Product

    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    common = {"cutoff_on": last, "opened_on": date(2015, 3, 2), "ledger_from": first, "ledger_on": last}
    products = []
    for number, member in enumerate(members):
        savings = Product(member=member, number=f"20-{number:08}", kind="ahorro", line="Ahorro a la vista", **common)
        owned = Product(member=member, number=f"10-{number:08}", kind="aportes", line="Aportes sociales", **common)
        savings.balance = savings.ledger_balance = Decimal(1000 + 10 * in_month)
        owned.balance = owned.ledger_balance = Decimal(500_000)
        savings.ledger_opening, owned.ledger_opening = Decimal(1000), Decimal(500_000)
        products += [savings, owned]
    Product.objects.bulk_create(products, batch_size=1000)
    movements = [
        Movement(
            product=product,
            member_id=product.member_id,
            reference=f"R{at:05}",
            day=first + timedelta(days=at * 27 // in_month),
            concept=f"Consignación de nómina {at}",
            amount=Decimal(10),
            balance=Decimal(1010 + 10 * at),
        )
        for product in products[::2]
        for at in range(in_month)
    ]
    Movement.objects.bulk_create(movements, batch_size=5000)


if __name__ == "__main__":
    main(sys.argv[1])
