"""`make demo`: the portal running on this machine with an invented cooperative, and its mail worker beside it.

All state is in the git-ignored `.demo/`; delete that directory to start again. `.env` is not read.
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
    """Exit before any preparation if the port is in use."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            sys.exit(f"El puerto {port} está ocupado por otro programa. Ciérrelo, o use otro: DEMO_PORT={port + 1} make demo")


def write_settings() -> None:
    """Write the environment file once: other secrets could not open the existing database."""
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
    """The caller's environment without any setting of the portal, so that only the demo's file applies."""
    explained = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    names = {line.removeprefix("# ").split("=")[0] for line in explained if "=" in line}
    kept = {name: value for name, value in os.environ.items() if name not in names and name != "TEST_DATABASE_URL"}
    # No static files are collected, and none are needed; warnings would hide the printed table.
    quiet = {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore", "LOG_REQUESTS": "off"}
    return kept | quiet | {"ENV_FILE": str(STATE / "env"), "DJANGO_SETTINGS_MODULE": "cooperen.settings"}


def prepare(environment: dict[str, str]) -> None:
    """Create database and members; a second run reuses them, an unfinished one starts again."""
    people = STATE / "personas.txt"
    if not people.exists():
        for leftover in STATE.glob("portal.sqlite3*"):
            leftover.unlink()
        print("Se inventa la cooperativa (una vez; unos segundos)")
    manage(environment, "migrate", "--verbosity", "0")
    if not people.exists():
        output = manage(environment, "demo", "--files", str(STATE / "archivos"))
        people.touch(mode=0o600)
        people.write_text(output, encoding="utf-8")


def manage(environment: dict[str, str], *words: str) -> str:
    """The output of a management command; exits with its exit code if it fails."""
    done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout


def serve(environment: dict[str, str], port: int) -> int:
    """Run worker and server until Ctrl-C or until one of them exits; then stop the other. The exit code."""
    server = ["-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--log-level", "warning"]
    few = ["--blocking-threads", "4", "--backpressure", "16"]
    commands = (["manage.py", "worker"], [*server, *few, "cooperen.wsgi:application"])
    # A process group each: Ctrl-C reaches only this process, which stops both in order.
    children = [
        subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment, start_new_session=True) for words in commands
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # shells ignore SIGINT for background jobs
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        end(children)


def end(children: list["subprocess.Popen[bytes]"]) -> None:
    """Terminate both; after ten seconds kill the process group, which also ends leftover children."""
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
