"""What is kept, as the console shows it: page by page, one by one, and by groups."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask

from futurisys.app import create_app
from futurisys.console.french import moment, number, percent, points, typeset
from futurisys.console.history import CURSOR, DAYS, IN_ADDRESS, PAGE
from futurisys.employee.schema import FACTS, KEPT
from futurisys.operations.folding import SMALLEST
from futurisys.records.database import db
from futurisys.records.history import first_id
from tests.console import (
    GROUPS,
    HISTORY,
    WHAT_IF,
    Console,
    Element,
    page_of,
    signed_in,
    spaced,
    values_of,
)
from tests.databases import ONE_DATABASE

pytestmark = pytest.mark.usefixtures("references")


@pytest.fixture
def console(app: Flask) -> Console:
    """A browser of somebody who has signed in."""
    return signed_in(app)


@pytest.fixture
def reader(key_of) -> dict[str, str]:
    return key_of("read")


@pytest.fixture
def predict(client):
    """Predict for employees through the API; returns the answers."""

    def ask(employees):
        response = client.post("/predict/batch", json={"employes": employees})
        assert response.status_code == 200, response.text
        return response.json["predictions"]

    return ask


def rows_of(page: Element) -> list[Element]:
    return list(page.one("tbody").every("tr"))


def ids(response: Any) -> list[str]:
    """The predictions that a page of the history leads to, in order."""
    assert response.status_code == 200, response.text
    links = page_of(response).one("tbody").every("a")
    return [one.attributes["href"].rpartition("/")[2] for one in links]


def day_of(identifier: str) -> str:
    """The day, in UTC, that an id holds."""
    born = uuid.UUID(identifier).int >> 80
    return datetime.datetime.fromtimestamp(born / 1000, datetime.UTC).date().isoformat()


def age(app: Flask, identifier: str, when: datetime.datetime) -> str:
    """Have a prediction been given at another moment; its new id."""
    aged = first_id(when)
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE predictions SET id = '{aged}' WHERE CAST(id AS text) = '{identifier}'"
        )
    return aged


def cells(row: Element) -> list[str]:
    return [one.text for one in row.inside if isinstance(one, Element)]


def test_pages_follow_each_other_without_gap_or_repetition(console, predict, rows):
    """Each prediction stands on one page, newest first, whatever is added meanwhile."""
    kept = [answer["Identifiant"] for answer in predict(rows[: 2 * PAGE + 10])][::-1]
    response = console.get(HISTORY)
    seen = ids(response)
    sizes = [len(seen)]
    while forms := list(page_of(response).every("form", class_="pages")):
        predict(rows[:1])
        response = console.post(forms[0].attributes["action"], values_of(forms[0]))
        seen += ids(response)
        sizes.append(len(seen) - sum(sizes))
    assert seen == kept
    assert sizes == [PAGE, PAGE, 10]


@ONE_DATABASE
def test_a_row_says_what_was_answered(console, client, predict, rows, reader):
    """Moment, probability, band, answer and model of each are those of the API."""
    predict(rows[:12])
    shown = [cells(row)[:5] for row in rows_of(page_of(console.get(HISTORY)))]
    assert shown == [
        [
            moment(datetime.datetime.fromisoformat(one["Date"])),
            spaced(percent(one["Probabilite_depart"], 1)),
            one["Niveau_risque"],
            one["Prediction"],
            one["Version_modele"],
        ]
        for one in client.get("/predictions", headers=reader).json["predictions"]
    ]


@ONE_DATABASE
def test_an_empty_history_says_so(console):
    """Where nothing is kept, the page is no empty table."""
    assert "Rien n’a été trouvé." in page_of(console.get(HISTORY)).text


def test_a_period_includes_both_its_days(app, console, predict, rows):
    """From midnight of the first to midnight after the last, in UTC; each may be left out."""
    kept = [answer["Identifiant"] for answer in predict(rows[:4])]
    moments = ["2026-03-01T23:59:59.999", "2026-03-02T00:00", "2026-03-03T23:59:59.999"]
    aged = [
        age(app, one, datetime.datetime.fromisoformat(f"{when}+00:00"))
        for one, when in zip(kept, moments, strict=False)
    ]
    newest = kept[3]
    for since, until, found in (
        ("2026-03-02", "2026-03-03", [aged[2], aged[1]]),
        ("2026-03-02", "2026-03-02", [aged[1]]),
        ("", "2026-03-01", [aged[0]]),
        ("2026-03-03", "", [newest, aged[2]]),
        (day_of(newest), day_of(newest), [newest]),
        ("2026-03-03", "2026-03-02", []),
    ):
        filters = {"depuis": since, "jusqu_a": until}
        assert ids(console.send(HISTORY, filters)) == found
        assert ids(console.get(HISTORY, query_string=filters)) == found


@ONE_DATABASE
def test_a_period_may_be_as_long_as_a_calendar(console, predict, rows):
    """The first and the last day that a browser can send are days like others."""
    kept = [answer["Identifiant"] for answer in predict(rows[:2])][::-1]
    assert ids(console.send(HISTORY, {"depuis": "0001-01-01", "jusqu_a": "9999-12-31"})) == kept
    assert ids(console.send(HISTORY, {"depuis": "9999-12-31"})) == []
    assert ids(console.send(HISTORY, {"jusqu_a": "0001-01-01"})) == []


@ONE_DATABASE
def test_filters_find_by_answer_and_by_model(console, predict, rows):
    """Each filter keeps what it names, and the next page goes on within it."""
    answers = predict(rows[:170])[::-1]
    version = answers[0]["Version_modele"]
    for label in ("Part", "Reste"):
        found = [one["Identifiant"] for one in answers if one["Prediction"] == label]
        assert len(found) > 10
        filters = {"prediction": label, "version_modele": version}
        response = console.send(HISTORY, filters)
        seen = ids(response)
        while forms := list(page_of(response).every("form", class_="pages")):
            response = console.post(HISTORY, values_of(forms[0]))
            seen += ids(response)
        assert seen == found
        kept = values_of(page_of(response).one("form", class_="filters"))
        assert {name: kept[name] for name in filters} == filters
    assert ids(console.send(HISTORY, {"version_modele": "autre"})) == []


def test_a_person_is_found_by_reference_in_the_form(console, predict, rows):
    """Whoever knows the reference finds the person's predictions, and nobody else's."""
    kept = [one["Identifiant"] for one in predict([rows[3], rows[4], rows[3]])]
    reference = str(rows[3]["id_employee"])
    response = console.send(HISTORY, {"id_employee": reference})
    assert ids(response) == [kept[2], kept[0]]
    for one in page_of(response).every():
        assert f"={reference}" not in one.attributes.get("href", "")
        assert f"={reference}" not in one.attributes.get("action", "")
    assert ids(console.send(HISTORY, {"id_employee": "999999"})) == []


@ONE_DATABASE
def test_a_reference_in_an_address_finds_nobody(console, predict, rows):
    """Addresses are logged and remembered: a reference in one is refused, and said why."""
    predict(rows[:2])
    reference = str(rows[0]["id_employee"])
    for response in (
        console.get(f"{HISTORY}?id_employee={reference}"),
        console.send(f"{HISTORY}?id_employee={reference}", {"id_employee": reference}),
    ):
        assert response.status_code == 422
        page = page_of(response)
        assert page.one(id="id_employee-faute").text == spaced(typeset(IN_ADDRESS))
        assert not list(page.every("tbody"))


@ONE_DATABASE
def test_without_a_subject_key_nobody_is_found_and_the_page_says_why(app, console, predict, rows):
    """Where references are not kept, a search by one finds nothing rather than everything."""
    app.config["FUTURISYS_SUBJECT_KEY"] = ""
    predict(rows[:1])
    response = console.send(HISTORY, {"id_employee": str(rows[0]["id_employee"])})
    assert ids(response) == []
    assert "ne garde pas les numéros" in page_of(response).one(id="id_employee-aide").text


@ONE_DATABASE
def test_what_cannot_be_searched_for_is_said_beside_its_field(console, predict, rows):
    """A bad date or reference is a sentence at its field, with what was typed, and no rows."""
    predict(rows[:1])
    whole = "Numéro de l'employé : un nombre entier est attendu."
    bounds = "Numéro de l'employé : la valeur doit être comprise entre 1 et 2147483647."
    for name, text, sentence in (
        ("depuis", "hier", DAYS),
        ("jusqu_a", "31/12/2026", DAYS),
        ("jusqu_a", "2026-02-30", DAYS),
        ("id_employee", "zéro", whole),
        ("id_employee", "1,5", whole),
        ("id_employee", "0", bounds),
    ):
        response = console.send(HISTORY, {name: text, "prediction": "Part"})
        assert response.status_code == 422
        page = page_of(response)
        field = page.one("input", id=name)
        assert field.attributes["aria-invalid"] == "true"
        assert field.attributes["value"] == text
        assert page.one(id=f"{name}-faute").text == spaced(typeset(sentence))
        assert f"{name}-faute" in field.attributes["aria-describedby"].split()
        assert not list(page.every("tbody"))
        assert values_of(page.one("form", class_="filters"))["prediction"] == "Part"


@ONE_DATABASE
def test_a_page_that_is_no_longer_there_is_said_to_be(console):
    """A cursor that nobody gave is a sentence, not an error."""
    response = console.send(HISTORY, {"curseur": "zz"})
    assert response.status_code == 422
    assert page_of(response).one("p", role="alert").text == spaced(typeset(CURSOR))


def test_one_prediction_shows_its_facts_and_its_reasons(console, client, predict, rows, reader):
    """Its page says what GET /predictions/<id> says: answer, moment, facts, each reason."""
    for row in (rows[0], rows[1], rows[2] | {"poste": "Dresseur d'ours"}):
        [answer] = predict([row])
        identifier = answer["Identifiant"]
        document = client.get(f"/predictions/{identifier}", headers=reader).json
        page = page_of(console.get(f"/console/predictions/{identifier}"))
        assert [one.text for one in page.one(class_="verdict").every("strong")] == [
            f"« {document['Prediction']} »",
            spaced(percent(document["Probabilite_depart"], 1)),
        ]
        facts = {one.one("dt").text: one.one("dd").text for one in page.one("dl").every("div")}
        assert facts == {
            spaced(typeset(FACTS[name].words)): written(document["Employe"][name]) for name in KEPT
        }
        reasons = [
            (spaced(typeset(one["Phrase"])), spaced(points(one["Effet_probabilite"])))
            for one in document["Facteurs"]
        ]
        assert reasons_in(page) == reasons
        assert moment(datetime.datetime.fromisoformat(document["Date"])) in page.text
        assert document["Version_modele"] in page.text
        opened = page_of(console.get(f"/console/predictions/{identifier}/raisons"))
        assert reasons_in(opened) == reasons
        for warning in document["Avertissements"]:
            assert spaced(typeset(warning)) in page.text
            assert spaced(typeset(warning)) in opened.text


def reasons_in(page: Element) -> list[tuple[str, str]]:
    bars = next(page.every("ul", class_="bars"))
    return [(one.one(class_="said").text, one.one(class_="share").text) for one in bars.every("li")]


def written(value: Any) -> str:
    """A fact of the sample as HR writes it; 11.0 is 11."""
    return "–" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


@ONE_DATABASE
def test_a_stored_prediction_can_be_asked_what_if(console, client, predict, rows):
    """Its page carries the facts that are kept, whatever decimals a program gave them."""
    row = rows[0] | {
        "revenu_mensuel": 5993.123456789012,
        "distance_domicile_travail": 0.00001,
        "augementation_salaire_precedente": 11.25,
    }
    [answer] = predict([row])
    page = page_of(console.get(f"/console/predictions/{answer['Identifiant']}"))
    values = values_of(page.one("form", action=WHAT_IF))
    response = console.post(WHAT_IF, values | {"heure_supplementaires": "Non"})
    changes = {"heure_supplementaires": "Non"}
    document = client.post("/simulate", json={"employe": row, "changements": changes}).json
    assert response.status_code == 200
    verdict = page_of(response).one(class_="verdict")
    estimates = [one.text for one in verdict.every("strong")][:2]
    assert estimates == [
        spaced(percent(document[one]["Probabilite_depart"], 1)) for one in ("Avant", "Apres")
    ]
    carried = {
        name: FACTS[name].parse(values[f"avant-{name}"])
        for name in ("revenu_mensuel", "distance_domicile_travail")
    }
    assert carried == {name: row[name] for name in carried}


@pytest.fixture
def answer_of_file(client, rows):
    """Have a file of one employee scored through the API; returns the answer."""

    def send(**headers: str):
        lines = [",".join(FACTS), ",".join(str(rows[0][name]) for name in FACTS)]
        kind = {"Content-Type": "text/csv", "Accept": "application/json"}
        body = "\n".join(lines).encode()
        sent = client.post("/predict/batch", data=body, headers=kind | headers)
        [answer] = sent.json["predictions"]
        return answer

    return send


@ONE_DATABASE
def test_a_prediction_of_a_file_names_its_line(console, answer_of_file):
    """The page of a row tells its line, and leads to the file where the file has a name."""
    for headers, links in ({}, 0), ({"Idempotency-Key": "un fichier"}, 1):
        answer = answer_of_file(**headers)
        response = console.get(f"/console/predictions/{answer['Identifiant']}")
        assert response.status_code == 200
        page = page_of(response)
        assert "ligne 2 d’un fichier" in page.text
        found = [one for one in page.every("a") if one.text == "fichier"]
        assert len(found) == links
        assert all(console.get(one.attributes["href"]).status_code == 200 for one in found)


@ONE_DATABASE
def test_an_answer_that_there_is_not_is_refused_with_those_that_there_are(console):
    """The two words are named beside the field, whichever way the page was asked."""
    for response in (
        console.get(f"{HISTORY}?prediction=part"),
        console.send(HISTORY, {"prediction": "part"}),
    ):
        assert response.status_code == 422
        page = page_of(response)
        fault = page.one("p", id="prediction-faute").text
        assert spaced(fault) == spaced(typeset("« Part » ou « Reste » est attendu."))
        assert not list(page.every("tbody"))


def test_what_no_database_can_hold_is_no_filter(console, answer_of_file):
    """A character that PostgreSQL has no place for is no error of ours, whoever sends it."""
    answer = answer_of_file(**{"Idempotency-Key": "un fichier"})
    page = page_of(console.get(f"/console/predictions/{answer['Identifiant']}"))
    [lot] = [one.attributes["href"] for one in page.every("a") if one.text == "fichier"]
    for response in (
        console.get(f"{HISTORY}?prediction=%00&version_modele=%00"),
        console.send(HISTORY, {"prediction": "\x00", "version_modele": "\x00"}),
        console.get(f"{lot}?departement=%00&niveau=%00&tri=%00"),
        console.get(f"{GROUPS}?par=%00"),
    ):
        assert response.status_code == 200


@ONE_DATABASE
def test_whatever_references_are_sent_back_a_table_comes(console, client, answer_of_file):
    """What a page remembers of a file is text of anybody's: it breaks no download."""
    answer = answer_of_file(**{"Idempotency-Key": "un fichier"})
    page = page_of(console.get(f"/console/predictions/{answer['Identifiant']}"))
    [lot] = [one.attributes["href"] for one in page.every("a") if one.text == "fichier"]
    for references in ("", '{"2": "\\ud800"}', '{"2": "\\u001a"}', '{"2": null}', '{"9": "1"}'):
        for form in ("xlsx", "csv", "excel"):
            values = {"references": references, "forme": form}
            response = console.send(f"{lot}/resultat", values)
            assert response.status_code == 200, (references, form)
    for references in ("[1]", "{", '{"x": "1"}'):
        response = console.send(f"{lot}/resultat", {"references": references})
        assert response.status_code == 400, references


