"""How late the mail is: one rule for `/salud/`, `doctor` and the staff's front page."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from outbox.models import Message, State

LATE = timedelta(minutes=15)
# One mailbox takes no more mail, by the codes `smtp_answers.error_name` keeps: x.2.x of RFC 3463, 452 and 552 of RFC 5321.
FULL_MAILBOX = Q(error__contains=" 4.2.") | Q(error__contains=" 5.2.") | Q(error__endswith=" 452") | Q(error__endswith=" 552")


def late_mails() -> QuerySet[Message]:
    """Mails created at least `LATE` ago and still queued, put-off ones too, the oldest first."""
    return Message.objects.filter(state=State.QUEUED, created_at__lte=timezone.now() - LATE).order_by("created_at")


def late_since() -> datetime | None:
    """When the oldest late mail that is not for a full mailbox was created."""
    return late_mails().exclude(FULL_MAILBOX).values_list("created_at", flat=True).first()


def nothing_goes_out() -> bool:
    """Whether a mail is late and no mail has been delivered since it was created.

    A full mailbox is one member's matter and does not count.
    """
    late = late_mails().exclude(FULL_MAILBOX).order_by("-created_at").values_list("created_at", flat=True).first()
    return late is not None and not Message.objects.filter(state=State.SENT, ended_at__gte=late).exists()
