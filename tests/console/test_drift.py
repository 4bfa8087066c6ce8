"""What HR reads of how a file differs from the one before, and a file that is set aside."""

import io
import re
from typing import Any

import pytest

from futurisys.operations import access
from futurisys.operations.drift import NOT_YOURS
from tests.console import FILE, Console, key, page_of, values_of
from tests.console.ranking import SAMPLE_ROWS
from tests.databases import ONE_DATABASE
from tests.population import table

pytestmark = [pytest.mark.usefixtures("references"), pytest.mark.slow, ONE_DATABASE]
DRIFT, ASIDE = "/console/derive", "Mettre ce fichier de côté"
PEOPLE = SAMPLE_ROWS[:230]


def dearer(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same people, paid more."""
    return [row | {"revenu_mensuel": str(float(row["revenu_mensuel"]) + 500)} for row in rows]


@pytest.fixture
def sender(app) -> tuple[Console, list[str]]:
    """Somebody who has sent two files of one source, the second with other salaries."""
    secret = key(app, "console", "predict")
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "text/csv"}
    sent = [
        app.test_client().post(
            "/predict/batch?source=Paie", data=table(rows), headers=headers, buffered=True
        )
        for rows in (PEOPLE, dearer(PEOPLE))
    ]
    console = Console(app)
    console.sign_in(secret)
    return console, [f"/console/fichiers/{one.headers['Fichier']}" for one in sent]


def reader_of(app: Any, *departments: str) -> Console:
    """Somebody who has signed in, with a key of some departments alone, or of all."""
    with app.app_context():
        secret = access.issue("Bob", ["console"], None, departments or None)
    console = Console(app)
    console.sign_in(secret)
    return console


def test_the_page_of_a_file_says_what_has_changed(sender):
    """The field, how many rose, before and after, how seldom that is chance, and what to do."""
    console, (first, second) = sender
    assert "C’est le premier fichier de sa source" in page_of(console.get(first)).text
    page = page_of(console.get(second))
    [row] = page.one("section", **{"aria-labelledby": "derive"}).one("tbody").every("tr")
    assert row.one("th").text == "Revenu mensuel"
    cells = [cell.text for cell in row.every("td")]
    assert cells[0] == "230 personnes des deux fichiers"
    assert all(re.fullmatch(r"\d \d{3} € en moyenne", cell) for cell in cells[1:3])
    assert cells[3] == "230 en hausse, 0 en baisse"
    assert "au plus un fichier sur 60 environ serait signalé" in page.text
    assert "mettez-le de côté" in page.text


def test_the_last_file_of_each_source_is_told_of(app, sender):
    """The page of drift has the last file of a source, and what changed in it."""
    _, (_, second) = sender
    page = page_of(reader_of(app).get(DRIFT))
    assert [title.text for title in page.every("h2")] == ["Paie"]
    assert second in [link.attributes["href"] for link in page.every("a")]
    assert "Un fait a changé" in page.text


def test_a_page_of_drift_says_of_when_its_figures_are(app, sender):
    """They are kept as they were computed, and who was withheld or erased since is in them."""
    console, (_, second) = sender
    said = "qui a été effacé depuis, ou n’est plus montré, y compte encore"
    assert said in page_of(console.get(second)).text
    assert said in page_of(reader_of(app).get(DRIFT)).text


def test_some_departments_alone_do_not_show_a_whole_file(app, sender):
    """Whoever sees some departments is told that this is of the whole file, and nothing of it."""
    _, (_, second) = sender
    console = reader_of(app, PEOPLE[0]["departement"])
    for address in (DRIFT, second):
        page = page_of(console.get(address)).text
        assert "une clé qui voit tous les départements" in page
        assert "Un fait a changé" not in page
        assert "Paie" not in page


def test_a_sender_sets_a_file_aside_and_takes_it_back(sender):
    """A file that is set aside is no more the last of its source, and its page says so."""
    console, (first, second) = sender
    page = page_of(console.follow(console.send(f"{second}/ecart", {})))
    assert "Ce fichier est mis de côté" in page.text
    assert first in console.get(DRIFT).text
    assert second not in console.get(DRIFT).text
    page = page_of(console.follow(console.send(f"{second}/ecart", {"reprendre": "oui"})))
    assert ASIDE in page.text
    assert second in console.get(DRIFT).text


def test_the_next_file_is_looked_at_again(sender):
    """Once the file before is set aside there is nothing that the next one was compared with."""
    console, (first, second) = sender
    console.send(f"{first}/ecart", {})
    assert "C’est le premier fichier de sa source" in page_of(console.get(second)).text


def test_nobody_else_sets_a_file_aside(app, sender):
    """Who has not sent a file is not offered that, and refused."""
    _, (_, second) = sender
    console = reader_of(app)
    assert ASIDE not in page_of(console.get(second)).text
    refused = console.send(f"{second}/ecart", {})
    assert refused.status_code == 403
    assert NOT_YOURS.replace("'", "’") in page_of(refused).text


def test_a_form_says_the_source(app, query):
    """A source typed beside a file is kept with it, through what is to be confirmed before."""
    console = Console(app)
    console.sign_in(key(app))
    asked = page_of(console.get(FILE)).one("input", name="source")
    assert asked.attributes["aria-describedby"] == "source-aide"
    rows = [row | {"distance_domicile_travail": "999"} for row in PEOPLE[:30]]
    said = {"source": " Paie\tdu  siège ", "cle": "0123"}
    step = page_of(console.send(FILE, said | {"fichier": sent(rows)}))
    confirmed = values_of(step.one("form", action=FILE)) | {"fichier": sent(rows)}
    assert console.send(FILE, confirmed).status_code == 303
    assert [row.source for row in query("SELECT source FROM batches")] == ["Paie du siège"]


def sent(rows: list[dict[str, Any]]) -> tuple[io.BytesIO, str]:
    return io.BytesIO(table(rows).encode()), "a.csv"
