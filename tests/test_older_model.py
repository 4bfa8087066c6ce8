"""A converted model in service: raw facts in, the answers of old out, and its reasons."""

import csv
import io
import json
import math
import pickle
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import openpyxl
import pytest
from flask import Flask
from openapi_spec_validator import validate

from futurisys import serving
from futurisys.api.batch import XLSX
from futurisys.app import create_app
from futurisys.console.forms import UNREAD
from futurisys.employee.schema import FACTS
from futurisys.model import artifact
from futurisys.model.card import Card
from futurisys.records.database import db
from futurisys.sample import SAMPLE
from futurisys.training import conversion
from futurisys.training.hubcard import readme
from tests import older
from tests.console import EMPLOYEE, WHAT_IF, Console, page_of, signed_in, values_of
from tests.databases import ONE_DATABASE

pytestmark = pytest.mark.slow

NEEDED = ("age", "genre", "statut_marital")
CLOSE = 1e-5


@pytest.fixture(scope="module")
def pipeline(rows):
    """The model of old, trained on the sample with plain scikit-learn."""
    return older.pipeline(rows)


@pytest.fixture(scope="module")
def known(rows, pipeline):
    """What it says of the 1470 employees, in their order."""
    return pipeline.predict_proba(older.table(rows))[:, 1]


@pytest.fixture(scope="module")
def converted(pipeline, tmp_path_factory) -> Path:
    """The artifact that it is converted into."""
    folder = older.save(tmp_path_factory.mktemp("older"), pipeline)
    conversion.convert(conversion.find(folder), SAMPLE, folder / "new")
    return folder / "new"


@pytest.fixture
def app(database_url, converted) -> Iterator[Flask]:
    """An application that serves it; predicting is open."""
    app = create_app(
        DATABASE_URL=database_url, FUTURISYS_MODEL=str(converted), FUTURISYS_OPEN="predict"
    )
    serving.load(app)
    yield app
    with app.app_context():
        db.engine.dispose()


def table_of(rows, **cells) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(row | cells for row in rows)
    return text.getvalue()


def faults(response) -> dict[str, str]:
    assert response.status_code == 422, response.text
    return {fault["pointer"]: fault["detail"] for fault in response.json["errors"]}


def without(employee, *names):
    return {name: value for name, value in employee.items() if name not in names}


def test_everybody_gets_the_answer_of_old(client, rows, known):
    """1470 employees posted as HR writes them: equal to 1e-5, as JSON, as CSV and one by one."""
    answered = []
    for start in range(0, len(rows), 1000):
        body = {"employes": rows[start : start + 1000]}
        answered += client.post("/predict/batch", json=body).json["predictions"]
    table = client.post("/predict/batch", data=table_of(rows), content_type="text/csv").json
    alone = [client.post("/predict", json=row).json for row in rows[::70]]
    for answers, expected in (
        (answered, known),
        (table["predictions"], known),
        (alone, known[::70]),
    ):
        chances = [answer["Probabilite_depart"] for answer in answers]
        np.testing.assert_allclose(chances, expected, rtol=0, atol=CLOSE)
        labels = ["Part" if chance >= 0.5 else "Reste" for chance in expected]
        assert [answer["Prediction"] for answer in answers] == labels
    assert table["erreurs"] == []


def test_a_deeper_model_cannot_be_had_as_sql(app):
    """`flask model sql` ends in one sentence: trees of several splits are no sum of curves."""
    said = app.test_cli_runner().invoke(args=["model", "sql", "--demonstration"])
    assert said.exit_code != 0
    assert "cannot be had as SQL" in said.output


@pytest.mark.parametrize("name", NEEDED)
def test_an_optional_field_that_the_model_needs_is_required(client, employee, name):
    """Absent, null or blank it is refused by name, alone, in a population and in a simulation."""
    for lacking in (without(employee, name), employee | {name: None}, employee | {name: " "}):
        alone = faults(client.post("/predict", json=lacking))
        assert list(alone) == [f"/{name}"]
        assert "la valeur manque" in alone[f"/{name}"]
        body = {"employes": [employee, lacking]}
        population = faults(client.post("/predict/batch", json=body))
        assert list(population) == [f"/employes/1/{name}"]
        what_if = faults(client.post("/simulate", json={"employe": lacking}))
        assert list(what_if) == [f"/employe/{name}"]


