"""What the front page shows: today's figures, thirty days, and whether everything runs."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from accounts.attack_mode import in_attack_mode
from accounts.models import ContactChange, Member
from audit.kinds import Kind
from audit.models import Event, Head
from audit.triggers import missing_triggers
from audit.verify import head_agrees
from backoffice.daily_counts import Day, last_days, start_of
from backoffice.roles import ROLES
from backoffice.wording import moment_text
from common.colombia.formats import fecha_corta, thousands
from outbox.lateness import late_since
from outbox.models import Beat, Message, State
from recovery.coverage import count_unable, coverage_text
from recovery.models import Coverage
from recovery.under_attack import under_attack
from registry.contact_overrides import overdue_overrides

WORKER_QUIET = timedelta(minutes=2)  # the worker looks at the queue every few seconds
BAR, GAP, HEIGHT = 14, 6, 90  # pixels of the chart


@dataclass(frozen=True)
class Figure:
    """One of today's figures; `link` leads to its list, "" for whom it is closed."""

    label: str
    value: str
    link: str = ""
    warn: bool = False


@dataclass(frozen=True)
class Line:
    """Something that runs or does not."""

    ok: bool
    text: str


def front_page(member: Member) -> dict[str, Any]:
    """All the front page's template needs, in a constant number of queries."""
    days = last_days()
    return {
        "figures": [*_figures_of(days[-1], member), *_standing(member), _unable()],
        "chart": chart(days),
        "table": [_row(day) for day in reversed(days)],
        "health": [_trail(), _worker(), _mail()],
        "coverage": _coverage(),
        "issuers": _issuers() if member.has_perm("audit.view_event") else [],
    }


def _figures_of(today: Day, member: Member) -> list[Figure]:
    shown = [
        ("Claves emitidas", Kind.KEY_ISSUED, False),
        ("Accesos en pausa", Kind.SIGN_IN_LOCKED, False),
        ("Recuperaciones logradas", Kind.RECOVERY_PASSED, False),
        ("Recuperaciones fallidas", Kind.RECOVERY_FAILED, False),
        ("Alarmas de funcionarios", Kind.STAFF_ALARM, True),
        ("Contraseñas correctas con código errado", Kind.STAFF_CODE_ALARM, True),
    ]
    may = member.has_perm("audit.view_event")
    closed = {
        Kind.SIGN_IN_LOCKED: reverse("admin:accounts_member_changelist") + "?estado=pausa"
    }  # for whom the trail is closed
    return [
        Figure(label, str(today.count(kind)), _events(kind) if may else closed.get(kind, ""), alarm and today.count(kind) > 0)
        for label, kind, alarm in shown
    ]


def _events(kind: Kind) -> str:
    return f"{reverse('admin:audit_event_changelist')}?{urlencode({'tipo': kind, 'dia': timezone.localdate()})}"


def _standing(member: Member) -> list[Figure]:
    """Figures that belong to no day: mails not delivered, proposals that wait, attack mode."""
    since = start_of(timezone.localdate() - timedelta(days=7))  # a mail is given up after three days
    failed = Message.objects.filter(state=State.FAILED, created_at__gte=since).count()
    mails = (
        f"{reverse('admin:outbox_message_changelist')}?estado={State.FAILED}" if member.has_perm("outbox.view_message") else ""
    )
    waiting = ContactChange.objects.filter(state=ContactChange.State.WAITING).count()
    queue = reverse("admin:accounts_contactchange_changelist") + "?estado=waiting"
    late, missing = overdue_overrides().count(), reverse("admin:accounts_contactchange_changelist") + "?nucleo=atrasado"
    may = member.has_perm("audit.view_event")
    attacked, answers_attacked = in_attack_mode(), under_attack()
    return [
        Figure(
            "Correos no entregados (7 días)", str(failed), mails if member.has_perm("outbox.view_message") else "", failed > 0
        ),
        Figure("Cambios de contacto por aprobar", str(waiting), queue),
        Figure(f"Cambios que el núcleo no tiene hace {settings.CONTACT_PENDING.days} días", str(late), missing, late > 0),
        Figure(
            "Asedio (alguien prueba muchas claves)",
            "Sí" if attacked else "No",
            _started(Kind.ATTACK_MODE_STARTED) if may else "",
            attacked,
        ),
        Figure(
            "Ataque a la recuperación (alguien prueba muchas respuestas)",
            "Sí" if answers_attacked else "No",
            _started(Kind.RECOVERY_ATTACK_STARTED) if may else "",
            answers_attacked,
        ),
    ]


