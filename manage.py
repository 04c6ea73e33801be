#!/usr/bin/env python
"""The operators' door: every command of the portal."""

import gc
import os
import signal
import sys

# These must run on a database that is not there yet, or without one; `doctor` looks at the secrets itself.
WITHOUT_SECRETS_CHECK = {"migrate", "check", "makemigrations", "collectstatic", "doctor", "help", "--help", "--version"}


def main() -> None:
    _ready_output()
    os.umask(0o077)  # whatever a command writes (database, mails, letters) is its own user's alone
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cooperen.settings")
    gc.disable()  # what start loads stays: looking for cycles in it would cost a tenth of a short command
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import InterfaceError, OperationalError

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    try:
        django.setup()
        gc.freeze()
        if command not in WITHOUT_SECRETS_CHECK and "--help" not in sys.argv:
            _look_at_secrets()
    except ImproperlyConfigured as error:
        sys.exit(f"No se puede empezar: {error}")
    finally:
        gc.enable()
    try:
        execute_from_command_line(sys.argv)
        sys.stdout.flush()  # here, where its refusal is still answered
    except (OperationalError, InterfaceError) as error:
        what = "la base de datos no contesta o no acepta cambios. Mire DATABASE_URL y ese servidor."
        sys.exit(f"No se pudo: {what} ({_first_line(error)})")
    except OSError as error:  # most often the terminal's other end, or the disk that takes the report
        from common.files.output import said_reason

        _drop_output()
        what = error.filename or "lo que dice la orden"
        sys.exit(f"No se pudo leer o escribir {what}: {said_reason(error)}. Arréglelo y repita la misma orden.")


def _ready_output() -> None:
    """What a command says after it has done its work must not fail: a closed output takes it, as does a terminal that lacks
    one of its signs."""
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]


def _drop_output() -> None:
    """Let what is still to be written go nowhere: Python would try it again at its end, and exit with 120."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:300]


def _look_at_secrets() -> None:
    from cooperen.start import Refused, refuse_wrong_secrets

    try:
        refuse_wrong_secrets(changing_secret_key="--new-secret-key" in sys.argv)
    except Refused as error:
        sys.exit(f"No se puede empezar: {error}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.stderr.write("La orden se interrumpió antes de terminar. Repita la misma orden.\n")
        sys.exit(128 + signal.SIGINT)
