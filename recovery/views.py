"""The screens of the recovery. They parse, call one verb of `actions.py`, and show."""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.lockout_text import lockout_text
from accounts.notice_cookie import has_note, redirect_with_note, without_note
from accounts.visitors import browser_digest, visitor_of
from accounts.word_picture.store import answer_picture, picture_key, redraw
from common.colombia.formats import cuando
from common.sql.select import select_one
from ratelimits import rates
from ratelimits.gcra import Refusal
from recovery import actions
from recovery.challenge import ask_about
from recovery.forms import NONE_LEFT, WRONG_ANSWERS, DocumentForm, QuestionsForm
from recovery.leaving import MARK
from recovery.models import Attempt
from recovery.own_wrong_answers import count_own
from recovery.result import result_of

TOO_LATE = "Pasó mucho tiempo. Escriba otra vez su documento."
GONE = "Esta clave ya no está disponible. Si no la anotó, empiece otra vez."
NOTES = {"tarde": TOO_LATE, "cerrada": GONE}
LOCKED_OUT = 429
SHOWN = (Attempt.Outcome.PASSED, Attempt.Outcome.MAIL, Attempt.Outcome.APART)  # outcomes that have a result page


@login_not_required
def start(request: HttpRequest) -> HttpResponse:
    """`/recuperar/`: the document, and on to the questions or the mail road, a member's or not."""
    form = DocumentForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        new_browser = partial(_new_session, request)
        started = actions.start_attempt(
            document=form.cleaned_data["documento"], visitor=visitor_of(request), new_browser=new_browser
        )
        if isinstance(started, Attempt):
            request.session["attempt"] = started.pk
            if request.POST.get("accion") != "correo":
                return redirect("recovery:questions")
            refusal = actions.request_by_mail(attempt=started, visitor=visitor_of(request))
            if refusal is None:
                return _mail_asked(request, started)
            started = refusal
        form.add_error("documento", _lockout_text(started.until))
        status = LOCKED_OUT
    notice = next((text for code, text in NOTES.items() if has_note(request, code)), "")
    page = render(request, "recovery/start.html", {"form": form, "notice": notice}, status=status)
    return without_note(request, page)


def _new_session(request: HttpRequest) -> str:
    """Each recovery begins in a session whose id nobody can have planted in this browser; its digest."""
    request.session.cycle_key()
    return browser_digest(request)


def _lockout_text(until: datetime) -> str:
    other_ways = f"También puede llamar al {settings.COOP_PHONE} o ir a una oficina."
    return lockout_text(until, timezone.now(), "la recuperación", other_ways)


def _attempt(request: HttpRequest) -> Attempt | None:
    """The attempt this browser began last, and no other's."""
    number, browser = request.session.get("attempt"), browser_digest(request)
    return select_one(Attempt, "id = %s AND browser = %s", number, browser) if number and browser else None


@login_not_required
def questions(request: HttpRequest) -> HttpResponse:
    """`/recuperar/preguntas/`: e-mail, questions and picture; or the key by mail."""
    attempt = _attempt(request)
    if attempt is None or attempt.expires_at <= timezone.now() or attempt.picture is None:
        return _too_late()
    if attempt.outcome == Attempt.Outcome.PASSED:
        return redirect("recovery:result")
    wanted = request.POST.get("accion", "")
    if wanted == "correo":
        return _by_mail(request, attempt)
    if request.method == "POST" and wanted != "imagen":
        return _answer(request, attempt)
    if wanted == "imagen":
        redraw(attempt.picture)
    # «Cambiar imagen» keeps what was filled in and finds no fault with what was not.
    return _page(request, attempt, _form(attempt, initial=request.POST.dict()))


def _too_late() -> HttpResponse:
    return redirect_with_note("recovery:start", "tarde")


def _form(attempt: Attempt, **kwargs: object) -> QuestionsForm:
    return QuestionsForm(ask_about(attempt.document), settings.COOP_NAME, **kwargs)


def _page(request: HttpRequest, attempt: Attempt, form: QuestionsForm, status: int = 200) -> HttpResponse:
    key = picture_key(attempt.picture)
    if not key:
        return _too_late()
    form.with_picture(key)
    return render(request, "recovery/questions.html", {"form": form, "attempt": attempt}, status=status)


def _answer(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    form = _form(attempt, data=request.POST)
    complete, right_word = form.is_valid(), form.right_word(partial(answer_picture, attempt.picture))
    if not complete or not right_word:
        return _page(request, attempt, form)
    return _judge(request, attempt, form)


def _judge(request: HttpRequest, attempt: Attempt, form: QuestionsForm) -> HttpResponse:
    judged = actions.answer_attempt(
        attempt=attempt,
        asked=form.asked,
        email=form.cleaned_data["correo"],
        answers=form.answers(),
        visitor=visitor_of(request),
    )
    if judged.passed or judged.apart:
        request.session["document"] = attempt.document  # filled in at the entry page, in this visit only
        if judged.passed:
            request.session[MARK] = attempt.pk
        return redirect("recovery:result")
    if judged.locked_until:
        return _page(request, attempt, _with_error(form, _lockout_text(judged.locked_until)), LOCKED_OUT)
    form.none_left = count_own(request, attempt.document, form.cleaned_data["correo"]) >= rates.WRONG_ANSWERS
    return _page(request, attempt, _with_error(form, NONE_LEFT if form.none_left else WRONG_ANSWERS))


def _with_error(form: QuestionsForm, sentence: str) -> QuestionsForm:
    form.add_error(None, sentence)
    return form


def _by_mail(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    refusal = actions.request_by_mail(attempt=attempt, visitor=visitor_of(request))
    if isinstance(refusal, Refusal):
        form = _form(attempt, data=request.POST)
        form.errors.clear()
        form.add_error(None, _lockout_text(refusal.until))
        return _page(request, attempt, form, LOCKED_OUT)
    return _mail_asked(request, attempt)


def _mail_asked(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    request.session["document"] = attempt.document  # filled in at the entry page, in this visit only
    return redirect("recovery:result")


@login_not_required
def result(request: HttpRequest) -> HttpResponse:
    """`/recuperar/listo/`: the temporary key, until it was used, ran out, or the page was left."""
    attempt = _attempt(request)
    if attempt is None:
        return redirect_with_note("recovery:start", "cerrada")
    if attempt.outcome not in SHOWN:
        return redirect("recovery:start")
    shown = result_of(attempt)
    when = cuando(shown.until, timezone.now()) if shown.until else ""
    seconds = int(settings.RECOVERY_COUNTDOWN.total_seconds())
    minutes = int(settings.TEMPORARY_KEY_LIFE.total_seconds() // 60)
    context = {"result": shown, "when": when, "seconds": seconds, "minutes": minutes}
    return render(request, "recovery/result.html", context)
