"""A population beside a database of one writer: gathered apart, then moved in all at once.

SQLite keeps the tables of a connection's own in a file of their own, and nobody waits for who
writes them.
"""

import sqlalchemy as sa

from futurisys.records.newcomers import Newcomers, Seal
from futurisys.records.populations import Population, beside, insert
from futurisys.records.tables import Input, Prediction


class Stage:
    """Rows on their way into the tables; they go with the connection, which must be its own."""

    def __init__(self, connection: sa.Connection, seal: Seal | None) -> None:
        self._connection = connection
        self._inputs = beside(connection, Input.__table__)
        self._predictions = beside(connection, Prediction.__table__)
        self._people = Newcomers(connection, seal)

    def keep(self, kept: Population) -> None:
        """Gather inputs and answers, and whom they are about."""
        insert(self._connection, self._inputs, kept.inputs)
        insert(self._connection, self._predictions, kept.predictions)
        self._people.gather(kept.named)

    def move(self) -> None:
        """Write all that was gathered where it belongs."""
        for staged, table in ((self._inputs, Input), (self._predictions, Prediction)):
            rows = sa.select(*staged.columns)
            names = [column.name for column in staged.columns]
            self._connection.execute(sa.insert(table.__table__).from_select(names, rows))
        self._people.enter()
