"""A mail server that accepts and stores every mail, and can be made to fail for a while, or to answer anything at any step."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

SILENCE, HANG_UP = "silence", "hang up"


class Sink(socketserver.ThreadingTCPServer):
    """Listens on loopback; `mails` holds the text of each accepted mail.

    `answers` maps a step («connect», a verb, «.» for the end of a mail) to a reply line, SILENCE or HANG_UP; `delay` maps a
    step to the seconds before its reply.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mails: list[str] = []
        self.down = threading.Event()
        self.answers: dict[str, str] = {}
        self.delay: dict[str, float] = {}

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors: a killed worker closes its connection in the middle."""

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def message_ids(self) -> list[str]:
        lines = [line for mail in self.mails for line in mail.splitlines()]
        return [line.partition(":")[2].strip() for line in lines if line.lower().startswith("message-id:")]


class HungUp(Exception):
    """The server ends the conversation."""


class _Talk(socketserver.StreamRequestHandler):
    server: Sink

    def handle(self) -> None:
        if self.server.down.is_set():
            return
        with suppress(HungUp, OSError):
            self._reply("connect", "220 sink")
            while line := self.rfile.readline():
                self._answer(line[:4].strip().upper().decode("ascii", "replace"))

    def _answer(self, verb: str) -> None:
        if verb == "QUIT" or self.server.down.is_set():
            raise HungUp
        if verb == "DATA":
            if self._reply(verb, "354 go on").startswith("354"):
                self._take_mail()
            return
        self._reply(verb, "250 fine")

    def _take_mail(self) -> None:
        mail = self._mail()
        if self.server.answers.get(".", "2")[0] in "2sh":  # a silent server may have taken it
            self.server.mails.append(mail)
        self._reply(".", "250 fine")

    def _reply(self, step: str, usual: str) -> str:
        answer = self.server.answers.get(step, usual)
        time.sleep(self.server.delay.get(step, 0))
        if answer == SILENCE:
            self.rfile.read()  # until the client gives up
        if answer in (SILENCE, HANG_UP):
            raise HungUp
        self._say(answer)
        return answer

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
