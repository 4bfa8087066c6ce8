"""POST /predict: the answer, and the row behind it."""

import concurrent.futures
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import joblib
import numpy as np
import pytest
import sqlalchemy as sa

from futurisys.employee.answer import Answer
from futurisys.employee.extracts import read_employees
from futurisys.employee.fields import Number
from futurisys.employee.schema import FACTS, KEPT, EmployeeSchema
from futurisys.model import artifact
from futurisys.operations.predicting import predict_and_keep
from futurisys.operations.repeating import RequestIdentity
from futurisys.operations.transactions import writing
from futurisys.records import predictions
from futurisys.records.database import db
from futurisys.records.idempotency import Name
from futurisys.sample import SAMPLE
from futurisys.training.estimator import frame

KEYS = [
    "Prediction",
    "Probabilite_depart",
    "Seuil",
    "Niveau_risque",
    "Identifiant",
    "Version_modele",
    "Avertissements",
    "Intervalle",
    "Proche_du_seuil",
]


@pytest.fixture(scope="session")
def expected(artifact_folder: Path) -> np.ndarray:
    """What the scikit-learn originals, calibrated as manifest.json says, answer for the sample."""
    preprocessor = joblib.load(artifact_folder / "preprocesseur_fitted.joblib")
    classifier = joblib.load(artifact_folder / "modele_final_xgb.joblib")
    manifest = artifact.read(artifact_folder).manifest
    calibration, bounds = manifest["calibration"], manifest["bounds"]
    employees, _ = read_employees(SAMPLE)
    p = classifier.predict_proba(preprocessor.transform(frame(employees)))[:, 1].astype(float)
    log_odds = calibration["a"] * np.log(p) - calibration["b"] * np.log(1 - p) + calibration["c"]
    held = np.clip(log_odds, bounds["low"]["log_odds"], bounds["high"]["log_odds"])
    slowed = bounds["room"] * (1 - np.exp(-np.abs(log_odds - held) / bounds["room"]))
    return 1 / (1 + np.exp(-held - np.sign(log_odds - held) * slowed))


def test_answer_has_the_members_of_the_contract(client, employee):
    """The answer's members come in the contract's order, numbers unrounded."""
    response = client.post("/predict", json=employee)
    assert response.status_code == 200
    assert list(response.json) == KEYS
    assert response.json["Prediction"] == "Part"
    assert response.json["Niveau_risque"] == "Élevé"
    assert response.json["Avertissements"] == []
    assert uuid.UUID(response.json["Identifiant"]).version == 7
    assert "Élevé" in response.text


def test_answer_is_kept_as_it_was_sent(client, employee, query):
    """The rows behind an answer hold its facts and its numbers, bit for bit."""
    answer = client.post("/predict", json=employee).json
    [prediction] = query("SELECT * FROM predictions")
    [facts] = query("SELECT * FROM inputs")
    assert str(prediction.id) == answer["Identifiant"]
    assert prediction.input_id == facts.id
    assert prediction.probability == answer["Probabilite_depart"]
    assert prediction.threshold == answer["Seuil"]
    assert prediction.label == answer["Prediction"]
    assert prediction.model_version == answer["Version_modele"]
    assert facts.revenu_mensuel == 5993
    assert facts.statut_marital == "Célibataire"
    assert bool(facts.heure_supplementaires) is True
    assert facts.augementation_salaire_precedente == 11
    assert "id_employee" not in facts._fields


def told(employee: dict[str, Any]) -> Answer:
    """An answer whose every value is another, where a model has one."""
    effects = {name: number + 0.1 for number, name in enumerate(KEPT) if name != "age"}
    return Answer("Part", 0.7, 0.2, "Élevé", -2.1, 'v"1\\{}', ("a, b", "NULL"), 0.4, 0.9, effects)


@pytest.mark.slow
def test_no_two_values_change_places_on_their_way(app, query):
    """Each fact, effect and word stands under its own name, whatever signs it is made of."""
    numbers = {n: float(i) for i, n in enumerate(KEPT) if isinstance(FACTS[n], Number)}
    facts = dict.fromkeys(KEPT) | numbers | {"heure_supplementaires": True, "genre": "F"}
    facts |= {"departement": 'R&D "{Est}"', "poste": "null", "domaine_etude": "l'\\été, {}"}
    facts |= {"frequence_deplacement": "Aucun"}
    predictor: Any = SimpleNamespace(answer=told)
    name = Name("appelant", 'clé "\\,{}', "d" * 64)
    with app.app_context():
        kept = predict_and_keep(predictor, facts, RequestIdentity("demande", name))
        with db.engine.connect() as connection:
            found = predictions.find(connection, kept.identifier)
    assert found is not None
    assert found.facts == facts
    assert found.answer == told(facts)
    assert query("SELECT caller, key, digest FROM idempotency_keys") == [
        ("appelant", 'clé "\\,{}', "d" * 64)
    ]
    assert query("SELECT request_id FROM predictions") == [("demande",)]
    [(received, created)] = query(
        "SELECT i.created_at, p.created_at FROM predictions p JOIN inputs i ON i.id = p.input_id"
    )
    assert received <= created


