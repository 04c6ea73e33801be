"""Fixtures: signed-in members, and ledgers that agree to the cent."""

from random import Random
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from statements.models import Product
from tests.statements.invented import invent_products
from tests.statements.ledgers import enter


@pytest.fixture
def inside(client: Client, member: Member, clock: Any) -> Client:
    """Rosa's browser after sign-in."""
    return enter(client, member, clock.now)


@pytest.fixture
def products(member: Member, clock: Any) -> list[Product]:
    return invent_products(member, Random(7), today=clock.now.date())


@pytest.fixture
def others_products(other_member: Member, clock: Any) -> list[Product]:
    return invent_products(other_member, Random(8), today=clock.now.date())
