"""The first page, the guide, and what must be done before real people are estimated."""

import io
from typing import Any

from futurisys.console.french import typeset
from futurisys.console.readiness import UNTICKED
from futurisys.console.uploading import NOT_READY
from futurisys.model.duties import FRENCH_LAW, FRENCH_LEARNING
from tests.console import (
    EMPLOYEE,
    FILE,
    Console,
    key,
    page_of,
    signed_in,
    spaced,
    values_of,
    wanted,
)
from tests.console.ranking import SAMPLE_ROWS
from tests.databases import ONE_DATABASE
from tests.population import table

HOME, GUIDE, BEFORE = "/", "/console/aide", "/console/avant-de-commencer"


def send(console: Console, **more: str) -> Any:
    """Send three people of the sample as a file."""
    form = page_of(console.get(EMPLOYEE)).one("form", action=EMPLOYEE)
    values = {"csrf_token": values_of(form)["csrf_token"], "cle": "une", **more}
    file = {"fichier": (io.BytesIO(table(SAMPLE_ROWS[:3]).encode()), "employes.csv")}
    return console.post(FILE, values | file)


def test_home_says_what_this_is_and_is_not_to_whoever_arrives(closed):
    """Before any sign-in: one sentence, two actions, and the way to the guide and the sign-in."""
    page = page_of(Console(closed).get(HOME))
    assert "aucune décision ne doit reposer sur lui seul" in page.one("p", class_="lead").text
    links = [one.attributes["href"] for one in page.one("main").every("a")]
    assert links[:3] == [FILE, EMPLOYEE, GUIDE]
    assert "/console/connexion" in links
    assert page_of(Console(closed).get(GUIDE)).one("h1").text == "Comment ça marche"
    assert wanted(Console(closed).get(FILE)) == FILE


def test_home_lists_the_last_files(app, analyst, file_id):
    """Each with its title, its day and its people; a service without any offers the first step."""
    page = page_of(analyst.get(HOME))
    [row] = page.one("tbody").every("tr")
    assert row.one("a", href=f"/console/fichiers/{file_id}").text.startswith("Fichier du ")
    assert "3" in [cell.text for cell in row.every("td", class_="figure")]
    stranger = page_of(Console(app).get(HOME))
    assert file_id not in str(stranger)


@ONE_DATABASE
def test_a_home_without_files_offers_the_first_step(analyst):
    """Nobody is shown an empty table."""
    page = page_of(analyst.get(HOME))
    assert not list(page.every("table"))
    assert "Envoyez le premier" in page.text


def test_before_the_first_file_of_real_people_the_list_is_confirmed_by_name(app, own_model, query):
    """Nobody estimates a file until somebody has ticked every point; then nobody is asked again."""
    console = Console(app)
    console.sign_in(key(app))
    assert console.get(FILE).location == BEFORE
    refused = send(console)
    assert refused.status_code == 422
    assert spaced(typeset(NOT_READY)) in page_of(refused).text
    assert query("SELECT count(*) FROM predictions") == [(0,)]
    form = page_of(console.get(BEFORE)).one("form", action=BEFORE)
    assert form.one("button").text == "Confirmer, au nom de : Ada"
    points = [one.attributes["name"] for one in form.every("input", type="checkbox")]
    assert len(points) == len(FRENCH_LAW)
    some = console.send(BEFORE, dict.fromkeys(points[:-1], "oui"))
    assert some.status_code == 422
    page = page_of(some)
    assert page.one("p", role="alert").text == spaced(typeset(UNTICKED))
    ticked = [one for one in page.every("input", type="checkbox") if "checked" in one.attributes]
    assert len(ticked) == len(points) - 1
    assert query("SELECT count(*) FROM readiness") == [(0,)]
    assert console.send(BEFORE, dict.fromkeys(points, "oui")).location == FILE
    assert query("SELECT name FROM readiness") == [("Ada",)]
    assert send(console).status_code == 303
    other = page_of(signed_in(app).get(BEFORE))
    assert "Confirmé par Ada le" in other.text
    assert not list(other.every("input", type="checkbox"))


@ONE_DATABASE
def test_learning_from_what_is_kept_is_a_point_of_its_own(app, own_model):
    """Where that is allowed it is named, to be confirmed, and to be checked if it came later."""
    law = dict.fromkeys((f"point-{n}" for n in range(len(FRENCH_LAW))), "oui")
    console = Console(app)
    console.sign_in(key(app))
    assert FRENCH_LEARNING.question not in console.get(BEFORE).text
    app.config["FUTURISYS_TRAIN_FROM_RECORDS"] = "yes"
    assert typeset(FRENCH_LEARNING.question) in console.get(BEFORE).text
    assert console.send(BEFORE, law).status_code == 422
    learning = {f"point-{len(FRENCH_LAW)}": "oui"}
    assert console.send(BEFORE, law | learning).location == FILE
    text = console.get(BEFORE).text
    assert typeset(FRENCH_LEARNING.question) in text
    assert "peut-être ajouté" in text


@ONE_DATABASE
def test_the_sample_s_model_asks_for_no_list(analyst):
    """It is for nobody's real people: a file may come at once."""
    assert analyst.get(FILE).status_code == 200
    assert send(analyst).status_code == 303
