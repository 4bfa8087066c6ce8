"""Which schema the database has, and whether what this code uses is in it."""

from dataclasses import dataclass

import sqlalchemy as sa

from futurisys.records.database import MIGRATIONS, db
from futurisys.records.keeping import NAME

# Those that this code knows, the newest first: a file's name begins with its revision.
REVISIONS = tuple(
    sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("*.py"))[::-1]
)
_VERSION = ("alembic_version", "version_num")
_HELD = {
    # A function stands where a table's column does.
    "postgresql": "SELECT relname, attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid "
    "WHERE relname = ANY(:tables) AND pg_table_is_visible(c.oid) AND NOT attisdropped "
    "UNION ALL SELECT 'function', proname FROM pg_proc p "
    "WHERE proname = :function AND pg_function_is_visible(p.oid)",
    "sqlite": "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c",
}


@dataclass(frozen=True)
class Schema:
    """A database's schema, beside the one of this code.

    revision: what the database has had, empty where nothing. head: the newest that this code
    knows. known: whether it knows the database's. missing: what it uses and does not find.
    """

    revision: str
    head: str
    known: bool
    missing: tuple[str, ...]


def schema_of(connection: sa.Connection) -> Schema:
    """What the database says of itself, in two questions."""
    dialect = connection.dialect.name
    used = {(name, column.name) for name, table in db.metadata.tables.items() for column in table.c}
    if dialect == "postgresql":
        used.add(("function", NAME))
    asked = {"tables": [*db.metadata.tables, _VERSION[0]], "function": NAME}
    rows = connection.execute(sa.text(_HELD[dialect]), asked if dialect == "postgresql" else {})
    held = {(table, column) for table, column in rows}
    revision = ""
    if _VERSION in held:
        revision = connection.scalar(sa.text("SELECT version_num FROM alembic_version")) or ""
    head, *earlier = REVISIONS
    missing = tuple(sorted(".".join(pair) for pair in used - held))
    return Schema(revision, head, revision in ("", head, *earlier), missing)
