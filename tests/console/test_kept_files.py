"""Files as HR keeps them: their list, their titles, and who may delete one until when."""

import datetime
from typing import Any

import pytest

from futurisys.console.french import typeset
from futurisys.console.kept_files import UNTYPED
from futurisys.operations import access
from futurisys.operations import kept_files as operation
from futurisys.operations.clock import zone
from futurisys.operations.kept_files import NOT_YOURS, TITLE_MAX, TOO_LATE
from tests.console import FILE, HISTORY, Console, key, page_of, spaced
from tests.console.ranking import SAMPLE_ROWS
from tests.databases import ONE_DATABASE
from tests.population import table

FILES = "/console/fichiers"
pytestmark = pytest.mark.usefixtures("references")


def browser(app: Any, *scopes: str) -> Console:
    """Somebody who has signed in with a key of these scopes."""
    console = Console(app)
    assert console.sign_in(key(app, *scopes)).status_code == 303
    return console


@pytest.fixture
def sender(app) -> tuple[Console, str]:
    """Somebody who has sent a file, and its address."""
    secret = key(app, "console", "predict")
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "text/csv"}
    sent = app.test_client().post(
        "/predict/batch", data=table(SAMPLE_ROWS[:3]), headers=headers, buffered=True
    )
    console = Console(app)
    console.sign_in(secret)
    return console, f"{FILES}/{sent.headers['Fichier']}"


@pytest.fixture
def days_pass(monkeypatch) -> Any:
    """Have so many days passed since everything that was done."""

    def go(days: float) -> None:
        later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
        monkeypatch.setattr(operation, "_now", lambda: later)

    return go


def delete(console: Console, address: str, word: str = "Supprimer") -> Any:
    return console.send(f"{address}/supprimer", {"confirmation": word})


def said(response: Any) -> str:
    """The sentence of a refusal."""
    return page_of(response).one("p", role="alert").text


@ONE_DATABASE
def test_the_list_has_every_file(app, sender, client, analyst):
    """Newest first, with title, sender, people, what was refused, model, and its last day."""
    _, address = sender
    rows = [dict(row) for row in SAMPLE_ROWS[:3]]
    rows[0]["age"] = "jeune"
    sent = client.post("/predict/batch", data=table(rows), content_type="text/csv", buffered=True)
    newest, oldest = page_of(analyst.get(FILES)).one("tbody").every("tr")
    assert newest.one("a").attributes["href"] == f"{FILES}/{sent.headers['Fichier']}"
    assert oldest.one("a").attributes["href"] == address
    told = [cell.text for cell in oldest.every("td")]
    assert told[:3] == ["Ada", "3", "0"]
    assert [cell.text for cell in newest.every("td")][:3] == ["–", "2", "1"]
    last = in_days(184)
    assert told[4] == f"{last:%d/%m/%Y}"


@ONE_DATABASE
def test_a_list_is_cut_into_pages(analyst, client, monkeypatch):
    """Each file stands on one page."""
    monkeypatch.setattr("futurisys.console.kept_files.PAGE", 2)
    ids = [
        client.post(
            "/predict/batch", data=table(SAMPLE_ROWS[:1]), content_type="text/csv", buffered=True
        ).headers["Fichier"]
        for _ in range(3)
    ]
    seen, address = [], FILES
    while address:
        page = page_of(analyst.get(address))
        rows = page.one("tbody").every("a")
        seen += [one.attributes["href"].rpartition("/")[2] for one in rows]
        address = next((one.attributes["href"] for one in page.every("a", rel="next")), "")
    assert seen == ids[::-1]


@pytest.mark.slow
def test_a_sender_gives_a_file_a_title(app, sender):
    """It is shown wherever the file is; an empty one is the day again."""
    console, address = sender
    default = page_of(console.get(address)).one("p", class_="lead").text
    assert default.startswith("« Fichier du ")
    long = 2 * TITLE_MAX * "é"
    for title, shown in ((" Paie\t de  mai ", "Paie de mai"), (long, long[:TITLE_MAX]), ("", None)):
        assert console.send(f"{address}/titre", {"titre": title}).location == address
        if shown is None:
            assert page_of(console.get(address)).one("p", class_="lead").text == default
            continue
        for page in (address, FILES, HISTORY, "/"):
            assert shown in page_of(console.get(page)).text, page


@ONE_DATABASE
def test_nobody_else_gives_it_one_but_an_administrator(app, sender, analyst):
    """A colleague reads the file; its title is its sender's, or an administrator's."""
    _, address = sender
    refused = analyst.send(f"{address}/titre", {"titre": "Le mien"})
    assert refused.status_code == 403
    assert said(refused) == spaced(typeset(NOT_YOURS))
    assert "Renommer" not in page_of(analyst.get(address)).text
    admin = browser(app, "console", "admin")
    assert admin.send(f"{address}/titre", {"titre": "Paie"}).status_code == 303


