"""What a wrong members file would do to many is refused without `--yes`, whatever column went wrong."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError

from accounts.models import Member
from audit.models import Event
from outbox.models import Message
from registry.brakes import BRAKES
from registry.columns import FIELDS
from registry.contact_overrides import overridden_fields
from tests.registry.files import ROSA, file_of, people, run

pytestmark = pytest.mark.django_db
REQUIRED = ("nombres", "apellidos")
OTHER = {
    "tipo_documento": "CE", "nombres": "Otra", "apellidos": "Persona", "fecha_nacimiento": "1960-02-03",
    "fecha_expedicion": "1981-05-06", "correo": "otro@correo.example", "celular": "3205550000", "telefono": "6045550000",
    "direccion": "CL 45 # 23-60", "ciudad": "Bello", "agencia": "Norte", "fecha_afiliacion": "2001-02-03", "estado": "retirado",
}  # fmt: skip
CHANGES = [{name: value} for name, value in OTHER.items()]
CHANGES += [{name: ""} for name in OTHER if name not in (*REQUIRED, "estado")]
CHANGES += [{"fecha_nacimiento": "", "fecha_expedicion": ""}]


def everything() -> list[object]:
    return [list(Member.objects.order_by("pk").values()), Message.objects.count(), Event.objects.count(), overridden_fields()]


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_a_file_that_changes_more_than_a_tenth_in_one_respect_is_refused(tmp_path: Path, changes: dict[str, str]):
    run(file_of(tmp_path, *people(20)))
    path = file_of(tmp_path, *people(3, **changes), *people(20)[3:])
    before = everything()
    with pytest.raises(CommandError, match=r"No se escribió nada: .* \d+ de \d+ .*repita con --yes"):
        run(path)
    with pytest.raises(CommandError, match="repita con --yes"):
        run(path, "--dry-run")
    assert everything() == before
    said = run(path, "--yes")
    assert "cambiadas: 3" in said
    assert "Sin --yes se habría detenido: el archivo" in said


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_a_tenth_may_change_any_day(tmp_path: Path, changes: dict[str, str]):
    run(file_of(tmp_path, *people(20)))
    assert "cambiadas: 2" in run(file_of(tmp_path, *people(2, **changes), *people(20)[2:]))


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_a_single_member_may_always_be_corrected(tmp_path: Path, changes: dict[str, str]):
    run(file_of(tmp_path, *people(3)))
    assert "cambiadas: 1" in run(file_of(tmp_path, *people(1, **changes), *people(3)[1:]))


def test_every_column_that_a_file_can_change_has_a_brake():
    braked = {field for brake in BRAKES for field in brake.fields} | {"status"}
    assert set(FIELDS.values()) - {"document"} == braked


def test_reactivating_many_is_braked_too(tmp_path: Path):
    run(file_of(tmp_path, *people(5, estado="retirado"), *people(20)[5:]))
    with pytest.raises(CommandError, match="reactivaría a 5 de 5 retirados"):
        run(file_of(tmp_path, *people(20)))


def test_new_facts_that_hold_the_recovery_of_many_are_braked(tmp_path: Path):
    run(file_of(tmp_path, *people(20, telefono="")))
    with pytest.raises(CommandError, match="detendría la recuperación de 20 de 20 asociados activos"):
        run(file_of(tmp_path, *people(20)))


def test_every_brake_that_a_file_meets_is_named_at_once(tmp_path: Path):
    run(file_of(tmp_path, *people(20)))
    with pytest.raises(CommandError) as refused:
        run(file_of(tmp_path, *people(20, nombres="Otra", direccion="CL 45 # 23-60", fecha_nacimiento="")))
    for part in ("el nombre de 20 de 20", "20 de 20 direcciones", "20 de 20 fechas de nacimiento"):
        assert part in str(refused.value)


def test_few_values_are_a_share_of_those_who_have_one(tmp_path: Path):
    few = people(4, telefono="6045553419") + people(40, telefono="")[4:]
    run(file_of(tmp_path, *few))
    with pytest.raises(CommandError, match="cambiaría teléfonos de 40 de 40"):
        run(file_of(tmp_path, *people(40, telefono="", celular="")))


def test_members_that_the_file_lacks_stay_and_are_counted(tmp_path: Path):
    run(file_of(tmp_path, *people(20)))
    before = list(Member.objects.order_by("pk").values())
    assert "asociados que el archivo no trae (quedan como estaban; se retiran con estado retirado): 15" in run(
        file_of(tmp_path, *people(5))
    )
    assert list(Member.objects.order_by("pk").values()) == before


def test_the_json_report_carries_the_notes(tmp_path: Path):
    run(file_of(tmp_path, *people(20)))
    said = json.loads(run(file_of(tmp_path, *people(20, agencia="Norte")), "--yes", "--json"))
    assert said["notes"] == ["Sin --yes se habría detenido: el archivo cambiaría la agencia de 20 de 20 asociados."]
    assert ROSA["agencia"] != "Norte"