@ONE_DATABASE
def test_what_is_kept_can_be_read_without_a_model(database_url, predict, rows, tmp_path):
    """Where no model is loaded, what was answered is still there; only what-if is not."""
    [answer] = predict(rows[:1])
    app = create_app(DATABASE_URL=database_url, FUTURISYS_MODEL=str(tmp_path))
    console = signed_in(app)
    assert ids(console.get(HISTORY)) == [answer["Identifiant"]]
    address = f"/console/predictions/{answer['Identifiant']}"
    page = page_of(console.get(address))
    assert spaced(percent(answer["Probabilite_depart"], 1)) in page.one(class_="verdict").text
    assert reasons_in(page) == reasons_in(page_of(console.get(f"{address}/raisons")))
    assert not list(page.every("form", action=WHAT_IF))
    assert console.get(GROUPS).status_code == 200
    with app.app_context():
        db.engine.dispose()


@ONE_DATABASE
def test_what_is_not_there_is_a_page_that_says_so(console):
    """An unknown id is 404, an ill-formed one too."""
    for address in (str(uuid.uuid4()), f"{uuid.uuid4()}/raisons", "12", "x"):
        response = console.get(f"/console/predictions/{address}")
        assert response.status_code == 404
        assert page_of(response).one("h1").text == "Adresse inconnue"


