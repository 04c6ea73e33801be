"""Who did it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """The author of an event: a name (document, operator's own word, `sistema`), a role and the network he came from."""

    name: str
    role: str
    network: str = ""

    @classmethod
    def operator(cls, name: str) -> "Actor":
        """Somebody at the server's command line; `name` is what he said of himself."""
        return cls(name, "operador")

    @classmethod
    def system(cls, name: str) -> "Actor":
        """The portal by itself: the worker, a purge, a siege that ends."""
        return cls(name, "sistema")

    @classmethod
    def member(cls, document: str, network: str = "") -> "Actor":
        """A member who is inside, or proved who he is."""
        return cls(document, "asociado", network)

    @classmethod
    def staff(cls, document: str, role: str, network: str = "") -> "Actor":
        """Somebody at the staff door; role is auxiliar, supervisor, auditor or admin."""
        return cls(document, role, network)

    @classmethod
    def stranger(cls, network: str = "") -> "Actor":
        """Whoever typed something at an open page."""
        return cls("", "desconocido", network)
