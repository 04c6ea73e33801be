"""The admin site of the staff realm: sign-in, second factor, password and front page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import include, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe

from accounts.forms import PortalForm
from accounts.models import STAFF_REALM
from accounts.visitors import visitor_of
from audit.kinds import Kind
from audit.record import record
from backoffice import factor
from backoffice import sign_in as entry
from backoffice.actions import change_password
from backoffice.attempts import LockedOut
from backoffice.codes import spelled
from backoffice.forms import WRONG, WRONG_CODE, EnrolmentForm, PasswordForm, StaffSignInForm
from backoffice.front import front_page
from backoffice.lists import OfficeList
from backoffice.roles import actor_of, role_of, staff_of

PAGES = "backoffice/"
LOCKED_OUT = 429


class OfficeSite(AdminSite):
    """Django's admin with our own sign-in; only the urls listed here exist."""

    site_header = site_title = "Oficina"
    enable_nav_sidebar = False

    def get_urls(self) -> list[Any]:
        pages: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("", self.index, "index"),
            ("logout/", self.logout, "logout"),
            ("password_change/", self.password_change, "password_change"),
        ]
        urls: list[Any] = [path(route, self.admin_view(view), name=name) for route, view, name in pages]
        urls += [path("login/", self.login, name="login"), path("segundo-factor/", self.enrol, name="enrol")]
        for model, model_admin in self._registry.items():
            urls.append(path(f"{model._meta.app_label}/{model._meta.model_name}/", include(model_admin.urls)))
        return urls

    def has_permission(self, request: HttpRequest) -> bool:
        return entry.inside(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        inside = entry.inside(request)
        return {
            "inside": inside,
            "role": role_of(staff_of(request)) if inside else "",
            "menu": [row for row in self._lists() if inside and row.in_menu(request)],
            "site_title": self.site_title,
        }

    def _lists(self) -> list[OfficeList]:
        return [row for row in self._registry.values() if isinstance(row, OfficeList)]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """`/admin/login/`: document, password and code."""
        if entry.inside(request):
            return redirect("admin:index")
        form = StaffSignInForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            network = visitor_of(request).network
            known = entry.sign_in(document=data["documento"], password=data["contrasena"], code=data["codigo"], network=network)
            if isinstance(known, LockedOut):
                return self._locked_out(request, "sign_in", form, "documento", known, next="")
            if known is None:
                form.add_error("documento", WRONG)
            elif known.factor is None:
                entry.wait_for_enrolment(request, known.member)
                return redirect("admin:enrol")
            else:
                entry.open_session(request, known.member, known.factor, how=known.how, network=network)
                return redirect(_wanted_page(request))
        return self._page(request, "sign_in", form=form, next=request.GET.get("next", ""))

    def enrol(self, request: HttpRequest) -> HttpResponse:
        """`/admin/segundo-factor/`: the QR code at the first sign-in; a right code signs in and shows the backup codes."""
        member = entry.enrolling_member(request)
        waiting = entry.enrolling_factor(request, member) if member else None
        if member is None or waiting is None:  # begun or finished in another browser: do not show that secret
            return redirect("admin:login")
        form = EnrolmentForm(request.POST if request.method == "POST" else None)
        secret = spelled(factor.secret_of(waiting))
        svg = mark_safe(factor.qr_svg(waiting))  # noqa: S308  made by qrcode of our own uri
        if request.method == "POST" and form.is_valid():
            network = visitor_of(request).network
            codes = entry.confirm_enrolment(waiting, form.cleaned_data["codigo"], network=network)
            if isinstance(codes, LockedOut):
                return self._locked_out(request, "enrol", form, "codigo", codes, svg=svg, secret=secret)
            if codes:
                entry.open_session(request, member, waiting, how="enrolment", network=network)
                return self._page(request, "backup_codes", codes=codes)
            form.add_error("codigo", WRONG_CODE)
        return self._page(request, "enrol", form=form, svg=svg, secret=secret)

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        """`/admin/logout/`: POST ends the session."""
        if request.method == "POST":
            record(Kind.STAFF_LEFT, by=actor_of(request), document=staff_of(request).document)
            request.session.flush()
            messages.success(request, "Salió de forma segura.")
            return redirect("admin:login")
        return redirect("admin:index")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        """`/admin/password_change/`: a new password, by the current one."""
        member = staff_of(request)
        form = PasswordForm(request.POST if request.method == "POST" else None, member=member)
        if request.method == "POST" and form.is_valid():
            data = form.cleaned_data
            changed = change_password(member=member, current=data["contrasena"], new=data["nueva"], by=actor_of(request))
            if isinstance(changed, LockedOut):
                return self._locked_out(request, "password", form, "contrasena", changed)
            if changed:
                member.realm = STAFF_REALM
                update_session_auth_hash(request, member)
                messages.success(request, "Cambió su contraseña. Las demás sesiones suyas se cerraron.")
                return redirect("admin:index")
            form.add_error("contrasena", "La contraseña actual no coincide")
        return self._page(request, "password", form=form)

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        """`/admin/`: search, today's counts, thirty days, and the state of the portal."""
        return self._page(request, "front", **front_page(staff_of(request)))

    def _locked_out(
        self, request: HttpRequest, name: str, form: PortalForm, field: str, locked_out: LockedOut, **context: Any
    ) -> HttpResponse:
        form.add_error(field, locked_out.text())
        return self._page(request, name, form=form, status=LOCKED_OUT, **context)

    def _page(
        self, request: HttpRequest, name: str, *, form: PortalForm | None = None, status: int = 200, **context: Any
    ) -> HttpResponse:
        context = {**self.each_context(request), "form": form, **context}
        return TemplateResponse(request, f"{PAGES}{name}.html", context, status=status)


def _wanted_page(request: HttpRequest) -> str:
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.startswith("/admin/") else "admin:index"


site = OfficeSite()
