"""The page of the models: which answered, who decided that, and what a comparison said of it."""

import re

import pytest

from futurisys.operations import promoting
from futurisys.operations.promoting import Decision
from futurisys.records import models
from futurisys.records.database import db
from tests.console import page_of, signed_in
from tests.databases import ONE_DATABASE
from tests.population import table
from tests.rivals import another

CSV = {"Content-Type": "text/csv"}
PAGE = "/console/modeles"
pytestmark = ONE_DATABASE
WORDS = ("Signalé", "Incertain", "Non signalé")
BOTH = {"before": {"version": "2026-01-01-aaaaaaaa"}, "versions": ["2026-01-01-aaaaaaaa", "b"]}


@pytest.fixture
def decide(app):
    """Have a decision be kept, with the comparison given."""

    def keep(**told):
        row = {
            "version": "2026-02-02-bbbbbbbb",
            "digest": 64 * "d",
            "address": "/models/b#sha256=" + 64 * "d",
            "author": "Ada",
            "reason": "Entraîné sur cette année",
            "forced": False,
            "comparison": BOTH | {"objections": []},
        }
        with app.app_context(), db.engine.begin() as connection:
            models.keep(connection, row | told)

    return keep


@pytest.fixture
def second(artifact_folder, tmp_path):
    return another(artifact_folder, tmp_path / "second", threshold=0.5)


@pytest.fixture
def admin(app):
    return signed_in(app, "admin")


def test_a_model_that_answered_is_listed_without_a_decision(admin, client, employee, served):
    """Who looks before anything was decided sees the model that answers, and since when."""
    client.post("/predict", json=employee)
    version = served["futurisys.serving"].predictor.version
    [row] = page_of(admin.get(PAGE)).one("tbody").every("tr")
    assert row.one("th").text == f"{version} en service"
    assert [cell.text for cell in row.every("td")][:3] == ["non écrit", "", ""]
    assert next(iter(row.every("td"))).text == "non écrit"


def test_a_decision_is_shown_with_who_and_why(admin, decide):
    """Who decided, why, by force or not, and at which address the model is."""
    decide(forced=True)
    page = page_of(admin.get(PAGE))
    row = next(page.one("tbody").every("tr"))
    cells = [cell.text for cell in row.every("td")]
    assert cells[1:4] == [
        "Ada",
        "Entraîné sur cette année Décidé malgré la comparaison.Voir la comparaison de "
        "2026-02-02-bbbbbbbb",
        "aucune",
    ]
    assert "/models/b#sha256=" + 64 * "d" in page.one("details").text


def comparison_of(admin):
    """The page of the newest decision."""
    link = next(page_of(admin.get(PAGE)).one("tbody").every("a"))
    return page_of(admin.get(link.attributes["href"]))


def test_what_became_of_people_is_shown_with_its_intervals(admin, decide):
    """Both figures, their difference with both ends, and whom the figures may flatter."""
    outcomes = {
        **{"horizon": 365, "complete_to": "2026-01-01", "people": 1200, "left": 190},
        **{"censored": 0.05, "may_have_learnt": [False, True]},
        **{"areas": [0.8, 0.75], "area": [-0.05, -0.08, -0.02]},
        **{"errors": [0.1, 0.11], "error": [0.01, 0.002, 0.018]},
        **{"recalls": [0.6, 0.5], "recall": [-0.1, -0.16, -0.04]},
        **{"expected": [0.16, 0.15], "observed": 0.158},
    }
    people = {"people": 1300, "unasked": 3, "least": 200}
    told = {"people": people, "outcomes": outcomes, "needed": ["age"], "objections": ["loss"]}
    decide(forced=True, comparison=BOTH | told)
    page = comparison_of(admin)
    assert "Décidé malgré ceci" in page.one("div", class_="warnings").text
    fate = page.one("section", **{"aria-labelledby": "devenir"}).text
    for words in (
        "1 200 personnes dont l’horizon de 365 jours est passé ; 190 sont parties",
        "Pour 5,0 % d’entre elles une mesure a été prise avant",
        "0,8000,750−0,050 (de −0,080 à −0,020)",
        "6050−10 (de −16 à −4)",
        "Le nouveau modèle ordonne moins bien ces personnes.",
        "Le modèle nouveau a été entraîné après que des départs",
    ):
        assert words in fate
    assert "Le modèle remplacé a été entraîné" not in fate
    assert "demande aussi ce dont le remplacé se passait : Âge, en années." in page.text


def test_what_was_decided_without_a_comparison_says_so(admin, decide):
    """A return is one, and a model that replaced none has nothing beside it."""
    decide(comparison=BOTH | {"is_back": True})
    assert "Retour au modèle précédent." in page_of(admin.get(PAGE)).one("tbody").text
    decide(forced=True, comparison={"before": None, "objections": ["unserved"]})
    page = comparison_of(admin)
    assert "n’a remplacé aucun modèle connu" in page.text
    assert "ne pouvait pas être chargé" in page.one("div", class_="warnings").text
    assert not list(page.every("table"))


def test_only_an_admin_key_opens_the_models(app, decide):
    """Neither who sees people nor who sees groups is asked to judge models."""
    decide()
    for scope in ("console", "groups", "rights"):
        assert signed_in(app, scope).get(PAGE).status_code == 403


def test_a_comparison_that_is_not_kept_is_not_found(admin):
    """An id of no decision is 404, with a sentence."""
    response = admin.get(f"{PAGE}/01a208b2-97f0-71dc-9469-da141397ccc6")
    assert response.status_code == 404
    assert "Aucune décision" in response.text


def test_a_comparison_is_shown(admin, decide, app, second, client, rows):
    """What both models say of the people who are kept: words, groups, rules, and why no outcome."""
    client.post("/predict/batch", data=table(rows[:300]), headers=CSV, buffered=True)
    with app.app_context():
        serving = app.extensions["futurisys.serving"]
        store, file = serving.store, second.parent / "served"
        file.write_text(str(serving.address))
        promoting.promote(file, store, str(second), Decision("Ada", "Essai"))
    page = comparison_of(admin)
    assert "300 personnes" in page.text
    assert "Aucun horizon n’est connu" in page.one("section", **{"aria-labelledby": "devenir"}).text
    lines = list(page.one("table", id="mots-table").one("tbody").every("tr"))
    assert [line.one("th").text for line in lines] == list(WORDS)
    rules = page.one("table", id="et-si-table").text
    assert "Heures supplémentairesNonOuine baisse jamais" in rules
    assert re.search(r"Revenu mensuel\d \d{3} €\d+ \d{3} €ne monte jamais", rules)
    moved = r"bouge d’au moins \d+,\d points? ; pour une sur dix, d’au moins \d+,\d points?\."
    assert re.search(moved, page.one("section", **{"aria-labelledby": "estimations"}).text)
    tables = page.one("section", **{"aria-labelledby": "groupes"}).every("table")
    groups = {
        one.one("caption").text: [row.one("th").text for row in one.one("tbody").every("tr")]
        for one in tables
    }
    assert groups["Genre"] == ["Hommes", "Femmes"]
    ages = groups["Âge, en années"]
    assert len(ages) > 2
    assert ages == sorted(ages)
