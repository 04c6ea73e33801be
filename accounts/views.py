"""The pages of the member realm: sign-in, change of key, known devices, «no fui yo»."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import access_actions
from accounts import sign_in as entry
from accounts.attack_mode import WordRefused, asks_for_word
from accounts.backends import MEMBER_BACKEND
from accounts.forms import (
    UNFIT,
    WRONG_CURRENT,
    WRONG_PAIR,
    ChangeKeyForm,
    DisownForm,
    PictureForm,
    PortalForm,
    SignInForm,
)
from accounts.key_check import CheckOutcome
from accounts.lockout_text import lockout_text
from accounts.models import MEMBER_REALM, REALM_KEY, Member
from accounts.notice_cookie import has_note, redirect_with_note, without_note
from accounts.requests import MemberRequest, member_in
from accounts.sign_in import Changed, Entered, Unfit
from accounts.visitors import DEVICE_COOKIE, Visitor, visitor_of
from accounts.word_picture.tokens import new_token
from audit.actors import Actor
from ratelimits import rates
from ratelimits.gcra import charge

CHANGED = "✔ Cambio realizado con éxito, ingrese los nuevos datos"
KEY_SERVED = "✔ Su clave sirvió. Ahora elija otra clave de 5 números."
TEMPORARY_SERVED = "✔ Su clave temporal sirvió. Ahora elija su clave de 5 números."
INITIAL_SERVED = "✔ Su clave inicial sirvió. Ahora elija su clave de 5 números."
GIVEN_KEY_SERVED = {"temporary": TEMPORARY_SERVED, "mailed": TEMPORARY_SERVED, "initial": INITIAL_SERVED}
LOCKED_OUT = 429
FROM_HERE = "el ingreso desde su conexión"


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """`/acceso/`: document and key."""
    form = SignInForm(request.POST or None, initial={"documento": request.session.get("document", "")})
    if request.method != "POST" or not form.is_valid():
        return _page(request, "accounts/sign_in.html", form)
    visitor = _browser(request)
    outcome = entry.sign_in(**form.typed(), visitor=visitor, changing=_changing(request))
    if isinstance(outcome, Entered):
        return _let_in(request, outcome, visitor)
    status = _show_refusal(request, form, outcome, WRONG_PAIR)
    return _page(request, "accounts/sign_in.html", form, status)


def _changing(request: HttpRequest) -> str:
    """The document of a session that must change its key, or ""."""
    member = member_in(request) if request.session.get("must_change") else None
    return member.document if member else ""


def _browser(request: HttpRequest) -> Visitor:
    """The visitor, with a browser to remember misses by: a session key that is stored only if there is one."""
    request.session.assign_key()  # type: ignore[attr-defined]  # accounts.sessions
    return visitor_of(request)


def _page(request: HttpRequest, template: str, form: PortalForm, status: int = 200, **context: object) -> HttpResponse:
    if isinstance(form, PictureForm) and asks_for_word(visitor_of(request), request.POST.get("documento"), _changing(request)):
        form.ask_for_word(new_token())
    return render(request, template, {"form": form, **context}, status=status)


def _let_in(request: HttpRequest, entered: Entered, visitor: Visitor) -> HttpResponse:
    """A new session of the member door; to the change first, if the key must be changed."""
    open_session(request, entered.member)
    if entered.key.must_change:
        key = entered.key
        kept = {"key_id": key.pk, "key_kind": key.kind, "opening": key.opening, "browser": visitor.browser}
        request.session.update({"must_change": True, **kept})
        return redirect("accounts:change_key")
    response = redirect("statements:statement")
    set_device_cookie(request, response, entered.cookie)
    return response


def open_session(request: HttpRequest, member: Member) -> None:
    """What Django's `login` does, with a session that is always new and written only once."""
    request.session.flush()
    member.realm = MEMBER_REALM
    now = int(timezone.now().timestamp())
    request.session.update(
        {
            SESSION_KEY: str(member.pk),
            BACKEND_SESSION_KEY: MEMBER_BACKEND,
            HASH_SESSION_KEY: member.get_session_auth_hash(),
            REALM_KEY: MEMBER_REALM,
            "started_at": now,
            "seen_at": now,
        }
    )
    rotate_token(request)


def set_device_cookie(request: HttpRequest, response: HttpResponse, cookie: str) -> None:
    """Set a new device cookie, or keep the one in hand for another `DEVICE_DAYS`."""
    value = cookie or request.COOKIES.get(DEVICE_COOKIE, "")
    if value:
        age = int(settings.DEVICE_LIFE.total_seconds())
        response.set_cookie(DEVICE_COOKIE, value, max_age=age, secure=settings.HTTPS, httponly=True, samesite="Strict")


