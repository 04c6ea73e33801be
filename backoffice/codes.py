"""Codes of the second factor (TOTP, RFC 6238): six digits, steps of 30 seconds, one step of clock drift each way. Pure."""

import hmac
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from django_otp.oath import hotp

SECRET_BYTES = 20
STEP = 30  # seconds
DRIFT = (-1, 0, 1)  # steps
BACKUP_CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without look-alikes
BACKUP_LENGTH = 10  # letters: 49 bits


def accepted_step(secret: bytes, code: str, last_step: int, now: datetime) -> int | None:
    """The step of a right code newer than `last_step`; None otherwise."""
    current = int(now.timestamp()) // STEP
    typed = code.encode("utf-8", "replace")  # `compare_digest` takes non-ASCII text as bytes only
    near = (current + drift for drift in DRIFT)
    right = [step for step in near if hmac.compare_digest(code_at(secret, step).encode(), typed)]
    return next((step for step in right if step > last_step), None)


def code_at(secret: bytes, step: int) -> str:
    """The six digits of one step."""
    return f"{hotp(secret, step):06d}"


def spelled(secret: bytes) -> str:
    """The secret for typing into an app: base 32 in groups of four."""
    text = b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def provisioning_uri(secret: bytes, account: str, issuer: str) -> str:
    """The `otpauth:` URI of the QR code."""
    label = quote(f"{issuer}:{account}")
    return f"otpauth://totp/{label}?secret={b32encode(secret).decode()}&issuer={quote(issuer)}&digits=6&period={STEP}"


def make_backup_code(randbelow: Callable[[int], int]) -> str:
    """A random backup code: ten letters in two groups."""
    text = "".join(LETTERS[randbelow(len(LETTERS))] for _ in range(BACKUP_LENGTH))
    return f"{text[:5]}-{text[5:]}"


def plain_code(typed: str) -> str:
    """A typed code without spaces and dashes, in lower case."""
    return "".join(character for character in typed.lower() if character.isalnum())
