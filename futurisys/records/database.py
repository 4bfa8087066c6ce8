"""The database: PostgreSQL in production, SQLite as the embedded default."""

import datetime
import select
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
PACKAGE = Path(__file__).parents[1]
# Beside the package in a checkout, inside it where the package was installed.
MIGRATIONS = next(
    folder for folder in (PACKAGE / "migrations", PACKAGE.parent / "migrations") if folder.is_dir()
)
# Of Gunicorn's four threads, these may wait for the database; the others say that we live.
PLACES = 3
CONNECT_SECONDS = 2
STATEMENT_MILLISECONDS = 1500
# SQLite has one writer: the longest that the others wait for their turn.
BUSY_SECONDS = 15

# To the server at the beginning of each transaction, with what is in it: a pooler between, which
# knows transactions and no sessions, refuses it among the options of a connection.
IN_TIME = "SET LOCAL statement_timeout = {milliseconds}"

db = SQLAlchemy(metadata=sa.MetaData(naming_convention=NAMES))

# Text in the standard spelling on SQLite, so that an Identifiant can be pasted into a query.
Id = sa.Uuid(as_uuid=False).with_variant(sa.String(36), "sqlite")


class Instant(sa.types.TypeDecorator[datetime.datetime]):
    """A moment in UTC, aware of it on every database; SQLite alone would forget the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime.datetime | None, dialect: Any
    ) -> datetime.datetime | None:
        return value.astimezone(datetime.UTC) if value else None

    def process_result_value(
        self, value: datetime.datetime | None, dialect: Any
    ) -> datetime.datetime | None:
        if value is None:
            return None
        return (
            value.astimezone(datetime.UTC) if value.tzinfo else value.replace(tzinfo=datetime.UTC)
        )


def is_ephemeral(app: Flask) -> bool:
    """Whether what is kept is lost with the machine: SQLite on the disk of a Space."""
    return bool(app.config["SPACE_ID"]) and app.config["SQLALCHEMY_DATABASE_URI"].startswith(
        "sqlite"
    )


def init_app(app: Flask) -> None:
    instance = Path(app.instance_path)
    url = app.config["DATABASE_URL"]
    if not url:
        instance.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{instance / 'futurisys.db'}"
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    # An error of the database must not tell the log what was to be kept.
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"hide_parameters": True}
    if not sa.make_url(url).drivername.startswith("sqlite"):
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] |= {
            "connect_args": {
                "connect_timeout": CONNECT_SECONDS,
                "application_name": "futurisys",
            },
            "pool_size": PLACES,
            "max_overflow": 0,
            "pool_timeout": CONNECT_SECONDS,
        }
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sa.event.listen(db.engine, "connect", _prepare_sqlite)
            sa.event.listen(db.engine, "begin", _begin_as_writer)
        else:
            sa.event.listen(db.engine, "checkout", _refuse_closed)
            sa.event.listen(db.engine, "begin", _begin_in_time)


def has_one_writer() -> bool:
    """Whether whoever writes keeps every other writer waiting."""
    return db.engine.dialect.name == "sqlite"


def has_functions() -> bool:
    """Whether the database keeps functions of ours, to be called in one statement."""
    return db.engine.dialect.name == "postgresql"


def _refuse_closed(connection: Any, *_: Any) -> None:
    """Have the pool replace a connection that the server has closed while it was idle.

    An idle connection with something to read holds the server's farewell: a look costs
    microseconds, where the pool's own ping costs a round trip.
    """
    look = select.poll()  # Not `select`, which knows no descriptor above 1023.
    look.register(connection, select.POLLIN)
    if look.poll(0):
        raise sa.exc.DisconnectionError


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


def _begin_as_writer(connection: sa.Connection) -> None:
    """Take the write lock at once: a reader that turns writer is refused without waiting."""
    reads = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _begin_in_time(connection: sa.Connection) -> None:
    """Bound each statement of a transaction; its option `milliseconds`, 0 for none, says how."""
    limit = connection.get_execution_options().get("milliseconds", STATEMENT_MILLISECONDS)
    connection.exec_driver_sql(IN_TIME.format(milliseconds=limit))