@ONE_DATABASE
def test_groups_are_those_of_the_api(console, client, predict, rows, reader):
    """Number, mean risk, share above the threshold and main factors, small groups as one.

    What an address cannot ask for is as if it had not been asked for.
    """
    predict(rows[:300])
    for fields, query in (
        (["departement"], ""),
        (["heure_supplementaires"], "par=heure_supplementaires"),
        (["departement", "genre"], "par=departement&et=genre"),
        (["poste"], "par=poste&et=poste"),
        (["departement"], "par=revenu_mensuel&et=%00"),
    ):
        asked = {"par": ",".join(fields)}
        document = client.get("/segments", query_string=asked, headers=reader).json
        page = page_of(console.get(f"{GROUPS}?{query}"))
        told = [(one, [one["Groupe"][name] for name in fields]) for one in document["segments"]]
        if document["autres"]:
            told.append((document["autres"], ["Autres groupes"]))
        assert [cells(row) for row in rows_of(page)] == [
            [*levels, *figures_of(one), factors_of(one)] for one, levels in told
        ]
        assert min(one["Nombre"] for one, _ in told) >= SMALLEST
        assert values_of(page.one("form", class_="filters")) == {
            "par": fields[0],
            "et": fields[1] if len(fields) > 1 else "",
        }


