"""The limit of an import into SQLite: seconds to put the rows as they now are into the emptied table of the same file.

    python -m tests.bench.executemany FILE

A process of its own, because it holds every row in memory.
"""

import sqlite3
import sys
import time
from contextlib import closing


def main(path: str) -> float:
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT * FROM accounts_member").fetchall()
        database.execute("DELETE FROM accounts_member")
        database.commit()
        marks = ",".join("?" * len(rows[0]))
        begun = time.monotonic()
        database.executemany(f"INSERT INTO accounts_member VALUES ({marks})", rows)  # noqa: S608  marks alone
        database.commit()
        return time.monotonic() - begun


if __name__ == "__main__":
    print(main(sys.argv[1]))
