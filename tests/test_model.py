"""The model: its artifact, its contributions, its calibration, its figures."""

import json
import shutil
from pathlib import Path

import joblib
import numpy as np
import pytest
import xgboost

from futurisys.employee.extracts import read_employees
from futurisys.employee.fields import FALLING, RISING, Text
from futurisys.employee.schema import FACTS
from futurisys.errors import ArtifactError
from futurisys.model import artifact
from futurisys.model.calibration import BetaCalibration, probability
from futurisys.model.encoder import columns_of
from futurisys.model.population import answers
from futurisys.model.predictor import Predictor
from futurisys.model.scorers import LevelCurve, StepCurve, Stumps, Trees, scorer_of
from futurisys.sample import SAMPLE
from futurisys.training.estimator import frame


@pytest.fixture(scope="module")
def read(artifact_folder: Path) -> artifact.Artifact:
    return artifact.read(artifact_folder)


@pytest.fixture(scope="module")
def booster(read) -> xgboost.Booster:
    return xgboost.Booster(model_file=bytearray(read.booster))


@pytest.fixture(scope="module")
def scorer(read, booster) -> Stumps:
    stumps = scorer_of(booster, read.encoder)
    assert isinstance(stumps, Stumps)
    return stumps


@pytest.fixture(scope="module")
def employees():
    return read_employees(SAMPLE)[0]


@pytest.mark.slow
def test_the_model_reaches_its_gate(measured_folder):
    """The 25 folds show what the starting point is known to reach, and no more than is credible."""
    metrics = artifact.read(measured_folder).manifest["metrics"]
    mean = {name: figure["mean"] for name, figure in metrics["model"].items()}
    assert metrics["folds"] == 25
    assert 0.860 <= mean["roc_auc"] <= 0.88
    assert mean["average_precision"] >= 0.685
    assert mean["brier"] <= 0.0845
    assert mean["log_loss"] <= 0.292
    assert mean["pooled_ece"] <= 0.020
    assert mean["recall_at_precision_50"] >= 0.73
    assert mean["f1"] >= 0.62
    assert metrics["baseline"]["roc_auc"]["mean"] < mean["roc_auc"]


# More of these never raises the estimate, whatever else is true of the employee ...
FALLING_NAMES = {
    "revenu_mensuel",
    "satisfaction_employee_environnement",
    "satisfaction_employee_nature_travail",
    "satisfaction_employee_equipe",
    "satisfaction_employee_equilibre_pro_perso",
    "note_evaluation_precedente",
    "niveau_hierarchique_poste",
    "note_evaluation_actuelle",
    "augementation_salaire_precedente",
    "nb_formations_suivies",
}
# ... and more of these never lowers it.
RISING_NAMES = {
    "heure_supplementaires",
    "distance_domicile_travail",
    "frequence_deplacement",
    "annees_depuis_la_derniere_promotion",
    "nombre_experiences_precedentes",
}


def test_no_monotone_rule_is_broken(scorer):
    """More salary never raises the estimate, more overtime never lowers it, and so on."""
    curves = scorer.curves
    assert {name for name, fact in FACTS.items() if fact.monotone == FALLING} == FALLING_NAMES
    assert {name for name, fact in FACTS.items() if fact.monotone == RISING} == RISING_NAMES
    for name in FALLING_NAMES | RISING_NAMES:
        curve = curves[name]
        if isinstance(curve, StepCurve):
            values = curve.values
        else:
            assert isinstance(curve, LevelCurve)
            values = [curve.values[level] for level in ("Aucun", "Occasionnel", "Frequent")]
        steps = np.diff(values) * FACTS[name].monotone
        assert (steps >= -1e-6).all(), name


