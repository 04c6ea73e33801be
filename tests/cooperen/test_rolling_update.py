"""`deploy/rolling-update` with a fake systemctl that records its arguments, and ports with prepared answers."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.settings import ROOT

WELL = '{"base_de_datos": "ok", "migraciones": "ok", "correo": "ok", "auditoria": "ok"}'


@contextmanager
def a_port(says: str) -> Iterator[str]:
    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(503 if "mal" in says else 200)
            self.end_headers()
            self.wfile.write(says.encode())

        def log_message(self, *words: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield str(server.server_port)
        server.shutdown()


def roll(folder: Path, *ports: str) -> tuple[int, list[str]]:
    """The exit code and the restarted units."""
    told = folder / "told"
    told.touch()
    (folder / "systemctl").write_text(f'#!/bin/sh\necho "$2" >> {told}\n', encoding="utf-8")
    (folder / "systemctl").chmod(0o700)
    places = {"PATH": f"{folder}:{os.environ['PATH']}", "PORTAL_PATIENCE": "1"}
    done = subprocess.run([ROOT / "deploy/rolling-update", *ports], env=os.environ | places, capture_output=True, check=False)
    return done.returncode, told.read_text().split()


def test_it_restarts_every_port_and_then_the_worker(tmp_path):
    with a_port(WELL) as one, a_port(WELL) as other:
        assert roll(tmp_path, one, other) == (0, [f"portal-web@{one}", f"portal-web@{other}", "portal-worker"])


def test_late_mail_does_not_stop_the_update_that_may_repair_it(tmp_path):
    with a_port(WELL.replace('"correo": "ok"', '"correo": "mal"')) as port:
        assert roll(tmp_path, port) == (0, [f"portal-web@{port}", "portal-worker"])


def test_it_stops_at_the_first_port_that_does_not_serve(tmp_path):
    with a_port(WELL.replace('"migraciones": "ok"', '"migraciones": "mal"')) as bad, a_port(WELL) as other:
        assert roll(tmp_path, bad, other) == (1, [f"portal-web@{bad}"])
