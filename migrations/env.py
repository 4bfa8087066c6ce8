"""How Alembic reaches the application's database."""

import sqlalchemy as sa
from alembic import context
from flask import current_app

# Any number of replicas may start at once on one PostgreSQL: the first migrates, the others wait.
LOCK = 7_304_114_926

database = current_app.extensions["migrate"].db


def _render(kind, item, _):
    """Write a type of our own as the plain type under it: a migration never imports futurisys."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def run() -> None:
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadata,
            transactional_ddl=True,
            render_item=_render,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
            context.run_migrations()


run()
