"""Every rate limit of the portal: subject, burst, and interval to one more attempt.

The numbers of keys and questions keep an outsider's chance per member and year under the bounds of docs/threats.md, «The
arithmetic»; `tests/attacks/odds.py` computes the sum from this file. Documents are counted as typed: a document without a
member counts exactly like a member's.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.utils import timezone

from ratelimits.gcra import Limit

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEVER = timedelta(days=3650)  # longer than any issued key lives
# The names of the limits are stored in row ids and audit events: frozen, also where the word is old (staff_deeds).
WRONG_ANSWERS = 3  # with one e-mail; the page says so to the browser that sent them


class GivenKey(Protocol):
    """The issued key that a limit protects."""

    @property
    def pk(self) -> Any: ...

    @property
    def expires_at(self) -> datetime | None: ...


def sign_in_short(document: str) -> Limit:
    """Sign-in from unknown devices, short term: its lockout ends after minutes for a member who mistypes."""
    return Limit("sign_in_short", document, 5, 10 * MINUTE, document)


def sign_in_long(document: str) -> Limit:
    """Sign-in from unknown devices, long term: 36 attempts a year at 96,115 allowed keys, 0.037 % (docs/threats.md).

    NIST SP 800-63B, 5.2.2, allows up to 100 consecutive failures.
    """
    return Limit("sign_in_long", document, 12, 15 * DAY, document)


def sign_in_device(document: str, device: str) -> Limit:
    """Sign-in from a known device, instead of the two above (docs/decisions/0008)."""
    return Limit("sign_in_device", f"{document} {device}", 8, 7 * DAY, document)


def temporary_key(document: str, key: GivenKey | None, its_browser: bool) -> Limit:
    """Attempts at a temporary key: 4 in the browser it was shown to, 2 in all others (2 of 10,000: 0.02 %)."""
    who, burst = ("own", 4) if its_browser else ("others", 2)
    return Limit(f"temporary_{who}", _subject(document, key), burst, NEVER, document, _end(key))


def initial_key(document: str, key: GivenKey | None) -> Limit:
    """Attempts at an initial key: 50 in its 30 days, of 900,000: 0.006 %."""
    return Limit("initial_key", _subject(document, key), 20, DAY, document, _end(key))


def mailed_key(document: str, key: GivenKey | None) -> Limit:
    """Attempts at a mailed key: with `mail_road_keys`, 105 a year of 900,000: 0.012 %."""
    return Limit("mailed_key", _subject(document, key), 5, NEVER, document, _end(key))


def _subject(document: str, key: GivenKey | None) -> str:
    """The document and the id of its key: a new key has a full limit; 0 stands for no key."""
    return f"{document} {key.pk if key else 0}"


def _end(key: GivenKey | None) -> datetime:
    """When the purge may remove the row: at the key's expiry, or after a day if there is no key."""
    return (key.expires_at if key else None) or timezone.now() + DAY


def sign_in_network(network: str) -> Limit:
    """Failed sign-ins and changes of one network (docs/decisions/0039)."""
    return Limit("sign_in_network", network, 60, 2 * MINUTE)


