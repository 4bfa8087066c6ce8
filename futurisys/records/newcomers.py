"""People whom the table of people does not have yet, on their way into it.

They are gathered beside it while a file is scored, and enter together at its end, in one order:
two files with the same people wait for each other for that moment alone, and never in a circle.
"""

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from futurisys.records.perimeter import Exempt, exempt
from futurisys.records.persons import Person
from futurisys.records.populations import Columns, beside, insert

_people = Person.__table__
STAGED = f"staged_{_people.name}"
Seal = Callable[[Sequence[str], Sequence[int]], Sequence[bytes]]
_KNOWN = """
SELECT subject FROM people WHERE subject = ANY(:subjects) AND (:any OR number IS NOT NULL)
""".strip()
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
    """The people of a connection's own, which go with its transaction, or where they belong.

    seal: encrypts references for their subjects; None where no number is kept.
    """

    def __init__(self, connection: sa.Connection, seal: Seal | None) -> None:
        self._connection = connection
        self._seal = seal
        self._staged: sa.Table | None = None

    def gather(self, named: Columns) -> None:
        """Have those of the people named who are new wait beside the table."""
        known = self._known(named["subject"])
        new = {
            subject: reference
            for subject, reference in zip(named["subject"], named["reference"], strict=True)
            if subject not in known
        }
        if not new:
            return
        if self._staged is None:
            self._staged = beside(self._connection, _people)
        subjects, references = list(new), list(new.values())
        numbers = self._seal(subjects, references) if self._seal else [None] * len(new)
        insert(self._connection, self._staged, {"subject": subjects, "number": numbers})

    def _known(self, subjects: Sequence[str]) -> set[str]:
        """Those of the people who need no row, as far as it is told before the end.

        SQLite is not asked: whoever reads from it holds up what tidies it.
        """
        if not subjects or self._connection.dialect.name == "sqlite":
            return set()
        asked = {"subjects": list(subjects), "any": self._seal is None}
        found = self._connection.execute(exempt(sa.text(_KNOWN), Exempt.BEFORE_WRITING), asked)
        return set(found.scalars())

    def enter(self) -> None:
        """Write those who are new where they belong."""
        if self._staged is None:
            return
        self._connection.execute(sa.text(_ENTER))
        self._staged.drop(self._connection)
        self._staged = None
