"""An answer is declared once: what keeps it, sends it and documents it follows."""

import configparser
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from futurisys.api import examples
from futurisys.api.contracts import AnswerSchema, ExplainedSchema
from futurisys.employee.answer import COLUMNS, IDENTIFIER, MEMBERS, RANGE, SENT, Answer
from futurisys.employee.schema import EmployeeSchema
from futurisys.model import artifact
from futurisys.model.encoder import columns_of
from futurisys.model.population import answers
from futurisys.model.predictor import Predictor
from futurisys.records import keeping
from futurisys.records.tables import Prediction
from tests.server import ROOT

ROOMS = ("dossier", "employee", "model", "operations", "records")
# What `mypy --strict` is for a module; its other flags hold everywhere.
STRICT = {
    "disallow_any_generics": "true",
    "disallow_subclassing_any": "true",
    "disallow_untyped_calls": "true",
    "disallow_untyped_defs": "true",
    "disallow_incomplete_defs": "true",
    "disallow_untyped_decorators": "true",
    "warn_return_any": "true",
    "strict_equality": "true",
    "extra_checks": "true",
    "implicit_reexport": "false",
}
IGNORE = re.compile(r"# type: ignore\[[a-z, -]+\]  # \w.+\.$")


def test_each_member_of_an_answer_is_one_declared_value():
    """All but the effects, which are a column a field, say how they are sent and kept."""
    assert [*MEMBERS, "effects"] == [field.name for field in fields(Answer)]
    assert all(member.column for member in MEMBERS.values())


@pytest.mark.parametrize("name", MEMBERS)
def test_each_member_is_kept(name: str):
    """A member has a column, empty only where it is declared so, and PostgreSQL fills it."""
    column = Prediction.__table__.c[name]
    assert column.nullable == MEMBERS[name].nullable
    assert getattr(column.type, "length", None) == (MEMBERS[name].size or None)
    assert re.search(rf"INSERT INTO predictions [^;]*\b{name}\b", keeping.FUNCTION)


def test_each_member_is_sent():
    """JSON, its example and a table have the same members in the same order."""
    sent = {name: field.data_key for name, field in AnswerSchema().fields.items()}
    alone = {name: member.column for name, member in SENT.items() if not member.of_range}
    assert sent == alone | {"range": RANGE}
    assert tuple(sent.values()) == tuple(examples.ANSWER)
    assert tuple(member.column for member in SENT.values()) == COLUMNS
    explained = ExplainedSchema().fields
    assert {*MEMBERS, IDENTIFIER} - {"range_low", "range_high"} <= explained.keys()


def test_many_answers_are_each_what_one_is(artifact_folder: Path, rows: list[dict[str, Any]]):
    """A population's answers have each member, with the value that the employee alone gets."""
    predictor = Predictor(artifact.read(artifact_folder))
    people = [EmployeeSchema().load(row) for row in rows[:3]]
    many = answers(predictor, columns_of(people, predictor.fields))
    assert many.columns.keys() == MEMBERS.keys()
    for place, person in enumerate(people):
        row = {name: values[place] for name, values in many.columns.items()}
        effects: Any = {name: pytest.approx(values[place]) for name, values in many.effects.items()}
        assert Answer.of(row, effects) == predictor.answer(person)


def test_what_stands_under_the_doors_is_typed_strictly():
    """mypy is strict in these rooms, and what it overlooks there says which rule and why."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    [section] = [name for name in setup.sections() if name.startswith("mypy-")]
    assert section == "mypy-" + ",".join(f"futurisys.{room}.*" for room in ROOMS)
    assert dict(setup[section]) == STRICT
    for path in (path for room in ROOMS for path in (ROOT / "futurisys" / room).glob("*.py")):
        for line in path.read_text().splitlines():
            assert "type: ignore" not in line or IGNORE.search(line), (path.name, line)
