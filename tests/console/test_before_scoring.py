"""Before a file is scored, what is not sure is asked; nothing is kept until it is confirmed."""

import csv
import html
import io
import json
import re

from futurisys.employee.mapping import read_mapping
from tests.console.ranking import HTML, hidden
from tests.databases import ONE_DATABASE
from tests.population import table
from tests.three_extracts import csv_of, first

pytestmark = ONE_DATABASE


def _post(client, content, page, headers=HTML, **fields):
    """Send one file, or several by their names, with what a form says of them."""
    files = content if isinstance(content, dict) else {"gens.csv": content.encode()}
    data = {"fichier": [(io.BytesIO(one), name) for name, one in files.items()], **fields}
    data |= {"csrf_token": hidden(page, "csrf_token"), "cle": hidden(page, "cle")}
    return client.post("/console/fichier", data=data, headers=headers)


def _chances_of(query, way: str) -> list[float]:
    """The estimates of the first file, or of the last."""
    file = f"SELECT id FROM batches ORDER BY id {way} LIMIT 1"
    found = query(f"SELECT probability FROM predictions WHERE batch_id = ({file})")
    return sorted(chance for (chance,) in found)


def _start(client):
    return client.get("/console/fichier", headers=HTML).text


def test_a_misspelt_column_is_confirmed(client, query, people):
    """A proposed column is asked about first, and scored as the plain file once confirmed."""
    content = table(people[:9]).replace("revenu_mensuel", "revnu_mensuel")
    step = _post(client, content, _start(client))
    assert step.status_code == 422
    assert "Avant d’estimer" in step.text
    assert '<option value="revnu_mensuel" selected>' in step.text
    assert query("SELECT count(*) FROM predictions") == [(0,)]
    fields = {"champ-revenu_mensuel": "revnu_mensuel", "vu": hidden(step.text, "vu")}
    assert _post(client, content, step.text, **fields).status_code == 303
    client.post("/predict/batch", data=table(people[:9]), content_type="text/csv").close()
    first, second = (_chances_of(query, way) for way in ("ASC", "DESC"))
    assert first == second


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
    assert query("SELECT count(*) FROM predictions") == [(9,)]
    assert query("SELECT refused FROM batches") == [(0,)]


def _extracts(people: int = 9) -> dict[str, bytes]:
    return {f"{n}.csv": csv_of(rows) for n, rows in enumerate(first(people).values())}


def test_a_survey_is_joined_only_where_people_knew(client, query):
    """Three extracts ask whether the employees were told; what was answered is kept with them."""
    step = _post(client, _extracts(), _start(client))
    assert step.status_code == 422
    assert "Les employés ont-ils été informés" in step.text
    assert "0.csv et deux autres" in step.text
    vu = hidden(step.text, "vu")
    refused = _post(client, _extracts(), step.text, vu=vu, informes="non")
    assert refused.status_code == 422
    assert "le sondage n’est pas joint" in refused.text
    assert query("SELECT count(*) FROM predictions") == [(0,)]
    scored = _post(client, _extracts(), step.text, vu=vu, informes="oui")
    assert scored.status_code == 303
    page = html.unescape(client.get(scored.location, headers=HTML).text)
    assert "9 personnes figurent dans les trois fichiers" in page
    assert "informés que leurs réponses au sondage serviraient à estimer" in page
    assert "0.csv" not in page


def test_three_files_are_answered_as_their_joined_rows(client, query, people):
    """The console joins what the API joins."""
    step = _post(client, _extracts(), _start(client))
    fields = {"vu": hidden(step.text, "vu"), "informes": "oui"}
    assert _post(client, _extracts(), step.text, **fields).status_code == 303
    client.post("/predict/batch", data=table(people[:9]), content_type="text/csv").close()
    first, second = (_chances_of(query, way) for way in ("ASC", "DESC"))
    assert first == second


