"""Bounds: how far data supports an estimate, and that no estimate goes much beyond."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from futurisys.employee.extracts import read_employees
from futurisys.errors import ArtifactError
from futurisys.model import artifact
from futurisys.model.calibration import BetaCalibration, Bounds, probability
from futurisys.model.encoder import columns_of
from futurisys.model.population import answers
from futurisys.model.predictor import Predictor
from futurisys.sample import SAMPLE
from futurisys.training.bounds import End, bounded, ends
from tests.evaluated import ADDED
from tests.test_card import open_client

BOUNDS = Bounds(-4.0, 2.5, 0.5)


@pytest.fixture(scope="module")
def employees() -> list[dict[str, Any]]:
    return read_employees(SAMPLE)[0]


@pytest.fixture(scope="module")
def manifest(artifact_folder: Path) -> dict[str, Any]:
    return json.loads((artifact_folder / artifact.MANIFEST).read_text())


@pytest.fixture(scope="module")
def write(artifact_folder: Path, manifest: dict[str, Any], tmp_path_factory):
    """Write the artifact with a manifest in which some members are others, or dropped."""

    def one(drop: tuple[str, ...] = (), **stated: Any) -> Path:
        folder = tmp_path_factory.mktemp("bounds")
        files = {name: (artifact_folder / name).read_bytes() for name in manifest["files"]}
        kept = {n: v for n, v in manifest.items() if n not in (*ADDED, *drop)}
        artifact.write(folder, kept | stated, files)
        return folder

    return one


def test_nothing_changes_between_the_bounds_and_the_order_is_kept_beyond():
    """The rule: h + c·(1 − exp(−(x − h)/c)) above h, its mirror below the other, x between."""
    assert BOUNDS.hold(2.5) == 2.5
    assert BOUNDS.hold(-0.3) == -0.3
    assert BOUNDS.hold(3.5) == pytest.approx(2.5 + 0.5 * (1 - math.exp(-2)))
    assert BOUNDS.hold(-4.25) == pytest.approx(-4 - 0.5 * (1 - math.exp(-0.5)))
    odds = np.linspace(-12, 11, 40_000)
    held = BOUNDS.hold(odds)
    assert (np.diff(held) > 0).all()
    assert (np.diff(probability(held)) > 0).all()
    assert np.diff(held).max() <= np.diff(odds).max() + 1e-12
    assert (np.abs(held - np.clip(held, -4.5, 3.0)) == 0).all()


def test_one_estimate_is_held_as_among_many():
    """One number gets the same bits alone, where no array is made."""
    odds = np.linspace(-30, 30, 999)
    np.testing.assert_array_equal(BOUNDS.hold(odds), [BOUNDS.hold(x) for x in odds.tolist()])
    np.testing.assert_array_equal(BOUNDS.slope(odds), [BOUNDS.slope(x) for x in odds.tolist()])
    assert type(BOUNDS.hold(9.0)) is type(BOUNDS.slope(9.0)) is float


def test_effects_still_add_up_beyond_a_bound():
    """Slope × distance is the rise of the held log-odds, near the start and far from it."""
    beta = BetaCalibration(0.42, 2.77, -1.64, BOUNDS)
    margins = np.linspace(-8, 4, 400)
    for start in (-1.666, 0.0, 3.0):
        targets = np.concatenate([margins, start + np.array([0, 1e-12, 1e-5, -9e-5, 2e-4])])
        rise = beta.log_odds(targets) - beta.log_odds(start)
        np.testing.assert_allclose(beta.slope(start, targets) * (targets - start), rise, atol=1e-8)
        assert (beta.slope(start, targets) > 0).all()


def test_an_end_is_the_isotonic_bin_with_those_beside_it_until_they_are_forty():
    """Bins of 30, 50, 60 and 10 people: the lowest end is 80 of them, the highest 70."""
    left = np.concatenate([np.arange(n) < k for n, k in ((30, 0), (50, 5), (60, 30), (10, 10))])
    margin = np.repeat([-3.0, -2.0, 0.0, 4.0], [30, 50, 60, 10])
    assert ends(margin, left) == (End(80, 5), End(70, 40))
    assert ends(margin[::-1], left[::-1]) == (End(80, 5), End(70, 40))
    assert ends(margin[:39], left[:39]) is None
    calibration = BetaCalibration(1, 1, 0)
    assert bounded(calibration, margin[:39], left[:39]) == calibration
    held = bounded(calibration, margin, left).bounds
    assert held == Bounds(math.log(5.5 / 75.5), math.log(40.5 / 30.5), 0.5)


def test_bounds_never_cross():
    """Where the ½ puts the lowest people above the highest, the two are exchanged."""
    left = np.arange(1040) >= 1039
    margin = np.repeat([-1.0, 1.0], [40, 1000])
    low, high = ends(margin, left) or (None, None)
    assert (low, high) == (End(1000, 1), End(40, 0))


@pytest.mark.parametrize(("people", "left"), [(55, 51), (42, 42), (93, 1), (40, 0), (200, 100)])
def test_what_is_told_is_surely_so(people, left):
    """As many leavers were improbable (5 %) at the probability that is told, and at a twentieth
    nearer they would not be."""
    end = End(people, left)
    assert end.at_least * 20 == pytest.approx(round(end.at_least * 20))
    assert binom.sf(left - 1, people, end.at_least) <= 0.05 or left == 0
    assert binom.sf(left - 1, people, min(end.at_least + 0.05, 1)) > 0.05
    assert binom.cdf(left, people, end.at_most) <= 0.05 or left == people
    assert binom.cdf(left, people, max(end.at_most - 0.05, 0)) > 0.05


def test_no_estimate_of_the_sample_goes_beyond_its_bounds(artifact_folder, manifest, employees):
    """For all 1470, alone and as a population: within b ± ½, and who differs is told apart."""
    told, predictor = manifest["bounds"], Predictor(artifact.read(artifact_folder))
    for end in (told["low"], told["high"]):
        assert end["people"] >= 40
        odds = math.log((end["left"] + 0.5) / (end["people"] - end["left"] + 0.5))
        assert end["log_odds"] == pytest.approx(odds)
    columns = columns_of(employees, predictor.fields)
    chances = predictor.scores(columns).probability
    alone = [predictor.answer(employee).probability for employee in employees]
    np.testing.assert_array_equal(chances, alone)
    assert answers(predictor, columns).probabilities == alone
    assert chances.max() < float(probability(told["high"]["log_odds"] + told["room"])) < 0.999
    assert chances.min() > float(probability(told["low"]["log_odds"] - told["room"])) > 0.001
    margins = predictor.scorer.bias + predictor.scorer.of_columns(columns).sum(axis=1)
    order = np.argsort(margins)
    apart = np.diff(margins[order]) > 1e-6
    assert (np.diff(chances[order])[apart] > 0).all()


def test_an_artifact_of_before_is_served_unchanged(write, manifest, employees):
    """Without bounds and pairs in its manifest, the answers are those of the calibration alone, to
    the last digit, and no pair is new."""
    beta = BetaCalibration(*(manifest["calibration"][name] for name in "abc"))
    bent = Predictor(artifact.read(write()))
    known = [golden["employee"] for golden in manifest["golden"]]

    def plain(people: list[dict[str, Any]]) -> list[float]:
        raw = [bent.scorer.of_employee(employee) for employee in people]
        margins = [bent.scorer.bias + sum(one[1:], one[0]) for one in raw]
        return [probability(beta.log_odds(margin)) for margin in margins]

    golden = [
        {"employee": employee, "probability": chance}
        for employee, chance in zip(known, plain(known), strict=True)
    ]
    folder = write(drop=("bounds", "together"), golden=golden)
    before = Predictor(artifact.read(folder))
    assert before.base == beta.log_odds(before.scorer.bias)
    told = [before.answer(employee) for employee in employees]
    assert [answer.probability for answer in told] == plain(employees)
    assert max(answer.probability for answer in told) > 0.99
    strange = employees[0] | {"departement": "Consulting", "poste": "Cadre Commercial"}
    assert before.answer(strange).warnings == ()
    client = open_client(folder)
    for address in ("/model", "/model/effects"):
        document: Any = client.get(address).json
        assert document["Bornes"] is None


def test_the_document_shows_the_bounds(artifact_folder, manifest):
    """The card and the effects say the people, the log-odds, the room, and what pages tell."""
    told = manifest["bounds"]
    expected = {
        "Bas": {},
        "Haut": {},
        "Amplitude": told["room"],
    }
    for end, name in (("low", "Bas"), ("high", "Haut")):
        keys = {"Personnes": "people", "Departs": "left", "Logit": "log_odds", "Dit": "told"}
        expected[name] = {key: told[end][own] for key, own in keys.items()}
    client = open_client(artifact_folder)
    for address in ("/model", "/model/effects"):
        document: Any = client.get(address).json
        assert document["Bornes"] == expected


def test_bounds_that_cross_are_refused(write, manifest):
    """A manifest whose low bound is above the high one is refused in a sentence."""
    bounds = manifest["bounds"] | {"low": manifest["bounds"]["high"] | {"log_odds": 9.0}}
    with pytest.raises(ArtifactError, match="above at less than below"):
        artifact.read(write(bounds=bounds))


@pytest.mark.parametrize("room", [0, -0.5, "x", None])
def test_bounds_need_room(write, manifest, room):
    """Without any, people beyond a bound could not be told apart."""
    with pytest.raises(ArtifactError, match="room"):
        artifact.read(write(bounds=manifest["bounds"] | {"room": room}))
