"""Human oversight in figures: who of those signalled was looked at, disagreement, open requests."""

import datetime
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from futurisys.operations import access
from futurisys.operations.clock import zone
from futurisys.records.database import db
from futurisys.records.history import first_id
from futurisys.records.persons import Request, Review
from futurisys.records.predictions import new_id
from tests.console import Element, page_of, signed_in
from tests.databases import ONE_DATABASE
from tests.population import table

pytestmark = pytest.mark.usefixtures("references")
PAGE = "/console/controle"


def today() -> datetime.date:
    return datetime.datetime.now(zone()).date()


@pytest.fixture
def file(app, client, rows) -> None:
    """A file of two hundred people, sent twice."""
    for _ in range(2):
        headers = {"Content-Type": "text/csv"}
        sent = client.post("/predict/batch", data=table(rows[:200]), headers=headers, buffered=True)
        assert sent.status_code == 200


@pytest.fixture
def signalled(file, query) -> list[Any]:
    """Who is signalled in the second file: rows (id, subject, departement)."""
    return query(
        "SELECT p.id, i.subject, i.departement FROM predictions p JOIN inputs i "
        "ON i.id = p.input_id WHERE CAST(p.warnings AS text) = '[]' "
        "AND p.range_low >= p.threshold AND CAST(p.batch_id AS text) = "
        "(SELECT max(CAST(id AS text)) FROM batches) ORDER BY p.id"
    )


@pytest.fixture
def keep(app) -> Callable[..., None]:
    """Have a row be there, of a table that has an id, a holder, an author and a moment."""

    def one(table_: Any, **values: Any) -> None:
        identifier, now = new_id()
        by = {"holder": "0123456789ab", "author": "Ada", "created_at": now}
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(sa.insert(table_), {"id": identifier} | by | values)

    return one


@pytest.fixture
def reviewed(keep, signalled) -> None:
    """Of three people signalled somebody said something; of one of them first another thing."""
    first, second, third = (str(one.id) for one in signalled[:3])
    for identifier, kind in (
        (first, "accord"),
        (first, "désaccord"),
        (second, "accord"),
        (second, "entretien mené"),
        (third, "désaccord"),
    ):
        keep(Review.__table__, prediction_id=identifier, kind=kind)


@pytest.fixture
def asked(keep) -> None:
    """Of a person of no file two limitations are open, one late; an access was answered."""
    for kind, days, outcome in (
        ("limitation", 40, None),
        ("limitation", 3, None),
        ("accès", 90, "acceptée"),
    ):
        received = today() - datetime.timedelta(days)
        keep(
            Request.__table__,
            subject=64 * "0",
            kind=kind,
            received_on=received,
            due_on=received + datetime.timedelta(30),
            outcome=outcome,
            closed_at=datetime.datetime.now(datetime.UTC) if outcome else None,
        )


@pytest.fixture
def see(app) -> Callable[..., Element]:
    """The page as whoever has such a key sees it."""

    def ask(*scopes: str, departments: list[str] | None = None, query: str = "") -> Element:
        return page_of(signed_in(app, *scopes, departments=departments).get(PAGE + query))

    return ask


def told(page: Element) -> dict[str, str]:
    """What the page's tables say, by the heading of the row."""
    rows = [row for one in page.every("tbody") for row in one.every("tr")]
    return {row.one("th").text: next(row.every("td")).text for row in rows}


@pytest.mark.slow
def test_who_was_looked_at_is_counted_by_person(see, signalled, reviewed, asked):
    """Who was signalled twice counts once, and what was said of an estimate once a kind."""
    people = len(signalled)
    for scope in ("console", "groups", "admin", "rights"):
        found = told(see(scope))
        assert found["Signalées"] == str(people)
        assert found["Dont quelqu’un a noté un avis ou une suite"].startswith("3 (")
        assert found["Sans avis ni suite notés"].startswith(f"{people - 3} (")
        assert (found["Accord"], found["Désaccord"], found["Entretien mené"]) == ("2", "2", "1")


