"""A group's what-if on a page: what may be chosen, what is said, and what is not helped with."""

from typing import Any

import pytest

from futurisys.console.french import percent, points
from futurisys.operations import access
from tests.console import Console, Element, page_of, spaced
from tests.console.ranking import HTML
from tests.population import table

NO_OVERTIME, OVERTIME = "heure_supplementaires=Non", "heure_supplementaires=Oui"
FEWER_TRAININGS = "nb_formations_suivies=1"
CONSULTING = "departement=Consulting"
NOT_HELPING = "Ce service n’aide pas à augmenter un risque de départ."


@pytest.fixture
def address(analyst, client, rows) -> str:
    """The address of the page of a file of 120 people."""
    headers = {"Content-Type": "text/csv", "Accept": "application/json"}
    sent = client.post("/predict/batch", data=table(rows[:120]), headers=headers)
    return f"/console/fichiers/{sent.json['Fichier']}/simulation"


@pytest.fixture
def see(analyst, address):
    """The page, as its address asks for it, with the status that is expected."""

    def ask(status: int = 200, **asked: str) -> Element:
        response = analyst.get(address, query_string=asked)
        assert response.status_code == status, response.text
        return page_of(response)

    return ask


def test_the_page_says_the_means_of_the_api(see, client, address, key_of):
    """Both means and their difference in points, for how many, and that it is an association."""
    body: dict[str, Any] = {"fichier": address.split("/")[3]}
    body |= {"filtre": {"departement": "Consulting"}}
    body |= {"changements": {"heure_supplementaires": "Non"}}
    told = client.post("/simulate/population", json=body, headers=key_of("read")).json
    said = see(groupe=CONSULTING, changement=NO_OVERTIME).one(id="moyennes").text
    for words in (
        percent(told["Moyenne_avant"], 1),
        percent(told["Moyenne_apres"], 1),
        points(told["Difference"]),
        f"({told['Personnes']} personnes)",
        "d’entre elles changeraient ; pour les autres, c’est déjà le cas.",
        "une fois qu’elles ne seront plus régulières.",
        "Association observée dans les données, et non un effet",
    ):
        assert spaced(words) in said


def test_a_change_that_raises_the_estimate_is_not_helped_with(see, query):
    """Its figures are not shown; that it was asked is a line of the journal."""
    said = see(422, groupe=CONSULTING, changement=FEWER_TRAININGS).one(id="moyennes")
    assert said.one(role="alert").text == NOT_HELPING
    assert "%" not in said.text
    assert query("SELECT count(*) FROM journal WHERE action = 'simulation'") == [(1,)]


def test_only_groups_of_ten_and_changes_of_an_employer_can_be_chosen(see):
    """What is folded is not listed, and of facts those are that something may be suggested of."""
    page = see()
    groups = {one.attributes["value"] for one in page.one("select", id="groupe").every("option")}
    assert {"", CONSULTING} <= groups
    assert "departement=Ressources Humaines" not in groups
    changes = page.one("select", id="changement").every("option")
    assert {one.attributes["value"].partition("=")[0] for one in changes} == {
        "heure_supplementaires",
        "frequence_deplacement",
        "nb_formations_suivies",
    }
    for asked in (
        {"groupe": "departement=Ressources Humaines", "changement": NO_OVERTIME},
        {"groupe": CONSULTING, "changement": "revenu_mensuel=1"},
        {"groupe": CONSULTING, "changement": OVERTIME},
    ):
        assert "Choisissez un groupe" in see(422, **asked).one(id="moyennes").text


def test_the_worst_of_each_fact_is_no_choice(see):
    """What no suggestion leads to is not offered, so that the first choice lowers the estimate."""
    options = see().one("select", id="changement").every("option")
    offered = [one.attributes["value"] for one in options]
    worst = {OVERTIME, "frequence_deplacement=Frequent", "nb_formations_suivies=0"}
    assert not worst & set(offered)
    assert {NO_OVERTIME, "frequence_deplacement=Aucun", "nb_formations_suivies=6"} <= set(offered)
    assert "soit −" in see(changement=offered[0]).one(id="moyennes").text


def test_the_glance_leads_there_whoever_sees_people(app, analyst, client, address):
    """Without a key of the console there is neither the link nor the page."""
    glance = address.removesuffix("/simulation")
    assert address in analyst.get(glance).text
    assert "Et si… pour tout un groupe" in analyst.get(glance).text
    assert client.get(address, headers=HTML).status_code in (303, 401)
    with app.app_context():
        key = access.issue("Eve", ("groups",), None)
    reader = Console(app)
    reader.sign_in(key)
    assert reader.get(address).status_code == 403
