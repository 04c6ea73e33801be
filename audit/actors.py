"""Actors: the author of an audit event."""

from dataclasses import dataclass

from django.core.management.base import CommandError


@dataclass(frozen=True)
class Actor:
    """The author of an event: name (a document, or what an operator typed), role, and network of the request."""

    name: str
    role: str
    network: str = ""

    @classmethod
    def operator(cls, name: str) -> "Actor":
        """A person at the server's command line; `name` is the text of `--by`. Raises CommandError for a blank one."""
        if not name.strip():  # `--by "$WHO"` with a variable that is not set
            raise CommandError("Diga quién con --by: queda en la auditoría. No se hizo nada.", returncode=2)
        return cls(name, "operador")

    @classmethod
    def system(cls, name: str) -> "Actor":
        """The portal itself: the worker, the purge, the end of attack mode."""
        return cls(name, "sistema")

    @classmethod
    def member(cls, document: str, network: str = "") -> "Actor":
        """A signed-in member, or one who proved their identity."""
        return cls(document, "asociado", network)

    @classmethod
    def staff(cls, document: str, role: str, network: str = "") -> "Actor":
        """A member of staff; role is auxiliar, supervisor, auditor or admin."""
        return cls(document, role, network)

    @classmethod
    def stranger(cls, network: str = "") -> "Actor":
        """An unidentified visitor of a public page."""
        return cls("", "desconocido", network)
