"""Checks of the `doctor` command: one function per check, each with what to do if it fails."""

import os
import platform
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.attack_mode import in_attack_mode
from audit.anchors import BadAnchor, read_anchors
from audit.chain import START, breaks
from audit.models import Event
from audit.triggers import missing_triggers
from common.colombia.formats import thousands
from cooperen import env_file
from cooperen.doctor_lines import Check, Line, age_text
from cooperen.doctor_mail import mail_server, queue, worker
from cooperen.health import head_is_right, missing_migrations
from cooperen.logs import code_of
from cooperen.packages import compare_packages
from ratelimits.unreadable_addresses import last_unread
from recovery import coverage, registry_statistics
from recovery.under_attack import under_attack
from registry.contact_overrides import overdue_overrides
from vault.checks import wrong_secrets
from vault.digests import audit_mac

OLDEST_POSTGRES, OLDEST_SQLITE = 130000, (3, 35, 0)
OLDEST_ANCHOR = timedelta(days=2)
OLDEST_BACKUP = timedelta(hours=26)
LARGEST_CLOCK_DIFFERENCE = timedelta(seconds=2)
LEAST_DISK = 2**30  # bytes
NEWEST_EVENTS = 2_000  # the newest; `verify_audit` checks the whole trail


def examine() -> Iterator[Line]:
    """The lines of all checks in order; a check that raises yields a failing line."""
    answers = True
    for name, check in CHECKS.items():
        if not answers and name not in WITHOUT_DATABASE:
            yield Line(name, False, "no se puede mirar sin la base de datos", "Arregle primero la base de datos.")
            continue
        try:
            yield from check(name)
        except DatabaseError as error:
            answers = answers and name != "Base de datos"
            yield Line(
                name, False, f"no contesta ({code_of(error) or type(error).__name__})", "Mire DATABASE_URL y ese servidor."
            )
        except Exception as error:  # the other checks must still run
            yield Line(name, False, f"no se pudo mirar ({type(error).__name__})", "Revise el registro del sistema.")


# ---- database and secrets ----------------------------------------------------------------------------------------


def database(name: str) -> Iterator[Line]:
    if connection.vendor == "sqlite":
        well = sqlite3.sqlite_version_info >= OLDEST_SQLITE
        yield Line(name, well, f"SQLite {sqlite3.sqlite_version}", "Actualice a SQLite 3.35 o más nuevo.")
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        number = int(cursor.fetchone()[0])
    found = f"PostgreSQL {number // 10000}.{number % 10000}"
    yield Line(name, number >= OLDEST_POSTGRES, found, "Actualice a PostgreSQL 13 o más nuevo.")


def migrations(name: str) -> Iterator[Line]:
    missing = missing_migrations()
    yield Line(name, not missing, f"faltan {len(missing)}" if missing else "al día", "Corra manage.py migrate.")


def secrets(name: str) -> Iterator[Line]:
    wrong = wrong_secrets()
    yield Line(name, not wrong, ", ".join(wrong) or "son los de esta base de datos", "Ponga en .env los guardados aparte.")
    ring = len(settings.KEY_SEALS)
    to_do = "Corra manage.py rotate_secrets y quite de KEY_SEALS los sellos viejos."
    yield Line("Sellos", ring == 1, f"{ring} en el llavero", to_do)


def settings_file(name: str) -> Iterator[Line]:
    path = env_file.path()
    if not path.is_file():
        yield Line(name, True, "la configuración viene del entorno")
        return
    open_to_others = path.stat().st_mode & 0o077
    yield Line(name, not open_to_others, f"{path.name} {path.stat().st_mode & 0o777:o}", f"Corra chmod 600 {path}.")


# ---- the trail ---------------------------------------------------------------------------------------------------


def trail(name: str) -> Iterator[Line]:
    missing = missing_triggers()
    yield Line(
        f"{name}, candados", not missing, ", ".join(missing) or "puestos", "Corra manage.py migrate: los vuelve a poner."
    )
    rows = list(Event.objects.order_by("-number")[: NEWEST_EVENTS + 1])[::-1]
    before = rows.pop(0) if len(rows) > NEWEST_EVENTS else None
    found = next(breaks(rows, audit_mac, before.mac if before else START, before.number if before else 0), None)
    well = found is None and head_is_right()
    text = found.what if found else f"los últimos {thousands(len(rows))} eventos encajan"
    yield Line(
        name, well, text if well or found else "su cabeza no encaja", "Corra manage.py verify_audit y conserve todo como está."
    )


def anchor(name: str) -> Iterator[Line]:
    if not settings.AUDIT_ANCHORS:
        yield Line(name, False, "ninguna", "Ponga AUDIT_ANCHORS y corra manage.py anchor_audit cada día.")
        return
    try:
        last = max((found.at for found in read_anchors(Path(settings.AUDIT_ANCHORS)) if found.at), default=None)
    except BadAnchor as error:
        yield Line(name, False, str(error), "Corra manage.py anchor_audit.")
        return
    age = timezone.now() - last if last else None
    yield Line(name, age is not None and age < OLDEST_ANCHOR, age_text(age), "Corra manage.py anchor_audit cada día.")


# ---- the machine -------------------------------------------------------------------------------------------------


def shared_cache(name: str) -> Iterator[Line]:
    if "locmem" in settings.CACHES["default"]["BACKEND"]:
        one_machine = connection.vendor == "sqlite"
        yield Line(name, one_machine, "cada proceso la suya", "Ponga en CACHE_URL un redis que vean todas las máquinas.")
        return
    mark = f"{platform.node()} {os.getpid()}"
    cache.set("doctor", mark, 30)
    yield Line(name, cache.get("doctor") == mark, "compartida", "Revise CACHE_URL: lo que se escribe no se lee.")


