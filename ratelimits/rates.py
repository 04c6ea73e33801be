"""Every rate limit of the portal: per what, how many attempts at once, and how often one more.

The numbers are the table of the security model (docs/threats.md): together they keep an outsider's chance per member
and year under its bound. Documents are subjects as typed: one nobody has counts exactly like a member's.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.utils import timezone

from ratelimits.gcra import Limit

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEVER = timedelta(days=3650)
WRONG_ANSWERS = 3  # with one e-mail; the page says so to the browser that sent them


class GivenKey(Protocol):
    """The issued key that a limit guards."""

    @property
    def pk(self) -> Any: ...

    @property
    def expires_at(self) -> datetime | None: ...


def sign_in_short(document: str) -> Limit:
    return Limit("sign_in_short", document, 5, 10 * MINUTE, document)


def sign_in_long(document: str) -> Limit:
    return Limit("sign_in_long", document, 12, 15 * DAY, document)


def sign_in_device(document: str, device: str) -> Limit:
    return Limit("sign_in_device", f"{document} {device}", 8, 7 * DAY, document)


def temporary_key(document: str, key: GivenKey | None, its_browser: bool) -> Limit:
    who, burst = ("own", 4) if its_browser else ("others", 2)
    return Limit(f"temporary_{who}", _subject(document, key), burst, NEVER, document, _end(key))


def initial_key(document: str, key: GivenKey | None) -> Limit:
    return Limit("initial_key", _subject(document, key), 20, DAY, document, _end(key))


def mailed_key(document: str, key: GivenKey | None) -> Limit:
    return Limit("mailed_key", _subject(document, key), 5, NEVER, document, _end(key))


def _subject(document: str, key: GivenKey | None) -> str:
    """The document and the generation of its key; 0 where there is no such key."""
    return f"{document} {key.pk if key else 0}"


def _end(key: GivenKey | None) -> datetime:
    """When the row of a given key may be removed: with the key, or after a day where there is none."""
    return (key.expires_at if key else None) or timezone.now() + DAY


def sign_in_network(network: str) -> Limit:
    return Limit("sign_in_network", network, 60, 2 * MINUTE)


def portal(members: int) -> Limit:
    burst = max(500, 500 * members // 10_000)
    return Limit("portal", "", burst, DAY / burst)


def new_keys(document: str) -> Limit:
    """New keys compared with the past ones. Otherwise the holder of an issued key could find the current key by trial."""
    return Limit("new_keys", document, 10, DAY, document)


def lookup_network(network: str) -> Limit:
    return Limit("lookup_network", network, 20, 2 * MINUTE)


def answers_network(network: str) -> Limit:
    return Limit("answers_network", network, 20, 10 * MINUTE)


def answers_document(document: str, email: str) -> Limit:
    """Each e-mail typed has a row of its own: no row, and no refusal, tells whether it was the registered one.

    720 days for one more: who knows document and e-mail has three attempts at 729 combinations in the first two years.
    """
    return Limit("answers_document", f"{document} {email.strip().casefold()}", WRONG_ANSWERS, 720 * DAY, document)


def answers_portal(members: int) -> Limit:
    """Wrong answers over the whole portal: beyond it, right answers are told by mail only (recovery/under_attack.py)."""
    burst = max(100, 100 * members // 10_000)
    return Limit("answers_portal", "", burst, DAY / burst)


def answers_notice(document: str) -> Limit:
    return Limit("answers_notice", document, 1, 7 * DAY, document)


def temporary_keys_issued(document: str) -> Limit:
    return Limit("temporary_issued", document, 3, 10 * DAY, document)


def mail_road_network(network: str) -> Limit:
    return Limit("mail_road_network", network, 20, 10 * MINUTE)


def mail_road_keys(document: str) -> Limit:
    return Limit("mail_road_keys", document, 3, 20 * DAY, document)


def lockout_notice(document: str) -> Limit:
    return Limit("pause_notice", document, 1, 7 * DAY, document)


def words_network(network: str) -> Limit:
    """Words answered in attack mode: each leaves a row for as long as its picture would live."""
    return Limit("words_network", network, 300, timedelta(seconds=10))


def disown_document(document: str) -> Limit:
    return Limit("disown_document", document, 5, DAY, document)


def disown_network(network: str) -> Limit:
    return Limit("disown_network", network, 10, 30 * MINUTE)


def staff_network(account: str, network: str) -> Limit:
    return Limit("staff_network", f"{account} {network}", 5, 30 * MINUTE, account)


def staff_account(account: str) -> Limit:
    return Limit("staff_account", account, 50, 30 * MINUTE, account)


def staff_actions(account: str) -> Limit:
    """Keys issued and unlocks by one staff account."""
    return Limit("staff_deeds", account, 30, 15 * MINUTE, account)


def staff_sign_in_network(network: str) -> Limit:
    """All attempts at staff secrets from one network, whatever the account: one address buys no more hashes than these."""
    return Limit("staff_sign_in_network", network, 60, 2 * MINUTE)


def staff_sign_in(account: str, network: str) -> list[Limit]:
    """What an attempt at a staff secret is charged to, in this order: a locked-out network charges nobody's account."""
    return [staff_sign_in_network(network), staff_network(account, network), staff_account(account)]


def of_staff(account: str, networks: Iterable[str]) -> list[Limit]:
    """The rows a stranger can use up for one staff account, which `unlock_staff` fills, in the order of their locks."""
    rows = [staff_network(account, network) for network in networks]
    return [*sorted(rows, key=lambda limit: limit.id), staff_account(account)]


def of_document(document: str, email: str, keys: Mapping[str, GivenKey]) -> list[Limit]:
    """The rows a stranger can use up for one document, which `unlock_member` refills; `keys` are the live ones by kind."""
    return [
        sign_in_short(document),
        sign_in_long(document),
        temporary_key(document, keys.get("temporary"), its_browser=True),
        temporary_key(document, keys.get("temporary"), its_browser=False),
        initial_key(document, keys.get("initial")),
        mailed_key(document, keys.get("mailed")),
        new_keys(document),
        answers_document(document, email),
        temporary_keys_issued(document),
        mail_road_keys(document),
        disown_document(document),
    ]
