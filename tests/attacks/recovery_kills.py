"""`kill -9` of server and worker at random instants of recoveries, while the mail server is down for a while.

    python -m tests.attacks.recovery_kills [kills] [seconds without mail]

Afterwards every issued key has exactly its mail, no mail is without its key, and none was lost; a mail may have been
sent twice, but then with the same Message-ID. A visitor whose answer the kill cut off recovers again, and the second key
ends the first: if the mail of the first was still queued, it is rightly not sent.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from queue import Empty, Queue

from tests.attacks.mail_sink import Sink, mail_sink
from tests.attacks.portal import ROOT, Browser, Portal, running_portal, wait_for

START, QUESTIONS = "/recuperar/", "/recuperar/preguntas/"
CLIENTS = 3
FIRST = 20_000_000
ADD_MEMBERS = """
from tests.attacks.recovery_sameness import add_members
add_members({members})
"""
RIGHT_ANSWERS = """
import json
from accounts.models import Member
from recovery.challenge import ask_about
print(json.dumps([
    [document, email, {f"pregunta_{at}": q.right for at, q in enumerate(ask_about(document).questions, 1)}]
    for document, email in Member.objects.order_by("document").values_list("document", "email")
]))
"""
LOOK = """
import json
from accounts.models import AccessKey
from outbox.models import Job, Message, State
from recovery.models import Attempt
from vault.ring import open_sealed
passed = Attempt.objects.filter(outcome="passed")
ended = AccessKey.objects.exclude(ended_at=None).values("pk")
replaced = Message.objects.filter(state=State.LAPSED, key__in=ended)
unsent = Message.objects.exclude(state=State.SENT).exclude(pk__in=replaced.values("pk"))
print(json.dumps({
    "temporary": AccessKey.objects.filter(kind="temporary").count(),
    "mailed": AccessKey.objects.filter(kind="mailed").count(),
    "passed": passed.count(),
    "half": passed.filter(key=None).count() + passed.filter(message=None).count() + passed.filter(shown="").count(),
    "unsent": unsent.count() + Job.objects.exclude(state=State.SENT).count(),
    "replaced": [str(pk) for pk in replaced.values_list("pk", flat=True)],
    "messages": {str(m.pk): m.kind for m in Message.objects.all()},
    "keys": {str(a.message): open_sealed("shown key", f"{a.pk}:{a.browser}", a.shown).decode() for a in passed},
}))
"""


@dataclass
class Drill:
    """A portal whose processes are killed and started again."""

    portal: Portal
    database: Path
    log: Path
    worker: "subprocess.Popen[bytes] | None" = None
    over: threading.Event = field(default_factory=threading.Event)

    def start_worker(self) -> None:
        self.worker = self._start([sys.executable, "manage.py", "worker", "--pause", "0.05"])

    def kill_worker(self) -> None:
        assert self.worker
        _kill(self.worker)
        self.start_worker()

    def kill_server(self) -> None:
        arguments = self.portal.server.args
        _kill(self.portal.server)
        self.portal.server = self._start(arguments)
        wait_for(self.portal)  # a server that is not up yet has nothing to be interrupted in

    def _start(self, arguments: list[str]) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            environment = self.portal.environment
            return subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)

    def word_of(self, picture: str) -> str:
        with sqlite3.connect(self.database, timeout=30) as reader:
            found = reader.execute("SELECT response FROM captcha_captchastore WHERE hashkey = ?", [picture]).fetchone()
        return found[0] if found else ""

    def let_time_pass(self) -> None:
        """End the leases of killed workers and the back-off of failed mails at once."""
        with sqlite3.connect(self.database, timeout=30) as writer:
            for table in ("outbox_message", "outbox_job"):
                writer.execute(f"UPDATE {table} SET due_at = '2020-01-01 00:00:00' WHERE state = 'queued'")  # noqa: S608


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def recover(drill: Drill, document: str, email: str, answers: dict[str, str], number: int) -> None:
    """One whole recovery, by questions or (every third) by mail; errors are ignored."""
    address = f"{11 + (number >> 16)}.{number >> 8 & 255}.{number & 255}.7"
    browser = Browser(drill.portal.port, address=address).open(START)
    browser.post(START, {"documento": document})
    _, page = browser.get(QUESTIONS)
    if number % 3 == 0:
        browser.post(QUESTIONS, {"accion": "correo"})
        return
    picture = page.partition('name="captcha_0" value="')[2].partition('"')[0]
    browser.post(QUESTIONS, {"correo": email, **answers, "captcha_0": picture, "captcha_1": drill.word_of(picture)})


def visitors(drill: Drill, people: "Queue[tuple[int, list]]") -> None:
    """Recover one member after the other until told to stop."""
    while not drill.over.is_set():
        try:
            number, (document, email, answers) = people.get_nowait()
        except Empty:
            return
        try:
            recover(drill, document, email, answers, number)
        except (OSError, HTTPException):  # killed in the middle, or not started yet: the member tries again
            people.put((number, [document, email, answers]))
            time.sleep(0.2)


@contextmanager
def drill_on(folder: Path, sink: Sink) -> Iterator[Drill]:
    database = folder / "drill.sqlite3"
    settings = {"TRUSTED_PROXIES": "127.0.0.1", "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
    with running_portal(folder, f"sqlite:///{database}", **settings) as portal:
        drill = Drill(portal, database, folder / "drill.log")
        drill.start_worker()
        try:
            yield drill
        finally:
            assert drill.worker
            _kill(drill.worker)


def run(kills: int, without_mail: float, seed: int = 1) -> dict[str, int]:
    """Run the drill; the counts afterwards, of which all but those of keys and mails must be 0."""
    import tests.settings  # noqa: F401  puts invented secrets into the environment

    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, mail_sink() as sink, drill_on(Path(name), sink) as drill:
        drill.portal.run(ADD_MEMBERS.format(members=60 + 12 * kills))
        people: Queue[tuple[int, list]] = Queue()
        for numbered in enumerate(json.loads(drill.portal.run(RIGHT_ANSWERS))):
            people.put(numbered)
        threads = [threading.Thread(target=visitors, args=(drill, people)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        _kill_about(drill, sink, kills, without_mail, chance)
        drill.over.set()
        for thread in threads:
            thread.join()
        _settle(drill)
        return _verdict(json.loads(drill.portal.run(LOOK)), sink)


def _kill_about(drill: Drill, sink: Sink, kills: int, without_mail: float, chance: random.Random) -> None:
    for number in range(kills):
        time.sleep(chance.uniform(0.05, 1.5))
        if number == kills // 2:
            sink.down.set()
            threading.Timer(without_mail, sink.down.clear).start()
        (drill.kill_server if chance.random() < 0.5 else drill.kill_worker)()
    time.sleep(without_mail if sink.down.is_set() else 0)
    sink.down.clear()
    time.sleep(3)  # some are left in peace


def _settle(drill: Drill) -> None:
    """Send the queued mails after everything has been restarted."""
    assert drill.worker
    _kill(drill.worker)
    drill.let_time_pass()
    drill.portal.manage("worker", "--drain")
    drill.start_worker()


def _verdict(found: dict, sink: Sink) -> dict[str, int]:
    kinds = Counter(found["messages"].values())
    sent = {identifier.strip("<>").partition("@")[0] for identifier in sink.message_ids()}
    texts = {mail_id(mail): mail for mail in sink.mails}
    replaced = set(found["replaced"])
    return {
        "temporary keys": found["temporary"],
        "mailed keys": found["mailed"],
        "mails sent": len(sink.mails),
        "keys without an attempt": abs(found["temporary"] - found["passed"]),
        "half done attempts": found["half"],
        "keys without exactly one mail": abs(found["temporary"] - kinds["temporary_key"])
        + abs(found["mailed"] - kinds["mailed_key"]),
        "left in the queue": found["unsent"],
        "mails of replaced keys": len(replaced),
        "mails lost": len(set(found["messages"]) - replaced - sent),
        "mails nobody queued": len(sent - set(found["messages"])),
        "mails with another key": sum(
            key not in texts.get(message, "") for message, key in found["keys"].items() if message not in replaced - sent
        ),
    }


def mail_id(mail: str) -> str:
    line = next((line for line in mail.splitlines() if line.lower().startswith("message-id:")), "")
    return line.partition("<")[2].partition("@")[0]


MAY_BE_ANY = ("temporary keys", "mailed keys", "mails sent", "mails of replaced keys")


def main(kills: int = 200, without_mail: int = 60) -> int:
    found = run(kills, without_mail)
    for what, number in found.items():
        print(f"{number:6}  {what}")
    wrong = {what: number for what, number in found.items() if number and what not in MAY_BE_ANY}
    print(f"{kills} kills, {without_mail} s without mail: {'nothing half done, nothing lost' if not wrong else wrong}")
    return int(bool(wrong) or not found["temporary keys"])


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
