"""How fast `issue_initial_keys` is, against the pure Argon2 rate of this machine's processors in the same run.

    python -m tests.bench.keys MEMBERS [LETTERS] [postgres://postgres@127.0.0.1:5432/bench_keys]

Makes its database anew. The pure rate is hashed in as many threads as there are processors, half before and half after.
"""

import json
import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from tests.bench.imports import psql
from tests.bench.people import write_people


def main(members: int, letters: int, url: str) -> None:
    server, _, name = url.rpartition("/")
    psql(f"{server}/postgres", f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    _set_up(url)
    with tempfile.TemporaryDirectory() as folder:
        _import(write_people(Path(folder) / "people.csv", members))
        before = pure_rate(members // 2)
        issued = timed(lambda: issue(Path(folder) / "keys.csv"))
        pure = (before + pure_rate(members // 2)) / 2
    rate = members / issued
    figures: dict[str, Any] = {"keys a second": round(rate, 1), "pure Argon2 a second": round(pure, 1)}
    figures |= {"share": round(rate / pure, 3), f"seconds for {letters} letters": round(timed(lambda: set_letters(letters)), 1)}
    print(json.dumps(figures, indent=1))


def _set_up(url: str) -> None:
    names = ("SECRET_KEY", "KEY_SEALS", "DIGEST_KEY", "DECOY_KEY", "AUDIT_KEY")
    os.environ |= {name: Fernet.generate_key().decode() for name in names}
    os.environ |= {"ENV_FILE": os.devnull, "DATABASE_URL": url, "ALLOWED_HOSTS": "localhost", "EMAIL_URL": "memorymail://"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "cooperen.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _import(path: Path) -> None:
    from accounts.registry import import_members
    from audit.actors import Actor

    import_members(path=path, by=Actor.operator("bench"))


def pure_rate(count: int) -> float:
    """Hashes a second of all processors, nothing else done."""
    from accounts.hashers import AT_ONCE, _hasher

    def work() -> None:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(_hasher().hash, (str(100_000 + at) for at in range(count))))

    return count / timed(work)


def issue(out: Path) -> None:
    from accounts.models import Member
    from accounts.runs import make_file
    from audit.actors import Actor

    members = list(Member.objects.values_list("pk", flat=True))
    make_file(out=out, members=members, by=Actor.operator("bench"), password=None, tell=lambda done, of: None)


def set_letters(count: int) -> None:
    from accounts.bulk import Slip
    from accounts.letters import letters_pdf

    letters_pdf(
        [Slip(str(10**7 + at), "Ana María", "Gómez Pérez", "482713", "2030-01-01T00:00:00+00:00") for at in range(count)],
        "x" * 12,
    )


def timed(work: Any) -> float:
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


if __name__ == "__main__":
    main(
        int(sys.argv[1]),
        int(sys.argv[2]) if len(sys.argv) > 2 else 1000,
        sys.argv[3] if len(sys.argv) > 3 else "postgres://postgres@127.0.0.1:5432/bench_keys",
    )
