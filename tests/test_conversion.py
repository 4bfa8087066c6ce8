"""Converting: the model of the service of old, as data that answers the same."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler
from xgboost import XGBClassifier

from futurisys.app import create_app
from futurisys.employee.extracts import read_employees
from futurisys.errors import ConversionError
from futurisys.model import artifact
from futurisys.model.encoder import columns_of
from futurisys.model.predictor import Predictor
from futurisys.sample import SAMPLE
from futurisys.training import conversion
from tests import older

pytestmark = pytest.mark.slow

FAST = {"n_estimators": 20}


@pytest.fixture(scope="module")
def employees():
    return read_employees(SAMPLE)[0]


def convert(folder: Path, *doubts: str) -> Predictor:
    """What is served of the older files in a folder; each doubt is one that is told."""
    converted = conversion.convert(conversion.find(folder), SAMPLE, folder / "new")
    assert len(converted.doubts) == len(doubts)
    for told, doubt in zip(converted.doubts, doubts, strict=True):
        assert doubt in told
    return Predictor(artifact.read(folder / "new"))


def refused(folder: Path) -> str:
    """The sentence that refuses the older files in a folder."""
    with pytest.raises(ConversionError) as refusal:
        conversion.convert(conversion.find(folder), SAMPLE, folder / "new")
    assert not (folder / "new").exists()
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def fitted(rows, preprocessor, table=None, **options):
    """A Pipeline of a preprocessor and a small classifier, trained on the sample."""
    pipeline = Pipeline([("prep", preprocessor), ("model", older.classifier(**FAST | options))])
    return pipeline.fit(older.table(rows) if table is None else table, older.labels(rows))


def assert_equal(predictor, employees, known):
    answered = predictor.scores(columns_of(employees, predictor.fields)).probability
    np.testing.assert_allclose(answered, known, rtol=0, atol=1e-5)


def test_a_whole_pipeline_answers_the_same_for_everybody(rows, employees, tmp_path):
    """21 raw and 9 derived columns, depth 3 × 400: equal to 1e-5 for all 1470 employees."""
    pipeline = older.pipeline(rows)
    predictor = convert(older.save(tmp_path, pipeline))
    assert_equal(predictor, employees, pipeline.predict_proba(older.table(rows))[:, 1])
    assert {path.name for path in (tmp_path / "new").iterdir()} == {
        "manifest.json",
        "encoder.json",
        "model.ubj",
        "mapping_classes.json",
    }


def test_a_model_beside_its_preprocessor_answers_the_same(rows, employees, tmp_path):
    """The preprocessor of a model that stands alone is found beside it; overtime as 0 or 1."""
    table = older.table(rows).astype({"heure_supplementaires": int})
    preprocessor = older.preprocessor()
    matrix = preprocessor.fit_transform(table)
    model = older.classifier(**FAST).fit(matrix, older.labels(rows))
    predictor = convert(older.save(tmp_path, model, preprocessor))
    assert_equal(predictor, employees, model.predict_proba(matrix)[:, 1])


def test_overtime_in_hrs_own_words_answers_the_same(rows, employees, tmp_path):
    """A model that was trained on Oui and Non is served from the same facts."""
    table = older.table(rows)
    table["heure_supplementaires"] = [row["heure_supplementaires"] for row in rows]
    pipeline = fitted(rows, older.preprocessor(), table)
    predictor = convert(older.save(tmp_path, pipeline))
    assert_equal(predictor, employees, pipeline.predict_proba(table)[:, 1])


@pytest.mark.parametrize("unknown", ["ignore", "infrequent_if_exist"])
@pytest.mark.parametrize("rare", [{"max_categories": 4}, {"min_frequency": 150}])
def test_infrequent_levels_share_a_column(rows, employees, tmp_path, unknown, rare):
    """Levels that scikit-learn folded, and one that it never saw, go where it puts them."""
    names = ["poste", "domaine_etude"]
    encoder = OneHotEncoder(handle_unknown=unknown, sparse_output=False, **rare)
    preprocessor = ColumnTransformer(
        [("cat", encoder, names), ("rest", "passthrough", ["age", "revenu_mensuel"])]
    )
    pipeline = fitted(rows, preprocessor)
    predictor = convert(older.save(tmp_path, pipeline))
    strangers = [employees[0] | {"poste": "Astronaute"}]
    table = older.table(rows[:1]).assign(poste="Astronaute")
    assert_equal(predictor, employees, pipeline.predict_proba(older.table(rows))[:, 1])
    assert_equal(predictor, strangers, pipeline.predict_proba(table)[:, 1])
    assert len(predictor.seen["poste"]["levels"]) == 9


def test_columns_may_be_numbered(rows, employees, tmp_path):
    """Columns given by position, by slice or as the rest are the ones that were fitted."""
    table = older.table(rows)[["age", "revenu_mensuel", "poste", "niveau_education"]]
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    preprocessor = ColumnTransformer(
        [("num", StandardScaler(with_mean=False), slice(0, 2)), ("cat", encoder, [2])],
        remainder="passthrough",
    )
    pipeline = fitted(rows, preprocessor, table)
    predictor = convert(older.save(tmp_path, pipeline))
    assert_equal(predictor, employees, pipeline.predict_proba(table)[:, 1])
    assert predictor.fields == ("age", "revenu_mensuel", "poste", "niveau_education")


def test_another_unit_or_spelling_is_doubted(rows, tmp_path):
    """Parity cannot see what the original misreads as well: the engineer is told to check."""
    table = older.table(rows)
    table["augementation_salaire_precedente"] /= 100
    table["poste"] = table["poste"].str.upper()
    folder = older.save(tmp_path, fitted(rows, older.preprocessor(), table))
    rise = "augementation_salaire_precedente was scaled around 0.152095 and the sample holds 11"
    convert(folder, rise, "poste was fitted on no level that the sample holds")


def test_an_unknown_rank_is_what_the_encoder_says(rows, employees, tmp_path):
    """A note that nobody had in training is the encoder's unknown value, and is warned of."""
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    names = ["note_evaluation_actuelle", "frequence_deplacement"]
    pipeline = fitted(
        rows, ColumnTransformer([("ord", encoder, names)], remainder="drop"), max_depth=1
    )
    predictor = convert(older.save(tmp_path, pipeline))
    stranger = employees[0] | {"note_evaluation_actuelle": 1}
    table = older.table(rows[:1]).assign(note_evaluation_actuelle=1)
    assert_equal(predictor, [stranger], pipeline.predict_proba(table)[:, 1])
    assert "note_evaluation_actuelle" in predictor.answer(stranger).warnings[0]


