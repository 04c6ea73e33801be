"""All limits of the portal on one screen; each says per what, how many at once, and when there is one more.

The numbers are the table of the security model (docs/threats.md): together they keep an outsider's chance for a member
and year under its bound. Documents are subjects as typed: one nobody has counts exactly like a member's.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.core.cache import cache

from accounts.limits import Limit
from accounts.models import Member

log = logging.getLogger(__name__)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEVER = timedelta(days=3650)


def sign_in_short(document: str) -> Limit:
    return Limit("sign_in_short", document, 5, 10 * MINUTE, document)


def sign_in_long(document: str) -> Limit:
    return Limit("sign_in_long", document, 12, 15 * DAY, document)


def sign_in_device(document: str, device: str) -> Limit:
    return Limit("sign_in_device", f"{document} {device}", 8, 7 * DAY, document)


def temporary_key(document: str, key_id: int, its_browser: bool) -> Limit:
    who, burst = ("own", 4) if its_browser else ("others", 2)
    return Limit(f"temporary_{who}", f"{document} {key_id}", burst, NEVER, document)


def initial_key(document: str, key_id: int) -> Limit:
    return Limit("initial_key", f"{document} {key_id}", 20, DAY, document)


def mailed_key(document: str, key_id: int) -> Limit:
    return Limit("mailed_key", f"{document} {key_id}", 5, NEVER, document)


def sign_in_network(network: str) -> Limit:
    return Limit("sign_in_network", network, 60, 2 * MINUTE)


def portal() -> Limit:
    burst = max(500, 500 * _members() // 10_000)
    return Limit("portal", "", burst, DAY / burst)


def new_keys(document: str) -> Limit:
    """New keys compared with the member's past ones: whoever holds a given key could else ask until he knows the chosen one."""
    return Limit("new_keys", document, 10, DAY, document)


def lookup_network(network: str) -> Limit:
    return Limit("lookup_network", network, 20, 2 * MINUTE)


def answers_network(network: str) -> Limit:
    return Limit("answers_network", network, 20, 10 * MINUTE)


def answers_document(document: str, email: str) -> Limit:
    """Each e-mail typed has a row of its own: no row, and no refusal, tells whether it was the registered one.

    360 days for one more keep who knows the e-mail under one percent also where keys are chosen as people choose them.
    """
    return Limit("answers_document", f"{document} {email.strip().casefold()}", 3, 360 * DAY, document)


def answers_notice(document: str) -> Limit:
    return Limit("answers_notice", document, 1, 7 * DAY, document)


def temporary_keys_issued(document: str) -> Limit:
    return Limit("temporary_issued", document, 3, 10 * DAY, document)


def mail_road_network(network: str) -> Limit:
    return Limit("mail_road_network", network, 20, 10 * MINUTE)


def mail_road_keys(document: str) -> Limit:
    return Limit("mail_road_keys", document, 3, 20 * DAY, document)


def pause_notice(document: str) -> Limit:
    return Limit("pause_notice", document, 1, 7 * DAY, document)


def disown_document(document: str) -> Limit:
    return Limit("disown_document", document, 5, DAY, document)


def disown_network(network: str) -> Limit:
    return Limit("disown_network", network, 10, 30 * MINUTE)


def staff_door_network(account: str, network: str) -> Limit:
    return Limit("staff_network", f"{account} {network}", 5, 30 * MINUTE, account)


def staff_door_account(account: str) -> Limit:
    return Limit("staff_account", account, 50, 30 * MINUTE, account)


def staff_deeds(account: str) -> Limit:
    """Keys issued and unlocks by one staff account."""
    return Limit("staff_deeds", account, 30, 15 * MINUTE, account)


def staff_sign_in_network(network: str) -> Limit:
    """All attempts at staff secrets from one network, whatever the account: one address buys no more hashes than these."""
    return Limit("staff_sign_in_network", network, 60, 2 * MINUTE)


def staff_sign_in(account: str, network: str) -> list[Limit]:
    """What an attempt at a staff secret is charged to, in this order: a locked-out network charges nobody's account."""
    return [staff_sign_in_network(network), staff_door_network(account, network), staff_door_account(account)]


def of_staff(account: str, networks: Iterable[str]) -> list[Limit]:
    """The rows a stranger can use up for one staff account, which `unlock_staff` fills, in the order of their locks."""
    rows = [staff_door_network(account, network) for network in networks]
    return [*sorted(rows, key=lambda limit: limit.id), staff_door_account(account)]


def _members() -> int:
    """How many members there are, as of at most an hour ago: it sets the size of one budget only."""
    try:
        return cache.get_or_set("members", lambda: Member.objects.filter(in_registry=True).count(), 3600) or 0
    except Exception:  # whatever the cache raises when it is out of reach: the smallest budget holds, the door works on
        log.warning("cache out of reach")
        return 0


def of_document(document: str, email: str, key_ids: dict[str, int]) -> list[Limit]:
    """The rows a stranger can use up for one document, which `unlock_member` fills; `key_ids` by kind of live key."""
    return [
        sign_in_short(document),
        sign_in_long(document),
        temporary_key(document, key_ids.get("temporary", 0), its_browser=True),
        temporary_key(document, key_ids.get("temporary", 0), its_browser=False),
        initial_key(document, key_ids.get("initial", 0)),
        mailed_key(document, key_ids.get("mailed", 0)),
        new_keys(document),
        answers_document(document, email),
        temporary_keys_issued(document),
        mail_road_keys(document),
        disown_document(document),
    ]