def _started(kind: Kind) -> str:
    return f"{reverse('admin:audit_event_changelist')}?{urlencode({'tipo': kind})}"


def _row(day: Day) -> dict[str, Any]:
    kinds = {
        "issued": Kind.KEY_ISSUED,
        "passed": Kind.RECOVERY_PASSED,
        "failed": Kind.RECOVERY_FAILED,
        "paused": Kind.SIGN_IN_LOCKED,
    }
    return {"day": day.day, **{name: day.count(kind) for name, kind in kinds.items()}}


def _unable() -> Figure:
    """How many members cannot recover by questions; its list shows who and why."""
    link = reverse("admin:backoffice_cannotrecover_changelist")
    return Figure("Asociados que no pueden recuperar con preguntas", thousands(count_unable()), link)


def _coverage() -> Line | None:
    """How many can recover by questions and why the others cannot, as counted after the last pass over the registry."""
    row = Coverage.objects.filter(pk=1).first()
    return Line(True, f"{moment_text(row.counted_at)}: {coverage_text(row)}") if row else None


def _issuers() -> list[dict[str, Any]]:
    """Who gave how many keys today, most first."""
    today = Event.objects.filter(at__gte=start_of(timezone.localdate()), kind=Kind.KEY_ISSUED, actor_role__in=[*ROLES, "admin"])
    rows = today.order_by().values("actor", "actor_role").annotate(count=Count("number")).order_by("-count")[:20]
    return [{**row, "link": f"{_events(Kind.KEY_ISSUED)}&{urlencode({'quien': row['actor']})}"} for row in rows]


def chart(days: list[Day]) -> dict[str, Any]:
    """Bars of the keys issued and of the failed recoveries, ready to be drawn."""
    shown = [("issued", Kind.KEY_ISSUED), ("failed", Kind.RECOVERY_FAILED)]
    most = max([day.count(kind) for day in days for _, kind in shown] + [1])
    bars = [
        {
            "series": series,
            "x": place * (BAR + GAP) + half * (BAR // 2),
            "y": HEIGHT - day.count(kind) * HEIGHT // most,
            "height": day.count(kind) * HEIGHT // most,
            "title": f"{fecha_corta(day.day)}: {day.count(kind)}",
        }
        for place, day in enumerate(days)
        for half, (series, kind) in enumerate(shown)
    ]
    return {"bars": bars, "width": len(days) * (BAR + GAP), "height": HEIGHT, "bar": BAR // 2, "most": most}


def _trail() -> Line:
    missing = missing_triggers()
    if missing:
        return Line(False, f"Auditoría: faltan {len(missing)} candados de la base de datos. Corra manage.py migrate.")
    if not head_agrees():
        return Line(False, "Auditoría: el final no coincide. Corra manage.py verify_audit.")
    number = Head.objects.values_list("number", flat=True).first() or 0
    anchored = Event.objects.filter(kind=Kind.TRAIL_ANCHORED).order_by("-number").values_list("at", flat=True).first()
    last = f"última ancla: {moment_text(anchored)}" if anchored else "nunca se ha anclado"
    return Line(True, f"Auditoría: {number} eventos, final en orden; {last}.")


def _worker() -> Line:
    at = Beat.objects.filter(name="worker").values_list("at", flat=True).first()
    if at is None:
        return Line(False, "Correo: el proceso que envía nunca ha corrido. Inicie manage.py worker.")
    if timezone.now() - at > WORKER_QUIET:
        return Line(False, f"Correo: el proceso que envía no da señales desde {moment_text(at)}.")
    return Line(True, "Correo: el proceso que envía está trabajando.")


def _mail() -> Line:
    if oldest := late_since():
        return Line(False, f"Correo: hay mensajes en cola desde {moment_text(oldest)}.")
    return Line(True, "Correo: la cola está al día.")
