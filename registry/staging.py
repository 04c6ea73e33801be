# ruff: noqa: S608  the names put into these statements are ours; every value goes as a parameter or through COPY
"""Staging tables of the members import, and the statements that merge them into the registry.

Temporary tables are filled piece by piece (PostgreSQL: COPY; SQLite: multi-row INSERT) and merged by statements for both
databases, in the caller's transaction. Memory does not depend on the size of the file: the documents already seen are in a
table, too.
"""

from collections.abc import Iterable, Sequence
from sqlite3 import SQLITE_LIMIT_VARIABLE_NUMBER
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from common.sql.temporary_tables import create, drop
from registry.brakes import BRAKES, DATES, STATES

MEMBER = "accounts_member"
TABLES = ("import_stage", "import_seen", "import_told")
TOLD = ("birth_date", "issue_date", "mobile", "landline", "address", "email", "city")  # a change of these leaves an event
FLAGS = ("core_won", "held")  # why a member whose data changed is told by mail
DERIVED = ("search_name", "epoch")
ROWS_A_STATEMENT = 1_000  # per INSERT on SQLite
# New tables have no statistics: left alone, the planner reads the registry once a row. The costs it then computes would also
# have every statement compiled (jit), which takes longer than the statement.
PLANNER = ("enable_seqscan = off", "enable_hashjoin = off", "enable_mergejoin = off", "work_mem = '32MB'", "jit = off")
NO_DATE = "\x01"  # COPY's NULL marker: no cell contains a control character
# Columns of a new member that no file has; `created_at` is the time of the import.
NEW_MEMBER = {"password": "!", "is_superuser": "0", "in_registry": "1", "is_staff": "0", "is_active": "1", "created_at": ""}


class Counts(NamedTuple):
    """The effects of one piece of the file on the registry; `kinds` are the counts of `brakes.py`."""

    known: int
    in_registry: int  # of the known; the others are staff
    changed: int
    kinds: dict[str, int]


