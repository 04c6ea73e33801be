"""`/recuperar/` and `/recuperar/preguntas/`: the steps, the picture, the outcome."""

import pytest
from captcha.models import CaptchaStore
from django.test import Client

from accounts.models import AccessKey, Member
from audit.kinds import Kind
from audit.models import Event
from outbox.models import Message
from outbox.queue import content_of
from recovery.models import Attempt
from recovery.questions import NONE_OF_THEM
from tests.recovery.walk import (
    QUESTIONS,
    RESULT,
    START,
    WRONG,
    WRONG_WORD,
    fail,
    picture_on,
    recover,
    right_answers,
    send,
    shown_key,
    start,
    word_of,
    wrong_answers,
)

pytestmark = pytest.mark.django_db
LATE = "Pasó mucho tiempo. Escriba otra vez su documento."


def keys_of(member: Member) -> int:
    return member.keys.live().filter(kind=AccessKey.Kind.TEMPORARY).count()


def test_any_document_goes_on_to_the_questions(client: Client, member: Member) -> None:
    for document in ("32.451.867", "99999999"):
        response = start(client, document)
        assert (response.status_code, response.headers["Location"]) == (302, QUESTIONS)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("", "Escriba su número de documento"), ("12a45", "El documento lleva solo números"), ("12", "El documento tiene")],
)
def test_what_is_no_document_gets_a_sentence(client: Client, typed: str, sentence: str) -> None:
    response = client.post(START, {"documento": typed})
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert "<title>Error: " in response.content.decode()


def test_the_page_asks_three_questions_with_nine_options_each(client: Client, member: Member) -> None:
    start(client, member.document)
    page = client.get(QUESTIONS).content.decode()
    assert page.count("<legend>") == 3
    assert page.count('type="radio"') == 27
    assert page.count(NONE_OF_THEM) == 3
    assert " checked" not in page


def test_right_answers_issue_a_key_show_it_and_mail_it(client: Client, member: Member) -> None:
    response = recover(client, member)
    assert (response.status_code, response.headers["Location"]) == (302, RESULT)
    key = shown_key(client)
    assert len(key) == 4
    assert keys_of(member) == 1
    mail = content_of(Message.objects.get(kind="temporary_key"))
    assert mail["to"] == member.email
    assert key in mail["text"]
    assert "http" not in mail["text"]
    assert Event.objects.filter(kind=Kind.RECOVERY_PASSED, outcome="done").count() == 1
    assert Attempt.objects.get().outcome == Attempt.Outcome.PASSED


def test_the_key_signs_in_and_must_be_changed(client: Client, member: Member) -> None:
    recover(client, member)
    response = client.post("/acceso/", {"documento": member.document, "clave": shown_key(client)})
    assert response.headers["Location"] == "/acceso/cambiar-clave/"


def test_one_wrong_answer_is_wrong(client: Client, member: Member) -> None:
    start(client, member.document)
    response = fail(client, member.document, member.email)
    assert response.status_code == 200
    assert WRONG in response.content.decode()
    assert keys_of(member) == 0
    assert Event.objects.filter(kind=Kind.RECOVERY_FAILED).count() == 1
    assert Attempt.objects.get().wrong == 1


def test_a_wrong_email_is_the_same_sentence(client: Client, member: Member) -> None:
    start(client, member.document)
    response = send(client, "otra@correo.example", right_answers(member.document))
    assert WRONG in response.content.decode()
    assert keys_of(member) == 0


def test_capitals_and_spaces_in_the_email_do_not_matter(client: Client, member: Member) -> None:
    start(client, member.document)
    assert send(client, f" {member.email.upper()} ", right_answers(member.document)).status_code == 302


def test_a_wrong_word_keeps_the_answers_and_costs_no_try(client: Client, member: Member) -> None:
    start(client, member.document)
    answers = right_answers(member.document)
    for _ in range(5):
        page = send(client, member.email, answers, captcha_1="equivocada")
        assert WRONG_WORD in page.content.decode()
        assert page.content.decode().count(" checked") == 3
        assert f'value="{member.email}"' in page.content.decode()
    assert Attempt.objects.get().wrong == 0
    assert send(client, member.email, answers).status_code == 302


def test_the_word_may_have_capitals_and_accents(client: Client, member: Member) -> None:
    start(client, member.document)
    picture = picture_on(client.get(QUESTIONS))
    CaptchaStore.objects.filter(hashkey=picture).update(response="arbol")
    data = {"correo": member.email, **right_answers(member.document), "captcha_0": picture, "captcha_1": " ÁRBOL "}
    assert client.post(QUESTIONS, data).status_code == 302


def test_a_picture_is_valid_once(client: Client, member: Member) -> None:
    start(client, member.document)
    picture = picture_on(client.get(QUESTIONS))
    data = {"correo": member.email, **wrong_answers(member.document), "captcha_0": picture, "captcha_1": word_of(picture)}
    assert WRONG in client.post(QUESTIONS, data).content.decode()
    assert WRONG_WORD in client.post(QUESTIONS, data).content.decode()
    assert Attempt.objects.get().wrong == 1


def test_an_old_picture_serves_no_more(client: Client, member: Member, clock) -> None:
    start(client, member.document)
    picture = picture_on(client.get(QUESTIONS))
    word = word_of(picture)
    clock.forward(minutes=44)
    start(client, member.document)
    clock.forward(minutes=2)
    answers = {"correo": member.email, **right_answers(member.document), "captcha_0": picture, "captcha_1": word}
    assert WRONG_WORD in client.post(QUESTIONS, answers).content.decode()


