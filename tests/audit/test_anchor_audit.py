import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.anchors import read_anchors
from audit.kinds import Kind
from audit.models import Event, Head
from tests.audit.trail import write_events

pytestmark = pytest.mark.django_db


def test_each_run_adds_a_line_and_leaves_an_event(tmp_path: Path, settings: Any):
    settings.AUDIT_ANCHORS = str(tmp_path / "anclas.txt")
    write_events(2)
    head = Head.objects.get()
    call_command("anchor_audit", stdout=StringIO())
    call_command("anchor_audit", stdout=StringIO())
    first, second = read_anchors(tmp_path / "anclas.txt")
    assert (first.number, first.mac) == (head.number, head.mac)
    assert second.number == 3
    assert Event.objects.filter(kind=Kind.TRAIL_ANCHORED).count() == 2


def test_only_the_operator_reads_the_file(tmp_path: Path):
    write_events(1)
    call_command("anchor_audit", to=tmp_path / "anclas.txt", stdout=StringIO())
    assert stat.S_IMODE((tmp_path / "anclas.txt").stat().st_mode) == 0o600


def test_it_reports_a_missing_path(settings: Any):
    settings.AUDIT_ANCHORS = ""
    with pytest.raises(CommandError, match="AUDIT_ANCHORS"):
        call_command("anchor_audit")


def test_an_unwritable_path_gives_a_sentence_and_no_event(tmp_path: Path):
    write_events(1)
    with pytest.raises(CommandError, match="No se puede escribir"):
        call_command("anchor_audit", to=tmp_path)
    assert Event.objects.count() == 1


@pytest.mark.parametrize("line", ["x", "0 " + "a" * 64, "7 abc", "7 " + "a" * 64 + " ayer", "7 " + "á" * 64])
def test_a_file_without_anchors_is_refused(tmp_path: Path, line: str):
    (tmp_path / "anclas.txt").write_text(line, encoding="utf-8")
    with pytest.raises(CommandError, match="anclas"):
        call_command("verify_audit", anchors=tmp_path / "anclas.txt")
