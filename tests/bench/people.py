"""A members file of any size: invented people, every column filled, the same at every run."""

import csv
import random
from datetime import date, timedelta
from pathlib import Path

HEADER = (
    "documento,tipo_documento,nombres,apellidos,fecha_nacimiento,fecha_expedicion,correo,celular,telefono,direccion,ciudad,"
    "agencia,fecha_afiliacion,estado"
).split(",")
FIRST = "Ana Luis María José Carlos Sofía Jorge Nidia Pedro Lucía Andrés Gloria Iván Marta Óscar Rocío".split()
LAST = "Gómez Pérez Rodríguez Martínez López Castaño Muñoz Díaz Úsuga Patiño Restrepo Arango Ruiz Vélez".split()
FIRST_DOCUMENT, STEP = 10_000_000, 7
CITIES = "Bogotá Medellín Cali Neiva Pasto Bello Tunja Ibagué".split()


def write_people(path: Path, count: int) -> Path:
    """`count` members as a CSV in UTF-8, about 160 bytes each."""
    chance = random.Random(1)
    pick, number = chance.choice, chance.randrange
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for at in range(count):
            first, last = f"{pick(FIRST)} {pick(FIRST)}", f"{pick(LAST)} {pick(LAST)}"
            born = date(1940, 1, 1) + timedelta(days=number(22_000))
            issued = date(1990, 1, 1) + timedelta(days=number(10_000))
            phones = 3_000_000_000 + number(999_999_999), 6_010_000_000 + number(9_999_999)
            home = f"Calle {number(1, 200)} # {number(1, 99)}-{number(1, 99):02d}"
            row = [FIRST_DOCUMENT + at * STEP, "CC", first, last, born, issued, f"persona{at}@ejemplo.com", *phones, home]
            writer.writerow([*row, pick(CITIES), "Centro", "2010-05-04", "activo"])
    return path