def test_a_sender_takes_a_file_back_within_a_day(app, sender, query, days_pass):
    """Whoever types the word; all of it is gone, and a line says by whom."""
    console, address = sender
    assert page_of(console.get(f"{address}/supprimer")).one("div", class_="warnings")
    days_pass(0.99)
    untyped = delete(console, address, "oui")
    assert untyped.status_code == 422
    assert said(untyped) == spaced(typeset(UNTYPED))
    assert query("SELECT count(*) FROM predictions") == [(3,)]
    assert delete(console, address).location == FILES
    for name in ("batches", "predictions", "inputs", "people", "idempotency_keys"):
        assert query(f"SELECT count(*) FROM {name}") == [(0,)], name
    [line] = query("SELECT action, actor, predictions FROM journal")
    assert (line.action, line.predictions) == ("delete", 3)
    assert line.actor.endswith(" Ada")
    assert console.get(address).status_code == 404


@ONE_DATABASE
def test_later_only_an_administrator_deletes_a_file(app, sender, query, days_pass):
    """Under 184 days with a warning; then without."""
    console, address = sender
    days_pass(1.01)
    for response in (console.get(f"{address}/supprimer"), delete(console, address)):
        assert response.status_code == 403
        assert said(response) == spaced(typeset(TOO_LATE))
    assert "Supprimer ce fichier" not in page_of(console.get(address)).text
    admin = browser(app, "console", "admin")
    warned = page_of(admin.get(f"{address}/supprimer")).one("div", class_="warnings").text
    assert warned.startswith("Ce fichier n’a pas encore 184 jours Il a été envoyé il y a 1 jour.")
    days_pass(185)
    page = page_of(admin.get(f"{address}/supprimer"))
    assert not list(page.every("div", class_="warnings"))
    assert delete(admin, address).status_code == 303
    assert query("SELECT count(*) FROM predictions") == [(0,)]


@ONE_DATABASE
def test_a_colleague_deletes_nothing(sender, analyst, query):
    """However fresh the file is."""
    _, address = sender
    assert delete(analyst, address).status_code == 403
    assert query("SELECT count(*) FROM predictions") == [(3,)]


def test_what_others_said_of_the_same_people_stays(app, sender, client, rows, query):
    """A file goes with its own rows alone; whoever is known from elsewhere stays known."""
    console, address = sender
    alone = client.post("/predict", json=rows[0]).json["Identifiant"]
    other = client.post(
        "/predict/batch", data=table(SAMPLE_ROWS[1:2]), content_type="text/csv", buffered=True
    ).headers["Fichier"]
    assert delete(console, address).status_code == 303
    left = query("SELECT id, batch_id FROM predictions ORDER BY id")
    assert [str(row.id) for row in left][:1] == [alone]
    assert [str(row.batch_id) for row in left][1:] == [other]
    assert query("SELECT count(*) FROM inputs") == [(2,)]
    assert [str(row.id) for row in query("SELECT id FROM batches")] == [other]
    assert query(
        "SELECT count(*) FROM people p WHERE p.subject NOT IN (SELECT subject FROM inputs)"
    ) == [(0,)]


def test_a_file_without_anybody_whom_a_key_may_see_is_not_listed(app, sender):
    """Neither at home nor in the lists; its own files a sender always sees."""
    _, address = sender
    for department, is_seen in (("Consulting", True), ("Ressources Humaines", False)):
        with app.app_context():
            secret = access.issue("Bo", ("console",), None, [department])
        console = Console(app)
        console.sign_in(secret)
        for page in ("/", FILES, HISTORY):
            links = page_of(console.get(page)).every("a", href=address)
            assert bool(list(links)) == is_seen, (department, page)
        assert (console.get(f"{address}/supprimer").status_code == 403) == is_seen


@ONE_DATABASE
def test_without_a_key_a_browser_takes_back_what_it_sent(app, client, send, people, query):
    """In a demonstration: its own file, and nobody else's."""
    address = send(table(people[:3])).location
    own, stranger = Console(app), Console(app)
    own.client = client
    assert delete(stranger, address).status_code in (303, 401)
    assert query("SELECT count(*) FROM predictions") == [(3,)]
    assert delete(own, address).location == "/"
    assert query("SELECT count(*) FROM predictions") == [(0,)]
    assert address not in page_of(own.get(FILE)).text


@ONE_DATABASE
def test_pages_say_on_which_day_what_they_show_goes(app, sender, analyst, client, rows):
    """A file and an answer after 184 days; without a key, in a demonstration, after one."""
    _, address = sender
    alone = client.post("/predict", json=rows[0]).json["Identifiant"]
    of_file = (address, f"{address}/classement")
    of_one = f"/console/predictions/{alone}"
    for page, days in (*((one, 184) for one in of_file), (of_one, 1)):
        told = page_of(analyst.get(page)).one("p", class_="goes").text
        last = in_days(days)
        assert told == f"Tout ce qui est montré ici disparaîtra le {last:%d/%m/%Y}."


@ONE_DATABASE
def test_groups_say_on_which_day_their_file_goes(analyst, client):
    """They are made of what goes with it: here, of what was sent without a key, after a day."""
    people = table(SAMPLE_ROWS[:60])
    client.post("/predict/batch", data=people, content_type="text/csv").close()
    last = in_days(1)
    assert f"{last:%d/%m/%Y}" in page_of(analyst.get("/console/groupes")).one(class_="goes").text


def in_days(days: int) -> datetime.datetime:
    """So many times 24 hours from now, by local clocks, whichever hour they show by then."""
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    return later.astimezone(zone())
