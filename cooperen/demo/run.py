"""`make demo`: the portal running on this machine with an invented cooperative, and its mail worker beside it.

All its state lives in the git-ignored `.demo/`; delete that directory to begin again. Nothing here touches `.env`.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from contextlib import suppress
from pathlib import Path
from secrets import token_bytes, token_urlsafe

ROOT = Path(__file__).resolve().parents[2]
STATE = Path(os.environ.get("DEMO_STATE", ROOT / ".demo"))
HOST = "127.0.0.1"


def main() -> None:
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # a pipe or file must not wait for Ctrl-C
    port = int(os.environ.get("DEMO_PORT", "8000"))
    refuse_taken(port)
    os.umask(0o077)
    STATE.mkdir(exist_ok=True)
    write_settings()
    environment = demo_environment()
    prepare(environment)
    print((STATE / "personas.txt").read_text(encoding="utf-8"))
    print(f"Portal:  http://{HOST}:{port}")
    print(f"Correos: {STATE / 'correo'} (cada archivo, una tanda de correos como llegarían)\nCtrl-C detiene todo.\n")
    sys.exit(serve(environment, port))


def refuse_taken(port: int) -> None:
    """Nothing is prepared when the server could not start anyway."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            sys.exit(f"El puerto {port} está ocupado por otro programa. Ciérrelo, o use otro: DEMO_PORT={port + 1} make demo")


def write_settings() -> None:
    """An environment file of its own, made once: other secrets would no longer open the database."""
    path = STATE / "env"
    if path.exists():
        return
    keys = {name: urlsafe_b64encode(token_bytes(32)).decode() for name in ("KEY_SEALS", "DIGEST_KEY", "DECOY_KEY", "AUDIT_KEY")}
    values = {
        "SECRET_KEY": token_urlsafe(48),
        **keys,
        "DATABASE_URL": f"sqlite:///{STATE / 'portal.sqlite3'}",
        "EMAIL_URL": f"filemail:///{STATE / 'correo'}",
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "HTTPS": "off",
    }
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in values.items()), encoding="utf-8")


def demo_environment() -> dict[str, str]:
    """The caller's environment without any setting of the portal, so that only the demo's file speaks."""
    explained = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    names = {line.removeprefix("# ").split("=")[0] for line in explained if "=" in line}
    kept = {name: value for name, value in os.environ.items() if name not in names and name != "TEST_DATABASE_URL"}
    # No static files are collected here, and none are needed; the terminal is for the table of who may try what.
    quiet = {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore", "LOG_REQUESTS": "off"}
    return kept | quiet | {"ENV_FILE": str(STATE / "env"), "DJANGO_SETTINGS_MODULE": "cooperen.settings"}


def prepare(environment: dict[str, str]) -> None:
    """Database and people; a second run goes on with what is there, a half-made one begins again."""
    people = STATE / "personas.txt"
    if not people.exists():
        for leftover in STATE.glob("portal.sqlite3*"):
            leftover.unlink()
        print("Se inventa la cooperativa (una vez; unos segundos)")
    manage(environment, "migrate", "--verbosity", "0")
    if not people.exists():
        told = manage(environment, "demo", "--files", str(STATE / "archivos"))
        people.touch(mode=0o600)
        people.write_text(told, encoding="utf-8")


def manage(environment: dict[str, str], *words: str) -> str:
    """What a command of the portal printed; the demo stops where the command does."""
    done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout


def serve(environment: dict[str, str], port: int) -> int:
    """Worker and server until Ctrl-C, or until one of them ends by itself; then the other ends too."""
    server = ["-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--log-level", "warning"]
    few = ["--blocking-threads", "4", "--backpressure", "16"]
    commands = (["manage.py", "worker"], [*server, *few, "cooperen.wsgi:application"])
    # Each in a group of its own: Ctrl-C reaches this process alone, which ends both in order.
    children = [
        subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment, start_new_session=True) for words in commands
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a script that started us with & had it ignored
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        end(children)


def end(children: list["subprocess.Popen[bytes]"]) -> None:
    """Ask both to stop; after ten seconds, or when one leaves a process behind, its whole group is ended."""
    for child in children:
        child.terminate()
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


if __name__ == "__main__":
    main()
