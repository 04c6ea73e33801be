"""Helpers for access keys in tests: issue a key, sign in with it, change it."""

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.actions import issue_key, past_digest
from accounts.hashers import seal_key
from accounts.models import AccessKey, Member
from audit.actors import Actor
from vault.digests import digest


def given(member: Member, kind: str, shown_to: Client | None = None) -> str:
    """Issue a key of this kind; `shown_to` is the browser that a temporary key is bound to. Returns the key."""
    browser = ""
    if shown_to is not None:
        session = shown_to.session
        session.save()
        browser = digest("browser", session.session_key)
    return issue_key(member=member, kind=kind, by=Actor.operator("pruebas"), browser=browser).key


def choose(member: Member, key: str) -> str:
    """Make `key` the member's chosen key."""
    now = timezone.now()
    member.keys.live().filter(kind=AccessKey.Kind.CHOSEN).update(ended_at=now)
    sealed = seal_key(member.pk, AccessKey.Kind.CHOSEN, key)
    member.keys.create(kind=AccessKey.Kind.CHOSEN, sealed=sealed, must_change=False, created_at=now)
    member.past_keys.create(digest=past_digest(member, key), created_at=now)
    return key


def sign_in(client: Client, document: str, key: str) -> HttpResponse:
    """Post document and key to the sign-in page."""
    return client.post("/acceso/", {"documento": document, "clave": key})


def change(client: Client, document: str, current: str, new: str, again: str | None = None) -> HttpResponse:
    """Post the form that changes a key."""
    data = {"documento": document, "clave_actual": current, "clave_nueva": new}
    return client.post("/acceso/cambiar-clave/", {**data, "clave_confirmacion": new if again is None else again})


def not_holding(given: str) -> str:
    """A key that may be chosen after `given`: the rules refuse one that contains it."""
    return "60382" if given not in "60382" else "90352"
