"""`make attack`: every attack of this folder, one line each with its figure and its bound; exit 1 on a miss.

    python -m tests.attacks.drill              against a portal of its own, small sizes
    python -m tests.attacks.drill --long       the published sizes: hours
    python -m tests.attacks.drill --base URL   what needs only an address, against your own site on this machine;
                                               another machine's must be named: --own 192.0.2.7

It leaves the network it comes from waiting for an hour or two at the site it attacked.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from tests.attacks.over_http import CHECKS, Finding

ROOT = Path(__file__).resolve().parent.parent.parent
MODULES = {  # name -> (module, arguments of the small size, of the long one)
    "un año de intentos": ("year", ["--members", "60"], ["--members", "10000"]),
    "una clave a 10.000 documentos": ("spraying", [], []),
    "copia robada de la base": ("stolen", ["--members", "2", "--space", "20000"], ["--members", "20"]),
    "tiempos del ingreso": ("timing", ["--samples", "60"], ["--samples", "2000"]),
    "tiempos de la recuperación": ("recovery_sameness", ["60"], ["2000"]),
    "preguntas adivinadas": ("answer_groups_simulation", [], ["--long"]),
    "una lista comprada": ("bought_list", ["200", "1"], ["2000"]),
    "preguntas y un conocido": ("acquaintances", ["2000"], ["20000"]),
}
TESTS = {
    "una red en pausa no gasta intentos ajenos": "tests/attacks/test_refused_network.py",
    "límites que terminan, contadores propios": "tests/ratelimits/test_limits_end.py",
    "ninguna fila sin cobro": "tests/attacks/test_rows.py",
    "paralelo, contado en el hash": "tests/attacks/test_parallel.py",
    "sesiones y puertas": "tests/attacks/test_sessions.py",
    "cabeceras, correo y direcciones": "tests/attacks/test_pages.py",
    "contraseñas de la oficina": "tests/attacks/test_staff_door.py",
    "direcciones que dice el proxy": "tests/accounts/test_addresses.py",
    "mil alteraciones de la auditoría": "tests/audit/test_verify_audit.py",
    "fórmulas en las descargas": "tests/statements/test_movements_csv.py",
}


class NotYours(ValueError):
    """The address is neither this machine nor one that was named."""


def refuse_foreign(base: str, own: list[str]) -> None:
    """Raise NotYours unless every address of the host is loopback or given with --own."""
    host = urlsplit(base).hostname or ""
    found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)} if host else set()
    foreign = sorted(address for address in found if not ip_address(address).is_loopback and address not in own)
    if foreign or not found:
        raise NotYours(f"{host or base} no es de esta máquina ({', '.join(foreign)}). Si el sitio es suyo: --own DIRECCIÓN")


@contextmanager
def portal_of_its_own() -> Iterator[str]:
    """A running portal with an invented secret set, on a database that is thrown away."""
    import tests.settings  # noqa: F401  puts the secrets into the environment
    from tests.attacks.portal import running_portal

    with tempfile.TemporaryDirectory() as folder:
        with running_portal(Path(folder), f"sqlite:///{folder}/portal.sqlite3") as portal:
            yield portal.base


def over_http(base: str) -> Iterator[Finding]:
    for check in CHECKS:
        yield check(base)


def scripts(long: bool) -> Iterator[Finding]:
    """The drills that need the code and a database of their own."""
    for name, (module, small, large) in MODULES.items():
        yield _run(name, ["-m", f"tests.attacks.{module}", *(large if long else small)])
    for name, path in TESTS.items():
        yield _run(name, ["-m", "pytest", "-q", "-p", "no:cacheprovider", path])


def _run(name: str, arguments: list[str]) -> Finding:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-W", "ignore", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    last = (done.stdout.strip().split("\n") or [""])[-1]
    return Finding(name, last[:220], "en la línea", done.returncode == 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", help="address of your own site, such as https://pruebas.example")
    parser.add_argument("--own", action="append", default=[], help="an address that is yours (may be given again)")
    parser.add_argument("--long", action="store_true", help="the published sizes")
    options = parser.parse_args()
    if options.base:
        try:
            refuse_foreign(options.base, options.own)
        except (NotYours, OSError) as error:
            print(error, file=sys.stderr)
            return 2
        return _tell(over_http(options.base.rstrip("/")))
    with portal_of_its_own() as base:
        missed = _tell(over_http(base))
    return _tell(scripts(options.long)) or missed


def _tell(findings: Iterator[Finding]) -> int:
    missed = 0
    for finding in findings:
        missed |= not finding.good
        mark = "bien " if finding.good else "FALLA"
        print(f"{mark}  {finding.name:34} {finding.figure}  (límite: {finding.bound})", flush=True)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
