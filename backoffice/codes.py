"""Pure: the codes of the second factor. RFC 6238: six digits, a step of 30 seconds, one step of clock drift each way."""

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
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
BACKUP_LENGTH = 10  # letters: 49 bits


def accepted_step(secret: bytes, code: str, last_step: int, now: datetime) -> int | None:
    """The step this code belongs to, if it is right and newer than `last_step`; None otherwise."""
    current = int(now.timestamp()) // STEP
    typed = code.encode("utf-8", "replace")  # text beyond ASCII can be compared as bytes only
    near = (current + drift for drift in DRIFT)
    right = [step for step in near if hmac.compare_digest(code_at(secret, step).encode(), typed)]
    return next((step for step in right if step > last_step), None)


def code_at(secret: bytes, step: int) -> str:
    """The six digits of one step."""
    return f"{hotp(secret, step):06d}"


def spelled(secret: bytes) -> str:
    """The secret as an app takes it by hand: base 32 in groups of four."""
    text = b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def provisioning_uri(secret: bytes, account: str, issuer: str) -> str:
    """What the QR code says."""
    label = quote(f"{issuer}:{account}")
    return f"otpauth://totp/{label}?secret={b32encode(secret).decode()}&issuer={quote(issuer)}&digits=6&period={STEP}"


def make_backup_code(randbelow: Callable[[int], int]) -> str:
    """Ten letters, in two groups to be read easily."""
    text = "".join(LETTERS[randbelow(len(LETTERS))] for _ in range(BACKUP_LENGTH))
    return f"{text[:5]}-{text[5:]}"


def plain_code(typed: str) -> str:
    """Any code as it was typed, without spaces and dashes, in lower case."""
    return "".join(character for character in typed.lower() if character.isalnum())