def test_a_wrong_word_uses_the_picture_up(client: Client, member: Member) -> None:
    start(client, member.document)
    picture = picture_on(client.get(QUESTIONS))
    word = word_of(picture)
    data = {"correo": member.email, **right_answers(member.document), "captcha_0": picture}
    client.post(QUESTIONS, {**data, "captcha_1": "equivocada"})
    assert WRONG_WORD in client.post(QUESTIONS, {**data, "captcha_1": word}).content.decode()


def test_another_picture_keeps_what_was_filled_in(client: Client, member: Member) -> None:
    start(client, member.document)
    first = picture_on(client.get(QUESTIONS))
    answers = right_answers(member.document)
    data = {"correo": "rosa", **answers, "captcha_0": first, "captcha_1": "medio", "accion": "imagen"}
    response = client.post(QUESTIONS, data)
    page = response.content.decode()
    assert picture_on(response) != first
    assert page.count(" checked") == 3
    assert 'value="rosa"' in page
    assert "Error" not in page
    assert 'value="medio"' not in page


def test_the_picture_is_small_and_public(client: Client, member: Member) -> None:
    start(client, member.document)
    picture = picture_on(client.get(QUESTIONS))
    response = Client().get(f"/recuperar/imagen/{picture}/")
    assert response.headers["Content-Type"] == "image/png"
    assert len(response.content) < 6000


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"correo": ""}, "Escriba su correo electrónico"),
        ({"correo": "rosa@"}, "Escriba el correo completo, por ejemplo nombre@correo.com"),
        ({"correo": f"a@{('b' * 50 + '.') * 6}{'m' * 500}"}, "Escriba el correo completo, por ejemplo nombre@correo.com"),
        ({"pregunta_2": ""}, "Elija una respuesta en la pregunta 2"),
        ({"pregunta_3": "inventada"}, "Elija una respuesta en la pregunta 3"),
        ({"captcha_1": ""}, "Escriba la palabra de la imagen"),
    ],
)
def test_what_is_missing_is_said_and_costs_no_try(
    client: Client, member: Member, missing: dict[str, str], sentence: str
) -> None:
    start(client, member.document)
    response = send(client, member.email, right_answers(member.document), **missing)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert Attempt.objects.get().wrong == 0


def test_without_the_first_step_there_are_no_questions(client: Client) -> None:
    response = client.get(QUESTIONS, follow=True)
    assert response.redirect_chain == [(START, 302)]
    assert LATE in response.content.decode()


def test_too_late_means_beginning_again(client: Client, member: Member, clock) -> None:
    start(client, member.document)
    clock.forward(minutes=44)
    assert client.get(QUESTIONS).status_code == 200
    clock.forward(minutes=2)
    assert client.get(QUESTIONS).headers["Location"] == START


def test_the_questions_belong_to_the_browser_that_began(client: Client, member: Member) -> None:
    start(client, member.document)
    other = Client()
    start(other, "99999999")
    session = other.session
    session["attempt"] = Attempt.objects.get(document=member.document).pk
    session.save()
    assert other.get(QUESTIONS).headers["Location"] == START


def test_answers_of_another_tab_are_no_answers(client: Client, member: Member, other_member: Member) -> None:
    start(client, member.document)
    mine = right_answers(member.document)
    start(client, other_member.document)
    response = send(client, member.email, mine)
    assert "Elija una respuesta en la pregunta 1" in response.content.decode()
    assert AccessKey.objects.count() == 0


def test_a_passed_attempt_is_not_answered_again(client: Client, member: Member) -> None:
    recover(client, member)
    response = client.post(QUESTIONS, {"correo": member.email, **right_answers(member.document)})
    assert response.headers["Location"] == RESULT
    assert member.keys.count() == 1


@pytest.mark.parametrize("state", ["retired", "blocked", "held", "no email"])
def test_a_member_who_may_not_recover_gets_questions_and_no_key(client: Client, member: Member, clock, state: str) -> None:
    email, questions = member.email, right_answers(member.document)
    member.status = "retired" if state == "retired" else "active"
    member.blocked_at = clock.now if state == "blocked" else None
    member.held_until = clock.forward(hours=1) if state == "held" else None
    clock.forward(minutes=-30)
    member.email = "" if state == "no email" else email
    member.save()
    assert right_answers(member.document) == questions
    start(client, member.document)
    assert WRONG in send(client, email, questions).content.decode()
    assert AccessKey.objects.count() == 0


def test_a_member_with_three_facts_gets_invented_questions(client: Client, member: Member) -> None:
    real = right_answers(member.document)
    Member.objects.update(landline="", address="")
    assert right_answers(member.document) != real
    start(client, member.document)
    assert WRONG in send(client, member.email, right_answers(member.document)).content.decode()


def test_a_blocked_member_is_refused_also_when_blocked_meanwhile(client: Client, member: Member, clock) -> None:
    start(client, member.document)
    answers = right_answers(member.document)
    Member.objects.update(blocked_at=clock.now)
    assert WRONG in send(client, member.email, answers).content.decode()


def test_the_old_key_lives_until_a_new_one_is_chosen(client: Client, member: Member) -> None:
    from tests.access import choose, sign_in

    choose(member, "48271")
    recover(client, member)
    assert sign_in(Client(), member.document, "48271").headers["Location"] == "/estado-de-cuenta/"