def portal(members: int) -> Limit:
    """Failed sign-ins of unknown devices in the whole portal. It never refuses: when it is empty, attack mode starts.

    500 a day (per 10,000 members, if there are more): until then one popular key opens 0.04 accounts on average
    (docs/threats.md; `tests/attacks/spraying.py` measures it).
    """
    burst = max(500, 500 * members // 10_000)
    return Limit("portal", "", burst, DAY / burst)


def right_keys(document: str) -> Limit:
    """Right keys that are refunded; beyond it they count like wrong ones, so nobody buys hashes and sessions with their own."""
    return Limit("right_keys", document, 40, 2 * MINUTE, document)


def contact_proposals(document: str) -> Limit:
    """New contact data a member asks for."""
    return Limit("contact_proposals", document, 5, DAY, document)


def new_keys(document: str) -> Limit:
    """New keys compared with past ones: without it, the holder of an issued key could find the current key by trial."""
    return Limit("new_keys", document, 10, DAY, document)


def lookup_network(network: str) -> Limit:
    """Documents looked up in the recovery by one network."""
    return Limit("lookup_network", network, 20, 2 * MINUTE)


def answers_network(network: str) -> Limit:
    """Wrong answers in the recovery from one network; bounds the rows of `answers_document` (docs/decisions/0006)."""
    return Limit("answers_network", network, 20, 10 * MINUTE)


def answers_document(document: str, email: str) -> Limit:
    """Wrong answers in the recovery, per document and e-mail as typed: neither row nor refusal confirms an e-mail.

    720 days for one more: knowing document and e-mail gives three attempts at 729 combinations in two years (decision 38).
    """
    return Limit("answers_document", f"{document} {email.strip().casefold()}", WRONG_ANSWERS, 720 * DAY, document)


def answers_portal(members: int) -> Limit:
    """Wrong answers over the whole portal: beyond it, right answers are told by mail only (recovery/under_attack.py).

    All of it comes back in two days: in one, a patient buyer of lists would have 200 answers on the first day and 0.29
    members for each 10,000, above the bound of 0.25 (docs/threats.md).
    """
    burst = max(100, 100 * members // 10_000)
    return Limit("answers_portal", "", burst, 2 * DAY / burst)


def answers_notice(document: str) -> Limit:
    """Mails to a member whose `answers_document` is empty."""
    return Limit("answers_notice", document, 1, 7 * DAY, document)


def temporary_keys_issued(document: str) -> Limit:
    """Temporary keys issued to one member."""
    return Limit("temporary_issued", document, 3, 10 * DAY, document)


def mail_road_network(network: str) -> Limit:
    """Requests of a mailed key from one network."""
    return Limit("mail_road_network", network, 20, 10 * MINUTE)


def mail_road_keys(document: str) -> Limit:
    """Mailed keys for one document."""
    return Limit("mail_road_keys", document, 3, 20 * DAY, document)


def lockout_notice(document: str) -> Limit:
    """Mails to a member about a lockout of their sign-in."""
    return Limit("pause_notice", document, 1, 7 * DAY, document)


def entry_notice(document: str) -> Limit:
    """Mails to a member about an entry from a browser not known before."""
    return Limit("entry_notice", document, 1, DAY, document)


def words_network(network: str) -> Limit:
    """Word pictures answered in attack mode: each leaves a row until its token expires (docs/decisions/0036)."""
    return Limit("words_network", network, 300, timedelta(seconds=10))


def disown_document(document: str) -> Limit:
    """Codes typed at «No fui yo» for one document: 5 of 10^10, then one a day."""
    return Limit("disown_document", document, 5, DAY, document)


def disown_network(network: str) -> Limit:
    """Codes typed at «No fui yo» from one network."""
    return Limit("disown_network", network, 10, 30 * MINUTE)


def staff_network(account: str, network: str) -> Limit:
    """Attempts at one staff account's secrets from one network."""
    return Limit("staff_network", f"{account} {network}", 5, 30 * MINUTE, account)


def staff_account(account: str) -> Limit:
    """Attempts at one staff account's secrets from all networks."""
    return Limit("staff_account", account, 50, 30 * MINUTE, account)


def staff_actions(account: str) -> Limit:
    """Keys issued and unlocks by one staff account."""
    return Limit("staff_deeds", account, 30, 15 * MINUTE, account)


def staff_sign_in_network(network: str) -> Limit:
    """Attempts at any staff account's secrets from one network: bounds the hashes that one network can cause."""
    return Limit("staff_sign_in_network", network, 60, 2 * MINUTE)


def staff_sign_in(account: str, network: str) -> list[Limit]:
    """The limits of one attempt at a staff secret, in charging order: a locked-out network charges no account."""
    return [staff_sign_in_network(network), staff_network(account, network), staff_account(account)]


def of_staff(account: str, networks: Iterable[str]) -> list[Limit]:
    """The limits of one staff account that a stranger can use up, in lock order; `unlock_staff` refills them."""
    rows = [staff_network(account, network) for network in networks]
    return [*sorted(rows, key=lambda limit: limit.id), staff_account(account)]


def of_document(document: str, email: str, keys: Mapping[str, GivenKey]) -> list[Limit]:
    """The limits of one document that a stranger can use up; `unlock_member` refills them. `keys`: live keys by kind."""
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
