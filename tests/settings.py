"""Settings of the tests: an environment of their own, never the operator's `.env`.

`TEST_DATABASE_URL` names another database; without it the tests run on SQLite.
"""

import os
import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
ARTEFACTS = ROOT / "artefacts"  # git-ignored: test database, screenshots, the figures of a run
ARTEFACTS.mkdir(exist_ok=True)


def invented_key(name: str) -> str:
    """A secret of the right shape that is the same in every run and worth nothing."""
    return urlsafe_b64encode(sha256(f"tests {name}".encode()).digest()).decode()


for name in NAMES:
    os.environ.pop(name, None)
os.environ |= {name: invented_key(name) for name in ("SECRET_KEY", "KEY_SEALS", "DIGEST_KEY", "DECOY_KEY", "AUDIT_KEY")}
os.environ["SECRET_KEY"] *= 2  # Django asks for 50 characters and more
os.environ |= {
    "ENV_FILE": os.devnull,
    "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{ARTEFACTS}/tests.sqlite3",
    "CACHE_URL": os.environ.get("TEST_CACHE_URL") or "locmemcache://",
    "EMAIL_URL": "memorymail://",
    "HTTPS": "off",  # the test client and Chromium speak plain HTTP; tests of the headers switch it on
    "COOP_NAME": "Cooperen",
    "COOP_NIT": "890.900.123-4",
    "COOP_PHONE": "(604) 555 0142",
}

from cooperen.settings import *  # noqa: E402, F403

# The real parameters take 24 ms of a core; one test uses them.
ARGON2_PARAMETERS = (8, 1, 1)
if DATABASE["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, not memory: live server, worker and test then have connections of their own, as in real life.
    DATABASE["TEST"] = {"NAME": str(ARTEFACTS / "tests.sqlite3")}  # noqa: F405
