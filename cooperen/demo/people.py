"""Invented members: rows of the member file.

Pure: the random source and today are arguments. The shares of filled columns (85 % an issue date, 55 % a landline …) are those
the recovery was designed for.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

COLUMNS = (
    "documento", "tipo_documento", "nombres", "apellidos", "fecha_nacimiento", "fecha_expedicion", "correo", "celular",
    "telefono", "direccion", "ciudad", "agencia", "fecha_afiliacion", "estado",
)  # fmt: skip
Row = dict[str, str]

WOMEN = (
    "Adriana", "Alba Lucía", "Amparo", "Ana María", "Ángela", "Beatriz Elena", "Blanca Nubia", "Carmenza", "Claudia",
    "Consuelo", "Diana Marcela", "Dora", "Esperanza", "Fabiola", "Flor Ángela", "Gladys", "Gloria Inés", "Janeth",
    "Liliana", "Lucila", "Luz Dary", "Luz Stella", "María Eugenia", "María del Carmen", "Marleny", "Martha Cecilia",
    "Mónica", "Nelly", "Nohora", "Olga Lucía", "Paula Andrea", "Piedad", "Rocío", "Rosalba", "Sandra Milena", "Sofía",
    "Teresita", "Valentina", "Yolanda", "Zoraida",
)  # fmt: skip
MEN = (
    "Alberto", "Alirio", "Álvaro", "Andrés Felipe", "Arnulfo", "Carlos Mario", "César Augusto", "Diego", "Edgar",
    "Efraín", "Fabio", "Fernando", "Francisco Javier", "Germán", "Gilberto", "Gustavo", "Hernando", "Hugo", "Iván Darío",
    "Jaime", "Jairo", "Jesús María", "John Jairo", "Jorge Eliécer", "José Luis", "Juan Camilo", "Julián", "Libardo",
    "Luis Alfonso", "Manuel", "Mauricio", "Nelson", "Óscar", "Pedro Nel", "Ramiro", "Raúl", "Rodrigo", "Rubén Darío",
    "Santiago", "William",
)  # fmt: skip
SURNAMES = (
    "Acevedo", "Agudelo", "Álvarez", "Arango", "Arias", "Ballesteros", "Becerra", "Bedoya", "Bermúdez", "Betancur",
    "Bohórquez", "Cadavid", "Cano", "Cárdenas", "Cardona", "Castañeda", "Castro", "Cifuentes", "Correa", "Duque",
    "Echeverri", "Escobar", "Franco", "Gallego", "García", "Giraldo", "Gómez", "González", "Guerrero", "Gutiérrez",
    "Henao", "Hernández", "Herrera", "Hincapié", "Jaramillo", "Jiménez", "Londoño", "López", "Marín", "Martínez",
    "Mejía", "Montoya", "Morales", "Muñoz", "Naranjo", "Ocampo", "Orozco", "Ortiz", "Osorio", "Ospina", "Parra",
    "Patiño", "Peña", "Pérez", "Quintero", "Ramírez", "Restrepo", "Ríos", "Rivera", "Rodríguez", "Rojas", "Salazar",
    "Sánchez", "Sepúlveda", "Suárez", "Tobón", "Torres", "Úsuga", "Valencia", "Vargas", "Vásquez", "Velásquez", "Vélez",
    "Villa", "Zapata", "Zuluaga",
)  # fmt: skip
CITIES = (
    ("Medellín", "Centro"), ("Medellín", "Laureles"), ("Bello", "Norte"), ("Itagüí", "Sur"), ("Envigado", "Sur"),
    ("Rionegro", "Oriente"), ("La Ceja", "Oriente"), ("Girardota", "Norte"),
)  # fmt: skip
STREETS = ("Calle", "Carrera", "Diagonal", "Transversal", "Avenida")


def members(count: int, chance: Random, today: date) -> Iterator[Row]:
    """`count` rows with distinct documents."""
    taken: set[str] = set()
    for _ in range(count):
        yield one_member(taken, chance, today)


def one_member(taken: set[str], chance: Random, today: date) -> Row:
    """One row; adds its document to `taken`."""
    born = today - timedelta(days=chance.randint(20 * 365, 82 * 365))
    document = fresh_document(born, taken, chance)
    first, last = chance.choice(WOMEN + MEN), f"{chance.choice(SURNAMES)} {chance.choice(SURNAMES)}"
    city, branch = chance.choice(CITIES)
    of_age = born + timedelta(days=round(18 * 365.25))
    return {
        "documento": document,
        "tipo_documento": "CC",
        "nombres": first,
        "apellidos": last,
        "fecha_nacimiento": born.isoformat(),
        "fecha_expedicion": sometimes(0.85, issue_date(of_age, today, chance).isoformat(), chance),
        "correo": sometimes(0.92, address_of(first, last, document), chance),
        "celular": sometimes(0.97, f"3{chance.choice('0125')}{chance.randint(0, 9)}{chance.randint(2000000, 9999999)}", chance),
        "telefono": sometimes(0.55, f"604{chance.randint(2000000, 8999999)}", chance),
        "direccion": sometimes(0.95, home(chance), chance),
        "ciudad": city,
        "agencia": branch,
        "fecha_afiliacion": (of_age + (today - of_age) * chance.random()).isoformat(),
        "estado": "retirado" if chance.random() < 0.03 else "activo",
    }


def sometimes(share: float, value: str, chance: Random) -> str:
    """The value with probability `share`, otherwise "": registries have gaps."""
    return value if chance.random() < share else ""


def fresh_document(born: date, taken: set[str], chance: Random) -> str:
    """A number not in `taken`: up to eight digits for people born before 1985, ten after, as Colombia issued them."""
    while True:
        number = chance.randint(3_500_000, 99_999_999) if born.year < 1985 else chance.randint(1_000_000_000, 1_152_999_999)
        if str(number) not in taken:
            taken.add(str(number))
            return str(number)


def issue_date(of_age: date, today: date, chance: Random) -> date:
    """Shortly after the eighteenth birthday; for one in four a later reissue."""
    near = of_age + timedelta(days=chance.randint(5, 400))
    if chance.random() < 0.25:
        near += (today - near) * chance.random()
    return min(near, today)


def home(chance: Random) -> str:
    return f"{chance.choice(STREETS)} {chance.randint(1, 99)} # {chance.randint(1, 99)}-{chance.randint(1, 90):02}"


def address_of(first: str, last: str, document: str) -> str:
    """An e-mail address under `.example`, a reserved domain (RFC 2606)."""
    plain = str.maketrans("áéíóúñüÁÉÍÓÚÑ", "aeiounuaeioun")
    name = f"{first.split()[0]}.{last.split()[0]}".lower().translate(plain)
    return f"{name}{document[-3:]}@correo.example"
