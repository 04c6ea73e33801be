"""A mail server that accepts and stores every mail, and can be made to fail for a while."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Sink(socketserver.ThreadingTCPServer):
    """Listens on loopback; `mails` holds the text of each accepted mail."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mails: list[str] = []
        self.down = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors: a killed worker closes its connection in the middle."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def message_ids(self) -> list[str]:
        lines = [line for mail in self.mails for line in mail.splitlines()]
        return [line.partition(":")[2].strip() for line in lines if line.lower().startswith("message-id:")]


class _Talk(socketserver.StreamRequestHandler):
    server: Sink

    def handle(self) -> None:
        if self.server.down.is_set():
            return
        self._say("220 sink")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say("354 go on")
                self.server.mails.append(self._mail())
            if verb == b"QUIT" or self.server.down.is_set():
                return
            self._say("250 fine")

    def _mail(self) -> str:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.decode("utf-8", "replace").rstrip("\r\n"))
        return "\n".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_sink() -> Iterator[Sink]:
    """Run a sink in a thread."""
    with Sink() as sink:
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        yield sink
        sink.shutdown()