def clock(name: str) -> Iterator[Line]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs(cursor.fetchone()[0] - timezone.now())
        to_do = "Sincronice los relojes (chrony o systemd-timesyncd)."
        yield Line(name, apart < LARGEST_CLOCK_DIFFERENCE, f"a {apart.total_seconds():.1f} s del de la base de datos", to_do)
    if (synchronised := _synchronised()) is not None:
        to_do = "Encienda la sincronización: timedatectl set-ntp true."
        yield Line("Hora por internet", synchronised, "sincronizada" if synchronised else "sin sincronizar", to_do)


def _synchronised() -> bool | None:
    """Whether systemd reports a synchronised clock; None without systemd."""
    if not (tool := shutil.which("timedatectl")):
        return None
    command = [tool, "show", "--property=NTPSynchronized", "--value"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False).stdout.strip()
    return {"yes": True, "no": False}.get(said)


def environment(name: str) -> Iterator[Line]:
    """The messages of `check --deploy`."""
    found = [message for message in checks.run_checks(include_deployment_checks=True) if message.level >= checks.WARNING]
    for message in found:
        yield Line(name, False, str(message.msg), str(message.hint or "Mire .env.example."))
    if not found:
        yield Line(name, True, "check --deploy no objeta nada")


def proxy(name: str) -> Iterator[Line]:
    trusted = ", ".join(map(str, settings.TRUSTED_PROXIES))
    yield Line(name, True, trusted or "ninguno: el portal recibe las visitas directamente")
    found = last_unread(timedelta(days=1))
    text = f"alguna no se pudo leer {age_text(timezone.now() - found.at)}" if found else "todas legibles en el último día"
    yield Line("Direcciones de las visitas", found is None, text, "Revise TRUSTED_PROXIES y el X-Forwarded-For del proxy.")


def disk(name: str) -> Iterator[Line]:
    places = {settings.BASE_DIR}
    if connection.vendor == "sqlite":
        places.add(Path(str(connection.settings_dict["NAME"])).resolve().parent)
    for place in sorted(place for place in places if place.is_dir()):
        free = shutil.disk_usage(place).free
        yield Line(name, free > LEAST_DISK, f"{free / 2**30:.1f} GiB libres en {place}", "Libere espacio: al menos 1 GiB.")


def backups(name: str) -> Iterator[Line]:
    if not settings.BACKUPS_PATH:
        yield Line(name, True, "sin mirar (BACKUPS_PATH está vacío)")
        return
    folder = Path(settings.BACKUPS_PATH)
    newest = max((path.stat().st_mtime for path in folder.glob("*") if path.is_file()), default=0.0) if folder.is_dir() else 0.0
    age = timezone.now() - datetime.fromtimestamp(newest, UTC) if newest else None
    yield Line(name, age is not None and age < OLDEST_BACKUP, age_text(age), "Mire el temporizador portal-backup.")


def packages(name: str) -> Iterator[Line]:
    wanted, other = compare_packages()
    found = ", ".join(other[:5]) or f"Python {platform.python_version()} y {wanted} paquetes como en requirements.txt"
    yield Line(name, not other, found, "Corra pip install --require-hashes -r requirements.txt.")


# ---- the members -------------------------------------------------------------------------------------------------


def attack_mode_line(name: str) -> Iterator[Line]:
    under_attack = in_attack_mode()
    yield Line(name, not under_attack, "hay uno" if under_attack else "no hay", "Siga «Attack mode» en docs/operations.md.")


def recoverability(name: str) -> Iterator[Line]:
    yield Line(name, True, coverage.coverage_text(coverage.count_once()))
    attacked = under_attack()
    to_do = "Las claves de la recuperación van solo por correo. Siga «Recovery under attack» en docs/operations.md."
    yield Line("Ataque a la recuperación", not attacked, "hay uno" if attacked else "no hay", to_do)
    yield Line("Medición del registro", *registry_statistics.measurement_state())
    if settings.RECOVERY_QUESTIONS:
        yield Line("RECOVERY_QUESTIONS", True, "no hace nada: siempre son tres preguntas; quítela de .env")


def contact_changes(name: str) -> Iterator[Line]:
    late, days = overdue_overrides().count(), settings.CONTACT_PENDING.days
    found = f"{thousands(late)} que el núcleo no tiene hace más de {days} días" if late else "el núcleo no debe ninguno"
    yield Line(name, not late, found, "Corra manage.py export_contact_changes y regístrelos en el núcleo.")


WITHOUT_DATABASE = {
    "Archivo de configuración",
    "Servidor de correo",
    "Configuración",
    "Disco",
    "Copias de seguridad",
    "Programas",
}
CHECKS: dict[str, Check] = {
    "Base de datos": database,
    "Migraciones": migrations,
    "Secretos": secrets,
    "Archivo de configuración": settings_file,
    "Auditoría": trail,
    "Última ancla": anchor,
    "Proceso de correo": worker,
    "Cola de correo": queue,
    "Servidor de correo": mail_server,
    "Caché": shared_cache,
    "Reloj": clock,
    "Configuración": environment,
    "Proxy de confianza": proxy,
    "Disco": disk,
    "Copias de seguridad": backups,
    "Programas": packages,
    "Asedio": attack_mode_line,
    "Recuperación": recoverability,
    "Cambios de contacto": contact_changes,
}
