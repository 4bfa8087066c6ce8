"""Two models beside each other, on stored facts and on what became of people."""

import datetime
import re
from collections import Counter
from dataclasses import replace
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from sklearn.metrics import brier_score_loss, recall_score, roc_auc_score

from futurisys.employee.answer import MEMBERS
from futurisys.employee.schema import KEPT, LABEL, EmployeeSchema
from futurisys.errors import PromotionRefused
from futurisys.model import artifact
from futurisys.model.encoder import columns_of
from futurisys.model.population import answers
from futurisys.model.predictor import Predictor
from futurisys.model.store import Store
from futurisys.operations.models import listing
from futurisys.operations.models_compared import FEW, LOSS, compare
from futurisys.operations.outcomes_compared import CENSORED, FEW_LEFT, NO_HORIZON, NO_LIST
from futurisys.operations.promoting import Decision, promote
from futurisys.records.database import db
from futurisys.records.persons import Opposed, Review
from futurisys.records.predictions import new_id
from futurisys.records.tables import Input, Prediction
from tests.databases import ONE_DATABASE
from tests.followed import BY, Followed, hashed, identifier
from tests.rivals import another, contrary

DAY = datetime.date(2025, 1, 10)
HORIZON = 365
LATER = datetime.timedelta(days=1)
PEOPLE = 250
pytestmark = ONE_DATABASE


@pytest.fixture(scope="module")
def facts(rows) -> list[dict[str, Any]]:
    """What is kept of people of the sample."""
    loaded = [EmployeeSchema().load(row) for row in rows[:PEOPLE]]
    return [{name: one.get(name) for name in KEPT} for one in loaded]


@pytest.fixture(scope="module")
def left(rows) -> np.ndarray:
    """Who of them left."""
    return np.array([row[LABEL] == "Oui" for row in rows[:PEOPLE]])


@pytest.fixture(scope="module")
def first(served) -> Predictor:
    return served["futurisys.serving"].predictor


@pytest.fixture(scope="module")
def stricter(artifact_folder, tmp_path_factory) -> Predictor:
    """The same with a higher threshold."""
    folder = tmp_path_factory.mktemp("models") / "stricter"
    return Predictor(artifact.read(another(artifact_folder, folder, threshold=0.5)))


@pytest.fixture(scope="module")
def opposite(artifact_folder, tmp_path_factory) -> Predictor:
    """One that says the contrary."""
    folder = tmp_path_factory.mktemp("models") / "contrary"
    return Predictor(artifact.read(contrary(artifact_folder, folder)))


@pytest.fixture
def kept(app) -> Followed:
    return Followed(app)


@pytest.fixture
def estimated(app, facts, first) -> list[str]:
    """All of them were estimated on a day, by the first model: the ids of the estimates."""
    said = answers(first, columns_of(facts, first.fields)).columns
    inputs: list[dict[str, Any]] = []
    predictions: list[dict[str, Any]] = []
    for number, one in enumerate(facts):
        (own, moment), (other, _) = identifier(DAY, number), identifier(DAY, number)
        inputs.append({"id": other, "subject": hashed(number), "created_at": moment} | one)
        members = {name: said[name][number] for name in MEMBERS}
        predictions.append({"id": own, "input_id": other, "created_at": moment} | members)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.insert(Input.__table__), inputs)
        connection.execute(sa.insert(Prediction.__table__), predictions)
    return [one["id"] for one in predictions]


@pytest.fixture
def resolved(app, kept, estimated, left) -> list[str]:
    """It is known who left, each within the horizon, which is over; the ids of the estimates."""
    app.config["FUTURISYS_HORIZON_DAYS"] = HORIZON
    gone = DAY + 100 * LATER
    kept.departures([(hashed(number), gone) for number in np.flatnonzero(left).tolist()])
    kept.complete(DAY + HORIZON * LATER)
    return estimated


@pytest.fixture
def ask(app):
    """What a comparison says."""

    def one(before: Predictor, after: Predictor, **since: Any) -> dict[str, Any]:
        with app.app_context():
            return compare(before, after, **since)

    return one


def close(value: Any) -> Any:
    return pytest.approx(value, rel=0, abs=1e-9)


