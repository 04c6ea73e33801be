"""200 parallel wrong keys over real HTTP, several server processes: exactly as many verified as the rate limit allows."""

import os
import threading
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from tests.attacks.portal import Browser, Portal, running_portal

PARALLEL = 200
MAKE = """
from tests.makers import make_member
from tests.access import choose, given
choose(make_member(document="32451867"), "48271")
choose(make_member(document="71223904"), "48271")
member = make_member(document="43018552")
given(member, "temporary")
given(member, "initial")
"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal on a database of its own, of the kind this test run uses."""
    tmp_path = tmp_path_factory.mktemp("portal")
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        with running_portal(tmp_path, f"sqlite:///{tmp_path}/portal.sqlite3", TRUSTED_PROXIES="127.0.0.1") as running:
            running.run(MAKE)
            yield running
        return
    server, name = _server(), f"attack_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            with running_portal(tmp_path, server.rsplit("/", 1)[0] + f"/{name}", TRUSTED_PROXIES="127.0.0.1") as running:
                running.run(MAKE)
                yield running
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _server() -> str:
    database = settings.DATABASES["default"]
    return f"postgres://{database['USER']}@{database['HOST']}:{database['PORT'] or 5432}/postgres"


def at_once(portal: Portal, path: str, forms: list[dict[str, str]], browsers: list[Browser] | None = None) -> list[int]:
    """Send all forms at the same moment, each from a browser and a network of its own; the statuses."""
    barrier = threading.Barrier(len(forms))
    statuses = [0] * len(forms)

    def send(place: int) -> None:
        browser = browsers[place] if browsers else Browser(portal.port, address=f"10.0.{place}.1").open(path)
        barrier.wait()
        statuses[place] = browser.post(path, forms[place])[0]

    threads = [threading.Thread(target=send, args=(place,)) for place in range(len(forms))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def wrong_keys(document: str, count: int, digits: int = 5) -> list[dict[str, str]]:
    return [{"documento": document, "clave": f"{number:0{digits}d}"} for number in range(count)]


def test_exactly_five_of_200_parallel_wrong_keys_are_verified(portal: Portal) -> None:
    before = portal.verified()
    statuses = at_once(portal, "/acceso/", wrong_keys("32451867", PARALLEL))
    assert portal.verified() - before == 5
    assert (statuses.count(200), statuses.count(429)) == (5, PARALLEL - 5)


def test_the_change_form_shares_the_same_five(portal: Portal) -> None:
    before = portal.verified()
    new = {"clave_nueva": "60382", "clave_confirmacion": "60382"}
    typed = wrong_keys("71223904", 60)
    at_once(portal, "/acceso/cambiar-clave/", [{"documento": f["documento"], "clave_actual": f["clave"], **new} for f in typed])
    at_once(portal, "/acceso/", wrong_keys("71223904", 60))
    assert portal.verified() - before == 5


def test_a_temporary_key_allows_two_attempts_from_elsewhere_and_an_initial_key_twenty(portal: Portal) -> None:
    before = portal.verified()
    at_once(portal, "/acceso/", wrong_keys("43018552", 20, digits=4))
    assert portal.verified() - before == 2
    at_once(portal, "/acceso/", wrong_keys("43018552", 28, digits=6))
    assert portal.verified() - before == 2 + 20


def test_a_network_that_is_locked_out_by_many_at_once_charges_no_more_documents(portal: Portal) -> None:
    """Of 200 concurrent attempts from one network sixty are charged; the others charge no document."""
    before, charged = portal.verified(), documents_charged(portal)
    forms = [{"documento": str(55_000_000 + number), "clave": "60382"} for number in range(PARALLEL)]
    at_once(portal, "/acceso/", forms, [Browser(portal.port, address="10.9.9.9").open("/acceso/") for _ in forms])
    assert documents_charged(portal) - charged == 60
    assert portal.verified() == before  # documents without a member


def documents_charged(portal: Portal) -> int:
    code = "from ratelimits.models import RateLimit; print(RateLimit.objects.filter(name='sign_in_long').count())"
    return int(portal.run(code))


def test_of_200_parallel_staff_passwords_from_one_network_exactly_sixty_are_verified(portal: Portal) -> None:
    wrong = {"contrasena": "otra cosa muy larga", "codigo": "123456"}
    forms = [{"documento": str(6_000_000 + number), **wrong} for number in range(PARALLEL)]
    browsers = [Browser(portal.port, address="10.8.8.8").open("/admin/login/") for _ in forms]
    statuses = at_once(portal, "/admin/login/", forms, browsers)
    assert (statuses.count(200), statuses.count(429)) == (60, PARALLEL - 60)
