"""Data frames of employees get the service's answers, in one process and on a cluster."""

import math
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from futurisys.employee.schema import FACTS, REFERENCE
from futurisys.errors import FrameRefused
from futurisys.model import artifact
from futurisys.model.artifact import Artifact
from futurisys.model.encoder import columns_of
from futurisys.model.predictor import Predictor
from futurisys.spark import frames
from tests import engines

# Of a pandas that is newer than the one it recommends; what it does is what these tests see.
pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support:FutureWarning")

NATS = 1e-9
MILLION = 1_000_000
SECRET = 123_456_789


@pytest.fixture(scope="module")
def model(artifact_folder) -> Artifact:
    return artifact.read(artifact_folder)


@pytest.fixture(scope="module")
def predictor(model) -> Predictor:
    return frames.predictor_of(model)


@pytest.fixture(scope="module")
def people(loaded) -> list[dict[str, Any]]:
    """The sample's people as the service reads them."""
    return loaded


@pytest.fixture(scope="module")
def frame(people) -> pd.DataFrame:
    return pd.DataFrame(people)


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with engines.spark_session() as session:
        yield session


def scored(frame: pd.DataFrame, model: Artifact) -> pd.DataFrame:
    return frames.score(frame, model, demonstration=True)


def assert_same(
    found: list[dict[str, Any]], predictor: Predictor, people: list[dict[str, Any]]
) -> None:
    """Each row is the service's answer for the person of its key."""
    by_key = {person[REFERENCE]: person for person in people}
    assert len(found) == len(people)
    for row in found:
        answer = predictor.answer(by_key[row[REFERENCE]])
        assert row["probability"] == pytest.approx(answer.probability, abs=1e-12)
        for name in ("label", "risk", "threshold", "model_version", "base"):
            assert row[name] == getattr(answer, name)
        assert list(row["warnings"]) == list(answer.warnings)
        for end in ("range_low", "range_high"):
            expected = getattr(answer, end)
            nothing = row[end] is None or math.isnan(row[end])
            assert nothing if expected is None else row[end] == pytest.approx(expected, abs=1e-12)
        total = row["base"] + math.fsum(row[f"effect_{name}"] for name in predictor.fields)
        chance = row["probability"]
        assert total == pytest.approx(math.log(chance / (1 - chance)), abs=NATS)
        assert list(row["refused"]) == []


def test_a_frame_gets_the_services_answers(model, predictor, frame, people):
    """Probability, label, range, warnings, version and effects are the service's."""
    assert_same(scored(frame[:150], model).to_dict("records"), predictor, people[:150])


@pytest.mark.slow
def test_the_sample_in_a_frame_gets_the_services_answers(model, predictor, frame, people):
    """So they are for all 1,470, some of them made unusual."""
    unusual = [person | {"departement": "Juridique"} for person in people[:10]]
    everybody = [*unusual, *people[10:]]
    assert_same(scored(pd.DataFrame(everybody), model).to_dict("records"), predictor, everybody)


def test_a_frame_keeps_its_rows_in_place(model, frame):
    """The answers have the frame's index and order, those of refused rows among them."""
    few = frame[:4].set_axis([7, 3, 9, 1]).assign(satisfaction_employee_equipe=[1, 9, 2, 3])
    found = scored(few, model)
    assert list(found.index) == [7, 3, 9, 1]
    assert found["probability"].isna().tolist() == [False, True, False, False]
    assert found[REFERENCE].tolist() == few[REFERENCE].tolist()


def test_a_refused_row_is_counted_and_its_value_not_told(model, frame):
    """What is missing, impossible or contradictory is refused by field, in numbers."""
    few = frame[:5].astype({"satisfaction_employee_equipe": "float64", "departement": object})
    few["satisfaction_employee_equipe"] = [float("nan"), 9.0, 2.0, 3.0, 2.5]
    few["departement"] = [None, "", *few["departement"][2:]]
    few["revenu_mensuel"] = [SECRET, *few["revenu_mensuel"][1:]]
    found = scored(few, model)
    assert frames.count_refused(found) == {
        "satisfaction_employee_equipe": 3,
        "departement": 2,
        "revenu_mensuel": 1,
    }
    assert found["label"].isna().tolist() == [True, True, False, False, True]
    assert str(SECRET) not in found.to_csv()


def test_a_frame_in_parts_has_the_same_answers(model, frame):
    """Whoever hands out a table's parts gets what the whole table would have."""
    parts = [frame[:30], frame[30:37], frame[37:60]]
    together = pd.concat([scored(part, model) for part in parts])
    pd.testing.assert_frame_equal(together, scored(frame[:60], model))


def test_a_frame_of_nobody_is_answered(model, frame):
    """An empty part of a table has an empty answer, with the same columns."""
    found = scored(frame[:0], model)
    assert len(found) == 0
    assert list(found) == list(scored(frame[:1], model))


