"""People whom the table of people does not have yet, on their way into it.

They are gathered beside it while a file is scored, and enter together at its end, in one order:
two files with the same people wait for each other for that moment alone, and never in a circle.
"""

import sqlalchemy as sa

from futurisys.records.populations import Columns, insert
from futurisys.records.tables import Person

_people = Person.__table__
STAGED = f"staged_{_people.name}"
# Who is known already stays as they are, unless their number was not known.
_ENTER = f"""
INSERT INTO people (subject, number)
SELECT subject, number FROM (
    SELECT subject, number,
        row_number() OVER (PARTITION BY subject ORDER BY number IS NULL) AS place
    FROM {STAGED}
) AS staged
WHERE place = 1 AND NOT EXISTS (
    SELECT 1 FROM people AS known
    WHERE known.subject = staged.subject
    AND (known.number IS NOT NULL OR staged.number IS NULL)
)
ORDER BY subject
ON CONFLICT (subject) DO UPDATE SET number = excluded.number
"""  # noqa: S608 (names of ours)


class Newcomers:
    """The people of a connection's own, which go with its transaction, or where they belong."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._staged: sa.Table | None = None

    def gather(self, people: Columns) -> None:
        """Have so many people, by their columns, wait beside the table."""
        if not people["subject"]:
            return
        if self._staged is None:
            self._staged = _beside()
            self._staged.create(self._connection)
        insert(self._connection, self._staged, people)

    def enter(self) -> None:
        """Write those who are new where they belong."""
        if self._staged is None:
            return
        self._connection.execute(sa.text(_ENTER))
        self._staged.drop(self._connection)
        self._staged = None


def _beside() -> sa.Table:
    """A table of the connection's own, with the columns of the table of people."""
    columns = (sa.Column(column.name, column.type) for column in _people.columns)
    return sa.Table(
        STAGED, sa.MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP"
    )