def test_a_default_models_own_pickles_can_be_converted(artifact_folder, employees, tmp_path):
    """What `flask model train` leaves for data scientists is convertible too, uncalibrated."""
    for name in (conversion.MODEL, conversion.PREPROCESSOR, artifact.CLASSES):
        (tmp_path / name).write_bytes((artifact_folder / name).read_bytes())
    predictor = convert(tmp_path)
    assert predictor.fields == Predictor(artifact.read(artifact_folder)).fields


def test_a_training_that_stopped_early_answers_with_its_best_rounds(rows, employees, tmp_path):
    """Rounds after the best one are left out, as scikit-learn's interface leaves them out."""
    preprocessor = older.preprocessor()
    matrix = preprocessor.fit_transform(older.table(rows))
    model = older.classifier(n_estimators=60, learning_rate=0.9, early_stopping_rounds=5)
    model.fit(
        matrix[:1000],
        older.labels(rows[:1000]),
        eval_set=[(matrix[1000:], older.labels(rows[1000:]))],
        verbose=False,
    )
    predictor = convert(older.save(tmp_path, model, preprocessor))
    assert model.best_iteration + 1 < model.get_booster().num_boosted_rounds()
    assert_equal(predictor, employees, model.predict_proba(matrix)[:, 1])


def test_reasons_are_given_for_the_facts_and_add_up(rows, employees, tmp_path):
    """A derived column's contribution goes to the facts behind it: nothing is lost."""
    predictor = convert(older.save(tmp_path, older.pipeline(rows)))
    assert not set(predictor.fields) & {"satisfaction_globale", "categorie_employe"}
    for employee in employees[:50]:
        answer = predictor.answer(employee)
        log_odds = np.log(answer.probability / (1 - answer.probability))
        assert answer.base + sum(answer.effects.values()) == pytest.approx(log_odds, abs=1e-9)


def other(one: str, transformer, names=("age", "revenu_mensuel")) -> tuple[str, ColumnTransformer]:
    return one, ColumnTransformer([("one", transformer, list(names))])


