"""Forget a product's movements, so that its history can be brought anew."""

from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record
from common.files.importing import refuse_second_import
from common.sql.temporary_tables import only_writer
from statements.models import Movement, Product


class NoProduct(LookupError):
    """There is no product with this number."""


def restart_ledger(*, number: str, by: Actor, reason: str) -> int:
    """Delete all movements of the product; how many there were. The balances that the core sent stay.

    Raises NoProduct, and importing.Stopped while an import runs.
    """
    with action():
        refuse_second_import()
        only_writer("statements_movement")
        product = Product.objects.select_for_update().filter(number=number).first()
        if product is None:
            raise NoProduct
        forgotten, _ = Movement.objects.filter(product=product).delete()
        if forgotten:
            product.ledger_from = product.ledger_on = product.ledger_opening = product.ledger_balance = None
            product.save(update_fields=["ledger_from", "ledger_on", "ledger_opening", "ledger_balance"])
            document = Member.objects.values_list("document", flat=True).get(pk=product.member_id)
            record(Kind.LEDGER_RESTARTED, by=by, document=document, what=product.number, count=forgotten, reason=reason)
    return forgotten
