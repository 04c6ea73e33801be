"""An attack on a copy of the database without the secrets: the whole space of keys is tried on every member in it.

    python -m tests.attacks.stolen --members 20

The portal is copied in the middle of recoveries: live keys of every kind, one on a result page, mail in the queue.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cryptography.fernet import Fernet

SEALED = {
    "accounts_accesskey": "sealed",
    "accounts_notice": "sealed_code",
    "outbox_message": "body",
    "outbox_job": "body",
    "recovery_attempt": "shown",
}


@dataclass
class Loot:
    """Counts of what the thief tried and found."""

    sealed: int = 0
    opened: int = 0
    candidates: int = 0
    keys: int = 0
    sessions: int = 0


def fill(members: int) -> None:
    """Create members in the middle of recoveries and changes."""
    from django.test import Client

    from tests.access import choose, given, sign_in
    from tests.attacks.popularity import human_key
    from tests.attacks.year import random
    from tests.makers import make_member
    from tests.recovery import walk

    chance = random.Random(7)
    for number in range(members):
        member = make_member(document=str(20_000_000 + number), email=f"a{number}@correo.example")
        sign_in(Client(), member.document, choose(member, human_key(chance)))
        given(member, "initial")
        given(member, "mailed")
        address = f"10.{number // 250}.{number % 250}.1"
        browser = Client(REMOTE_ADDR=address)
        walk.recover(browser, member)
        walk.shown_key(browser)


@contextmanager
def without_the_secrets() -> Iterator[None]:
    """Replace the secrets by invented ones: the thief has the code and the database only."""
    from django.conf import settings
    from django.test import override_settings

    def made_up() -> str:
        return Fernet.generate_key().decode()

    assert settings.KEY_SEALS
    with override_settings(
        KEY_SEALS=[made_up()], DIGEST_KEY=made_up(), DECOY_KEY=made_up(), AUDIT_KEY=made_up(), SECRET_KEY=made_up() * 2
    ):
        yield


def sealed_texts() -> list[str]:
    """Every sealed text of the database."""
    from django.db import connection

    texts = []
    with connection.cursor() as cursor:
        for table, column in SEALED.items():
            cursor.execute(f"SELECT {column} FROM {table} WHERE {column} <> ''")  # noqa: S608  names of our own
            texts += [row[0] for row in cursor.fetchall()]
    return texts


def plunder(space: int = 10**5) -> Loot:
    """Open seals, try every key, use every session id: with the thief's own secrets."""
    loot = Loot()
    with without_the_secrets():
        _open_seals(loot)
        _try_keys(loot, space)
        _use_sessions(loot)
    return loot


def _open_seals(loot: Loot) -> None:
    from vault.ring import SealBroken, _current_ring, open_sealed, reseal

    for text in sealed_texts():
        loot.sealed += 1
        for attempt in (lambda text=text: open_sealed("", "", text), lambda text=text: reseal(text)):
            try:
                attempt()
                loot.opened += 1
            except SealBroken:
                pass
        assert _current_ring() is not None


def _try_keys(loot: Loot, space: int) -> None:
    """The two places where a right candidate would show: the sealed hash and the digests of past keys."""
    from accounts.actions import past_digest
    from accounts.hashers import verify_key
    from accounts.models import AccessKey, Member

    chosen = AccessKey.objects.live().filter(kind="chosen")
    for row in chosen.select_related("member"):
        past = set(Member.objects.get(pk=row.member_id).past_keys.values_list("digest", flat=True))
        assert row.sealed
        assert past
        for number in range(space):
            loot.candidates += 1
            key = f"{number:05d}"
            if past_digest(row.member, key) in past or verify_key(row.member_id, row.kind, row.sealed, key):
                loot.keys += 1


def _use_sessions(loot: Loot) -> None:
    from django.conf import settings
    from django.contrib.sessions.models import Session
    from django.test import Client

    for row in Session.objects.all()[:200]:
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = row.session_key
        loot.sessions += thief.get("/estado-de-cuenta/").status_code == 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=20)
    parser.add_argument("--space", type=int, default=10**5)
    options = parser.parse_args()
    from unittest import mock

    from tests.attacks.alone import empty_portal

    started = time.monotonic()
    with empty_portal(), mock.patch("accounts.hashers.verify_nothing"):  # the thief skips work that only costs him time
        from django.test.utils import setup_test_environment

        setup_test_environment()
        fill(options.members)
        loot = plunder(options.space)
    tried = f"{loot.sealed} sellos, {loot.opened} abiertos; {loot.candidates} claves probadas, {loot.keys} halladas"
    print(f"{tried}; {loot.sessions} sesiones usables; límite 0; {time.monotonic() - started:.0f} s")
    return 1 if loot.opened or loot.keys or loot.sessions else 0


if __name__ == "__main__":
    sys.exit(main())