def test_a_table_without_a_needed_column_is_refused(client, rows):
    """A column that is not there refuses the file, an empty cell its line alone."""
    short = table_of([without(row, "age") for row in rows[:2]])
    refused = client.post("/predict/batch", data=short, content_type="text/csv")
    assert "il manque la colonne age." in refused.text
    good = table_of(rows[:2])
    last = table_of(rows[2:3], genre="").splitlines()[1]
    answer = client.post("/predict/batch", data=f"{good}{last}\n", content_type="text/csv").json
    assert len(answer["predictions"]) == 2
    assert [(fault["ligne"], fault["colonne"]) for fault in answer["erreurs"]] == [(4, "genre")]


def test_a_workbook_needs_the_columns_too(client, employee):
    """An .xlsx without a needed column is refused as the same CSV is."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (list(without(employee, "genre")), list(without(employee, "genre").values())):
        book.active.append(row)
    book.save(file)
    refused = client.post("/predict/batch", data=file.getvalue(), content_type=XLSX)
    assert "il manque la colonne genre." in refused.text


@ONE_DATABASE
def test_the_console_asks_for_what_the_model_needs(app, employee):
    """The form says of no field that the model reads that it may be left empty, or is not read."""
    console = Console(app)
    page = page_of(console.get(EMPLOYEE))
    for name in NEEDED:
        label = page.one("label", **{"for": name}).text
        assert "facultatif" not in label
        assert UNREAD not in page.one(id=f"{name}-aide").text
    sent = {name: str(employee[name]) for name in FACTS if name in employee}
    values = values_of(page_of(console.predict(sent)).one("form", action=WHAT_IF))
    assert console.post(WHAT_IF, values).status_code == 200
    lacking = page_of(console.send(EMPLOYEE, sent | {"genre": ""}))
    assert lacking.one(id="genre-faute").text == "Champ obligatoire."


def test_all_that_is_wrong_is_said_at_once(client, employee):
    """A missing needed field is told beside the others' faults."""
    wrong = without(employee, "age") | {"revenu_mensuel": -5}
    assert set(faults(client.post("/predict", json=wrong))) == {"/age", "/revenu_mensuel"}


def test_derived_columns_stay_refused(client, employee):
    """The service computes them: what a client of old sent is not taken."""
    sent = employee | {"satisfaction_globale": 2.5}
    said = faults(client.post("/predict", json=sent))
    assert said == {"/satisfaction_globale": "Calculé par le service, retirez-le."}


def test_the_document_asks_for_what_the_model_needs(app, client):
    """The needed fields are required in /openapi.json, null is no level, and it stays valid."""
    document = client.get("/openapi.json").json
    validate(document)
    employee = document["components"]["schemas"]["Employe"]
    assert set(NEEDED) < set(employee["required"])
    assert employee["properties"]["genre"]["anyOf"][0]["enum"] == ["F", "M"]
    assert "nullable" not in employee["properties"]["age"]
    example = {name: one["example"] for name, one in employee["properties"].items()}
    assert client.post("/predict", json=example).status_code == 200


def test_reasons_are_the_employees_own_fields_and_add_up(client, key_of, employee):
    """Base + Σ Effet = the log-odds of the answer, in the answer and in what is kept."""
    answer = client.post("/predict?explication=true", json=employee).json
    chance = answer["Probabilite_depart"]
    told = {factor["Variable"]: factor for factor in answer["Facteurs"]}
    total = answer["Base"] + sum(factor["Effet"] for factor in told.values())
    assert total == pytest.approx(math.log(chance / (1 - chance)), abs=1e-9)
    assert set(NEEDED) <= told.keys() <= employee.keys()
    kept = client.get(f"/predictions/{answer['Identifiant']}", headers=key_of("read")).json
    assert kept["Facteurs"] == answer["Facteurs"]


def test_effects_are_stored_by_field_also_of_a_population(client, query, rows):
    """Each field that the model needs has its effect in its column, those that it ignores none."""
    assert client.post("/predict/batch", json={"employes": rows[:20]}).json["predictions"]
    statement = (
        "SELECT count(effet_age), count(effet_genre), count(effet_statut_marital), "
        "count(effet_note_evaluation_actuelle), count(effet_frequence_deplacement) "
        "FROM predictions"
    )
    assert list(query(statement)[0]) == [20, 20, 20, 20, 0]