def test_the_areas_errors_and_recalls_are_scikit_learns(
    ask, resolved, facts, left, first, stricter, opposite
):
    """Each figure is that of the same rows, and a difference has its own interval."""
    columns = columns_of(facts, first.fields)
    for second in (stricter, opposite):
        told = ask(first, second)["outcomes"]
        chances = [one.scores(columns).probability for one in (first, second)]
        flags = [
            one >= model.threshold for one, model in zip(chances, (first, second), strict=True)
        ]
        assert (told["people"], told["left"], told["censored"]) == (PEOPLE, left.sum(), 0)
        assert told["areas"] == close([roc_auc_score(left, one) for one in chances])
        assert told["errors"] == close([brier_score_loss(left, one) for one in chances])
        assert told["recalls"] == close([recall_score(left, one) for one in flags])
        assert told["expected"] == close([one.mean() for one in chances])
        assert told["observed"] == close(left.mean())
        moved = (chances[1] - left) ** 2 - (chances[0] - left) ** 2
        mean, half = moved.mean(), NormalDist().inv_cdf(0.975) * moved.std(ddof=1) / PEOPLE**0.5
        assert told["error"] == close([mean, mean - half, mean + half])
        assert told["area"][0] == close(told["areas"][1] - told["areas"][0])


def test_a_model_that_is_clearly_worse_is_objected_to(ask, resolved, first, stricter, opposite):
    """The whole interval of the difference is below 0; one with the same order is no worse."""
    found = ask(first, opposite)
    assert found["objections"] == [LOSS]
    low, high = found["outcomes"]["area"][1:]
    assert low < high < 0
    assert ask(first, stricter)["objections"] == []
    assert ask(opposite, first)["objections"] == []


def test_a_clear_loss_refuses_a_model_unless_it_is_forced(app, resolved, artifact_folder, tmp_path):
    """The sentence says by how much it is worse; what is forced is written down as such."""
    worse, file = contrary(artifact_folder, tmp_path / "worse"), tmp_path / "served"
    file.write_text(str(artifact_folder))
    store, decision = Store(tmp_path, seconds=0), Decision("Ada", "Because")
    with app.app_context():
        with pytest.raises(PromotionRefused, match=r"ROC-AUC moves by -0\.\d+ to -0\.\d+.*--force"):
            promote(file, store, str(worse), decision)
        assert file.read_text() == str(artifact_folder)
        done = promote(file, store, str(worse), replace(decision, forced=True))
        [kept, *others] = listing(None)
    assert (done.version, kept.version, kept.forced) == (kept.version, done.version, True)
    assert kept.comparison
    assert kept.comparison["objections"] == [LOSS]
    assert others == [] or not others[0].decided_at


def test_a_comparison_of_outcomes_is_told_in_lines(app, resolved, artifact_folder, tmp_path):
    """Each figure of both models, and the difference with its interval."""
    second = another(artifact_folder, tmp_path / "second", threshold=0.5)
    arguments = ["model", "compare", str(artifact_folder), str(second)]
    told = app.test_cli_runner().invoke(args=arguments).output
    assert re.search(rf"\d+ of {PEOPLE} people left within {HORIZON} days", told)
    same = r"ROC-AUC \(more is better\): (0\.\d{3}) and \1, \+0\.000 \(\+0\.000 to \+0\.000\)"
    assert re.search(same, told)
    assert re.search(r"threshold or above: 0\.\d{3} and 0\.\d{3}, -0\.\d{3} \(-0\.\d{3} to -", told)


def test_without_a_horizon_a_list_or_departures_nothing_is_said(app, ask, kept, estimated, first):
    """A reason stands there in place of figures."""
    assert ask(first, first)["outcomes"] == {"why": NO_HORIZON}
    app.config["FUTURISYS_HORIZON_DAYS"] = HORIZON
    assert ask(first, first)["outcomes"]["why"] == NO_LIST
    kept.complete(DAY + HORIZON * LATER)
    assert ask(first, first)["outcomes"]["why"] == FEW_LEFT


def test_a_horizon_that_is_not_over_says_nothing(app, ask, kept, estimated, left, first):
    """Who has not left a day before its end is no stayer yet, and who has is not counted alone."""
    app.config["FUTURISYS_HORIZON_DAYS"] = HORIZON + 1
    kept.departures([(hashed(number), DAY) for number in np.flatnonzero(left).tolist()])
    kept.complete(DAY + HORIZON * LATER)
    assert ask(first, first)["outcomes"]["why"] == FEW_LEFT


