"""Write and import member files, as an operator does."""

import csv
from io import StringIO
from pathlib import Path

from django.core.management import call_command

ROSA = {
    "documento": "32.451.867", "tipo_documento": "CC", "nombres": "Rosa Elena", "apellidos": "Gómez Restrepo",
    "fecha_nacimiento": "31/05/1958", "fecha_expedicion": "1979-08-14", "correo": "rosa.gomez@correo.example",
    "celular": "310 555 2827", "telefono": "6045553419", "direccion": "Calle 45 # 23-60", "ciudad": "Medellín",
    "agencia": "Centro", "fecha_afiliacion": "1994-03-07", "estado": "activo",
}  # fmt: skip


def file_of(tmp_path: Path, *rows: dict[str, str], name: str = "asociados.csv") -> Path:
    path = tmp_path / name
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def people(count: int, **changes: str) -> list[dict[str, str]]:
    def person(number: int) -> dict[str, str]:
        return {"documento": str(1000 + number), "correo": f"p{number}@correo.example", "celular": f"31055500{number:02d}"}

    return [ROSA | person(number) | changes for number in range(count)]


def run(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_members", str(path), *options, stdout=out)
    return out.getvalue()
