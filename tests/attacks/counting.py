"""The portal with a counter at the hasher: appends one byte to a file for each key verified."""

import os

from accounts import hashers

_tally = os.open(os.environ["COUNTS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_verify = hashers._verify
_real: list[bool] = []


def _counting_verify_key(member_id: int, kind: str, sealed: str, key: str) -> bool:
    os.write(_tally, b"v")
    return _verify_key(member_id, kind, sealed, key)


_verify_key = hashers.verify_key
hashers.verify_key = _counting_verify_key

from cooperen.wsgi import application  # noqa: E402, F401  after the tally is in place