def test_missing_columns_are_refused_by_name(model, frame):
    """Before anything is computed, and all at once."""
    with pytest.raises(FrameRefused, match="2 columns are missing: poste, niveau_education"):
        scored(frame.drop(columns=["poste", "niveau_education"]), model)


def test_the_sample_model_only_demonstrates(model, frame):
    """A model that has learnt from fictional people scores where that is asked for only."""
    with pytest.raises(FrameRefused, match="demonstration=True"):
        frames.score(frame[:1], model)


@pytest.mark.slow
def test_a_cluster_gives_the_services_answers(session, model, predictor, people):
    """On Spark's workers, to which the artifact travels, all 1,470 get the service's answers."""
    from futurisys.spark.scoring import score

    table = session.createDataFrame(engines.values(people), engines.columns(text="STRING"))
    found = score(table.repartition(3), model, demonstration=True).collect()
    assert_same([row.asDict() for row in found], predictor, people)


@pytest.mark.slow
def test_a_cluster_counts_what_it_refuses(session, model, people):
    """Missing columns are refused before the work; refused rows are counted by field."""
    from futurisys.spark.scoring import count_refused, score

    wrong = [person | {"satisfaction_employee_equipe": 9} for person in people[:3]]
    wrong[0] = wrong[0] | {"poste": None}
    table = session.createDataFrame(engines.values(wrong), engines.columns(text="STRING"))
    counted = count_refused(score(table, model, demonstration=True)).collect()
    assert [tuple(row) for row in counted] == [("satisfaction_employee_equipe", 3), ("poste", 1)]
    with pytest.raises(FrameRefused, match="1 columns are missing: poste"):
        score(table.drop("poste"), model, demonstration=True)


def expected_chances(
    predictor: Predictor, people: list[dict[str, Any]], count: int
) -> np.ndarray[Any, Any]:
    """What the service's model says of the sample over and over, each time with other incomes."""
    columns = columns_of(people, predictor.fields)
    incomes = np.array(columns["revenu_mensuel"])
    turns = range(math.ceil(count / len(people)))
    chances = [
        predictor.scores({**columns, "revenu_mensuel": (incomes + turn % 997).tolist()}).probability
        for turn in turns
    ]
    return np.concatenate(chances)[:count]


def peaks(process: int) -> Iterator[tuple[str, float]]:
    """The command and the most memory, in MB, of each process that stems from another."""
    for path in Path("/proc").glob("[0-9]*"):
        try:
            status, command = (path / "status").read_text(), (path / "cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # It has ended meanwhile.
        found = dict(re.findall(r"^(PPid|VmHWM):\s+(\d+)", status, re.MULTILINE))
        if found["PPid"] == str(process):
            yield command, int(found.get("VmHWM", 0)) / 1024
            yield from peaks(int(path.name))


@pytest.mark.slow
@pytest.mark.prove
def test_a_million_people_are_scored_on_two_threads(session, model, people, capsys):
    """Sums and a sample of a generated population are the service's; speed and memory are told."""
    from futurisys.spark.scoring import score

    count = MILLION if os.environ.get("PROVE") else 20_000
    numbered = [person | {REFERENCE: place} for place, person in enumerate(people, start=1)]
    table = session.createDataFrame(engines.values(numbered), engines.columns(text="STRING"))
    times = f"explode(sequence(0, {math.ceil(count / len(people)) - 1})) AS turn"
    population = table.selectExpr("*", times).selectExpr(
        *(name for name in FACTS if name not in (REFERENCE, "revenu_mensuel")),
        f"turn * {len(people)} + {REFERENCE} AS {REFERENCE}",
        "revenu_mensuel + turn % 997 AS revenu_mensuel",
    )
    population = population.where(f"{REFERENCE} <= {count}").repartition(8)
    began = time.perf_counter()
    answers = score(population, model, demonstration=True)
    [sums] = answers.selectExpr(
        "count(probability) AS answered",
        "sum(probability) AS expected",
        "sum(int(label = 'Part')) AS flagged",
    ).collect()
    seconds = time.perf_counter() - began
    predictor = frames.predictor_of(model)
    expected = expected_chances(predictor, people, count)
    assert sums["answered"] == count
    assert sums["expected"] == pytest.approx(expected.sum(), rel=1e-12)
    assert sums["flagged"] == (expected >= predictor.threshold).sum()
    some = score(
        population.where(f"{REFERENCE} % {count // 50} = 0"), model, demonstration=True
    ).collect()
    assert len(some) == 50
    for row in some:
        chance = expected[row[REFERENCE] - 1]
        assert row["probability"] == pytest.approx(chance, abs=1e-12)
    memory = list(peaks(os.getpid()))
    java = max(size for command, size in memory if "java" in command)
    worker = max(size for command, size in memory if "pyspark.daemon" in command)
    with capsys.disabled():
        print(
            f"\n{count:,} people on local[2]: {count / seconds:,.0f} rows a second, "
            f"{seconds:.0f} s; at most {java:,.0f} MB of Java and {worker:,.0f} MB a worker."
        )
