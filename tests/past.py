"""A company's past for the tests: the sample's people as they were on a day, and who left since."""

import datetime
import random
from collections.abc import Sequence
from pathlib import Path

from futurisys.employee.schema import LABEL, SONDAGE
from futurisys.training.past import Extracts
from tests.three_extracts import Table, csv_of, first

ON, COMPLETE_TO = datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)
DAYS = (COMPLETE_TO - ON).days


def leavers(extracts: dict[str, Table]) -> list[int]:
    """The numbers of those of the sample who left."""
    header, *rows = extracts[SONDAGE]
    left, number = header.index(LABEL), header.index("code_sondage")
    return [int(row[number]) for row in rows if row[left] == "Oui"]


def without_label(extracts: dict[str, Table]) -> dict[str, Table]:
    """The extracts as they were: nobody had left."""
    place = extracts[SONDAGE][0].index(LABEL)
    survey = [[*row[:place], *row[place + 1 :]] for row in extracts[SONDAGE]]
    return extracts | {SONDAGE: survey}


def departures(numbers: Sequence[int], seed: int = 0, on: datetime.date = ON) -> bytes:
    """A list of who left, on days made up within a year of one."""
    draw = random.Random(seed)
    rows = [["Matricule", "Date de départ", "Motif"]]
    for number in numbers:
        day = on + datetime.timedelta(days=draw.randrange(1, DAYS + 1))
        rows.append([str(number), f"{day:%d/%m/%Y}", draw.choice(["Démission", "Retraite"])])
    return csv_of(rows, delimiter=";")


def written(folder: Path, extracts: dict[str, Table]) -> list[Path]:
    """The extracts as files."""
    folder.mkdir(exist_ok=True)
    paths = []
    for name, rows in extracts.items():
        paths.append(folder / name)
        paths[-1].write_bytes(csv_of(rows))
    return paths


def sample_extracts(folder: Path, people: int = 1470) -> tuple[Extracts, list[int]]:
    """The first people of the sample on `ON`, and the numbers of those who left."""
    tables = first(people)
    return Extracts(written(folder, without_label(tables)), ON), leavers(tables)
