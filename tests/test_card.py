"""The model card and the effects, as the API gives them."""

import bisect
import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xgboost
from flask.testing import FlaskClient
from huggingface_hub import ModelCard

from futurisys import serving
from futurisys.app import create_app
from futurisys.employee.extracts import read_employees
from futurisys.employee.schema import ASKED, FACTS
from futurisys.errors import ArtifactError
from futurisys.model import artifact
from futurisys.model.artifact import FIGURES
from futurisys.model.card import Card
from futurisys.model.encoder import columns_of
from futurisys.model.predictor import Predictor
from futurisys.model.scorers import Trees
from futurisys.model.statements import ENGLISH, FRENCH
from futurisys.sample import SAMPLE
from futurisys.training.hubcard import readme
from tests.evaluated import EVALUATION, rewrite

FACTORS = 8
LATER = {
    "from": "2025-06-01",
    "people": 300,
    "left": 40,
    "learnt_from": 900,
    "roc_auc": {"value": 0.81, "low": 0.75, "high": 0.87},
}


@pytest.fixture(scope="module")
def manifest(artifact_folder: Path) -> dict[str, Any]:
    return json.loads((artifact_folder / artifact.MANIFEST).read_text())


@pytest.fixture(scope="module")
def ask(artifact_folder: Path) -> Callable[[str], Any]:
    """Ask an application that has no database, with the artifact given."""

    def get(address: str, folder: Path = artifact_folder) -> Any:
        return open_client(folder).get(address)

    return get


def open_client(folder: Path) -> FlaskClient:
    app = create_app(DATABASE_URL="sqlite://", FUTURISYS_MODEL=str(folder))
    serving.load(app)
    return app.test_client()


def test_the_card_says_what_the_manifest_says(ask, manifest, artifact_folder):
    """Version, digests, training, threshold, calibration and fields are the artifact's own."""
    card = ask("/model").json
    assert card["Version_modele"] == manifest["version"]
    content = (artifact_folder / artifact.MANIFEST).read_bytes()
    assert card["Empreintes"] == {
        artifact.MANIFEST: hashlib.sha256(content).hexdigest(),
        **manifest["files"],
    }
    training = card["Entrainement"]
    assert (training["Employes"], training["Departs"]) == (1470, 237)
    assert training["Date"] == manifest["created_at"]
    assert training["Origine"] == FRENCH.fictional
    assert training["Horizon_jours"] is None
    assert card["Seuil"] == manifest["threshold"]
    assert card["Calibration"].items() >= {n: manifest["calibration"][n] for n in "abc"}.items()
    assert {field["Variable"] for field in card["Champs"]} == set(ASKED)
    assert {"id_employee", "age", "genre", "statut_marital"} <= set(card["Champs_non_lus"])
    assert set(card["Champs_non_lus"]) == set(FACTS) - set(ASKED)


def test_every_figure_stands_beside_its_baseline(ask, manifest):
    """Each figure has its spread over the folds, for the model and for what it must beat."""
    card = ask("/model").json
    assert card["Plis"] == manifest["metrics"]["folds"]
    told = {(one["Modele"], one["Mesure"]): one for one in card["Mesures"]}
    assert told.keys() == {(m, f) for m in ("model", "baseline") for f in FIGURES}
    for (contender, figure), one in told.items():
        known = manifest["metrics"][contender][figure]
        assert (one["Moyenne"], one["Ecart_type"]) == (known["mean"], known["sd"])


def test_the_card_needs_no_evaluation(ask, artifact_folder, tmp_path):
    """An artifact that was not evaluated says less, and says so."""
    card = ask("/model", rewrite(artifact_folder, tmp_path / "model", evaluation=None)).json
    assert card["Evaluation"] is None
    assert {one["Modele"] for one in card["Mesures"]} == {"model", "baseline"}


def test_an_evaluation_is_shown_as_it_is_kept(ask, artifact_folder, tmp_path):
    """The evaluation that the manifest pins is part of the card."""
    card = ask("/model", rewrite(artifact_folder, tmp_path / "model")).json
    assert card["Evaluation"] == EVALUATION
    assert artifact.EVALUATION in card["Empreintes"]


def test_data_of_its_own_is_not_called_fictional(artifact_folder, tmp_path, manifest):
    """Only the sample is known to be fictional."""
    assert Card.of(artifact.read(artifact_folder)).fictional
    training = manifest["training"] | {"fictional": False}
    folder = rewrite(artifact_folder, tmp_path / "model", training=training)
    own = readme(Card.of(artifact.read(folder)))
    assert ENGLISH.fictional not in own
    assert ENGLISH.own in own