def test_disagreement_is_the_last_word_of_an_opinion(see, reviewed):
    """Who agreed and then did not has disagreed; a talk that was held is no opinion."""
    assert "2 fois sur 3 (67 %)" in see("console").text


@ONE_DATABASE
def test_open_requests_are_counted_with_their_age(see, asked):
    """How many, how old, how many late: by kind to who answers them, together to the others."""
    said = "2 demandes sont ouvertes, la plus ancienne depuis 40 jours ; 1 a passé son échéance"
    for scope, is_by_kind in (("rights", True), ("admin", True), ("groups", False)):
        page = see(scope)
        assert said in page.text
        assert ("Limitation" in told(page)) == is_by_kind
        assert "Accès" not in told(page)


def test_who_sees_some_departments_is_told_of_these(see, signalled, reviewed, asked):
    """Neither those signalled elsewhere nor anybody's requests are counted."""
    own = [one for one in signalled if one.departement == "Commercial"]
    looked = [one for one in signalled[:3] if one.departement == "Commercial"]
    page = see("console", departments=["Commercial"])
    assert told(page)["Signalées"] == str(len(own)) != str(len(signalled))
    assert told(page)["Dont quelqu’un a noté un avis ou une suite"].startswith(f"{len(looked)} (")
    assert "pour qui voit tous les départements" in page.text
    assert "échéance" not in page.text


@ONE_DATABASE
def test_few_are_not_told_to_who_sees_nobody(see, client, rows):
    """Fewer than ten people signalled are nobody's number to who sees groups."""
    client.post("/predict/batch", json={"employes": rows[:5]}, buffered=True)
    assert "leur nombre n’est pas montré" in see("groups").text
    assert "leur nombre n’est pas montré" not in see("console").text


@ONE_DATABASE
def test_what_is_older_than_the_period_is_not_counted(app, see, signalled):
    """A period is one of three, and the first where an address asks for another."""
    past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(60)
    with app.app_context(), db.engine.begin() as connection:
        ids = list(connection.scalars(sa.text("SELECT id FROM predictions")))
        moved = [{"own": str(one), "id": f"{first_id(past)[:14]}{str(one)[14:]}"} for one in ids]
        statement = "UPDATE predictions SET id = :id WHERE CAST(id AS text) = :own"
        connection.execute(sa.text(statement), moved)
    for asked, people in (("", 0), ("?jours=17", 0), ("?jours=90", len(signalled))):
        assert told(see("console", query=asked))["Signalées"] == str(people)


def figures(text: str) -> dict[str, float]:
    found = re.findall(r"^(futurisys_(?:flagged|reviewed|open)\S*?) (\S+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in found}


def test_the_counts_are_at_metrics(client, key_of, signalled, reviewed, asked):
    """Prometheus reads who was signalled, who of them was looked at, and what is asked."""
    found = figures(client.get("/metrics", headers=key_of("admin")).text)
    assert found["futurisys_flagged_people"] == len(signalled)
    assert found["futurisys_flagged_people_reviewed"] == 3
    assert found['futurisys_reviewed_estimates{kind="désaccord"}'] == 2
    assert found['futurisys_open_requests_people{kind="limitation"}'] == 2
    assert found['futurisys_open_requests_late{kind="limitation"}'] == 1
    assert found['futurisys_open_requests_days{kind="limitation"}'] == 40


@ONE_DATABASE
def test_metrics_have_no_count_for_who_sees_some_departments(app, client, signalled, reviewed):
    """A key limited to departments gets the service's figures, and none of people."""
    with app.app_context():
        key = access.issue("Ada", ("read", "admin"), None, ["Commercial"])
    shown = client.get("/metrics", headers={"Authorization": f"Bearer {key}"})
    assert shown.status_code == 200
    assert figures(shown.text) == {}
