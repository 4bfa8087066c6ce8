"""A trial says what a model would have been worth here, by a rule that is not kind to it."""

import datetime
import os

import numpy as np
import pytest

from futurisys.app import create_app
from futurisys.employee.departures import Departure
from futurisys.employee.extracts import read_employees
from futurisys.errors import ExtractError, TrialRefused
from futurisys.operations.verdicts import GROUPS, NOTHING, PEOPLE, concluded, word_of
from futurisys.sample import SAMPLE
from futurisys.training.contenders import Dummy, Model
from futurisys.training.estimator import frame
from futurisys.training.past import Extracts, Past, Snapshot, read_past
from futurisys.training.trial import MEAN, MODEL, RATES, REPEATS, Rates, tried
from tests import past
from tests.past import COMPLETE_TO, DAYS, ON
from tests.three_extracts import first

PROVES = bool(os.environ.get("PROVE"))
# As `make prove` measures, and in less time.
FULL = {MODEL: Model(), RATES: Rates(), MEAN: Dummy()}
FEW_TREES = {"n_estimators": 20, "learning_rate": 0.5}
QUICK = FULL | {MODEL: Model(changes=FEW_TREES, strength=None)}
CONTENDERS, TIMES = (FULL, REPEATS) if PROVES else (QUICK, 1)
PERMUTATIONS, WRONG_MAX = (20, 1) if PROVES else (3, 0)
DRAWS = 20 if PROVES else 1


@pytest.fixture(scope="module")
def sample():
    employees, left = read_employees(SAMPLE)
    return frame(employees), np.array(left)


def judged(table, left, later=None, contenders=CONTENDERS, repeats=TIMES):
    """The verdict on people of whom these left; later: those of a second day."""
    second = later and Snapshot(ON + datetime.timedelta(days=DAYS), *later)
    found = Past(Snapshot(ON, table, left), second, DAYS, False, ())
    return concluded(tried(found, repeats=repeats, contenders=contenders))


def measure(gain=0.1, over_mean=0.2, error=0.01, floor=0.015, left=200):
    return {
        "gains": {RATES: {"low": gain}, MEAN: {"low": over_mean}},
        "calibration_error": {"mean": error, "floor": {"high": floor}},
        "left": left,
        "kind": "folds",
    }


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, PEOPLE),
        ({"gain": 0.0}, NOTHING),
        ({"over_mean": -0.01}, NOTHING),
        ({"left": 80}, PEOPLE),
        ({"left": 79}, GROUPS),
        ({"error": 0.02}, PEOPLE),
        ({"error": 0.021}, GROUPS),
        ({"error": 0.021, "floor": 0.03}, PEOPLE),
        ({"left": 79, "gain": 0.0}, NOTHING),
    ],
)
def test_a_verdict_follows_the_rule_that_is_written_on_it(changes, word):
    """No gain over what HR knows is nothing; few leavers or poor calibration is groups at most."""
    verdict = concluded({"measures": [measure(**changes)], "groups": {}})
    assert verdict["word"] == word


def test_the_worst_of_two_measures_decides():
    """What holds in folds and not later on does not hold."""
    held = concluded({"measures": [measure(), measure(gain=-0.1)], "groups": {}})["measures"]
    assert [word_of(held), word_of(held[:1])] == [NOTHING, PEOPLE]


def test_no_group_of_fewer_than_ten_is_shown():
    """Small groups are told as one, with the smallest that hides them; alone they are not told."""

    def level(name, people):
        return {"level": name, "people": people, "left": 1, "expected": 2.0}

    groups = {
        "poste": [level("A", 40), level("B", 12), level("C", 3), level("D", 4)],
        "departement": [level("A", 9)],
    }
    told = concluded({"measures": [measure()], "groups": groups})["groups"]
    assert [one["level"] for one in told["poste"]["shown"]] == ["A"]
    assert told["poste"]["others"] == {"people": 19, "left": 3, "expected": 6.0}
    assert told["departement"] == {"shown": [], "others": None}