class Staging:
    """Merges one file into the registry; `fields` are the columns of `accounts_member` that the file has."""

    def __init__(self, cursor: CursorWrapper, fields: Sequence[str], every_field: Sequence[str], now: str) -> None:
        self.cursor = cursor
        self.fields = list(fields)
        self.columns = ["line", *every_field, *DERIVED]
        self.values = {"now": now}
        self.postgres = connection.vendor == "postgresql"
        self.differs_word = "IS DISTINCT FROM" if self.postgres else "IS NOT"

    # ---- tables ----

    def make_tables(self) -> None:
        """Empty temporary tables; those of an earlier import of this connection go first."""
        drop(*TABLES)
        create("import_stage", {name: self._type_of(name) for name in self.columns})
        create("import_seen", {"document": "bigint PRIMARY KEY", "line": "bigint", "email": "varchar(254)"})
        old = {f"old_{name}": "varchar(254)" for name in TOLD}
        create("import_told", {"member_id": "bigint PRIMARY KEY"} | old | dict.fromkeys(FLAGS, "boolean"))
        if self.postgres:
            for setting in PLANNER:
                self.cursor.execute(f"SET LOCAL {setting}")

    def _type_of(self, name: str) -> str:
        if name == "line":
            return "bigint"
        return "date" if name in DATES else "varchar(254)"

    # ---- the whole file, into an empty registry ----

    def fill_empty_registry(self, pieces: Iterable[Any]) -> None:
        """Insert members without staging. Raises IntegrityError for a duplicate document."""
        columns = [*self.columns[1:], *NEW_MEMBER]
        if self.postgres:
            self._copy(MEMBER, columns, pieces)
        else:
            now = {"now": f"'{self.values['now']}'"}
            constants = [self._constant(*column) % now for column in NEW_MEMBER.items()]
            self._insert_values(MEMBER, columns, constants, pieces)

    # ---- one piece of the file ----

    def load(self, pieces: Iterable[Any]) -> None:
        """Replace the staged rows; `columns.py` has encoded `pieces` for this database."""
        self.cursor.execute("TRUNCATE import_stage" if self.postgres else "DELETE FROM import_stage")
        if self.postgres:
            self._copy("import_stage", self.columns, pieces)
        else:
            self._insert_values("import_stage", self.columns, [], pieces)

    def take_out_duplicates(self, staged: int) -> list[tuple[Any, ...]]:
        """Delete the staged rows whose document came earlier in the file. Returns (line of the first, *staged row) each.

        `staged` is the number of rows staged.
        """
        self.cursor.execute(
            "INSERT INTO import_seen SELECT CAST(document AS bigint), line, email FROM import_stage"
            " WHERE TRUE ORDER BY line ON CONFLICT DO NOTHING"
        )
        if self.cursor.rowcount == staged:
            return []
        self.cursor.execute(
            f"""SELECT k.line, {", ".join("s." + name for name in self.columns)}
            FROM import_stage s JOIN import_seen k ON k.document = CAST(s.document AS bigint)
            WHERE k.line <> s.line ORDER BY s.line"""
        )
        rows = self.cursor.fetchall()
        lines = ", ".join(str(int(row[1])) for row in rows)
        self.cursor.execute(f"DELETE FROM import_stage WHERE line IN ({lines})")
        return rows

    def count(self) -> Counts:
        self.cursor.execute(
            f"""SELECT COUNT(m.id), {self._sum("m.in_registry")}, {self._sum("m.id IS NOT NULL AND " + self._changes("m"))}
            FROM import_stage s LEFT JOIN {MEMBER} m ON m.document = s.document"""
        )
        known, in_registry, changed = (number or 0 for number in self.cursor.fetchone())
        return Counts(known, in_registry, changed, self._count_kinds() if changed else {})

    def _count_kinds(self) -> dict[str, int]:
        """The counts of each kind of change; apart from `count`, so that an unchanged file does not pay for them."""
        kinds = {brake.name: self._replaces(*brake.fields) for brake in BRAKES}
        if "status" in self.fields:
            kinds |= {name: f"m.status = '{old}' AND s.status = '{new}'" for name, (old, new, *_) in STATES.items()}
        self.cursor.execute(
            f"""SELECT {", ".join(map(self._sum, kinds.values()))}
            FROM import_stage s JOIN {MEMBER} m ON m.document = s.document WHERE m.in_registry AND {self._changes("m")}"""
        )
        return {name: number or 0 for name, number in zip(kinds, self.cursor.fetchone(), strict=True)}

    def note_changes(self, core_won: Sequence[int]) -> None:
        """Save the old data of members whose data change; those in `core_won` lose an approved value to the core."""
        told = [name for name in TOLD if name in self.fields]
        if not told:
            return
        old = ", ".join(f"CAST(m.{name} AS varchar(254))" for name in TOLD)
        self.cursor.execute(
            f"""INSERT INTO import_told SELECT m.id, {old}, FALSE, FALSE
            FROM import_stage s JOIN {MEMBER} m ON m.document = s.document
            WHERE m.in_registry AND ({self._differ("m", told)})"""
        )
        self.flag("core_won", core_won)

    def flag(self, name: str, members: Sequence[int]) -> None:
        if members:
            sql = f"UPDATE import_told SET {name} = TRUE WHERE member_id = %s"
            self.cursor.executemany(sql, [(member_id,) for member_id in members])

    def update(self) -> None:
        sets = [f"{name} = s.{name}" for name in self.fields if name not in ("document", "status")]
        sets += ["search_name = s.search_name", "in_registry = TRUE"]
        if "status" in self.fields:  # retiring ends the member's sessions; an empty cell keeps the status
            sets.append(f"status = CASE WHEN s.status = '' THEN {MEMBER}.status ELSE s.status END")
            retires = f"s.status = 'retired' AND {MEMBER}.status <> 'retired'"
            sets.append(f"epoch = CASE WHEN {retires} THEN s.epoch ELSE {MEMBER}.epoch END")
        self.cursor.execute(
            f"UPDATE {MEMBER} SET {', '.join(sets)} FROM import_stage s"
            f" WHERE s.document = {MEMBER}.document AND {self._changes(MEMBER)}"
        )

    def insert(self, some_known: bool) -> None:
        """Insert the staged rows that are not in the registry; without `some_known`, all of them."""
        staged = self.columns[1:]
        state = "CASE WHEN s.status = '' THEN 'active' ELSE s.status END"
        values = [state if name == "status" else f"s.{name}" for name in staged]
        absent = f"NOT EXISTS (SELECT 1 FROM {MEMBER} m WHERE m.document = s.document)" if some_known else "TRUE"
        fixed = {name: self._constant(name, value) for name, value in NEW_MEMBER.items()}
        self.cursor.execute(
            f"""INSERT INTO {MEMBER} ({", ".join([*staged, *fixed])}) SELECT {", ".join([*values, *fixed.values()])}
            FROM import_stage s WHERE {absent}""",
            self.values,
        )

    # ---- the whole file ----

    def shared_emails(self, table: str = "import_seen") -> int:
        """The number of e-mail addresses on more than one row of the file (or of `table`)."""
        self.cursor.execute(
            f"SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE email <> '' GROUP BY email HAVING COUNT(*) > 1) shared"
        )
        return self.cursor.fetchone()[0]

    def told_after(self, member_id: int, most: int) -> list[tuple[Any, ...]]:
        """The next `most` members after `member_id` whose data changed, by id: (member id, *flags, *old data)."""
        self.cursor.execute(
            f"SELECT member_id, {', '.join([*FLAGS, *(f'old_{name}' for name in TOLD)])} FROM import_told"
            f" WHERE member_id > {int(member_id)} ORDER BY member_id LIMIT {int(most)}"
        )
        return self.cursor.fetchall()

    # ---- loading ----

    def _copy(self, table: str, columns: Sequence[str], pieces: Iterable[Any]) -> None:
        into = f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH (NULL '{NO_DATE}')"
        with connection.wrap_database_errors, self.cursor.cursor.copy(into) as copy:
            for piece in pieces:
                copy.write(piece)

    def _insert_values(self, table: str, columns: Sequence[str], constants: Sequence[str], pieces: Iterable[Any]) -> None:
        """Insert many rows per statement: while SQLite runs one, the other thread continues to read the file."""
        width = len(columns) - len(constants)
        row = f"({', '.join([*'?' * width, *constants])})"
        many = max(1, min(ROWS_A_STATEMENT, connection.connection.getlimit(SQLITE_LIMIT_VARIABLE_NUMBER) // width))
        insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
        waiting: list[Any] = []
        for piece in pieces:
            waiting += piece
            while len(waiting) >= many * width:
                self.cursor.executemany(insert + ", ".join([row] * many), [waiting[: many * width]])
                del waiting[: many * width]
        self.cursor.executemany(insert + row, [waiting[at : at + width] for at in range(0, len(waiting), width)])

    # ---- SQL fragments ----

    def _sum(self, condition: str) -> str:
        return f"SUM(CASE WHEN {condition} THEN 1 ELSE 0 END)"

    def _constant(self, name: str, value: str) -> str:
        if name == "created_at":
            return self._moment("now")
        return f"'{value}'" if name == "password" else ("FALSE", "TRUE")[int(value)]

    def _moment(self, name: str) -> str:
        return f"CAST(%({name})s AS timestamptz)" if self.postgres else f"%({name})s"

    def _differ(self, table: str, names: Sequence[str]) -> str:
        return " OR ".join(f"{table}.{name} {self.differs_word} s.{name}" for name in names)

    def _changes(self, table: str) -> str:
        """The condition that the staged row differs from the registry's."""
        names = [name for name in self.fields if name not in ("document", "status")]
        state = f" OR (s.status <> '' AND {table}.status <> s.status)" if "status" in self.fields else ""
        return f"({self._differ(table, names)}{state} OR NOT {table}.in_registry)"

    def _replaces(self, *names: str) -> str:
        """The condition that a value of these is replaced or emptied."""
        empty = {name: "IS NOT NULL" if name in DATES else "<> ''" for name in names if name in self.fields}
        return (
            " OR ".join(f"(m.{name} {has} AND m.{name} {self.differs_word} s.{name})" for name, has in empty.items()) or "FALSE"
        )
