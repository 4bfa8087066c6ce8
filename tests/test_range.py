"""A range with every estimate: measured, sent, kept, said again, absent where nothing is known."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from futurisys.employee.answer import LEVEL
from futurisys.model import artifact
from futurisys.model.calibration import probability
from futurisys.model.encoder import columns_of
from futurisys.model.population import answers
from futurisys.model.predictor import Predictor
from futurisys.model.range import Range
from futurisys.training.range import fit_range
from tests.evaluated import rewrite

WIDE: dict[str, Any] = {
    "half_width": [1.0, 0.25, 0.0, 0.0],
    "low": -4.0,
    "high": 4.0,
    "widening": 1.5,
    "covered": 0.9,
    "shift": 0.125,
    "refits": 100,
}


@pytest.fixture(scope="module")
def wide_folder(artifact_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default model with ranges that are known to the last digit."""
    return rewrite(artifact_folder, tmp_path_factory.mktemp("wide") / "model", range=WIDE)


def test_everybody_stands_within_their_range(artifact_folder, loaded):
    """Bas ≤ probability ≤ Haut for all 1470, whom no warning leaves without a range."""
    predictor = Predictor(artifact.read(artifact_folder))
    found = answers(predictor, columns_of(loaded, predictor.fields)).columns
    for low, chance, high in zip(
        found["range_low"], found["probability"], found["range_high"], strict=True
    ):
        assert 0 < low <= chance <= high < 1


def test_no_range_goes_beyond_what_data_supports(wide_folder, loaded):
    """However wide it is, the ends of a range are held as the estimate itself is."""
    predictor = Predictor(artifact.read(wide_folder))
    bounds = artifact.read(wide_folder).calibration.bounds
    assert bounds
    found = answers(predictor, columns_of(loaded, predictor.fields)).columns
    most, least = probability(bounds.high + bounds.room), probability(bounds.low - bounds.room)
    assert max(found["range_high"]) < most
    assert min(found["range_low"]) > least
    assert max(found["range_high"]) > probability(bounds.high)


def test_the_half_width_follows_the_estimate_and_stays_at_its_ends():
    """On the log-odds, by a polynomial, widened; the same for one estimate as among many."""
    found = Range(**WIDE)
    assert found.around(0.0) == (-1.5, 1.5)
    assert found.around(2.0) == (2 - 2.25, 2 + 2.25)
    assert found.around(9.0) == (9 - 3.0, 9 + 3.0)
    some = np.linspace(-9, 9, 101)
    low, high = found.around(some)
    assert [*zip(low.tolist(), high.tolist(), strict=True)] == [*map(found.around, some.tolist())]


def test_a_range_is_never_turned_over():
    """Where the polynomial would fall below zero the range is the estimate alone."""
    assert Range(**WIDE | {"half_width": (-1.0,)}).around(0.5) == (0.5, 0.5)


def test_the_curve_finds_how_far_refits_move():
    """Of refits whose spread grows with the estimate, half-width and common shift are found."""
    log_odds = np.linspace(-4, 4, 800)
    random = np.random.default_rng(0)
    noise = random.normal(0, 1, (200, 800)) * (1 + log_odds / 8) + random.normal(0, 0.5, (200, 1))
    found = fit_range(log_odds, log_odds + noise)
    _, high = found.around(0.0)
    assert high / found.widening == pytest.approx(1.645 * np.hypot(1, 0.5), rel=0.05)
    assert found.shift == pytest.approx(0.5, rel=0.15)
    assert found.refits == 200


def test_near_the_threshold_is_who_could_have_been_told_otherwise(wide_folder, loaded):
    """Proche_du_seuil says whether the threshold is in the range, on either side of it."""
    predictor = Predictor(artifact.read(wide_folder))
    found = answers(predictor, columns_of(loaded, predictor.fields))
    columns = found.columns
    sides = set()
    for place, near in enumerate(found.near):
        low, high = columns["range_low"][place], columns["range_high"][place]
        assert near == (low < predictor.threshold <= high)
        sides.add((near, columns["label"][place]))
    assert len(sides) == 4


def test_a_range_is_sent_kept_and_said_again(client, employee, key_of, query):
    """At /predict, in the row, by its name, in the history and under its id: the same range."""
    name = {"Idempotency-Key": "once"}
    first = client.post("/predict", json=employee, headers=name).json
    interval = first["Intervalle"]
    assert interval["Bas"] <= first["Probabilite_depart"] <= interval["Haut"]
    assert interval["Niveau"] == LEVEL
    assert first["Proche_du_seuil"] == (interval["Bas"] < first["Seuil"] <= interval["Haut"])
    assert query("SELECT range_low, range_high FROM predictions") == [
        (interval["Bas"], interval["Haut"])
    ]
    [listed] = client.get("/predictions", headers=key_of("read")).json["predictions"]
    again = client.get(f"/predictions/{first['Identifiant']}", headers=key_of("read")).json
    repeated = client.post("/predict", json=employee, headers=name)
    assert repeated.headers["Idempotent-Replayed"] == "true"
    for told in (listed, again, repeated.json):
        assert told["Intervalle"] == interval
        assert told["Proche_du_seuil"] == first["Proche_du_seuil"]


def test_a_table_has_the_range_beside_the_estimate(client, rows):
    """JSON nests it, CSV has a column for each end: the numbers are the same."""
    sent = table_of(rows[:3])
    told = client.post("/predict/batch", data=sent, content_type="text/csv").json["predictions"]
    answer = client.post(
        "/predict/batch", data=sent, content_type="text/csv", headers={"Accept": "text/csv"}
    )
    written = list(csv.DictReader(io.StringIO(answer.text)))
    for one, row in zip(told, written, strict=True):
        ends = float(row["Intervalle_bas"]), float(row["Intervalle_haut"])
        assert ends == (one["Intervalle"]["Bas"], one["Intervalle"]["Haut"])
        assert row["Proche_du_seuil"] == ("Oui" if one["Proche_du_seuil"] else "Non")


def test_a_warning_leaves_no_range(client, employee, rows, query):
    """The range knows nothing of what the model has not seen: both members are null, everywhere."""
    strange = employee | {"revenu_mensuel": 90_000}
    alone = client.post("/predict", json=strange).json
    body = {"employes": [rows[1], strange]}
    usual, among = client.post("/predict/batch", json=body).json["predictions"]
    for told in (alone, among):
        assert told["Avertissements"]
        assert told["Intervalle"] is None
        assert told["Proche_du_seuil"] is None
    assert usual["Intervalle"]
    assert query("SELECT count(*) FROM predictions WHERE range_low IS NULL") == [(2,)]
    sent = table_of([strange])
    answer = client.post(
        "/predict/batch", data=sent, content_type="text/csv", headers={"Accept": "text/csv"}
    )
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert {row["Intervalle_bas"], row["Intervalle_haut"], row["Proche_du_seuil"]} == {""}


def test_an_artifact_of_before_is_served_without_a_range(artifact_folder, tmp_path, loaded):
    """Its manifest says nothing of ranges: its answers are what they were, and have none."""
    before = Predictor(artifact.read(rewrite(artifact_folder, tmp_path / "before", range=None)))
    today = Predictor(artifact.read(artifact_folder))
    assert before.card.range is None
    old, new = before.answer(loaded[0]), today.answer(loaded[0])
    assert (old.range_low, old.range_high, old.near_threshold) == (None, None, None)
    assert (old.probability, old.label, old.effects) == (new.probability, new.label, new.effects)


def table_of(rows: list[dict[str, Any]]) -> str:
    """Rows as a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
