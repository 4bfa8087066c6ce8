"""Validation by columns: the schema's verdicts and sentences, row by row."""

import random

import pytest

from futurisys.employee.columnar import Checked, Table
from futurisys.employee.headers import match_header
from futurisys.employee.schema import EXTRACTED, FACTS, REFERENCE, EmployeeSchema, Known
from futurisys.employee.sheets import Row
from tests.population import Rows, sample_rows

WIDTH = "34 cellules sont attendues, il y en a {} ; comparez la ligne à l'en-tête."
ODD = (
    "",
    " ",
    "0",
    "-1",
    "1",
    "3.0",
    "2,5",
    "7",
    "45",
    "61",
    "1000001",
    "99999999999999999999",
    "Oui",
    "oui",
    "VRAI",
    "#N/A",
    "#FORMULE!",
    "5 993,50 €",
    "12 km",
    "6 ans",
    "5,9 k€",
    "1,234.5",
    "commercial",
    "celibataire",
    "true",
    "11 %",
    "11%",
    "101 %",
    "F",
    "Frequent",
    "Célibataire",
    "Ce\u0301libataire",
    "x" * 81,
    "a\u0007b",
    "nan",
    "1e3",
    "=1+1",
)


def table_of(header: list[str], known: Known = ()) -> Table:
    return Table(match_header(header), "Fichier", 1, known=known)


def lines_of(*rows: list[str]) -> list[Row]:
    return list(enumerate(rows, start=2))


def judged(rows: Rows, known: Known = ()) -> Checked:
    return table_of(list(rows[0]), known).check(lines_of(*(list(row.values()) for row in rows)))


@pytest.fixture(scope="module")
def mutated() -> Rows:
    """Five thousand rows with none, one or several cells changed for another that HR may write."""
    chance = random.Random(4)
    originals = sample_rows()
    names = list(originals[0])
    rows: Rows = []
    numbers = set()
    for _ in range(5000):
        row = dict(chance.choice(originals))
        row[REFERENCE] = str(10_000 + len(rows))
        for name in chance.sample(names, chance.choice((0, 1, 1, 1, 2, 5))):
            row[name] = chance.choice((*ODD, chance.choice(originals)[name]))
        # Whoever is in a table twice is another matter.
        if EXTRACTED[REFERENCE].parse(row[REFERENCE]) in numbers:
            row[REFERENCE] = str(20_000 + len(rows))
        numbers.add(EXTRACTED[REFERENCE].parse(row[REFERENCE]))
        rows.append(row)
    return rows


@pytest.mark.slow
def test_columns_are_judged_as_the_schema_judges_rows(mutated: Rows):
    """Each row gets the schema's verdict: the same values, or the same sentences."""
    known = (("departement", ("Commercial", "Consulting")),)
    schema = EmployeeSchema().know(known)
    checked = judged(mutated, known=known)
    loaded = {
        position: {name: checked.columns[name][index] for name in FACTS}
        for index, position in enumerate(checked.good)
    }
    refused = 0
    for position, row in enumerate(mutated):
        sent = {name: EXTRACTED[name].parse(cell) for name, cell in row.items()}
        wrong = schema.validate(sent)
        assert checked.faults.get(position, {}) == wrong
        assert (position in loaded) is not bool(wrong)
        refused += bool(wrong)
        if not wrong:
            expected = schema.load(sent)
            values = [expected.get(name) for name in FACTS]
            assert list(loaded[position].values()) == values
            assert list(map(type, loaded[position].values())) == list(map(type, values))
    assert 1000 < refused < 4000


@pytest.mark.slow
@pytest.mark.parametrize("missing", ["age", "id_employee", "genre", "eval_number"])
def test_an_optional_column_may_be_absent(mutated: Rows, missing: str):
    """A table without a column is judged as rows without the field."""
    rows = [{n: c for n, c in row.items() if n != missing} for row in mutated[:500]]
    checked = judged(rows)
    schema = EmployeeSchema()
    for position, row in enumerate(rows):
        expected = schema.validate(
            {name: EXTRACTED[name].parse(cell) for name, cell in row.items()}
        )
        assert checked.faults.get(position, {}) == expected


def test_a_row_of_another_width_is_a_fault_of_its_own(mutated: Rows):
    """It says how many cells there are, at the first that lacks or the last; none is handed on."""
    names, original = map(list, zip(*sample_rows()[0].items(), strict=True))
    table = table_of(names)
    short, long = original[:-1], [*original, ""]
    other = ["2", *original[1:]]
    checked = table.check(lines_of(original, short, long, other, original[:3], []))
    assert checked.good == [0, 3]
    assert [len(cells) for _, cells in checked.rows] == [34, 0, 0, 34, 0, 0]
    last = names[-1]
    assert checked.faults == {
        1: {last: [WIDTH.format(33)]},
        2: {last: [WIDTH.format(35)]},
        4: {names[3]: [WIDTH.format(3)]},
        5: {names[0]: [WIDTH.format(0)]},
    }


def test_only_the_columns_that_are_read_are_handed_back():
    """Those that nobody reads are in no row, wherever they stand; a fault is named as the file
    spells its column."""
    names, original = map(list, zip(*sample_rows()[0].items(), strict=True))
    header = ["nom", *names[:4], "", *names[4:], "Prediction"]
    header[4] = "Revenu Mensuel"
    row = ["X", *original[:4], "Y", *original[4:], "Part"]
    wrong = ["X", "2", *original[1:3], "-5", "Y", *original[4:], "Part"]
    table = table_of(header)
    checked = table.check(lines_of(row, wrong, ["X"]))
    assert table.header == tuple(names)
    assert checked.rows[0] == (2, original)
    assert checked.rows[2] == (4, [])
    assert list(checked.faults[1]) == ["Revenu Mensuel"]
    assert table.match.left_out == ("nom", "colonne 6 (sans nom)")


def test_a_person_twice_is_found_across_blocks():
    """The later row is a fault that names the first one's line, in whatever block that stood."""
    names, original = map(list, zip(*sample_rows()[0].items(), strict=True))
    table = table_of(names)
    people = [[str(number), *original[1:]] for number in (7, 3, 9, 3)]
    first = table.check(list(enumerate(people, start=2)))
    table.pass_over([(6, ["8", *original[1:]]), (7, ["9", *original[1:]]), (8, ["4"])])
    later = table.check([(9, people[2]), (10, ["8", *original[1:]]), (11, ["4", *original[1:]])])
    assert first.good == [0, 1, 2]
    assert later.good == [2]
    [[told]] = first.faults[3].values()
    assert "déjà à la ligne 3" in told
    assert ["4" in str(later.faults[0]), "6" in str(later.faults[1])] == [True, True]
