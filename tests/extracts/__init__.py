"""The three HR extracts of a few employees, to be changed, written and refused."""

import csv
import io
import itertools
from pathlib import Path

import pytest

from futurisys.employee.extracts import read_employees
from futurisys.errors import ExtractError
from futurisys.sample import SAMPLE
from tests.definition import COLUMNS_OF, EVAL, SIRH, SONDAGE

KEYS = [(SIRH, "id_employee"), (EVAL, "eval_number"), (SONDAGE, "code_sondage")]
LABEL = "a_quitte_l_entreprise"
OPTIONAL = ("age", "genre", "statut_marital")
NEEDED = [(extract, name) for extract, names in COLUMNS_OF.items() for name in names]
ALL_THREE = pytest.mark.parametrize("extract", [SIRH, EVAL, SONDAGE])
Row = dict[str, str]
Rows = list[Row]
Paths = dict[str, Path]


def _first(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(itertools.islice(csv.DictReader(file), 5))


FIRST = {name: _first(path) for name, path in SAMPLE.items()}


class Extracts:
    """The sample's first five employees, to be changed and then written into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.tables = {name: [dict(row) for row in rows] for name, rows in FIRST.items()}

    def text(self, extract: str, delimiter: str = ",", newline: str = "\n") -> str:
        rows = self.tables[extract]
        file = io.StringIO()
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter, lineterminator=newline)
        writer.writeheader()
        writer.writerows(rows)
        return file.getvalue()

    def write(self, replaced: dict[str, str | bytes] | None = None) -> Paths:
        """The paths of the three files; replaced: what stands in a file in place of its table."""
        for name in self.tables:
            content = (replaced or {}).get(name, self.text(name))
            data = content.encode() if isinstance(content, str) else content
            (self._folder / name).write_bytes(data)
        return {name: self._folder / name for name in self.tables}


def refusal(paths: Paths) -> str:
    with pytest.raises(ExtractError) as caught:
        read_employees(paths)
    return str(caught.value)


def assert_one_sentence(sentence: str, extract: str, line: int, column: str, words: str) -> None:
    """A refusal says where in one breath: file, line, column, then what is wrong."""
    assert sentence.startswith(f"{extract}, ligne {line}, colonne {column} : ")
    assert words in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