@pytest.mark.slow
def test_no_change_in_a_good_direction_raises_an_estimate(read, employees):
    """For all 1470 and each field that has a direction: no value on its good side, of up to twenty
    that the model has seen, raises the estimate of anybody."""
    predictor = Predictor(read)
    today = predictor.scores(columns_of(employees, predictor.fields)).probability
    for name in FALLING_NAMES | RISING_NAMES:
        ranks = _ranks(name, [employee[name] for employee in employees])
        direction = FALLING if name in FALLING_NAMES else RISING
        for value, rank in list(ranks.items())[:: 1 + len(ranks) // 20]:
            changed = [employee | {name: value} for employee in employees]
            then = predictor.scores(columns_of(changed, predictor.fields)).probability
            better = np.array([(rank - ranks[e[name]]) * direction < 0 for e in employees])
            assert (then[better] <= today[better]).all(), (name, value)


def _ranks(name, values):
    """Each value of a field, with its place from less to more."""
    levels = getattr(FACTS[name], "levels", None)
    if isinstance(levels, tuple):
        return {level: rank for rank, level in enumerate(levels)}
    return {value: rank for rank, value in enumerate(sorted(set(values)))}


def test_the_encoder_equals_the_fitted_preprocessor(read, artifact_folder, employees):
    """What serving encodes is what the ColumnTransformer encodes, seen levels or not."""
    preprocessor = joblib.load(artifact_folder / "preprocesseur_fitted.joblib")
    strangers = [employees[0] | {"poste": "Astronaute", "departement": "Juridique"}]
    people = employees + strangers
    encoded = read.encoder.encode(columns_of(people, read.encoder.fields))
    np.testing.assert_array_equal(encoded, preprocessor.transform(frame(people)))


def test_curves_equal_the_booster(read, booster, scorer, employees):
    """Look-ups give the booster's margin and its TreeSHAP values, to float32 rounding."""
    columns = columns_of(employees, read.encoder.fields)
    trees = Trees(booster, read.encoder)
    contributions = scorer.of_columns(columns)
    margin = booster.inplace_predict(read.encoder.encode(columns), predict_type="margin")
    np.testing.assert_allclose(scorer.bias + contributions.sum(axis=1), margin, atol=2e-5)
    np.testing.assert_allclose(contributions, trees.of_columns(columns), atol=1e-5)
    assert scorer.bias == pytest.approx(trees.bias, abs=1e-5)


def test_a_number_beside_a_threshold_falls_on_the_boosters_side(read, booster, scorer, employees):
    """Doubles that round to a threshold, or just miss it, go where their float32 goes."""
    curve = scorer.curves["revenu_mensuel"]
    assert isinstance(curve, StepCurve)
    near = [
        float(np.nextafter(threshold, direction))
        for threshold in curve.thresholds
        for direction in (-np.inf, threshold, np.inf)
    ]
    people = [employees[0] | {"revenu_mensuel": value} for value in near]
    columns = columns_of(people, read.encoder.fields)
    margin = booster.inplace_predict(read.encoder.encode(columns), predict_type="margin")
    np.testing.assert_allclose(
        scorer.bias + scorer.of_columns(columns).sum(axis=1), margin, atol=2e-5
    )


def test_one_answer_equals_its_row_of_many(read, employees):
    """An employee gets the same numbers alone and in a population; reasons add up."""
    predictor = Predictor(read)
    scores = predictor.scores(columns_of(employees, predictor.fields))
    alone = [predictor.answer(employee) for employee in employees]
    np.testing.assert_array_equal(scores.probability, [answer.probability for answer in alone])
    for answer, effects in zip(alone, scores.effects, strict=True):
        assert list(answer.effects.values()) == pytest.approx(effects.tolist(), abs=1e-12)
        log_odds = np.log(answer.probability / (1 - answer.probability))
        assert answer.base + sum(answer.effects.values()) == pytest.approx(log_odds, abs=1e-9)


def test_risk_bands_and_label_follow_the_probability_that_is_sent(read):
    """Élevé and Part from the threshold up, Modéré from the base rate, Faible below."""
    predictor = Predictor(read)
    threshold, rate = predictor.threshold, predictor.base_rate
    below, under = np.nextafter(threshold, 0), np.nextafter(rate, 0)
    assert [predictor.risk(p) for p in (threshold, below, rate, under)] == [
        "Élevé",
        "Modéré",
        "Modéré",
        "Faible",
    ]
    assert [predictor.label(p) for p in (threshold, below)] == ["Part", "Reste"]


def test_calibration_keeps_the_order_and_its_slope_is_its_rise():
    """Beta calibration is increasing, and slope × distance is its rise, near and far."""
    beta = BetaCalibration(0.42, 2.77, -1.64)
    margins = np.linspace(-8, 8, 400)
    assert (np.diff(beta.log_odds(margins)) > 0).all()
    for start in (-1.666, 0.0, 3.0):
        targets = np.concatenate([margins, start + np.array([0, 1e-12, 1e-5, -9e-5, 2e-4])])
        rise = beta.log_odds(targets) - beta.log_odds(start)
        np.testing.assert_allclose(beta.slope(start, targets) * (targets - start), rise, atol=1e-10)
        assert (beta.slope(start, targets) > 0).all()


def test_probability_does_not_overflow():
    """The far ends are 0 and 1, not a warning."""
    np.testing.assert_array_equal(probability([-1e4, 0, 1e4]), [0, 0.5, 1])


NAMES = [
    "manifest.json",
    "encoder.json",
    "model.ubj",
    "mapping_classes.json",
    "modele_final_xgb.joblib",
    "preprocesseur_fitted.joblib",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fault", ["missing", "flipped", "truncated"])
def test_a_folder_with_a_broken_file_is_refused(artifact_folder, tmp_path, name, fault):
    """Every file is a link of the chain, the pickles that serving never opens too."""
    folder = shutil.copytree(artifact_folder, tmp_path / "model")
    content = bytearray((folder / name).read_bytes())
    if fault == "missing":
        (folder / name).unlink()
    elif fault == "flipped":
        content[len(content) // 2] ^= 1
        (folder / name).write_bytes(content)
    else:
        (folder / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(ArtifactError):
        Predictor(artifact.read(folder))


@pytest.mark.parametrize("difference", [0.001, 2e-5, -2e-5])
def test_a_model_that_answers_otherwise_is_refused(artifact_folder, tmp_path, difference):
    """Where every digest is right and a golden answer is not, to 1e-5, the model is not served."""
    folder = shutil.copytree(artifact_folder, tmp_path / "model")
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {name: (folder / name).read_bytes() for name in manifest["files"]}
    # One that is still a probability afterwards.
    known = min(manifest["golden"], key=lambda one: abs(one["probability"] - 0.5))
    known["probability"] += difference
    artifact.write(folder, manifest, files)
    with pytest.raises(ArtifactError, match="answers"):
        Predictor(artifact.read(folder))


@pytest.mark.parametrize("name", ["../voisin.json", "sous/fichier.json", "{outside}"])
def test_a_manifest_names_no_file_outside_its_folder(artifact_folder, tmp_path, name):
    """A path is refused though the file is there and its digest is right."""
    folder, outside = tmp_path / "model", tmp_path / "ailleurs.json"
    shutil.copytree(artifact_folder, folder)
    (folder / "sous").mkdir()
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {file: (folder / file).read_bytes() for file in manifest["files"]}
    files[name.format(outside=outside)] = b"{}"
    artifact.write(folder, manifest, files)
    with pytest.raises(ArtifactError, match="outside its folder"):
        artifact.read(folder)


def test_a_population_is_warned_as_each_of_its_employees(read, employees):
    """Each number below or above what was seen, and each unknown level, has its one sentence."""
    predictor, people = Predictor(read), [employees[0]]
    for name in predictor.fields:
        seen = predictor.seen[name]
        beyond = [seen["min"] - 1, seen["max"] + 1] if "min" in seen else []
        beyond += ["Inconnu"] if isinstance(FACTS[name], Text) else []
        people += [employees[0] | {name: value} for value in beyond]
    told = answers(predictor, columns_of(people, predictor.fields)).columns["warnings"]
    assert told == [predictor.answer(one).warnings for one in people]
    assert [len(sentences) for sentences in told] == [0] + [1] * (len(people) - 1)


def test_a_department_and_a_post_that_nobody_has_together_are_warned_of(read, employees):
    """Each pair that somebody has is in the manifest and gets no warning; another gets one, alone
    and in a population, unless one of its levels is new, which is said already."""
    predictor = Predictor(read)
    pairs = {(one["departement"], one["poste"]) for one in employees}
    assert set(map(tuple, read.manifest["together"])) == pairs
    departments, posts = (sorted(levels) for levels in map(set, zip(*pairs, strict=True)))
    people = [
        employees[0] | {"departement": department, "poste": post}
        for department in departments
        for post in posts
    ]
    told = answers(predictor, columns_of(people, predictor.fields)).columns["warnings"]
    assert told == [predictor.answer(one).warnings for one in people]
    for one, warnings in zip(people, told, strict=True):
        is_new = (one["departement"], one["poste"]) not in pairs
        assert len(warnings) == is_new
        assert all("(departement)" in words and "(poste)" in words for words in warnings)
    assert any(told)
    [warning] = predictor.answer(people[0] | {"poste": "Astronaute"}).warnings
    assert "valeur est inconnue" in warning


def test_a_warning_writes_numbers_as_french_does(read, employees, monkeypatch):
    """A million with its narrow spaces, half a euro with its comma."""
    predictor = Predictor(read)
    seen = {"revenu_mensuel": {"min": 1009.5, "max": 1_000_000.0}}
    monkeypatch.setattr(predictor, "seen", {**predictor.seen, **seen})
    [told] = predictor.warnings(employees[0] | {"revenu_mensuel": 1.0})
    assert "(1\u202f009,5 à 1\u202f000\u202f000)" in told


def test_no_employee_of_the_training_data_is_in_the_manifest(read, employees):
    """The known employees are made of quantiles: the manifest can be published."""
    known = [golden["employee"] for golden in read.manifest["golden"]]
    assert len(known) == 9
    for golden in known:
        assert not any(golden.items() <= employee.items() for employee in employees)