def test_where_measures_were_taken_for_many_nothing_is_said(app, ask, resolved, first):
    """Those for whom nobody can stand are too many beyond a fifth."""
    _, moment = identifier(DAY + LATER)

    def measured(estimates: list[str]) -> None:
        said = {"kind": "mesure prise", "created_at": moment} | BY
        rows = [{"id": new_id()[0], "prediction_id": one} | said for one in estimates]
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(sa.insert(Review.__table__), rows)

    measured(resolved[: PEOPLE // 4 : 2])
    told = ask(first, first)["outcomes"]
    assert 0.1 < told["censored"] < 0.2
    assert told["areas"][0] == told["areas"][1]
    measured(resolved[PEOPLE // 4 : PEOPLE // 2])
    assert ask(first, first)["outcomes"]["why"] == CENSORED


def test_wrong_facts_are_not_asked_about(ask, kept, resolved, first):
    """An estimate of which it was said that its facts were wrong proves nothing."""
    kept.noted(resolved[0], "données fausses", DAY)
    assert ask(first, first)["outcomes"]["people"] == PEOPLE - 1


def test_a_model_that_is_younger_than_outcomes_may_have_learnt_them(
    ask, resolved, first, artifact_folder, tmp_path
):
    """It is said of a model of the company's own people alone, for the sample has none of them."""
    manifest = artifact.read(artifact_folder).manifest
    training = manifest["training"] | {"fictional": False}
    young = another(artifact_folder, tmp_path / "young", training=training)
    old = another(
        artifact_folder, tmp_path / "old", training=training, created_at="2025-01-01T00:00:00+00:00"
    )
    aged, fresh = (Predictor(artifact.read(folder)) for folder in (old, young))
    assert ask(aged, fresh)["outcomes"]["may_have_learnt"] == [False, True]
    assert ask(first, first)["outcomes"]["may_have_learnt"] == [False, False]


def test_words_are_those_of_both_models_and_none_tells_of_a_few(
    ask, estimated, facts, first, stricter
):
    """What is shown adds up from the answers; fewer than ten cannot be worked out."""
    columns = columns_of(facts, first.fields)
    pairs = Counter(zip(*(answers(one, columns).words for one in (first, stricter)), strict=True))
    cells = ask(first, stricter)["words"]
    assert len(cells) == 9
    for one in cells:
        count = pairs[one["before"], one["after"]]
        assert one["people"] in (None, count)
        assert one["people"] is None or count == 0 or count >= 10
    hidden = [pairs[one["before"], one["after"]] for one in cells if one["people"] is None]
    assert not hidden or sum(hidden) >= 10


def test_groups_are_of_ten_and_more_and_each_field_alone(ask, estimated, facts, first, stricter):
    """By where people work and by what the law protects; an age counts by its ten."""
    groups = ask(first, stricter)["groups"]
    assert min(one["people"] for one in groups) >= 10
    for field in ("departement", "genre", "statut_marital"):
        shown = {one["level"]: one for one in groups if one["field"] == field}
        for level, count in Counter(one[field] for one in facts).items():
            assert level not in shown or shown[level]["people"] == count
    assert {one["level"] for one in groups if one["field"] == "age"} >= {"30 à 39", "40 à 49"}
    women = [one for one in facts if one["genre"] == "F"]
    [told] = [one for one in groups if (one["field"], one["level"]) == ("genre", "F")]
    chances = first.scores(columns_of(women, first.fields)).probability
    assert told["mean"][0] == close(chances.mean())
    assert told["above"][1] == close((chances >= 0.5).mean())


def test_a_rule_is_kept_by_a_model_and_broken_by_its_contrary(ask, estimated, first, opposite):
    """More overtime never lowers an estimate of the one, and always that of the other."""
    rules = {one["field"]: one for one in ask(first, opposite)["rules"]}
    overtime = rules["heure_supplementaires"]
    assert (overtime["low"], overtime["high"], overtime["direction"]) == (False, True, 1)
    assert overtime["against"] == [0, 1]
    assert overtime["difference"][0] > 0.05
    assert all(one["against"][0] == 0 for one in rules.values())


def test_who_is_not_to_be_estimated_is_not(app, ask, estimated, first):
    """Neither their facts nor what became of them are put to a model."""
    with app.app_context(), db.engine.begin() as connection:
        row = {"subject": hashed(1), "created_at": datetime.datetime.now(datetime.UTC)}
        connection.execute(sa.insert(Opposed.__table__), row)
    assert ask(first, first)["people"]["people"] == PEOPLE - 1


def test_the_newest_facts_of_each_person_are_asked_about(app, ask, estimated, facts, first):
    """Whoever was asked about twice counts once, and those alone who were asked about since."""
    later, moment = identifier(DAY + LATER)
    with app.app_context(), db.engine.begin() as connection:
        row = {"id": later, "subject": hashed(0), "created_at": moment} | facts[1]
        connection.execute(sa.insert(Input.__table__), row)
    assert ask(first, first)["people"]["people"] == PEOPLE
    found = ask(first, first, since=moment - datetime.timedelta(hours=1))
    assert found["people"]["people"] == 1
    assert found["objections"] == [FEW]
    assert "words" not in found


def test_a_comparison_keeps_nothing(app, ask, resolved, first, stricter):
    """No row is written, of a person or of anything."""
    with app.app_context(), db.engine.connect() as connection:
        counts = [sa.select(sa.func.count()).select_from(one) for one in db.metadata.sorted_tables]
        before = [connection.scalar(one) for one in counts]
    ask(first, stricter)
    with app.app_context(), db.engine.connect() as connection:
        assert [connection.scalar(one) for one in counts] == before
