"""What a person says of a column's cells is heard before they are judged."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from tests.databases import ONE_DATABASE
from tests.definition import RAISE
from tests.population import Rows, sample_rows, table

pytestmark = ONE_DATABASE
SALARY, TRAVEL = "revenu_mensuel", "frequence_deplacement"


@pytest.fixture
def rows() -> Rows:
    return sample_rows()[:12]


@pytest.fixture
def send(client) -> Callable[..., Any]:
    """Send a table, and what is said of it: the answer."""

    def post(rows: Rows, mapping: str = "") -> Any:
        data: dict[str, Any] = {"fichiers": (io.BytesIO(table(rows).encode()), "employes.csv")}
        if mapping:
            data["correspondance"] = (io.BytesIO(mapping.encode()), "correspondance.toml")
        answer = client.post("/predict/batch", data=data)
        assert answer.status_code == 200, answer.text
        return answer.json

    return post


def chances(answer: Any) -> list[float]:
    return [one["Probabilite_depart"] for one in answer["predictions"]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "scale", "change"),
    [
        (SALARY, "1000", lambda cell: f"{int(cell) / 1000:.3f}"),
        (SALARY, "1000", lambda cell: f"{int(cell) / 1000:.3f} €".replace(".", ",")),
        (SALARY, f"{1 / 12!r}", lambda cell: str(12 * int(cell))),
        (RAISE, "100", lambda cell: f"{int(cell.removesuffix('%').strip()) / 100:.2f}"),
    ],
    ids=["thousands", "with their unit", "a year", "fractions"],
)
def test_a_scale_is_heard(send, rows, column, scale, change):
    """Numbers in another unit are answered as those in ours, and nothing is asked of them."""
    other = [row | {column: change(row[column])} for row in rows]
    plain = send(rows)
    assert column in [alert["colonne"] for alert in send(other)["Alertes"]]
    told = send(other, f"[echelles]\n{column} = {scale}\n")
    assert told["Alertes"] == plain["Alertes"] == []
    assert told["erreurs"] == []
    assert chances(told) == chances(plain)


def test_words_of_a_company_are_heard(send, rows):
    """A level that a company calls otherwise is the one that it means, however it is written."""
    other = [
        row | {TRAVEL: " SOUVENT " if row[TRAVEL] == "Frequent" else row[TRAVEL]} for row in rows
    ]
    assert send(other)["erreurs"]
    told = send(other, f'[valeurs.{TRAVEL}]\nSouvent = "Frequent"\n')
    assert told["erreurs"] == []
    assert chances(told) == chances(send(rows))


def test_a_column_of_another_name_has_its_scale(send, rows):
    """Columns, scales and values are said of a column as the file spells it."""
    renamed = [
        {("Paie" if name == SALARY else name): cell for name, cell in row.items()} for row in rows
    ]
    for row in renamed:
        row["Paie"] = str(100 * int(row["Paie"]))
    mapping = f'[colonnes]\nPaie = "{SALARY}"\n[echelles]\npaie = 0.01\n'
    assert chances(send(renamed, mapping)) == chances(send(rows))