def test_segments_and_simulations_work(client, key_of, rows):
    """Groups have main factors; a change moves the answer by what its factors add up to."""
    assert client.post("/predict/batch", json={"employes": rows[:200]}).json["predictions"]
    found = client.get("/segments?par=departement", headers=key_of("read")).json
    assert found["segments"][0]["Facteurs"]
    body = {"employe": rows[0], "changements": {"heure_supplementaires": "Non"}}
    answer = client.post("/simulate?suggestions=true", json=body).json
    moved = sum(factor["Effet_probabilite"] for factor in answer["Facteurs"])
    assert moved == pytest.approx(answer["Difference"], abs=1e-9)
    assert answer["Difference"] < 0
    assert answer["Suggestions"]


def test_a_stored_prediction_with_fewer_facts_cannot_be_simulated(
    app, client, key_of, employee, artifact_folder
):
    """What the default model answered without an age is refused by name, not a failure."""
    other = create_app(
        DATABASE_URL=app.config["DATABASE_URL"],
        FUTURISYS_MODEL=str(artifact_folder),
        FUTURISYS_OPEN="predict",
    )
    serving.load(other)
    answered = other.test_client().post("/predict", json=without(employee, "age"))
    identifier = answered.get_json()["Identifiant"]
    with other.app_context():
        db.engine.dispose()
    body = {"identifiant": identifier}
    refused = client.post("/simulate", json=body, headers=key_of("read"))
    assert "Âge" in faults(refused)["/identifiant"]


def test_scoring_a_file_needs_the_columns_too(app, rows, tmp_path):
    """`flask score` names the column that the model needs and the file lacks."""
    source = tmp_path / "in.csv"
    source.write_text(table_of([without(row, "genre") for row in rows[:3]]))
    done = app.test_cli_runner().invoke(args=["score", str(source), str(tmp_path / "out.csv")])
    assert done.exit_code != 0
    assert "il manque la colonne genre." in done.output


def test_the_card_warns_of_what_becomes_required(converted):
    """The hub's card says that it is converted, and which protected fields it needs."""
    text = readme(Card.of(artifact.read(converted)))
    assert "Converted from a model of the older service on" in text
    assert "Warning: this model reads age, genre, statut_marital" in text


def test_a_converted_model_says_that_it_has_no_range(app, client, employee, key_of):
    """Nobody knows what other people would have made it say: null, and the card says so."""
    answer = client.post("/predict", json=employee).json
    assert (answer["Intervalle"], answer["Proche_du_seuil"]) == (None, None)
    card = client.get("/model", headers=key_of("read")).json
    assert (card["Intervalles"], card["En_clair"]) == (None, None)
    page = signed_in(app).get("/model").text
    assert "Ce modèle ne dit pas d’intervalle" in page


def test_the_cards_doors_show_a_converted_model(app, client, key_of):
    """The card, its effects and its page answer of a model that is not additive, nor bounded."""
    key = key_of("read")
    shown = client.get("/model", headers=key).json
    assert set(NEEDED) <= {field["Variable"] for field in shown["Champs"]}
    assert shown["Bornes"] is None
    assert client.get("/model/effects", headers=key).json["Bornes"] is None
    page = signed_in(app).get("/model")
    assert page.status_code == 200
    assert "ne sont pas calibrées" in page.text


@pytest.mark.parametrize(
    "planted", ["modele_final_xgb.joblib", "model.ubj", "encoder.json", "mapping_classes.json"]
)
def test_a_malicious_pickle_is_never_opened(
    converted, server, sqlite_url, rows, known, tmp_path, planted
):
    """Beside the files or under the name of one, pinned by a coherent manifest: not opened."""
    witness, folder = tmp_path / "opened", tmp_path / "model"
    payload = pickle.dumps(older.Payload(witness))
    pickle.loads(payload)
    assert witness.exists()
    witness.unlink()
    names = (artifact.ENCODER, artifact.BOOSTER, artifact.CLASSES)
    files = {name: (converted / name).read_bytes() for name in names} | {planted: payload}
    manifest = json.loads((converted / artifact.MANIFEST).read_text())
    artifact.write(folder, manifest, files)
    (folder / "preprocesseur_fitted.joblib").write_bytes(payload)
    is_beside = planted.endswith(".joblib")
    running = server(DATABASE_URL=sqlite_url, FUTURISYS_MODEL=str(folder))
    running.wait("/health/ready", 200 if is_beside else 503)
    answer = httpx.post(running.url + "/predict", json=rows[0])
    if is_beside:
        assert answer.json()["Probabilite_depart"] == pytest.approx(known[0], abs=CLOSE)
    else:
        assert (answer.status_code, planted in answer.text) == (503, True)
    running.stop_process()
    assert not witness.exists()
