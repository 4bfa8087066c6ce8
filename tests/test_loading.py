"""The quick way to load an employee says what the schema says, and never anything else."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from futurisys.employee import loading
from futurisys.employee.extracts import read_rows
from futurisys.employee.loading import Loader, employee_loader
from futurisys.employee.schema import FACTS, EmployeeSchema
from futurisys.sample import SAMPLE

ROWS = read_rows(SAMPLE)
NAMES = st.sampled_from(sorted(EmployeeSchema._declared_fields)) | st.text(max_size=5)
NEAR = st.sampled_from([0, 0.0, -0.0, 1, 1.0, True, False, 2, "Oui", "2", "11 %", "F", " a", "a"])
VALUES = NEAR | st.none() | st.integers() | st.floats() | st.text(max_size=90) | st.just([{}])


def said(load: Any, document: Any) -> Any:
    """What loading gives, types and signs told apart; or what it says is wrong."""
    try:
        facts = load(document)
    except ValidationError as error:
        return error.normalized_messages()
    return {name: (type(value), repr(value)) for name, value in facts.items()}


@pytest.mark.parametrize("needed", [(), ("age", "genre")])
def test_every_employee_is_loaded_as_the_schema_does(needed):
    """All 1470, first unseen and then remembered."""
    schema, loader = EmployeeSchema().need(needed), Loader(EmployeeSchema().need(needed))
    for row in ROWS * 2:
        assert loader.load(row) == schema.load(row)


def test_whatever_is_changed_is_loaded_or_refused_as_the_schema_does():
    """One loader that remembers, any fields and values: the same facts, or the same sentences."""
    schema, loader = EmployeeSchema(), Loader(EmployeeSchema())

    @settings(deadline=None, max_examples=400)
    @given(
        st.dictionaries(NAMES, VALUES, max_size=4),
        st.sets(st.sampled_from(sorted(FACTS)), max_size=2),
    )
    def check(changes: dict[str, Any], left_out: set[str]) -> None:
        document = {n: v for n, v in (ROWS[0] | changes).items() if n not in left_out}
        assert said(loader.load, document) == said(schema.load, document)

    check()


@pytest.mark.parametrize("document", [None, [], "x", 1, {}])
def test_what_is_no_employee_is_refused_as_the_schema_does(document):
    """Whatever a body may be."""
    assert said(employee_loader().load, document) == said(EmployeeSchema().load, document)


def test_facts_that_disagree_are_refused_though_each_is_known():
    """Values that were judged well one by one are still held against each other."""
    loader = Loader(EmployeeSchema())
    for row in ROWS[:50]:
        loader.load(row)
    wrong = ROWS[0] | {"annees_dans_l_entreprise": 40}
    assert "annees_dans_l_entreprise" in said(loader.load, wrong)


def test_no_reference_is_remembered_and_little_else_for_long(monkeypatch):
    """Who a person is stays in the request; what is remembered has an end."""
    monkeypatch.setattr(loading, "REMEMBERED", 10)
    loader = Loader(EmployeeSchema())
    for row in ROWS[:200]:
        loader.load(row)
    assert not loader._judged["id_employee"]
    assert max(map(len, loader._judged.values())) <= 10