def test_a_horizon_is_told_wherever_the_model_is(artifact_folder, tmp_path):
    """Card, page and hub say within how many days somebody left; of the sample's, that none is."""
    plain = Card.of(artifact.read(artifact_folder))
    assert plain.horizon is None
    assert ENGLISH.undated in readme(plain)
    folder = rewrite(artifact_folder, tmp_path / "model", horizon_jours=365)
    assert "within 365 days" in readme(Card.of(artifact.read(folder)))
    client = open_client(folder)
    told: Any = client.get("/model").json
    assert told["Entrainement"]["Horizon_jours"] == 365
    assert told["Limites"][0].startswith("Une probabilité est celle d'un départ dans les 365 jours")
    assert FRENCH.undated not in told["Limites"]
    page = client.get("/model", headers={"Accept": "text/html"}).text
    assert "étaient parties dans les 365 jours" in page
    assert "au bout de 365 jours" in page


def test_the_card_says_where_people_come_from(artifact_folder, tmp_path, manifest):
    """Extracts, what was kept, or both; and of how many it was drawn whether they left."""
    own = {"fictional": False, "people_from": ["extracts", "records"], "drawn": 12}
    evaluation = EVALUATION | {"out_of_time": LATER}
    training = manifest["training"] | own
    folder = rewrite(artifact_folder, tmp_path / "model", evaluation, training=training)
    card = Card.of(artifact.read(folder))
    told = FRENCH.origin_of(card.fictional, card.people_from, card.drawn)
    assert told == " ".join((FRENCH.own, FRENCH.kept, FRENCH.drawn.format(people=12)))
    text = readme(card)
    assert ENGLISH.kept in text
    assert "the 900 people before 2025-06-01" in text
    alone = FRENCH.origin_of(False, ["records"], 0)
    assert alone == FRENCH.kept


@pytest.mark.parametrize("days", [0, -1, 1.5, "365", True])
def test_a_horizon_is_a_whole_number_of_days(artifact_folder, tmp_path, days):
    """A manifest that says anything else is refused by the member's name."""
    folder = rewrite(artifact_folder, tmp_path / "model", horizon_jours=days)
    with pytest.raises(ArtifactError, match="horizon_jours"):
        artifact.read(folder)


@pytest.mark.parametrize("address", ["/model", "/model/effects"])
def test_the_card_is_open_and_needs_a_model(ask, tmp_path, address):
    """No key is asked for; without a model, a 503 problem that says what to do."""
    assert ask(address).status_code == 200
    response = ask(address, tmp_path)
    assert response.status_code == 503
    assert response.content_type == "application/problem+json"
    assert "flask model train" in response.json["detail"]


@pytest.mark.slow
def test_effects_are_the_curves_that_were_told(ask, artifact_folder):
    """For 1470 employees × 24 fields: Effet = k·c(x) to 1e-6, from what the API answers alone."""
    employees, _ = read_employees(SAMPLE)
    told = ask("/model/effects").json
    assert told["Additif"] is True
    curves = {effect["Variable"]: effect for effect in told["Effets"]}
    assert curves.keys() == set(ASKED)
    raw = np.array(
        [[contribution(curves[name], one[name]) for name in curves] for one in employees]
    )
    start = told["Base_brute"]
    margin = start + raw.sum(axis=1)
    rise = log_odds(told, margin) - log_odds(told, start)
    k = rise / (margin - start)
    predictor = Predictor(artifact.read(artifact_folder))
    assert predictor.fields == tuple(curves)
    known = predictor.scores(columns_of(employees, curves)).effects
    assert known.shape == (1470, 24)
    assert np.abs(k[:, np.newaxis] * raw - known).max() < 1e-6


def test_effects_are_those_of_the_factors(client, employee):
    """The factors of an answer are k·c(x) of the curves."""
    curves = {e["Variable"]: e for e in client.get("/model/effects").json["Effets"]}
    answer = client.post("/predict?explication=true", json=employee).json
    ratios = [
        factor["Effet"] / contribution(curves[factor["Variable"]], factor["Valeur"])
        for factor in answer["Facteurs"][:FACTORS]
    ]
    assert ratios == pytest.approx([ratios[0]] * FACTORS, rel=1e-6)


