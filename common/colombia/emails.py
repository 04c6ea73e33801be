"""Pure: one spelling of an e-mail address, however it was typed."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from common.colombia.invisible import without_invisible

LONGEST = 254  # characters, as RFC 5321 has it
# ASCII and the accented Latin letters: those of other scripts look the same and are not.
_LATIN = re.compile(r"[\x21-\x7e\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]*")


class BadEmail(ValueError):
    """Not an address that can be typed here."""


def clean_email(text: str) -> str:
    """No invisible characters, no spaces around, no capitals, the domain in its own letters (`ñ`, never `xn--`)."""
    if len(text) > 4 * LONGEST:
        return text  # no address, and the work below grows faster than the text
    email = without_invisible(text).strip().casefold()
    if len(email) > LONGEST or (email.isascii() and "@xn--" not in email and ".xn--" not in email):
        return email
    local, at, domain = unicodedata.normalize("NFKC", email).casefold().rpartition("@")
    return f"{local}{at}{_in_letters(domain)}"


def _in_letters(domain: str) -> str:
    """`xn--pea-8ma.co` -> `peña.co`. The `idna` codec takes 0.4 ms, which would tell such members from strangers."""
    return ".".join(map(_label, domain.split(".")))


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return unicodedata.normalize("NFKC", label[4:].encode().decode("punycode")).casefold()
    except UnicodeError:
        return label


def read_email(text: str) -> str:
    """The one spelling of a whole address; raises BadEmail for anything else, look-alike letters too."""
    email = clean_email(text)
    local = email.rpartition("@")[0]
    if len(email) > LONGEST or not local.isascii() or not _LATIN.fullmatch(email):
        raise BadEmail(email)
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadEmail(email) from error
    return email
