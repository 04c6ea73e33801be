"""Helpers of the recovery tests: what a person would type, read from the page or from the member."""

import re
from typing import Any

from captcha.models import CaptchaStore
from django.http import HttpResponse
from django.test import Client

from accounts.models import Member
from recovery.challenge import ask_about

START, QUESTIONS, RESULT = "/recuperar/", "/recuperar/preguntas/", "/recuperar/listo/"
WRONG = "Las respuestas no coinciden con nuestros registros. Revíselas, o pida la clave a su correo registrado."
NONE_LEFT = "Ya usó sus 3 intentos con estos datos. Pida la clave a su correo registrado o vaya a una oficina."
APART = "Si las respuestas son correctas, enviamos la clave a su correo registrado"
WRONG_WORD = "La palabra no es igual a la de la imagen. Escriba la nueva palabra"


def start(client: Client, document: str) -> HttpResponse:
    """Enter the document and follow to the questions."""
    return client.post(START, {"documento": document})


def picture_on(page: HttpResponse) -> str:
    """The key of the picture a page shows."""
    found = re.search(r'name="captcha_0" value="(\w+)"', page.content.decode())
    assert found, page.content.decode()
    return found[1]


def word_of(picture: str) -> str:
    return CaptchaStore.objects.get(hashkey=picture).response


def right_answers(document: str) -> dict[str, str]:
    """The fields of the questions, answered right."""
    return {f"pregunta_{at}": question.right for at, question in enumerate(ask_about(document).questions, 1)}


def wrong_answers(document: str) -> dict[str, str]:
    """The fields of the questions, the first one answered wrong."""
    first = ask_about(document).questions[0]
    wrong = next(option.value for option in first.options if option.value != first.right)
    return {**right_answers(document), "pregunta_1": wrong}


def send(client: Client, email: str, answers: dict[str, str], **other: Any) -> HttpResponse:
    """Open the questions, type the picture's word, send."""
    picture = picture_on(client.get(QUESTIONS))
    return client.post(QUESTIONS, {"correo": email, **answers, "captcha_0": picture, "captcha_1": word_of(picture), **other})


def recover(client: Client, member: Member) -> HttpResponse:
    """Complete the recovery with right answers; the last response."""
    start(client, member.document)
    return send(client, member.email, right_answers(member.document))


def fail(client: Client, document: str, email: str) -> HttpResponse:
    """One wrong attempt."""
    return send(client, email, wrong_answers(document))


def shown_key(client: Client) -> str:
    """The key on the result page; "" when there is none."""
    found = re.search(r'<p class="clave">(\d+)</p>', client.get(RESULT).content.decode())
    return found[1] if found else ""
