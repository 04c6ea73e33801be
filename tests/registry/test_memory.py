"""An import takes no more memory than the reading of its file may, whatever is wrong with the rows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.common.files.test_memory import LIMIT
from tests.killed import database_url
from tests.settings import ROOT

ROWS = 1_000_000
IMPORT = """
import sys
import django
django.setup()
from django.core.management import CommandError, call_command
try:
    call_command("import_members", sys.argv[1], dry_run=True)
except CommandError as refusal:
    print(refusal, file=sys.stderr)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.django_db(transaction=True)
def test_a_file_of_one_document_repeated_takes_a_bounded_memory(tmp_path: Path):
    path = tmp_path / "asociados.csv"
    path.write_text("documento,nombres,apellidos\n" + "1020304,Ana,Ruiz\n" * ROWS, encoding="utf-8")
    environment = os.environ | {"TEST_DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", IMPORT, str(path)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=True)
    assert "999.999 filas no entrarían." in done.stderr
    assert int(done.stdout.split()[-1]) / 1024 <= LIMIT