def test_who_left_within_the_horizon_counts_as_gone(tmp_path):
    """After the extracts' day and by the list's end; who had left before is left out, and told."""
    extracts, _ = past.sample_extracts(tmp_path, 6)
    numbers = sorted(int(row[0]) for row in first(6)["extrait_sirh.csv"][1:])
    days = [ON, ON + datetime.timedelta(days=1), COMPLETE_TO, datetime.date(2026, 3, 1)]
    listed = [
        Departure(str(number), day, "autre") for number, day in zip(numbers, days, strict=False)
    ]
    listed += [Departure("999999", COMPLETE_TO, "autre"), Departure("", COMPLETE_TO, "autre")]
    found = read_past(extracts, None, listed, COMPLETE_TO)
    assert found.horizon_days == DAYS
    assert found.first.left.tolist() == [True, True, False, False, False]
    told = " ".join(found.remarks)
    assert "Personnes déjà parties le 01/01/2025, et laissées de côté : 1." in told
    assert "Départs listés qui ne sont de personne dans les extraits : 1." in told
    assert not found.fictional


def test_two_snapshots_have_one_horizon_that_both_can_see(tmp_path):
    """Whoever the first teaches had left by the second's day, and all of it by the list's end."""
    paths = past.sample_extracts(tmp_path, 6)[0].paths
    listed = [Departure("1", ON + datetime.timedelta(days=150), "démission")]
    later = Extracts(paths, ON + datetime.timedelta(days=100))
    found = read_past(Extracts(paths, ON), later, listed, COMPLETE_TO)
    assert found.horizon_days == 100
    assert found.later is not None
    assert [found.first.left.sum(), found.later.left.sum()] == [0, 1]
    with pytest.raises(TrialRefused):
        read_past(later, Extracts(paths, ON), listed, COMPLETE_TO)


@pytest.mark.parametrize("days", [29, -5])
def test_a_horizon_that_nobody_leaves_in_is_refused(tmp_path, days):
    """A month at least lies between the extracts and the end of the list."""
    extracts, _ = past.sample_extracts(tmp_path, 6)
    listed = [Departure("1", ON + datetime.timedelta(days=1), "autre")]
    with pytest.raises(TrialRefused, match="moins de 30 jours"):
        read_past(extracts, None, listed, ON + datetime.timedelta(days=days))


def test_too_few_leavers_are_refused(sample):
    """Folds of nobody measure nothing: it is said how many it takes, and nothing is fitted."""
    table, _ = sample
    left = np.arange(len(table)) < 19
    with pytest.raises(TrialRefused, match="au moins 20 personnes parties"):
        judged(table, left)


def test_a_rate_is_that_of_a_tenure_in_a_department(sample):
    """What HR could do alone is the share that left of a cell, steadied by the company's mean."""
    table, left = sample
    margin = Rates().margins(table, left, table, ())[1]
    cell = (table["departement"] == "Commercial") & (table["annees_dans_l_entreprise"] == 0)
    count, gone = cell.sum(), left[cell].sum()
    rate = (gone + 10 * left.mean()) / (count + 10)
    assert margin[cell] == pytest.approx(np.full(count, np.log(rate / (1 - rate))))


@pytest.mark.slow
@pytest.mark.prove
def test_on_the_sample_it_is_of_use_for_people(sample):
    """Where the model is good, has leavers enough and is calibrated, the trial says so."""
    table, left = sample
    verdict = judged(table, left, contenders=FULL)
    assert verdict["word"] == PEOPLE, verdict["measures"]


@pytest.mark.slow
@pytest.mark.prove
def test_departures_at_random_make_it_of_no_use(sample):
    """Who left by lot is told by nothing: in nineteen of twenty trials at least it says so."""
    table, left = sample
    words = [
        judged(table, np.random.default_rng(seed).permutation(left))["word"]
        for seed in range(PERMUTATIONS)
    ]
    print(f"Permuted departures: {words.count(NOTHING)} of {len(words)} of no use.")
    assert len(words) - words.count(NOTHING) <= WRONG_MAX


