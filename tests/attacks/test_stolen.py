"""A copy of the database without the secrets, taken in mid-recovery, is worth nothing.

The long run is `python -m tests.attacks.stolen --members 20`, the whole space on each.
"""

import pytest
from django.test import Client

from accounts.hashers import verify_key
from accounts.models import AccessKey, Member
from outbox.models import Message
from recovery.models import Attempt
from tests.attacks.stolen import fill, plunder, sealed_texts, without_the_secrets
from tests.recovery import walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def copied(db: None) -> None:
    fill(3)


def test_there_is_something_to_steal(copied: None) -> None:
    assert set(AccessKey.objects.live().values_list("kind", flat=True)) == {"chosen", "temporary", "initial", "mailed"}
    assert Attempt.objects.exclude(shown="").count() == 3
    assert Message.objects.filter(state="queued").count() >= 6
    assert len(sealed_texts()) >= 20


def test_no_seal_opens_no_key_is_found_and_no_session_is_valid(copied: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.hashers.verify_nothing", lambda key, parameters: None)
    loot = plunder(space=3000)
    assert (loot.opened, loot.keys, loot.sessions) == (0, 0, 0)
    assert loot.candidates == 9000


def test_without_the_seal_not_even_the_right_key_can_be_confirmed(member: Member) -> None:
    """So trying candidates is useless: the sealed hash cannot be opened."""
    from tests.access import choose

    choose(member, "60382")
    row = AccessKey.objects.get()
    assert verify_key(member.pk, "chosen", row.sealed, "60382")
    with without_the_secrets():
        assert not verify_key(member.pk, "chosen", row.sealed, "60382")


def test_two_members_with_one_key_have_nothing_in_common(copied: None) -> None:
    texts = sealed_texts()
    assert len({text[:40] for text in texts}) > 1
    assert len(set(texts)) == len(texts)


def test_session_data_hold_no_key(member: Member, client: Client) -> None:
    """Session data are signed, not sealed: a thief reads them."""
    walk.recover(client, member)
    shown = walk.shown_key(client)
    assert shown
    assert shown not in str(dict(client.session.items()))
