"""Tables of the same people in whatever dialect: each is read as the plain one."""

import csv
import io
import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from futurisys.employee.columnar import Checked
from futurisys.employee.fields import Number, Percent, Real
from futurisys.employee.schema import FACTS, employee_schema
from futurisys.model import artifact
from futurisys.model.predictor import Predictor
from futurisys.operations.opening import open_table
from tests.population import Rows, sample_rows
from tests.spreadsheets import book, row

TABLES = 2_000 if os.environ.get("PROVE") else 50
PEOPLE: Rows = [
    {name: cell for name, cell in one.items() if name in FACTS} for one in sample_rows()[:5]
]
# Half a euro, so that a decimal mark is there to be found.
SALARY = "revenu_mensuel"
UNKNOWN = ("nom", "Prénom", "Commentaire libre", "Site", "")
TITLES = ("Export SIRH du 26/11/2026", "Confidentiel ; ne pas diffuser", "a,b,c,d", "")


@dataclass(frozen=True)
class Dialect:
    """How somebody may write a table."""

    delimiter: str
    encoding: str
    mark: str
    as_workbook: bool
    titles: tuple[str, ...]
    order: tuple[str, ...]
    spelled: tuple[Callable[[str], str], ...]
    level: Callable[[str], str]
    percent: str
    salary: str
    unknown: tuple[str, ...]
    blank: bool


def bare(text: str) -> str:
    """A text without its accents."""
    return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode()


SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    str.title,
    lambda name: name.replace("_", " "),
    lambda name: name.replace("_", "-").capitalize(),
    lambda name: FACTS[name].words,
    lambda name: bare(FACTS[name].words).upper(),
)
LEVELS: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    str.lower,
    bare,
    lambda level: f"  {level} ",
    lambda level: level.replace(" ", "  "),
)
DIALECTS = st.builds(
    Dialect,
    delimiter=st.sampled_from(";,\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    mark=st.sampled_from(",."),
    as_workbook=st.booleans(),
    titles=st.lists(st.sampled_from(TITLES), max_size=3).map(tuple),
    order=st.permutations(list(FACTS)).map(tuple),
    spelled=st.lists(st.sampled_from(SPELLINGS), min_size=len(FACTS), max_size=len(FACTS)).map(
        tuple
    ),
    level=st.sampled_from(LEVELS),
    percent=st.sampled_from(["{} %", "{}%", "{}", "{}\u00a0%"]),
    salary=st.sampled_from(["{}", "{} €", "{}\u00a0EUR"]),
    unknown=st.lists(st.sampled_from(UNKNOWN), max_size=3, unique=True).map(tuple),
    blank=st.booleans(),
)


def cell(name: str, value: str, dialect: Dialect) -> str:
    """A plain value as a dialect writes it."""
    fact = FACTS[name]
    if isinstance(fact, Percent):
        return dialect.percent.format(value.removesuffix(" %"))
    if name == SALARY:
        return dialect.salary.format(value.replace(".", dialect.mark))
    if isinstance(fact, Real):
        return value.replace(".", dialect.mark)
    return value if isinstance(fact, Number) else dialect.level(value)


def written(people: Rows, dialect: Dialect) -> bytes:
    spelled = dict(zip(FACTS, dialect.spelled, strict=True))
    header = [spelled[name](name) for name in dialect.order]
    rows = [[title] for title in dialect.titles] + [[*dialect.unknown, *header]]
    for one in people:
        cells = [cell(name, one[name], dialect) for name in dialect.order]
        rows += [[""]] * dialect.blank + [["x"] * len(dialect.unknown) + cells]
    if dialect.as_workbook:
        return book("".join(row(number, *cells) for number, cells in enumerate(rows, 1)))
    text = io.StringIO()
    csv.writer(text, delimiter=dialect.delimiter).writerows(rows)
    return text.getvalue().encode(dialect.encoding)


@pytest.fixture(scope="module")
def predictor(artifact_folder) -> Predictor:
    return Predictor(artifact.read(artifact_folder))


def read(content: bytes, predictor: Predictor) -> Checked:
    opened = open_table(io.BytesIO(content), "Fichier", predictor)
    assert opened.reading.alerts == ()
    return opened.table.check(list(opened.rows))


@pytest.mark.slow
@pytest.mark.prove
@settings(
    max_examples=TABLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(dialect=DIALECTS, salaries=st.lists(st.integers(2_020, 39_990), min_size=5, max_size=5))
def test_a_table_is_read_as_the_plain_one_whatever_its_dialect(predictor, dialect, salaries):
    """Every value of everybody is the same."""
    people = [one | {SALARY: str(half / 2)} for one, half in zip(PEOPLE, salaries, strict=True)]
    checked = read(written(people, dialect), predictor)
    assert checked.faults == {}
    schema = employee_schema(predictor.needed, predictor.known)
    for index, one in enumerate(people):
        plain = schema.load({name: FACTS[name].parse(value) for name, value in one.items()})
        assert {name: checked.columns[name][index] for name in FACTS} == plain