def test_each_request_keeps_its_own_rows(client, employee, query):
    """The same employee asked for twice is kept twice."""
    first, second = (client.post("/predict", json=employee).json for _ in range(2))
    assert first["Identifiant"] < second["Identifiant"]
    assert query("SELECT count(*) FROM inputs") == query("SELECT count(*) FROM predictions")
    assert query("SELECT count(*) FROM predictions") == [(2,)]


@pytest.mark.parametrize(
    "change",
    [
        {"genre": "M"},
        {"statut_marital": "Marié(e)"},
        {"age": 30},
        {"age": None, "genre": None, "statut_marital": ""},
        {"id_employee": 77},
        {"a_quitte_l_entreprise": "Non", "eval_number": None, "nombre_heures_travailless": [1]},
        {"heure_supplementaires": True, "augementation_salaire_precedente": 11.0},
    ],
    ids=lambda change: "+".join(change),
)
def test_protected_and_ignored_columns_change_no_answer(client, employee, change):
    """Protected attributes, the reference and ignored columns are no features of the model."""
    before = client.post("/predict", json=employee).json
    after = client.post("/predict", json=employee | change).json
    assert after["Probabilite_depart"] == before["Probabilite_depart"]


def test_optional_columns_may_be_left_out(client, employee):
    """The 24 asked-for fields are enough."""
    before = client.post("/predict", json=employee).json
    for name in ("id_employee", "age", "genre", "statut_marital"):
        del employee[name]
    after = client.post("/predict", json=employee)
    assert after.status_code == 200
    assert after.json["Probabilite_depart"] == before["Probabilite_depart"]


@pytest.mark.parametrize(
    ("change", "warned"),
    [
        ({"revenu_mensuel": 30_000.5}, ["revenu_mensuel"]),
        ({"poste": "Astronaute"}, ["poste"]),
        ({"departement": "Juridique", "domaine_etude": "Droit"}, ["departement", "domaine_etude"]),
        ({"note_evaluation_actuelle": 1}, ["note_evaluation_actuelle"]),
        ({"distance_domicile_travail": 0}, ["distance_domicile_travail"]),
    ],
)
def test_what_the_model_has_not_seen_is_answered_with_a_warning(client, employee, change, warned):
    """An unusual value gets an answer, and one French sentence for each field concerned."""
    response = client.post("/predict", json=employee | change)
    assert response.status_code == 200
    sentences = response.json["Avertissements"]
    assert len(sentences) == len(warned)
    for name, sentence in zip(warned, sentences, strict=True):
        assert f"({name})" in sentence
        assert "moins sûre" in sentence


def test_every_row_of_the_extracts_is_accepted_as_it_stands(rows):
    """All 34 columns of the 1470 joined rows can be posted."""
    schema = EmployeeSchema()
    assert {len(row) for row in rows} == {34}
    assert [schema.validate(row) for row in rows] == [{}] * 1470


def test_what_fails_after_an_answer_is_undone_as_a_whole(app, client, employee, query):
    """A connection that has kept an answer by one statement still undoes a whole transaction."""
    assert client.post("/predict", json=employee).status_code == 200

    def begin_and_fail() -> None:
        with app.app_context(), writing() as connection:
            connection.execute(sa.text("UPDATE inputs SET poste = '?'"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        begin_and_fail()
    assert query("SELECT count(*) FROM inputs WHERE poste = '?'") == [(0,)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_served_answers_equal_the_originals(
    request, server, rows: list[dict[str, Any]], expected: np.ndarray, kind: str
):
    """A running Gunicorn answers as the joblib originals do, and keeps all it answered."""
    url = request.getfixturevalue(f"{kind}_url")
    address = server(DATABASE_URL=url).wait("/health/ready").url
    with (
        httpx.Client(base_url=address) as http,
        concurrent.futures.ThreadPoolExecutor(4) as pool,
    ):
        answers = list(pool.map(lambda row: http.post("/predict", json=row), rows))
    assert {answer.status_code for answer in answers} == {200}
    served = np.array([answer.json()["Probabilite_depart"] for answer in answers])
    np.testing.assert_allclose(served, expected, rtol=0, atol=1e-5)
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg2://"))
    with engine.connect() as connection:
        kept = dict(
            tuple(row)
            for row in connection.execute(
                sa.text("SELECT CAST(id AS text), probability FROM predictions")
            )
        )
        inputs = connection.scalar(sa.text("SELECT count(DISTINCT input_id) FROM predictions"))
    engine.dispose()
    assert kept == {a.json()["Identifiant"]: a.json()["Probabilite_depart"] for a in answers}
    assert inputs == 1470
