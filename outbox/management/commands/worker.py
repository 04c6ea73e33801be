"""Process queued mails and jobs until stopped."""

import signal
import threading
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from outbox.worker import at_start, drain, run_once


class Command(BaseCommand):
    help = "Envía el correo de la cola hasta que lo detengan (Ctrl-C o SIGTERM). Ejemplo: manage.py worker --drain"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--drain", action="store_true", help="vacía la cola y termina")
        parser.add_argument("--pause", type=float, default=1.0, help="segundos entre dos miradas a la cola (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["drain"]:
            self.stdout.write(f"Cola revisada: {drain()} trabajos.")
            return
        stop = threading.Event()
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, lambda *_: stop.set())
        self.stdout.write("El correo se está enviando. Ctrl-C para detener.")
        waiting = list(at_start)
        while not stop.is_set():
            self._run_once(stop, options["pause"], waiting)
        self.stdout.write("Detenido sin dejar nada a medias.")

    def _run_once(self, stop: threading.Event, interval: float, waiting: list[Callable[[], object]]) -> None:
        try:
            while waiting:
                waiting[0]()
                waiting.pop(0)
            if not run_once(stop.is_set):
                stop.wait(interval)
        except DatabaseError as error:  # the database may be restarting: retry on a new connection
            self.stderr.write(f"La base de datos no contesta ({error.__class__.__name__}); se intenta de nuevo.")
            close_old_connections()
            stop.wait(max(interval, 2))
