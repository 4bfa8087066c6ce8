"""A group's what-if: the mean estimate of ten people and more, before and after one change."""

from collections import Counter
from statistics import fmean
from typing import Any

import pytest
import sqlalchemy as sa

from futurisys.operations import access
from futurisys.operations.simulated_groups import FACTS_GONE, FEW_CHANGED, IMPOSSIBLE, TOO_FEW
from futurisys.records.database import db
from tests.databases import ONE_DATABASE
from tests.population import table

NO_OVERTIME = {"heure_supplementaires": "Non"}
CONSULTING = {"departement": "Consulting"}


@pytest.fixture
def some(rows):
    """A hundred and twenty people."""
    return rows[:120]


@pytest.fixture
def file(client, some) -> str:
    """The id of a file of theirs."""
    headers = {"Content-Type": "text/csv", "Accept": "application/json"}
    sent = client.post("/predict/batch", data=table(some), headers=headers)
    assert sent.status_code == 200, sent.text
    return sent.json["Fichier"]


@pytest.fixture
def simulate(client, key_of, file):
    """Simulate one change for a group of the file."""
    headers = key_of("read")

    def ask(group: dict[str, Any], change: dict[str, Any], **more: Any) -> Any:
        body = {"fichier": file, "filtre": group, "changements": change} | more
        return client.post("/simulate/population", json=body, headers=headers)

    return ask


@pytest.fixture
def mean(client):
    """The mean of what is said of people, one by one."""

    def of(people: list[dict[str, Any]]) -> float:
        answered = client.post("/predict/batch", json={"employes": people}).json["predictions"]
        return fmean(one["Probabilite_depart"] for one in answered)

    return of


def in_consulting(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in people if one["departement"] == "Consulting"]


def told(response: Any) -> list[tuple[str, str]]:
    """What is wrong with what was sent."""
    assert response.status_code == 422, response.text
    return [(one["pointer"], one["detail"]) for one in response.json["errors"]]


def test_the_means_are_those_of_everybody_one_by_one(simulate, some, mean):
    """Before and after are the means of what is said of each of the group; their number is said."""
    people = in_consulting(some)
    result = simulate(CONSULTING, NO_OVERTIME).json
    assert result["Personnes"] == len(people) >= 10
    assert result["Changees"] == sum(one["heure_supplementaires"] == "Oui" for one in people)
    assert result["Moyenne_avant"] == pytest.approx(mean(people), abs=1e-12)
    changed = [one | NO_OVERTIME for one in people]
    assert result["Moyenne_apres"] == pytest.approx(mean(changed), abs=1e-12)
    assert result["Difference"] == result["Moyenne_apres"] - result["Moyenne_avant"] < 0
    assert "non un effet" in result["Note"]
    assert not {"Departs", "Franchissements"} & result.keys()


@ONE_DATABASE
def test_without_a_filter_the_file_is_the_group(simulate, some):
    """Nobody of the file is left out."""
    assert simulate({}, NO_OVERTIME).json["Personnes"] == len(some)


def test_a_line_of_the_journal_and_nothing_else_is_left(simulate, query):
    """Each simulation leaves who, what and of how many; no row of people, none where refused."""
    counted = "SELECT (SELECT count(*) FROM inputs), (SELECT count(*) FROM predictions)"
    before = query(counted)
    simulate(CONSULTING, NO_OVERTIME)
    people = simulate(CONSULTING, NO_OVERTIME).json["Personnes"]
    simulate({"departement": "Nulle part"}, NO_OVERTIME)
    lines = query("SELECT action, predictions, person FROM journal WHERE action = 'simulation'")
    assert lines == [("simulation", people, None)] * 2
    assert query(counted) == before


@ONE_DATABASE
def test_a_group_of_fewer_than_ten_is_refused_as_one_of_nobody_is(simulate, some):
    """Neither is told from the other, nor whether somebody has that level."""
    rare = min(Counter(one["poste"] for one in some).items(), key=lambda one: one[1])
    assert rare[1] < 10
    few = simulate({"poste": rare[0]}, NO_OVERTIME)
    nobody = simulate({"poste": "Gardien de phare"}, NO_OVERTIME)
    assert told(few) == told(nobody) == [("/filtre", TOO_FEW)]


