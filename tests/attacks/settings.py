"""Settings of an attacked portal: the real ones, with the secrets of the tests and cheap hashes."""

import os

for _name in ("SECRET_KEY", "KEY_SEALS", "DIGEST_KEY", "DECOY_KEY", "AUDIT_KEY"):
    assert os.environ.get(_name), _name  # handed on by the test that started us

from cooperen.settings import *  # noqa: E402, F403

if os.environ.get("CHEAP_HASHES", "on") == "on":
    ARGON2_PARAMETERS = (8, 1, 1)