def test_an_unseen_level_has_an_effect_where_it_may_come(ask):
    """A free text has the effect of a level that was not seen; a closed list has none."""
    effects = {effect["Variable"]: effect for effect in ask("/model/effects").json["Effets"]}
    assert isinstance(effects["poste"]["Niveau_inconnu"], float)
    assert effects["frequence_deplacement"]["Niveau_inconnu"] is None
    assert [one["Niveau"] for one in effects["heure_supplementaires"]["Niveaux"]] == ["Oui", "Non"]
    assert effects["revenu_mensuel"]["Seuils"] == sorted(set(effects["revenu_mensuel"]["Seuils"]))


def test_a_model_that_is_not_additive_has_no_curves(app, client, monkeypatch):
    """Where fields act together no curve is invented: the answer says that there is none."""
    with app.app_context():
        predictor = serving.current()
    found = artifact.read(Path(app.config["FUTURISYS_MODEL"]))
    booster = xgboost.Booster(model_file=bytearray(found.booster))
    monkeypatch.setattr(predictor, "scorer", Trees(booster, found.encoder))
    told = client.get("/model/effects").json
    assert (told["Additif"], told["Effets"]) == (False, [])
    page = client.get("/model", headers={"Accept": "text/html"}).text
    assert "les champs agissent ensemble" in page


@pytest.mark.parametrize("statements", [FRENCH, ENGLISH], ids=["French", "English"])
def test_the_law_is_asked_article_by_article(statements):
    """Informing, objecting, the works council, the CNIL's list and the AI Act's date are asked."""
    sources = " ".join(duty.source for duty in statements.law)
    for article in ("13", "14", "15", "18", "21", "22", "35"):
        assert re.search(rf"\b{article}\b", sources), article
    for article in ("L1132-1", "L1222-3", "L1222-4", "L2312-8", "L2312-38", "2018-327"):
        assert article in sources
    [act] = [duty.question for duty in statements.law if "IA" in duty.source or "AI" in duty.source]
    assert "2027" in act
    assert "vérifiez cette date" in act or "check that date" in act


def test_the_hub_is_told_what_was_measured_further(artifact_folder, tmp_path):
    """How many people it takes, gender's calibration and ranges; that there are none, if none."""
    evaluated = Card.of(artifact.read(rewrite(artifact_folder, tmp_path / "model")))
    text = readme(evaluated)
    assert "| 1,176 | 190 | 0.863 ± 0.030 |" in text
    assert "Calibration by gender" in text
    assert "It is no margin on what the person will do." in text
    older = rewrite(artifact_folder, tmp_path / "older", range=None)
    assert "Its estimates have no range" in readme(Card.of(artifact.read(older)))


def test_the_hub_reads_the_card(artifact_folder, manifest):
    """The hub's own reader finds the figures as metadata, and the words in the text."""
    card = ModelCard(readme(Card.of(artifact.read(artifact_folder))))
    [result] = card.data.to_dict()["model-index"][0]["results"]
    figures = {one["type"]: one["value"] for one in result["metrics"]}
    assert figures == {name: manifest["metrics"]["model"][name]["mean"] for name in FIGURES}
    for words in (
        ENGLISH.purpose,
        ENGLISH.fictional,
        *ENGLISH.excluded,
        ENGLISH.undated,
        *ENGLISH.limits,
    ):
        assert words in card.text


def contribution(effect: dict[str, Any], value: Any) -> float:
    """c(x), as a client would read it off the answer."""
    if "Seuils" in effect:
        return effect["Contributions"][bisect.bisect_right(effect["Seuils"], value)]
    levels = {one["Niveau"]: one["Contribution"] for one in effect["Niveaux"]}
    written = {True: "Oui", False: "Non"}.get(value, value) if type(value) is bool else value
    return levels.get(written, effect["Niveau_inconnu"])


def log_odds(told: dict[str, Any], margin: Any) -> Any:
    """B(L), as the document writes it."""
    a, b, c = (told["Calibration"][name] for name in "abc")
    chance = 1 / (1 + np.exp(-margin))
    raw = a * np.log(chance) - b * np.log(1 - chance) + c
    low, high, room = told["Bornes"]["Bas"], told["Bornes"]["Haut"], told["Bornes"]["Amplitude"]
    above = high["Logit"] + room * (1 - np.exp(-(raw - high["Logit"]) / room))
    below = low["Logit"] - room * (1 - np.exp((raw - low["Logit"]) / room))
    return np.where(raw > high["Logit"], above, np.where(raw < low["Logit"], below, raw))
