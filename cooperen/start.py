"""Checks before the server, the worker or a command starts."""

from django.db import DatabaseError

from vault.checks import SecretsWrong, verify_secrets


class Refused(Exception):
    """The portal may not start; the message says how to fix it."""


def refuse_wrong_secrets(changing_secret_key: bool = False) -> None:
    """Compare every secret with its check value in the database; raise Refused with a sentence for the operator."""
    try:
        verify_secrets(changing_secret_key=changing_secret_key)
    except SecretsWrong as error:
        raise Refused(str(error)) from error
    except DatabaseError as error:
        raise Refused(f"la base de datos no contesta o le falta «manage.py migrate». ({error.__class__.__name__})") from error
