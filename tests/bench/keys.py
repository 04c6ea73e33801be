"""How fast `issue_initial_keys` is, against the pure Argon2 rate of this machine's processors in the same run.

    python -m tests.bench.keys MEMBERS [TIMES] [LETTERS] [postgres://postgres@127.0.0.1:5432]

Makes its database anew. Before and after each of the TIMES measurements, of MEMBERS new keys each, a tenth as many keys
are hashed and nothing else done, in as many threads as there are processors; a share is measured against the mean of
the two. Medians.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean, median

from cryptography.fernet import Fernet

from tests.bench.costs import CORES
from tests.bench.databases import a_database, scratch
from tests.bench.people import write_people
from tests.bench.signals import exit_when_stopped


def main(members: int, times: int = 3, letters: int = 1000, server: str = "postgres://postgres@127.0.0.1:5432") -> None:
    with scratch(f"{server}/{a_database('keys')}") as url, tempfile.TemporaryDirectory(prefix="bench_") as folder:
        _set_up(url)
        _import(write_people(Path(folder) / "people.csv", members * times))
        pure, issued = [pure_rate(members // 10)], []
        for at, ids in enumerate(_shares(members)):
            issued.append(members / timed(lambda at=at, ids=ids: issue(Path(folder) / f"keys{at}.csv", ids)))  # type: ignore[misc]
            pure.append(pure_rate(members // 10))
        _close()
    shares = [rate / mean(pure[at : at + 2]) for at, rate in enumerate(issued)]
    found = {"share": median(shares), "lowest": min(shares), "highest": max(shares)}
    found |= {"keys a second": median(issued), "pure Argon2 a second": median(pure)}
    print(json.dumps(found | {"letters": letters, "seconds for the letters": timed(lambda: set_letters(letters))}, indent=1))


def _set_up(url: str) -> None:
    names = ("SECRET_KEY", "KEY_SEALS", "DIGEST_KEY", "DECOY_KEY", "AUDIT_KEY")
    os.environ |= {name: Fernet.generate_key().decode() for name in names}
    os.environ["SECRET_KEY"] *= 2  # Django asks for 50 characters and more
    os.environ |= {"ENV_FILE": os.devnull, "DATABASE_URL": url, "ALLOWED_HOSTS": "localhost", "EMAIL_URL": "memorymail://"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "cooperen.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _close() -> None:
    """Close the connections, so that the database can be dropped."""
    from django.db import connections

    connections.close_all()


def _import(path: Path) -> None:
    from audit.actors import Actor
    from registry.importing import import_members

    import_members(path=path, by=Actor.operator("bench"))


def _shares(members: int) -> list[list[int]]:
    """Disjoint lists of member ids: a second key for a member would be more work."""
    from accounts.models import Member

    ids = list(Member.objects.order_by("pk").values_list("pk", flat=True))
    return [ids[at : at + members] for at in range(0, len(ids), members)]


def pure_rate(count: int) -> float:
    """Hashes a second of all processors, nothing else done."""
    from accounts.hashers import _hasher

    def work() -> None:
        with ThreadPoolExecutor(CORES) as threads:
            list(threads.map(_hasher().hash, (str(100_000 + at) for at in range(count))))

    return count / timed(work)


def issue(out: Path, members: list[int]) -> None:
    from accounts.initial_keys.runs import make_file
    from audit.actors import Actor

    make_file(out=out, members=members, by=Actor.operator("bench"), password=None, tell=lambda done, of: None)


def set_letters(count: int) -> None:
    from accounts.initial_keys.letters import Slip, letters_pdf

    letters_pdf(
        [Slip(str(10**7 + at), "Ana María", "Gómez Pérez", "482713", "2030-01-01T00:00:00+00:00") for at in range(count)],
        "x" * 12,
    )


def timed(work: Callable[[], object]) -> float:
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


if __name__ == "__main__":
    exit_when_stopped()
    main(int(sys.argv[1]), *(int(word) for word in sys.argv[2:4]), *sys.argv[4:5])
