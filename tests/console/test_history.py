"""What is kept, as the history shows it: page by page, and found by its filters."""

import datetime
import uuid

import pytest
from flask import Flask

from futurisys.console.french import moment, typeset
from futurisys.console.history import CURSOR, DAYS, IN_ADDRESS, PAGE
from futurisys.operations.clock import zone
from futurisys.records.database import db
from futurisys.records.history import first_id
from tests.console import GROUPS, HISTORY, page_of, spaced, values_of
from tests.console.history import cells, ids, rows_of
from tests.databases import ONE_DATABASE

pytestmark = pytest.mark.usefixtures("references")


def day_of(identifier: str) -> str:
    """The day, in Paris, that an id holds."""
    born = uuid.UUID(identifier).int >> 80
    return datetime.datetime.fromtimestamp(born / 1000, zone()).date().isoformat()


def age(app: Flask, identifier: str, when: datetime.datetime) -> str:
    """Have a prediction been given at another moment; its new id."""
    aged = first_id(when)
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE predictions SET id = '{aged}' WHERE CAST(id AS text) = '{identifier}'"
        )
    return aged


def test_pages_follow_each_other_without_gap_or_repetition(analyst, predict, rows):
    """Each prediction stands on one page, newest first, whatever is added meanwhile."""
    kept = [answer["Identifiant"] for answer in predict(rows[: 2 * PAGE + 10])][::-1]
    response = analyst.get(HISTORY)
    seen = ids(response)
    sizes = [len(seen)]
    while forms := list(page_of(response).every("form", class_="pages")):
        predict(rows[:1])
        response = analyst.post(forms[0].attributes["action"], values_of(forms[0]))
        seen += ids(response)
        sizes.append(len(seen) - sum(sizes))
    assert seen == kept
    assert sizes == [PAGE, PAGE, 10]


@ONE_DATABASE
def test_a_row_says_what_was_answered(analyst, client, predict, rows, reader, said):
    """Moment, probability, band, answer and model of each are those of the API."""
    predict(rows[:12])
    shown = [cells(row)[:5] for row in rows_of(page_of(analyst.get(HISTORY)))]
    assert shown == [
        [
            moment(datetime.datetime.fromisoformat(one["Date"])),
            said(one["Probabilite_depart"]),
            one["Niveau_risque"],
            one["Prediction"],
            one["Version_modele"],
        ]
        for one in client.get("/predictions", headers=reader).json["predictions"]
    ]


@ONE_DATABASE
def test_an_empty_history_says_so(analyst):
    """Where nothing is kept, the page is no empty table."""
    assert "Rien n’a été trouvé." in page_of(analyst.get(HISTORY)).text


def test_a_period_includes_both_its_days(app, analyst, predict, rows):
    """From midnight of the first to midnight after the last, in Paris; each may be left out."""
    kept = [answer["Identifiant"] for answer in predict(rows[:4])]
    moments = ["2026-03-01T22:59:59.999", "2026-03-01T23:00", "2026-03-03T22:59:59.999"]
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
        assert ids(analyst.send(HISTORY, filters)) == found
        assert ids(analyst.get(HISTORY, query_string=filters)) == found


@ONE_DATABASE
def test_a_period_may_be_as_long_as_a_calendar(analyst, predict, rows):
    """The first and the last day that a browser can send are days like others."""
    kept = [answer["Identifiant"] for answer in predict(rows[:2])][::-1]
    assert ids(analyst.send(HISTORY, {"depuis": "0001-01-01", "jusqu_a": "9999-12-31"})) == kept
    assert ids(analyst.send(HISTORY, {"depuis": "9999-12-31"})) == []
    assert ids(analyst.send(HISTORY, {"jusqu_a": "0001-01-01"})) == []


@ONE_DATABASE
def test_filters_find_by_answer_and_by_model(analyst, predict, rows):
    """Each filter keeps what it names, and the next page goes on within it."""
    answers = predict(rows[:170])[::-1]
    version = answers[0]["Version_modele"]
    for label in ("Part", "Reste"):
        found = [one["Identifiant"] for one in answers if one["Prediction"] == label]
        assert len(found) > 10
        filters = {"prediction": label, "version_modele": version}
        response = analyst.send(HISTORY, filters)
        seen = ids(response)
        while forms := list(page_of(response).every("form", class_="pages")):
            response = analyst.post(HISTORY, values_of(forms[0]))
            seen += ids(response)
        assert seen == found
        kept = values_of(page_of(response).one("form", class_="filters"))
        assert {name: kept[name] for name in filters} == filters
    assert ids(analyst.send(HISTORY, {"version_modele": "autre"})) == []


