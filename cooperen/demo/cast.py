"""Demo accounts whose keys are printed: a chosen key, an initial key, a recovery, a staff account."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from accounts import actions
from accounts.keys import is_common
from accounts.models import AccessKey, Member
from accounts.visitors import Visitor
from audit.actors import Actor
from backoffice.actions import make_staff
from recovery.challenge import ask_about

BY = "demostración"
STAFF_PASSWORD_BYTES = 12
LOOKED_AT = 300  # members among whom one to recover is chosen
NOBODYS_BROWSER = Visitor(network="127.0.0.0/24", browser="", device="", label="Demostración")


@dataclass(frozen=True)
class Part:
    """One line of the printed table: purpose, document, and keys or answers."""

    purpose: str
    document: str
    lines: tuple[str, ...]


def cast() -> Iterator[Part]:
    """Issue keys to four invented members; the lines of the table."""
    people = Member.objects.filter(status=Member.Status.ACTIVE, in_registry=True).exclude(email="").order_by("pk")
    first, second, staff = people[:3]
    yield enters_with_chosen_key(first)
    yield enters_for_the_first_time(second)
    yield recovers(who_recovers(people[3:LOOKED_AT]))
    yield works_at_the_cooperative(staff)


def who_recovers(people: Iterable[Member]) -> Member:
    """The first who is asked what the members' manual shows; in a small demo, the first who can recover by questions."""
    able = [member for member in people if not ask_about(member.document).closed]
    return next(filter(can_follow_the_manual, able), able[0])


def can_follow_the_manual(member: Member) -> bool:
    """Whether birth date and mobile phone are asked, as in the members' manual: the registry has no issue date."""
    return ask_about(member.document).kinds.startswith("birth,mobile")


def enters_with_chosen_key(member: Member) -> Part:
    """Issue an initial key and choose a key, as a member would."""
    by = Actor.operator(BY)
    given = actions.issue_key(member=member, kind=AccessKey.Kind.INITIAL, by=by, reason=BY)
    key = fitting_key(member)
    actions.choose_key(given=given.row, new_key=key, visitor=NOBODYS_BROWSER, by=Actor.member(member.document, "127.0.0.0/24"))
    return Part("Entrar", member.document, (f"Clave {key}",))


def fitting_key(member: Member) -> str:
    """A random five-digit key that the rules allow."""
    while True:
        key = f"{secrets.randbelow(100_000):05}"
        if not (is_common(key) or key in member.document):
            return key


def enters_for_the_first_time(member: Member) -> Part:
    """A member with an initial key."""
    given = actions.issue_key(member=member, kind=AccessKey.Kind.INITIAL, by=Actor.operator(BY), reason=BY)
    return Part("Primera vez", member.document, (f"Clave inicial {given.key}",))


def recovers(member: Member) -> Part:
    """A member for the recovery, with the right answers."""
    answers = []
    for number, question in enumerate(ask_about(member.document).questions, 1):
        right = next(option.text for option in question.options if option.value == question.right)
        answers.append(f"{number}. {question.wording} → {right}")
    return Part("Recuperar la clave", member.document, (f"Correo {member.email}", *answers))


def works_at_the_cooperative(member: Member) -> Part:
    """A supervisor; the second factor is enrolled at the first entry."""
    password = secrets.token_urlsafe(STAFF_PASSWORD_BYTES)
    make_staff(document=member.document, role="supervisor", password=password, by=Actor.operator(BY))
    return Part("Funcionario (/admin/)", member.document, (f"Contraseña {password}", "Al entrar se inscribe el segundo factor"))