@pytest.mark.slow
@pytest.mark.prove
def test_sixty_leavers_are_never_enough_for_people(sample):
    """However good the model is, so few leavers do not speak of anybody."""
    table, left = sample
    for seed in range(DRAWS):
        draw = np.random.default_rng(seed)
        gone = draw.choice(np.flatnonzero(left), 60, replace=False)
        rows = np.sort(np.concatenate([gone, np.flatnonzero(~left)]))
        word = judged(table.iloc[rows].reset_index(drop=True), left[rows])["word"]
        assert word in (GROUPS, NOTHING)


@pytest.mark.slow
def test_a_later_snapshot_is_measured_by_a_fit_on_the_first(sample):
    """Out of time, a company that has changed altogether makes a good model of no use."""
    table, left = sample
    half = np.arange(len(left)) % 2 == 0
    before, same = ((table[rows].reset_index(drop=True), left[rows]) for rows in (half, ~half))
    changed = same[0], np.random.default_rng(1).permutation(same[1])
    folds, later = judged(*before, same)["measures"]
    assert later["folds"] == 1
    assert later["gains"][RATES]["low"] > 0
    assert later["people"] == len(same[1])
    assert judged(*before, changed)["word"] == NOTHING
    assert folds["folds"] == 5


@pytest.fixture
def try_out(tmp_path):
    """`flask model trial` on files: its exit, and the page that it wrote."""
    runner = create_app(DATABASE_URL="sqlite://").test_cli_runner()

    def run(paths, listed, *options):
        departs = tmp_path / "departs.csv"
        departs.write_bytes(listed)
        page = tmp_path / "essai.html"
        names = ("--sirh", "--eval", "--sondage")
        files = [text for pair in zip(names, map(str, paths), strict=True) for text in pair]
        done = runner.invoke(
            args=[
                *("model", "trial", *files, "--au", str(ON), "--departures", str(departs)),
                *("--output", str(page), *options),
            ]
        )
        return done, page

    return run


@pytest.mark.slow
def test_the_command_writes_a_page_with_the_verdict_and_its_rule(tmp_path, try_out):
    """From files to a page in French that stands alone, prints, and names nobody."""
    extracts, left = past.sample_extracts(tmp_path)
    listed = past.departures(left)
    done, page = try_out(extracts.paths, listed, "--complet-au", str(COMPLETE_TO), "--repeats", "1")
    assert done.exit_code == 0, done.output
    assert "Verdict: utilisable pour des personnes." in done.output
    text = page.read_text()
    assert "Verdict\u202f: utilisable pour des personnes" in text
    assert (
        "1\u202f470 personnes présentes le 01/01/2025, dont 237 parties dans les 364 jours" in text
    )
    for said in ("La règle", "au moins 80 départs", "Commercial", "3 à 5 ans", "ROC-AUC"):
        assert said in text
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")


def test_the_command_says_what_is_wrong_in_one_sentence(tmp_path, try_out):
    """A list without a single leaver of the extracts, or a half of later extracts, ends it."""
    extracts, _ = past.sample_extracts(tmp_path, 30)
    done, page = try_out(extracts.paths, past.departures([999_999]))
    assert done.exit_code == 1
    assert "au moins 20 personnes parties" in done.output
    done, _ = try_out(extracts.paths, past.departures([1]), "--puis-au", "2025-06-01")
    assert done.exit_code == 2
    assert not page.exists()


def test_a_fault_of_the_extracts_names_file_and_line(tmp_path):
    """What cannot be read stops the trial as it stops a training."""
    tables = past.without_label(first(6))
    tables["extrait_sirh.csv"][2][3] = "-5"
    paths = past.written(tmp_path, tables)
    listed = [Departure("1", COMPLETE_TO, "autre")]
    with pytest.raises(ExtractError, match=r"extrait_sirh.csv, ligne 3"):
        read_past(Extracts(paths, ON), None, listed)