def test_a_person_is_found_by_reference_in_the_form(analyst, predict, rows):
    """Whoever knows the reference finds the person's predictions, and nobody else's."""
    kept = [one["Identifiant"] for one in predict([rows[3], rows[4], rows[3]])]
    reference = str(rows[3]["id_employee"])
    response = analyst.send(HISTORY, {"id_employee": reference})
    assert ids(response) == [kept[2], kept[0]]
    for one in page_of(response).every():
        assert f"={reference}" not in one.attributes.get("href", "")
        assert f"={reference}" not in one.attributes.get("action", "")
    assert ids(analyst.send(HISTORY, {"id_employee": "999999"})) == []


@ONE_DATABASE
def test_a_reference_in_an_address_finds_nobody(analyst, predict, rows):
    """Addresses are logged and remembered: a reference in one is refused, and said why."""
    predict(rows[:2])
    reference = str(rows[0]["id_employee"])
    for response in (
        analyst.get(f"{HISTORY}?id_employee={reference}"),
        analyst.send(f"{HISTORY}?id_employee={reference}", {"id_employee": reference}),
    ):
        assert response.status_code == 422
        page = page_of(response)
        assert page.one(id="id_employee-faute").text == spaced(typeset(IN_ADDRESS))
        assert not list(page.every("tbody"))


@ONE_DATABASE
def test_without_a_subject_key_nobody_is_found_and_the_page_says_why(app, analyst, predict, rows):
    """Where references are not kept, a search by one finds nothing rather than everything."""
    app.config["FUTURISYS_SUBJECT_KEY"] = ()
    predict(rows[:1])
    response = analyst.send(HISTORY, {"id_employee": str(rows[0]["id_employee"])})
    assert ids(response) == []
    assert "ne garde pas les numéros" in page_of(response).one(id="id_employee-aide").text


@ONE_DATABASE
def test_what_cannot_be_searched_for_is_said_beside_its_field(analyst, predict, rows):
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
        response = analyst.send(HISTORY, {name: text, "prediction": "Part"})
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
def test_a_page_that_is_no_longer_there_is_said_to_be(analyst):
    """A cursor that nobody gave is a sentence, not an error."""
    response = analyst.send(HISTORY, {"curseur": "zz"})
    assert response.status_code == 422
    assert page_of(response).one("p", role="alert").text == spaced(typeset(CURSOR))


@ONE_DATABASE
def test_an_answer_that_there_is_not_is_refused_with_those_that_there_are(analyst):
    """The two words are named beside the field, whichever way the page was asked."""
    for response in (
        analyst.get(f"{HISTORY}?prediction=part"),
        analyst.send(HISTORY, {"prediction": "part"}),
    ):
        assert response.status_code == 422
        page = page_of(response)
        fault = page.one("p", id="prediction-faute").text
        assert spaced(fault) == spaced(typeset("« Part » ou « Reste » est attendu."))
        assert not list(page.every("tbody"))


def test_what_no_database_can_hold_is_no_filter(analyst, answer_of_file):
    """A character that PostgreSQL has no place for is no error of ours, whoever sends it."""
    answer = answer_of_file(**{"Idempotency-Key": "un fichier"})
    page = page_of(analyst.get(f"/console/predictions/{answer['Identifiant']}"))
    [lot] = [one.attributes["href"] for one in page.every("a") if one.text == "fichier"]
    for response in (
        analyst.get(f"{HISTORY}?prediction=%00&version_modele=%00"),
        analyst.send(HISTORY, {"prediction": "\x00", "version_modele": "\x00"}),
        analyst.get(f"{lot}?departement=%00&niveau=%00&tri=%00"),
        analyst.get(f"{GROUPS}?par=%00"),
    ):
        assert response.status_code == 200
