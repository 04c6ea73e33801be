"""A given key has one session open at a time; a newer one ends the older."""

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import AccessKey
from audit.reading import find


def current_opening(request: HttpRequest) -> bool:
    """Whether this must-change session is still the one its key has open."""
    key_id, opening = request.session.get("key_id", 0), request.session.get("opening", "-")
    key = find(AccessKey, "id = %s AND opening = %s", key_id, opening)
    return key is not None and key.works(timezone.now())