def _show_refusal(request: HttpRequest, form: PictureForm, outcome: CheckOutcome | WordRefused, wrong: str) -> int:
    """Put the sentence on the form; the status of the page."""
    if isinstance(outcome, WordRefused):
        return _show_word_refusal(form, outcome)
    if outcome.is_miss:
        request.session.modified = True  # stores the key this browser's misses are remembered by
    if outcome.locked_until:
        own = outcome.is_miss or bool(outcome.refusal and outcome.refusal.limit.document)
        _add_lockout(form, outcome.locked_until, "el ingreso con este documento" if own else FROM_HERE)
        return LOCKED_OUT if outcome.locked_out else 200
    remaining = f" {_remaining_text(outcome.remaining)}" if outcome.remaining is not None else ""
    form.add_error("documento", wrong + remaining)
    return 200


def _show_word_refusal(form: PictureForm, refused: WordRefused) -> int:
    if refused.locked_until:
        _add_lockout(form, refused.locked_until, FROM_HERE)
        return LOCKED_OUT
    form.refuse_word(missing=refused.missing)
    return 200


def _add_lockout(form: Form, until: datetime, what: str) -> None:
    other_ways = f"Puede usar ¿Olvidó su clave? o llamar al {settings.COOP_PHONE}."
    form.add_error("documento", lockout_text(until, timezone.now(), what, other_ways))


def _remaining_text(remaining: int) -> str:
    return "Le queda 1 intento." if remaining == 1 else f"Le quedan {remaining} intentos."


@login_not_required
def leave(request: HttpRequest) -> HttpResponse:
    """`/acceso/salir/`: «Salida Segura», by POST; anything half done is forgotten with the session."""
    if request.method != "POST":
        return redirect("home")
    member = member_in(request)
    if member:
        entry.leave(member=member, by=Actor.member(member.document, visitor_of(request).network))
    request.session.flush()
    return redirect("/?salio=1")


@login_not_required
def change_key(request: HttpRequest) -> HttpResponse:
    """`/acceso/cambiar-clave/`, with and without a session: without one it is a sign-in too."""
    forced = bool(request.session.get("must_change"))
    member = member_in(request)
    document = member.document if member else request.session.get("document", "")
    form = ChangeKeyForm(request.POST or None, initial={"documento": document})
    context = {"forced": forced, **(_given_key_texts(request) if forced else {})}
    if request.method != "POST" or not form.is_valid():
        return _page(request, "accounts/change_key.html", form, 200, **context)
    outcome = entry.change_key(**form.typed(), visitor=_browser(request), changing=_changing(request))
    if isinstance(outcome, Changed):
        return _changed(request, outcome.cookie, form.cleaned_data["documento"])
    if isinstance(outcome, Unfit):
        form.add_error("clave_nueva", UNFIT[outcome])
        status = 200
    else:
        status = _show_refusal(request, form, outcome, WRONG_CURRENT)
    return _page(request, "accounts/change_key.html", form, status, **context)


def _given_key_texts(request: HttpRequest) -> dict[str, object]:
    """What the change page says of the key that opened this session."""
    kind = request.session.get("key_kind", "")
    return {"notice": GIVEN_KEY_SERVED.get(kind, KEY_SERVED), "recovered": kind in ("temporary", "mailed")}


def _changed(request: HttpRequest, cookie: str, document: str) -> HttpResponse:
    """Back to the entry page, signed out, as the manual has it; the document is filled in there for this visit."""
    request.session.flush()
    request.session["document"] = document
    messages.success(request, CHANGED, extra_tags="exito")
    response = redirect("accounts:sign_in")
    set_device_cookie(request, response, cookie)
    return response


def known_devices(request: MemberRequest) -> HttpResponse:
    """`/acceso/dispositivos/`: see and forget the browsers this member's key is known in."""
    member, visitor = request.user, visitor_of(request)
    if request.method == "POST":
        chosen = request.POST.get("olvidar", "")
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 18:
            by = Actor.member(member.document, visitor.network)
            access_actions.forget_devices(member=member, by=by, only=int(chosen))
            messages.success(request, "✔ Quitamos ese dispositivo.", extra_tags="exito")
        return redirect("accounts:devices")
    rows = member.devices.order_by("-used_at")
    return render(request, "accounts/devices.html", {"devices": rows, "in_hand": visitor.device})


DISOWNED = (
    "Si el documento y el código son correctos, cerramos el acceso a su estado de cuenta. Para abrirlo de nuevo, llame al {}."
)


@login_not_required
def disown(request: HttpRequest) -> HttpResponse:
    """`/acceso/no-fui-yo/`: the code of a notice closes the door; one sentence, whatever was typed."""
    form = DisownForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        visitor = visitor_of(request)
        by = Actor.stranger(visitor.network)
        document, code = form.cleaned_data["documento"], form.cleaned_data["codigo"]
        if not charge(rates.disown_network(visitor.network), rates.disown_document(document), by=by):
            access_actions.disown(document=document, code=code, by=by)
        return redirect_with_note("accounts:disown", "recibido")
    notice = DISOWNED.format(settings.COOP_PHONE) if has_note(request, "recibido") else ""
    return without_note(request, _page(request, "accounts/disown.html", form, notice=notice))