@ONE_DATABASE
def test_a_group_that_gives_a_smaller_one_away_is_refused(simulate, client, some, key_of):
    """What is folded among the groups of a field is no group here either."""
    levels = Counter(one["departement"] for one in some)
    headers = key_of("read")
    asked = client.get("/segments?par=departement", headers=headers).json
    shown = {one["Groupe"]["departement"] for one in asked["segments"]}
    for level in levels:
        status = simulate({"departement": level}, NO_OVERTIME).status_code
        assert (status == 200) == (level in shown)


@ONE_DATABASE
def test_a_change_for_fewer_than_ten_is_refused(app, simulate, some):
    """A mean of many would tell of the few who change; where nobody does, that is no secret."""
    without = "UPDATE inputs SET heure_supplementaires = false"
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text(without))
    assert simulate(CONSULTING, NO_OVERTIME).json["Difference"] == 0
    nine = "id IN (SELECT id FROM inputs WHERE departement = 'Consulting' ORDER BY id LIMIT 9)"
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE inputs SET heure_supplementaires = true WHERE {nine}"))
    assert told(simulate(CONSULTING, NO_OVERTIME)) == [("/changements", FEW_CHANGED)]


@ONE_DATABASE
def test_what_contradicts_other_facts_is_refused(simulate):
    """Nobody is thirty years in a post of a company that they joined last year."""
    assert told(simulate({}, {"annees_dans_le_poste_actuel": 30})) == [("/changements", IMPOSSIBLE)]


@pytest.mark.slow
@ONE_DATABASE
@pytest.mark.parametrize(
    ("group", "change", "pointer"),
    [
        ({"genre": "F"}, NO_OVERTIME, "/filtre/genre"),
        ({"age": 40}, NO_OVERTIME, "/filtre/age"),
        ({}, {"age": 30}, "/changements/age"),
        ({}, {}, "/changements"),
        ({}, NO_OVERTIME | {"nb_formations_suivies": 3}, "/changements"),
        (
            CONSULTING | {"poste": "Consultant", "domaine_etude": "Marketing"},
            NO_OVERTIME,
            "/filtre",
        ),
    ],
)
def test_groups_and_changes_that_are_not_for_an_employer_are_refused(
    simulate, group, change, pointer
):
    """Nobody is grouped by what the law protects, and one fact changes that can be acted on."""
    assert [one[0] for one in told(simulate(group, change))] == [pointer]


def test_facts_that_are_gone_are_missed(app, simulate):
    """Without them there is no estimate: the answer says what to do instead."""
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE inputs SET revenu_mensuel = NULL"))
    assert told(simulate(CONSULTING, NO_OVERTIME)) == [("/changements", FACTS_GONE)]


def test_whoever_sees_some_departments_simulates_for_these(app, client, file, some):
    """The group is that of the caller's people; the file of others is unknown."""

    def ask(department: str, group: dict[str, str]) -> Any:
        with app.app_context():
            key = access.issue("Ada", ("read",), None, [department])
        headers = {"Authorization": f"Bearer {key}"}
        body = {"fichier": file, "filtre": group, "changements": NO_OVERTIME}
        return client.post("/simulate/population", json=body, headers=headers)

    own = ask("Consulting", {}).json
    assert own["Personnes"] == len(in_consulting(some)) < len(some)
    assert told(ask("Consulting", {"departement": "Commercial"})) == [("/filtre", TOO_FEW)]
    assert ask("Nulle part", {}).status_code == 404


@ONE_DATABASE
def test_only_who_reads_people_may_ask(client, file, key_of):
    """Who predicts, or sees groups alone, may not: means of many changes single people out."""
    body = {"fichier": file, "changements": NO_OVERTIME}
    assert client.post("/simulate/population", json=body).status_code == 401
    for scope in ("predict", "groups", "admin", "rights"):
        asked = client.post("/simulate/population", json=body, headers=key_of(scope))
        assert asked.status_code == 403
