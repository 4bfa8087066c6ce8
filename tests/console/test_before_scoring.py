"""Before a file is scored, what is not sure is asked; nothing is kept until it is confirmed."""

import html
import io
import re

from tests.console.ranking import HTML, hidden
from tests.databases import ONE_DATABASE
from tests.population import table

pytestmark = ONE_DATABASE


def _post(client, content, page, **fields):
    data = {"fichier": (io.BytesIO(content.encode()), "gens.csv"), **fields}
    data |= {"csrf_token": hidden(page, "csrf_token"), "cle": hidden(page, "cle")}
    return client.post("/console/fichier", data=data, headers=HTML)


def _start(client):
    return client.get("/console/fichier", headers=HTML).text


def test_a_misspelt_column_is_confirmed(client, query, people):
    """A proposed column is asked about first, and scored as the plain file once confirmed."""
    content = table(people[:9]).replace("revenu_mensuel", "revnu_mensuel")
    step = _post(client, content, _start(client))
    assert step.status_code == 422
    assert "Avant d’estimer" in step.text
    assert "<option selected>revnu_mensuel" in step.text
    assert query("SELECT count(*) FROM predictions") == [(0,)]
    fields = {"champ-revenu_mensuel": "revnu_mensuel", "vu": hidden(step.text, "vu")}
    assert _post(client, content, step.text, **fields).status_code == 303
    client.post("/predict/batch", data=table(people[:9]), content_type="text/csv").close()
    sent = "SELECT probability FROM predictions WHERE batch_id IS {} NULL"
    assert sorted(query(sent.format("NOT"))) == sorted(query(sent.format("")))


def test_an_alert_is_accepted_for_what_was_shown_alone(client, query, people):
    """What was accepted of one file does not let another pass."""
    for row in people[:9]:
        row["revenu_mensuel"] = "999"
    content = table(people[:9])
    step = _post(client, content, _start(client))
    assert "Estimer quand même" in html.unescape(step.text)
    assert re.search("Exemple, ligne 2", step.text)
    vu = hidden(step.text, "vu")
    assert _post(client, table(people[:8]), step.text, vu=vu).status_code == 422
    assert query("SELECT count(*) FROM predictions") == [(0,)]
    assert _post(client, content, step.text, vu=vu).status_code == 303
