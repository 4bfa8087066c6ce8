"""The quick way to load an employee says what the schema says, and never anything else."""

import gc
import tracemalloc
import types
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from futurisys.employee import loading
from futurisys.employee.extracts import read_rows
from futurisys.employee.fields import TEXT_MAX, Text
from futurisys.employee.loading import Loader, employee_loader
from futurisys.employee.schema import ASKED, FACTS, IGNORED, EmployeeSchema
from futurisys.sample import SAMPLE

ROWS = read_rows(SAMPLE)
NAMES = st.sampled_from(sorted(EmployeeSchema().fields)) | st.text(max_size=5)
NEAR = st.sampled_from([0, 0.0, -0.0, 1, 1.0, True, False, 2, "Oui", "2", "11 %", "F", " a", "a"])
SPELLED = st.sampled_from(
    ["OUI", "vrai", "f", "COMMERCIAL", "Á", "frequent", "#N/A", "#FORMULE!", "5 €"]
)
# What programs are made of: beyond it everything can be reached.
CODE = (type, types.ModuleType, types.FunctionType, types.MethodType, types.BuiltinFunctionType)
VALUES = (
    NEAR | SPELLED | st.none() | st.integers() | st.floats() | st.text(max_size=90) | st.just([{}])
)


def said(load: Any, document: Any) -> Any:
    """What loading gives, types and signs told apart; or what it says is wrong."""
    try:
        facts = load(document)
    except ValidationError as error:
        return error.normalized_messages()
    return {name: (type(value), repr(value)) for name, value in facts.items()}


@pytest.mark.slow
@pytest.mark.parametrize("needed", [(), ("age", "genre")])
def test_every_employee_is_loaded_as_the_schema_does(needed):
    """All 1470, first unseen and then remembered."""
    schema, loader = EmployeeSchema().need(needed), Loader(EmployeeSchema().need(needed))
    for row in ROWS * 2:
        assert loader.load(row) == schema.load(row)


@pytest.mark.slow
def test_whatever_is_changed_is_loaded_or_refused_as_the_schema_does():
    """One loader that remembers, any fields and values: the same facts, or the same sentences."""
    known = (("departement", ("Commercial", "A", "a")),)
    schema, loader = EmployeeSchema().know(known), Loader(EmployeeSchema().know(known))

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


def held(loader: Loader) -> set[tuple[type, Any]]:
    """Every text and number that a loader can be followed to, whatever it is kept in."""
    seen, found, left = set(), set(), [loader]
    while left:
        one = left.pop()
        if isinstance(one, str | int | float):
            found.add((type(one), one))
        elif id(one) not in seen and not isinstance(one, CODE):
            seen.add(id(one))
            left += gc.get_referents(one)
    return found


def remembered(loader: Loader) -> list[Any]:
    """The values that a loader remembers, as they were sent and as they were taken."""
    return [value for _, value in held(loader) - held(Loader(EmployeeSchema()))]


def test_nobody_is_remembered():
    """Neither the person's number nor a key that joins the extracts, nor any ignored column."""
    loader = Loader(EmployeeSchema())
    people = {"id_employee": 123_456, "eval_number": "E_123456", "code_sondage": "00123456"}
    for row in ROWS[:200]:
        loader.load(row | people | {"a_quitte_l_entreprise": "Peut-être"})
    values = remembered(loader)
    assert 5993 in values
    assert not {*people.values(), "Peut-être"} & set(values)


@pytest.mark.slow
def test_little_is_remembered_for_long(monkeypatch):
    """What is remembered of each field has an end."""
    monkeypatch.setattr(loading, "REMEMBERED", 10)
    for name in FACTS:
        sent = {row[name] for row in ROWS[:200]}
        loader = Loader(EmployeeSchema())
        for value in sent:
            said(loader.load, {name: value})
        assert len(sent & set(remembered(loader))) <= 10


def heavy(number: int) -> Iterator[tuple[str, Any]]:
    """One field at a time, and 60 kB that it takes, each time another."""
    text = f"{number:060000}"
    yield from ((name, text) for name in IGNORED)
    blank = " " * (55_000 + number)
    yield from ((name, blank) for name in FACTS if name not in ASKED)


@pytest.mark.slow
def test_large_bodies_leave_nothing_behind():
    """After 5,000 bodies of 60 kB that are taken, no memory of them is left."""
    loader = Loader(EmployeeSchema())
    loader.load(ROWS[0])
    tracemalloc.start()
    for number in range(500):
        for name, value in heavy(number):
            assert loader.load(ROWS[0] | {name: value})
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert left < 500_000
    assert all(len(value) <= TEXT_MAX for value in remembered(loader) if type(value) is str)


def test_whatever_is_sent_a_worker_remembers_little(monkeypatch):
    """Full of the longest values that every field takes, the memory stays under 20 MB."""
    full, part = loading.REMEMBERED, 250
    monkeypatch.setattr(loading, "REMEMBERED", part)
    loader = Loader(EmployeeSchema())
    widest = "\U0001f4bc" * (TEXT_MAX - 8)
    tracemalloc.start()
    for number in range(part):
        blank = "".join("\u2003\u3000"[bit == "1"] for bit in f"{number:0{TEXT_MAX}b}")
        sent = {
            **{name: f"{widest}{number:08}" for name in FACTS if isinstance(FACTS[name], Text)},
            **dict.fromkeys(("age", "genre", "statut_marital"), blank),
            "revenu_mensuel": 1000 + number / 7,
            "distance_domicile_travail": number / 9,
            "augementation_salaire_precedente": f"{number % 100},{number:06} %",
        }
        assert loader.load(ROWS[0] | sent)
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert set(sent.values()) <= set(remembered(loader))
    assert left * full / part < 20_000_000