def figures_of(group: Mapping[str, Any]) -> list[str]:
    shares = (group["Risque_moyen"], group["Part_au_dessus_du_seuil"])
    return [number(group["Nombre"]), *(spaced(percent(share, 1)) for share in shares)]


def factors_of(group: Mapping[str, Any]) -> str:
    return " ; ".join(
        f"{spaced(typeset(FACTS[one['Variable']].words))} ({one['Sens']})"
        for one in group["Facteurs"]
    )


@ONE_DATABASE
def test_a_group_of_fewer_than_ten_is_not_told(console, predict, rows):
    """Nine people are folded with another group; where all are too few, nothing is shown."""
    predict([row | {"departement": "Neuf"} for row in rows[:9]])
    page = page_of(console.get(GROUPS))
    assert [cells(row) for row in rows_of(page)] == [
        ["Pas assez de personnes pour montrer un groupe."]
    ]
    predict([row | {"departement": "Douze"} for row in rows[9:21]])
    predict([row | {"departement": "Quinze"} for row in rows[21:36]])
    shown = [cells(row)[:2] for row in rows_of(page_of(console.get(GROUPS)))]
    assert shown == [["Quinze", "15"], ["Autres groupes", "21"]]
    assert "Neuf" not in page_of(console.get(GROUPS)).text
