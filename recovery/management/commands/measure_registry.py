"""Measure the registry, so that documents without a member are asked what members are asked."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.actors import Actor
from common.colombia.formats import fecha_larga, thousands
from recovery.models import RegistryStatistics
from recovery.registry_statistics import TooFewMembers, current, measure_registry


class Command(BaseCommand):
    help = (
        "Mide qué datos tienen los asociados, para que un documento sin asociado reciba las mismas preguntas. Corre solo "
        "una vez, tras la primera importación de 200 asociados o más. Ejemplo: manage.py measure_registry --by ana"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", default="operador", metavar="QUIÉN", help="quién lo hace (queda en la auditoría)")
        parser.add_argument("--yes", action="store_true", help="mide otra vez un registro ya medido")

    def handle(self, *args: Any, **options: Any) -> None:
        before = RegistryStatistics.objects.filter(pk=1).first()
        if before and not options["yes"]:
            raise CommandError(warning(before))
        try:
            row = measure_registry(Actor.operator(options["by"]))
        except TooFewMembers as error:
            raise CommandError(str(error)) from error
        self.stdout.write(report(row))


def warning(before: RegistryStatistics) -> str:
    """What a further measurement gives away."""
    when = f"El registro se midió el {fecha_larga(before.measured_at)} con {thousands(before.members)} asociados."
    return (
        f"{when} Medir otra vez cambia las preguntas de algunos documentos sin asociado. Las de los asociados no cambian. "
        "Quien guardó páginas de antes podría distinguirlos. Si aun así conviene, repita con --yes."
    )


def report(row: RegistryStatistics) -> str:
    """What was measured."""
    found = current()
    not_asked = sum(map(len, found.too_frequent.values()))
    return (
        f"Medidos {thousands(row.members)} asociados activos: {len(found.sets)} conjuntos de preguntas, "
        f"{thousands(not_asked)} datos demasiado frecuentes que no se preguntan."
    )