def test_faults_of_two_files_on_one_line_are_two_rows(client, take):
    """What is wrong on line 3 of one file is not said of line 3 of another."""
    files = _extracts()
    files["0.csv"] = files["0.csv"].replace(b"\n2,49,", b"\n2,jeune,")
    files["1.csv"] = files["1.csv"].replace(b"E_2,", b"E_9999,")
    step = _post(client, files, _start(client))
    fields = {"vu": hidden(step.text, "vu"), "informes": "oui"}
    address = _post(client, files, step.text, **fields).location
    rows = list(csv.DictReader(io.StringIO(take(address, "csv").decode())))
    one, other = (row for row in rows if row["Erreurs"])
    assert (one["Fichier"], one["Ligne"]) == ("0.csv | 0.csv", "3 | 3")
    assert (
        "un nombre entier est attendu. | cet employé n'est pas dans 1.csv ; ajoutez"
        in one["Erreurs"]
    )
    assert (other["Fichier"], other["Ligne"]) == ("1.csv", "3")
    assert other["Erreurs"].startswith("cet employé n'est pas dans 0.csv ;")


def test_a_missing_column_of_an_extract_is_chosen(client):
    """Whichever file lacks it, and whatever else is to be asked afterwards."""
    files = _extracts()
    files["1.csv"] = files["1.csv"].replace(b"note_evaluation_actuelle", b"appreciation")
    step = _post(client, files, _start(client))
    assert 'name="champ-note_evaluation_actuelle"' in step.text
    assert "Les employés ont-ils" not in step.text
    chosen = {"champ-note_evaluation_actuelle": "appreciation", "vu": hidden(step.text, "vu")}
    step = _post(client, files, step.text, **chosen)
    assert "Les employés ont-ils été informés" in step.text
    said = {name: hidden(step.text, name) for name in ("vu", "colonnes")}
    said["colonnes"] = html.unescape(said["colonnes"])
    assert _post(client, files, step.text, **said, informes="oui").status_code == 303


def test_a_column_that_counts_for_nothing_is_not_among_those_read(client, people):
    """Whether somebody has left is known as a column, and no part of an estimate."""
    content = table(people[:9]).replace("departement", "affectation", 1)
    step = _post(client, content, _start(client)).text
    read, unread = step.split("Colonnes reconnues")[1].split("sans effet sur l’estimation")
    assert "a_quitte_l_entreprise" in unread
    assert "a_quitte_l_entreprise" not in read
    assert "revenu_mensuel" in read


def test_more_than_three_files_are_one_sentence(client):
    """And nothing of them is read."""
    files = _extracts() | {"autre.csv": b"x"}
    assert "pas plus de trois fichiers" in _post(client, files, _start(client)).text


def test_a_match_is_taken_home_and_given(client, query, people):
    """What was confirmed once need not be confirmed again, and its digest is kept with the file."""
    content = table(people[:9]).replace("departement", "affectation", 1)
    step = _post(client, content, _start(client))
    fields = {"champ-departement": "affectation", "vu": hidden(step.text, "vu")}
    address = _post(client, content, step.text, **fields).location
    assert "Télécharger la correspondance" in client.get(address, headers=HTML).text
    taken = client.get(f"{address}/correspondance.toml", headers=HTML)
    assert taken.headers["Content-Disposition"] == "attachment; filename=correspondance.toml"
    mapping = read_mapping(taken.data, "correspondance.toml")
    assert mapping.columns["affectation"] == "departement"
    given = {"correspondance": (io.BytesIO(taken.data), "correspondance.toml")}
    assert _post(client, content, _start(client), **given).status_code == 303
    kept = [json.loads(row[0])["mapping"] for row in query("SELECT reading FROM batches")]
    assert mapping.digest in kept


def test_a_mapping_that_is_none_is_a_sentence(client, people):
    """What was given in its place is named."""
    given = {"correspondance": (io.BytesIO(b"[colonnes"), "correspondance.toml")}
    page = _post(client, table(people[:9]), _start(client), **given)
    assert page.status_code == 422
    assert "Correspondance\u202f: ce n’est pas une correspondance lisible" in page.text
