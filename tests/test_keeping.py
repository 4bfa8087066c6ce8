"""The one statement by which PostgreSQL keeps an answer, beside what is written by names."""

import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from futurisys.employee.answer import Answer
from futurisys.employee.columns import EFFECT
from futurisys.employee.schema import KEPT
from futurisys.records import keeping, predictions
from futurisys.records.database import MIGRATIONS, db
from futurisys.records.idempotency import Name
from futurisys.records.predictions import Entry
from futurisys.records.tables import IdempotencyKey, Input, Prediction

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
# What tells an entry from another, and what only whoever scores a file has to say.
APART = {"id", "input_id", "prediction_id", "key"}
OTHERS = {"batch_id", "line", "review_id"}


@pytest.fixture
def connection(app):
    """A connection of the application, whose transaction is never committed."""
    with app.app_context(), db.engine.connect() as connection:
        yield connection


def a_fact(place: int, name: str) -> Any:
    """A value like no other of its type, but for booleans."""
    values = {int: 100 + place, float: place / 7, str: chr(ord("A") + place), bool: True}
    return values[Input.__table__.c[name].type.python_type]


def an_entry(number: int) -> Entry:
    moment = datetime.datetime(2026, 11, 26, tzinfo=datetime.UTC)
    answer = Answer(
        label="Part",
        probability=0.75,
        threshold=0.25,
        risk="Élevé",
        range_low=0.5,
        range_high=0.875,
        base=-1.5,
        model_version="2026-11-26-0123abcd",
        warnings=("« é » {,}", 'un "mot" et \\'),
        effects={name: place / 11 for place, name in enumerate(KEPT)},
    )
    return Entry(
        identifier=f"01a209b3-5906-7307-8ea9-4941094bed{number}a",
        answered_at=moment,
        input_id=f"01a209b3-5906-7307-8ea9-4941094bed{number}b",
        received_at=moment - datetime.timedelta(hours=1),
        employee={name: a_fact(place, name) for place, name in enumerate(KEPT)},
        answer=answer,
        request_id="request",
        subject="subject",
        name=Name("caller", f"key {number}", "digest"),
        sender="holder",
    )


def kept(connection: sa.Connection, entry: Entry) -> list[dict[str, Any]]:
    """The three rows of an entry."""
    inputs, answers, names = (m.__table__ for m in (Input, Prediction, IdempotencyKey))
    wanted = (
        sa.select(inputs).where(inputs.c.id == entry.input_id),
        sa.select(answers).where(answers.c.id == entry.identifier),
        sa.select(names).where(names.c.prediction_id == entry.identifier),
    )
    return [dict(connection.execute(statement).mappings().one()) for statement in wanted]


@on_postgresql
def test_a_place_means_what_a_name_does(connection):
    """Each value comes to the same column by its place as by its name, and no column is left."""
    by_place, by_name = an_entry(1), an_entry(2)
    assert connection.exec_driver_sql(*keeping.at_once(by_place)).scalar() is True
    assert predictions.keep(connection, by_name)
    facts, answer, name = kept(connection, by_place)
    name["created_at"] = by_name.answered_at
    for row, other in zip((facts, answer, name), kept(connection, by_name), strict=True):
        other["created_at"] = row["created_at"]
        assert {column for column in row if row[column] != other[column]} == APART & row.keys()
        assert {column for column in row if row[column] is None} == OTHERS & row.keys()
    assert facts["created_at"] == by_place.received_at
    assert answer["created_at"] == by_place.answered_at
    assert {name: facts[name] for name in KEPT} == by_place.employee
    effects = {name: answer[EFFECT + name] for name in KEPT}
    assert Answer.of(answer, effects) == by_place.answer


@on_postgresql
@pytest.mark.parametrize("array", [0, 1], ids=["numbers", "words"])
def test_arrays_of_another_length_are_refused(connection, array):
    """A value too many is an error of the database, which is answered by 503, and never a row."""
    statement, parameters = keeping.at_once(an_entry(1))
    longer = list(parameters)
    longer[array] = longer[array].replace("}", ",null}")
    with pytest.raises(sa.exc.OperationalError, match="These arrays are not"):
        connection.exec_driver_sql(statement, tuple(longer))


def test_the_newest_migration_creates_the_function_that_is_called():
    """Whoever changes what an answer consists of, or the function, is told to make a migration."""
    scripts = ScriptDirectory(str(MIGRATIONS)).walk_revisions()
    newest = next(script.module.KEEP for script in scripts if hasattr(script.module, "KEEP"))
    assert newest == keeping.FUNCTION, "Run: flask db migrate"


@on_postgresql
def test_the_function_before_stays_for_older_workers(connection):
    """The two newest functions are there: this code's, and the one that workers before it call."""
    names = "SELECT proname FROM pg_proc WHERE starts_with(proname, 'keep_prediction')"
    found = connection.exec_driver_sql(names).scalars().all()
    assert keeping.NAME in found
    assert len(found) == 2
