"""A key of groups sees groups of ten and more, one field at a time in one file, and no person."""

import pytest
from flask import Flask

from futurisys.operations import access
from tests.console import FILE, GROUPS, HISTORY, SIGN_IN, Console, doors, key, page_of
from tests.population import table

pytestmark = pytest.mark.usefixtures("references")
OPENED = {
    ("/", "GET"),
    ("/console/aide", "GET"),
    ("/console/controle", "GET"),
    ("/console/dossier/<nom>", "GET"),
    ("/console/suivi", "GET"),
    ("/console/groupes", "GET"),
    ("/console/static/<path:filename>", "GET"),
}
ALWAYS = {(SIGN_IN, "GET"), (SIGN_IN, "POST"), ("/console/deconnexion", "POST")}


@pytest.fixture
def file(app, rows, key_of, query) -> str:
    """The id of a file of three hundred people."""
    headers = key_of("predict") | {"Idempotency-Key": "un fichier", "Content-Type": "text/csv"}
    sent = app.test_client().post(
        "/predict/batch", data=table(rows[:300]), headers=headers, buffered=True
    )
    assert sent.status_code == 200
    [batch] = query("SELECT id FROM batches")
    return str(batch.id)


def reader_of_groups(app: Flask) -> Console:
    console = Console(app)
    assert console.sign_in(key(app, "groups")).status_code == 303
    return console


@pytest.mark.slow
def test_a_key_of_groups_opens_the_pages_without_people(closed):
    """It signs in, finds home and groups, and every other page is refused; no link leads to one."""
    console = Console(closed)
    assert console.sign_in(key(closed, "groups")).location == "/"
    found = {
        (rule, method)
        for rule, method, address in doors(closed)
        if (rule, method) not in ALWAYS
        and (console.get(address) if method == "GET" else console.send(address, {})).status_code
        != 403
    }
    assert found == OPENED
    page, home = page_of(console.get(GROUPS)), page_of(console.get("/"))
    assert not {FILE, HISTORY} & {one.attributes["href"] for one in home.every("a")}
    for address in ("/console/aide", GROUPS, "/model"):
        ways = page_of(console.get(address)).every("a")
        for link in {one.attributes["href"].partition("#")[0] for one in ways} - {""}:
            assert console.get(link).status_code != 403, f"{address} leads to {link}"
    links = {one.attributes["href"] for one in page.one("nav").every("a")}
    assert not links & {FILE, HISTORY}
    assert links >= {GROUPS, "/model"}


def test_groups_are_those_of_the_newest_file_by_one_field(app, file, query):
    """What an address asks for beside is left out, and the page says why."""
    page = page_of(reader_of_groups(app).get(f"{GROUPS}?par=departement&et=domaine_etude"))
    assert "par un seul champ à la fois" in page.text
    [table_] = page.every("table")
    heads = [one.text for one in table_.every("th", scope="col")]
    assert heads[:2] == ["Département", "Personnes"]
    assert len(list(table_.every("tr"))) > 2


def test_a_program_is_told_what_groups_it_may_ask_for(client, file, key_of):
    """One field in one file; groups that cross, or that span files, are refused with a sentence."""
    headers = key_of("groups")

    def asked(**query: str) -> int:
        return client.get("/segments", query_string=query, headers=headers).status_code

    assert asked(par="departement", fichier=file) == 200
    assert asked(par="departement") == 422
    assert asked(par="departement,poste", fichier=file) == 422
    assert client.get("/predictions", headers=headers).status_code == 403


@pytest.mark.slow
def test_what_the_law_protects_is_never_crossed(client, file, key_of):
    """By sex or family status anybody is shown one field at a time, within one file."""
    headers = key_of("read")

    def asked(**query: str) -> int:
        return client.get("/segments", query_string=query, headers=headers).status_code

    assert asked(par="departement,poste") == 200
    assert asked(par="genre", fichier=file) == 200
    assert asked(par="genre") == 422
    assert asked(par="departement,statut_marital", fichier=file) == 422


def test_a_perimeter_bounds_groups_too(app, client, file, rows):
    """Who sees the people of one department sees groups of theirs alone."""
    with app.app_context():
        secret = access.issue("Ada", ("read",), None, ["Consulting"])
    headers = {"Authorization": f"Bearer {secret}"}
    found = client.get("/segments?par=departement", headers=headers).json
    [only] = found["segments"]
    assert only["Groupe"] == {"departement": "Consulting"}
    assert only["Nombre"] == sum(row["departement"] == "Consulting" for row in rows[:300])


def test_a_population_is_seen_at_a_glance(app, file):
    """How many people the newest file has, and what their estimates add up to; not who or where."""
    page = page_of(reader_of_groups(app).get(GROUPS)).text
    assert "Vue d’ensemble 300 personnes. Somme des estimations : " in page


def test_a_key_that_sees_people_gets_no_groups_beyond_them(app, client, file, rows):
    """The scope `groups` beside another does not widen whose people its figures are of."""
    with app.app_context():
        secret = access.issue("Ada", ("read", "groups"), None, ["Consulting"])
    headers = {"Authorization": f"Bearer {secret}"}
    found = client.get("/segments?par=departement", headers=headers).json
    assert [one["Groupe"]["departement"] for one in found["segments"]] == ["Consulting"]
