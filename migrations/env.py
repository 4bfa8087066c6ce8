"""How Alembic reaches the application's database."""

import re
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context
from alembic.util import CommandError
from flask import current_app

# Any number of replicas may start at once on one PostgreSQL: the first migrates, the others wait.
LOCK = 7_304_114_926
# So many functions stay, for workers of the version before go on until they are replaced.
FUNCTIONS = 2

database = current_app.extensions["migrate"].db


def _render(kind, item, _):
    """Write a type of our own as the plain type under it: a migration never imports futurisys."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def _add_function(migration, _, __):
    """Write the function that keeps an answer into a new migration, where none has created it.

    The oldest of those that then are too many goes, and comes back on the way down.
    """
    function = database.metadata.info["function"]
    known = {}
    for script in context.script.walk_revisions():
        if text := getattr(script.module, "KEEP", ""):
            known.setdefault(_name(text), text)
    texts = list(known.values())
    if function not in texts[:1]:
        texts = [function, *texts[FUNCTIONS - 1 : FUNCTIONS]]
        migration.opts["template_args"] |= {"functions": texts, "names": [*map(_name, texts)]}


def _name(function):
    return re.search(r"FUNCTION (\w+)", function)[1]


def _refuse_newer():
    """End with a sentence where a later version of this code has migrated the database."""
    known = {script.revision for script in context.script.walk_revisions()}
    if newer := sorted(set(context.get_context().get_current_heads()) - known):
        raise CommandError(
            f"The database has revision {', '.join(newer)}, of which this code (revision "
            f"{context.script.get_current_head()}) knows nothing: the code is older than the "
            "database, update it."
        )


@contextmanager
def _references_later(connection):
    """Let SQLite rebuild a table that others refer to: what refers to it is looked at afterwards.

    It knows no other way to alter a column, and takes the switch outside a transaction only.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def _check_references(connection):
    """Undo all where a row refers to none."""
    if connection.dialect.name == "sqlite":
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if lost:
            raise CommandError(f"{len(lost)} rows would refer to none: nothing is changed.")


def run() -> None:
    with database.engine.connect() as connection, _references_later(connection):
        # What a migration takes depends on how much there is.
        connection = connection.execution_options(milliseconds=0)
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            transactional_ddl=True,
            render_item=_render,
            process_revision_directives=_add_function,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            _refuse_newer()
            context.run_migrations()
            _check_references(connection)


run()
