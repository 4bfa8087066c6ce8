"""Validation by columns: the schema's verdicts and sentences, row by row."""

import random

import pytest

from futurisys.employee.columnar import Table
from futurisys.employee.extracts import EXTRACTED
from futurisys.employee.schema import FACTS, EmployeeSchema
from futurisys.errors import ExtractError
from tests.population import Rows, sample_rows

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


@pytest.fixture(scope="module")
def mutated() -> Rows:
    """Five thousand rows with none, one or several cells changed for another that HR may write."""
    chance = random.Random(4)
    originals = sample_rows()
    names = list(originals[0])
    rows = []
    for _ in range(5000):
        row = dict(chance.choice(originals))
        for name in chance.sample(names, chance.choice((0, 1, 1, 1, 2, 5))):
            row[name] = chance.choice((*ODD, chance.choice(originals)[name]))
        rows.append(row)
    return rows


@pytest.mark.slow
def test_columns_are_judged_as_the_schema_judges_rows(mutated: Rows):
    """Each row gets the schema's verdict: the same values, or the same sentences."""
    known = (("departement", ("Commercial", "Consulting")),)
    schema = EmployeeSchema().know(known)
    table = Table(list(mutated[0]), "Fichier", 1, known=known)
    checked = table.check([list(row.values()) for row in mutated])
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


@pytest.mark.parametrize("missing", ["age", "id_employee", "genre", "eval_number"])
def test_an_optional_column_may_be_absent(mutated: Rows, missing: str):
    """A table without a column is judged as rows without the field."""
    rows = [{n: c for n, c in row.items() if n != missing} for row in mutated[:500]]
    checked = Table(list(rows[0]), "Fichier", 1).check([list(row.values()) for row in rows])
    schema = EmployeeSchema()
    for position, row in enumerate(rows):
        expected = schema.validate(
            {name: EXTRACTED[name].parse(cell) for name, cell in row.items()}
        )
        assert checked.faults.get(position, {}) == expected


def test_a_row_of_another_width_is_a_fault_of_its_own(mutated: Rows):
    """It says how many cells there are, at the first that lacks or the last; no other row does."""
    names, original = map(list, zip(*sample_rows()[0].items(), strict=True))
    table = Table(names, "Fichier", 1)
    short, long = original[:-1], [*original, ""]
    checked = table.check([original, short, long, original, original[:3], []])
    assert checked.good == [0, 3]
    last = names[-1]
    assert checked.faults == {
        1: {last: ["34 cellules sont attendues, il y en a 33."]},
        2: {last: ["34 cellules sont attendues, il y en a 35."]},
        4: {names[3]: ["34 cellules sont attendues, il y en a 3."]},
        5: {names[0]: ["34 cellules sont attendues, il y en a 0."]},
    }


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda names: names.remove("poste"), "colonne poste : la colonne manque."),
        (lambda names: names.append("salaire"), "colonne salaire : colonne inconnue."),
        (lambda names: names.append("poste"), "colonne poste : la colonne figure deux fois."),
        (lambda names: names.append(""), "la colonne n'a pas de nom."),
        (lambda names: names.append("satisfaction_globale"), "calculé par le service, retirez-le."),
    ],
)
def test_a_wrong_header_refuses_the_table(change, sentence: str):
    """A column that is missing, unknown, doubled, nameless or derived is named."""
    names = list(sample_rows()[0])
    change(names)
    with pytest.raises(ExtractError, match=sentence):
        Table(names, "Fichier", 1)
