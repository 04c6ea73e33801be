"""Process queued mails and jobs until stopped."""

import signal
import threading
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from common.colombia.formats import thousands
from outbox.models import Job, Message, State
from outbox.worker import at_start, drain, make_all_due, run_once


class Command(BaseCommand):
    help = "Envía el correo de la cola hasta que lo detengan (Ctrl-C o SIGTERM). Ejemplo: manage.py worker --drain"

    def add_arguments(self, parser: CommandParser) -> None:
        drain_help = "intenta ya todo lo que está en cola, también lo aplazado, y termina"
        parser.add_argument("--drain", action="store_true", help=drain_help)
        parser.add_argument("--pause", type=float, default=1.0, help="segundos entre dos miradas a la cola (1)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["drain"]:
            self._drain()
            return
        stop = threading.Event()
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, lambda *_: stop.set())
        self.stdout.write("El correo se está enviando. Ctrl-C para detener.")
        waiting = list(at_start)
        while not stop.is_set():
            self._run_once(stop, options["pause"], waiting)
        self.stdout.write("Detenido sin dejar nada a medias.")

    def _drain(self) -> None:
        started = timezone.now()
        make_all_due()
        drain()
        sent = Message.objects.filter(state=State.SENT, ended_at__gte=started).count()
        mails, jobs = Message.objects.filter(state=State.QUEUED), Job.objects.filter(state=State.QUEUED)
        left = f"quedan {thousands(mails.count())} en cola y {thousands(jobs.count())} tareas"
        self.stdout.write(f"Correos que salieron: {thousands(sent)}; {left}.")
        if mails.exists():
            errors = ", ".join(sorted(set(mails.exclude(error="").values_list("error", flat=True)))[:3])
            raise CommandError(f"Los que quedan se intentan de nuevo solos ({errors or 'otro proceso los tiene'}).")

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
