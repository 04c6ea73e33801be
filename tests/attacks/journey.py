"""A member's use of every function of the portal, and every secret that it involved."""

import re
from dataclasses import dataclass, field

from django.conf import settings
from django.core import mail
from django.test import Client

from accounts.models import Member
from outbox.worker import drain
from recovery.challenge import ask_about
from tests.access import change, choose, given, sign_in
from tests.recovery import walk

CODE = re.compile(r"(?<!\d)\d{3} \d{3} \d{4}(?!\d)")


@dataclass
class Secrets:
    """The secrets that must not be found anywhere afterwards."""

    keys: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)


def recover(client: Client, member: Member, secrets: Secrets) -> str:
    """Answer wrong, then right; the temporary key."""
    walk.start(client, member.document)
    walk.fail(client, member.document, "otra@correo.example")
    answers = walk.right_answers(member.document)
    secrets.answers += answers.values()
    secrets.answers += [option.value for question in ask_about(member.document).questions for option in question.options]
    walk.send(client, member.email, answers)
    key = walk.shown_key(client)
    assert key
    secrets.keys.append(key)
    return key


def keep_cookies(client: Client, secrets: Secrets) -> None:
    names = (settings.SESSION_COOKIE_NAME, "dispositivo")
    secrets.cookies += [client.cookies[name].value for name in names if name in client.cookies and client.cookies[name].value]


def send_mail(secrets: Secrets) -> list[str]:
    """Run the worker and collect the codes in the mails; the texts sent now."""
    before = len(mail.outbox)
    drain()
    texts = [message.body for message in mail.outbox[before:]]
    secrets.codes += [form for text in texts for code in CODE.findall(text) for form in (code, code.replace(" ", ""))]
    return texts


def live_through(member: Member) -> Secrets:
    """Keys of every kind, right and wrong, changed; recovery by questions and by mail; «no fui yo»."""
    secrets, client = Secrets(), Client()
    secrets.keys += [choose(member, "60382"), "90352", "48271", "71829"]
    sign_in(client, member.document, "71829")  # a wrong key is somebody's right one elsewhere
    sign_in(client, member.document, "60382")
    keep_cookies(client, secrets)
    client.get("/estado-de-cuenta/")
    client.post("/acceso/salir/")
    temporary = recover(client, member, secrets)
    sign_in(client, member.document, temporary)
    keep_cookies(client, secrets)
    change(client, member.document, temporary, "90352")
    secrets.keys.append(given(member, "initial"))
    client.post("/recuperar/", {"documento": member.document})
    client.post("/recuperar/preguntas/", {"accion": "correo"})
    texts = send_mail(secrets)
    secrets.keys += re.findall(r"(?<!\d)\d{6}(?!\d)", "\n".join(texts))
    change(Client(), member.document, secrets.keys[-1], "48271")
    send_mail(secrets)
    Client().post("/acceso/no-fui-yo/", {"documento": member.document, "codigo": secrets.codes[-1]})
    for path in ("/no-hay/", f"/estado-de-cuenta/extracto.pdf?mes={temporary}"):
        Client(raise_request_exception=False).get(path)
    send_mail(secrets)
    return secrets