@pytest.mark.parametrize(
    ("told", "preprocessor"),
    [
        other("age goes through a MinMaxScaler", MinMaxScaler()),
        other("age goes through a SimpleImputer", SimpleImputer()),
        other("age: OneHotEncoder(handle_unknown='error')", OneHotEncoder(sparse_output=False)),
        other(
            "genre: OneHotEncoder(drop='first')",
            OneHotEncoder(drop="first", handle_unknown="ignore", sparse_output=False),
            ["genre", "poste"],
        ),
        other("age: OrdinalEncoder(handle_unknown='error')", OrdinalEncoder()),
        other(
            "age: OrdinalEncoder(unknown_value=nan)",
            OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan),
        ),
        other("makes a sparse matrix", OneHotEncoder(handle_unknown="ignore"), ["poste"]),
        other(
            "heure_supplementaires is 'No'",
            OneHotEncoder(handle_unknown="ignore", sparse_output=False),
            ["heure_supplementaires"],
        ),
        other(
            "poste was missing for somebody",
            OneHotEncoder(handle_unknown="ignore", sparse_output=False),
            ["poste"],
        ),
        other("The model reads ayant_moto", StandardScaler(), ["ayant_moto"]),
        ("The preprocessor is a StandardScaler, not a ColumnTransformer", StandardScaler()),
    ],
)
def test_what_cannot_be_converted_is_named_with_what_can(rows, tmp_path, told, preprocessor):
    """One sentence: what stands in the way, and what is supported."""
    table = older.table(rows).assign(ayant_moto=1)
    if "missing" in told:
        table.loc[3, "poste"] = None
    if "'No'" in told:
        table["heure_supplementaires"] = np.where(table["heure_supplementaires"], "Yes", "No")
    if isinstance(preprocessor, StandardScaler):
        table = table[["age", "revenu_mensuel"]]
    sentence = refused(older.save(tmp_path, fitted(rows, preprocessor, table)))
    assert told in sentence
    assert "what can be converted is StandardScaler, OneHotEncoder" in sentence


def test_another_estimator_is_refused(rows, tmp_path):
    """A forest, three classes, another kind of booster: named with what is supported."""
    table, left = older.table(rows)[["age", "revenu_mensuel"]], older.labels(rows)
    prep = ColumnTransformer([("num", StandardScaler(), ["age", "revenu_mensuel"])])
    matrix = prep.fit_transform(table)
    three = [label + (row["age"] > 40) for label, row in zip(left, rows, strict=True)]
    for told, model in {
        "The model is a RandomForestClassifier": RandomForestClassifier(2).fit(matrix, left),
        "multi:softprob": older.classifier(**FAST).fit(matrix, three),
        "dart": older.classifier(booster="dart", n_estimators=2).fit(matrix, left),
        "not fitted": XGBClassifier(),
    }.items():
        sentence = refused(older.save(tmp_path, model, prep))
        assert told in sentence
        assert conversion.SUPPORTED in sentence


def test_what_does_not_answer_the_same_is_not_written(rows, tmp_path):
    """Zeros that the original takes for missing values: no parity, no artifact."""
    folder = older.save(tmp_path, fitted(rows, older.preprocessor(), missing=0.0))
    assert "does not give the original's answers to 1e-05" in refused(folder)


def test_files_that_do_not_belong_together_are_refused(rows, tmp_path):
    """No model, no preprocessor, other columns, other classes, no classes, no pickle."""
    table, left = older.table(rows), older.labels(rows)
    prep = older.preprocessor().fit(table)
    model = older.classifier(**FAST).fit(prep.transform(table)[:, :10], left)
    assert "modele_final_xgb.joblib is not in" in refused(tmp_path)
    assert "preprocesseur_fitted.joblib is missing" in refused(older.save(tmp_path / "a", model))
    assert "not fitted together" in refused(older.save(tmp_path / "b", model, prep))
    swapped = {"0": "Part", "1": "Reste"}
    for classes in (swapped, {"Reste": 0, "Part": 1}, ["Reste", "Part"]):
        sentence = refused(older.save(tmp_path / "c", model, prep, classes))
        assert 'other classes: it must be {"0": "Reste", "1": "Part"}' in sentence
    assert "is missing, or is no JSON" in refused(older.save(tmp_path / "d", model, prep, None))
    folder = older.save(tmp_path / "e", model, prep)
    (folder / conversion.MODEL).write_bytes(b"not a pickle")
    assert "cannot be opened" in refused(folder)
    three = Pipeline([("a", prep), ("b", "passthrough"), ("c", model)])
    assert "The Pipeline has 3 steps" in refused(older.save(tmp_path / "f", three))


def test_the_command_shows_digests_and_asks_before_it_opens(rows, tmp_path):
    """Without a yes nothing is unpickled; --yes converts, and the model verifies."""
    pipeline = fitted(rows, older.preprocessor())
    older.save(tmp_path, pipeline)
    runner = create_app().test_cli_runner()
    command = ["model", "convert", str(tmp_path), "--output", str(tmp_path / "new")]
    witness = tmp_path / "opened"
    harmful = older.save(tmp_path / "harmful", older.Payload(witness))
    declined = runner.invoke(args=["model", "convert", str(harmful), "--output", "x"], input="n\n")
    digest = conversion.find(harmful).digests[conversion.MODEL]
    assert (declined.exit_code, witness.exists()) == (1, False)
    assert f"modele_final_xgb.joblib: sha256 {digest}" in declined.output
    accepted = runner.invoke(args=[*command, "--threshold", "0.3", "--yes"])
    assert accepted.exit_code == 0, accepted.output
    assert json.loads((tmp_path / "new" / "manifest.json").read_text())["threshold"] == 0.3
    verified = runner.invoke(args=["model", "verify", str(tmp_path / "new")])
    assert verified.exit_code == 0, verified.output
