"""What is kept, as the history shows it: page by page, and found by its filters."""

import datetime
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from futurisys.console.french import moment, typeset
from futurisys.console.history import CURSOR, DAYS, EITHER, IN_ADDRESS, PAGE, REVERSED
from futurisys.model.plain import WORDS, word_of
from futurisys.operations.clock import zone
from futurisys.records.database import db
from futurisys.records.history import first_id
from tests.console import GROUPS, HISTORY, key, page_of, spaced, values_of
from tests.console.history import cells, ids, rows_of
from tests.databases import ONE_DATABASE

pytestmark = pytest.mark.usefixtures("references")


def day_of(identifier: str) -> str:
    """The day, in Paris, that an id holds."""
    born = uuid.UUID(identifier).int >> 80
    return datetime.datetime.fromtimestamp(born / 1000, zone()).date().isoformat()


def word_in(answer: Mapping[str, Any]) -> str:
    """Which of the three words is said of an answer of the API."""
    ends = answer["Intervalle"] or {"Bas": None, "Haut": None}
    told = answer["Probabilite_depart"], answer["Seuil"], ends["Bas"], ends["Haut"]
    return word_of(*told, bool(answer["Avertissements"]))


def values_of_choice(response: TestResponse, name: str) -> list[str]:
    """What can be chosen in a field of a page, beside everything."""
    options = page_of(response).one("select", id=name).every("option")
    return [one.attributes["value"] for one in options][1:]


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
    """Moment, estimate, word and model of each are those of the API; and when it goes."""
    predict(rows[:12])
    shown = [cells(row) for row in rows_of(page_of(analyst.get(HISTORY)))]
    for one, (at, what, chance, word, sender, version, _) in zip(
        client.get("/predictions", headers=reader).json["predictions"], shown, strict=True
    ):
        assert at == moment(datetime.datetime.fromisoformat(one["Date"]))
        assert what.startswith("Une personne")
        assert chance == said(one["Probabilite_depart"])
        assert word == WORDS[word_in(one)]
        assert (sender, version) == ("–", one["Version_modele"])


def test_a_file_is_one_row(analyst, answer_of_file, predict, rows):
    """However many people it has; an answer that stands in none is a row of its own."""
    [first] = predict(rows[:1])
    in_file = answer_of_file()
    [last] = predict(rows[:1])
    seen = ids(analyst.get(HISTORY))
    assert (seen[0], seen[2]) == (last["Identifiant"], first["Identifiant"])
    assert in_file["Identifiant"] not in seen
    [_, file, _] = rows_of(page_of(analyst.get(HISTORY)))
    assert "Fichier du" in cells(file)[1]
    assert cells(file)[1].endswith(": 1 personne")
    assert analyst.get(f"/console/fichiers/{seen[1]}").status_code == 200


def test_a_person_is_found_in_files_too(analyst, answer_of_file, predict, rows):
    """Of a person, each answer is a row that says in which file it stands."""
    [alone] = predict(rows[:1])
    in_file = answer_of_file()
    response = analyst.send(HISTORY, {"id_employee": str(rows[0]["id_employee"])})
    assert ids(response) == [in_file["Identifiant"], alone["Identifiant"]]
    first, second = (cells(row)[1] for row in rows_of(page_of(response)))
    assert first.startswith("Une personne de « Fichier du ")
    assert second.startswith("Une personne,")
    lot = values_of_choice(response, "fichier")[0]
    both = {"id_employee": str(rows[0]["id_employee"]), "fichier": lot}
    assert ids(analyst.send(HISTORY, both)) == [in_file["Identifiant"]]
    assert ids(analyst.send(HISTORY, {"fichier": lot})) == [lot]


def test_filters_find_by_sender(app, analyst, client, answer_of_file, predict, rows):
    """What somebody's key asked for, in files and alone, and nothing else."""
    predict(rows[:1])
    secret = key(app, "predict")
    sent = {"Authorization": f"Bearer {secret}"}
    alone = client.post("/predict", json=rows[1], headers=sent).json["Identifiant"]
    answer_of_file()
    answer_of_file(**sent)
    response = analyst.send(HISTORY, {"expediteur": secret.split("_")[1]})
    seen = ids(response)
    assert len(seen) == 2
    assert seen[1] == alone
    assert {cells(row)[4] for row in rows_of(page_of(response))} == {"Ada"}


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
def test_a_period_that_ends_before_it_begins_is_refused(analyst, predict, rows):
    """Two days the wrong way round are an error, not an empty page."""
    predict(rows[:1])
    response = analyst.send(HISTORY, {"depuis": "2026-03-03", "jusqu_a": "2026-03-02"})
    assert response.status_code == 422
    page = page_of(response)
    assert page.one(id="jusqu_a-faute").text == spaced(typeset(REVERSED))
    assert not list(page.every("tbody"))


@pytest.mark.slow
def test_filters_find_by_word(analyst, predict, rows):
    """Each word keeps whom it is said of, and the next page goes on within it."""
    answers = predict(rows[:170])[::-1]
    for wanted in WORDS:
        found = [one["Identifiant"] for one in answers if word_in(one) == wanted]
        assert len(found) > 10
        response = analyst.send(HISTORY, {"niveau": wanted})
        seen = ids(response)
        while forms := list(page_of(response).every("form", class_="pages")):
            response = analyst.post(HISTORY, values_of(forms[0]))
            seen += ids(response)
        assert seen == found
        assert values_of(page_of(response).one("form", class_="filters"))["niveau"] == wanted


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
        response = analyst.send(HISTORY, {name: text, "niveau": "flagged"})
        assert response.status_code == 422
        page = page_of(response)
        field = page.one("input", id=name)
        assert field.attributes["aria-invalid"] == "true"
        assert field.attributes["value"] == text
        assert page.one(id=f"{name}-faute").text == spaced(typeset(sentence))
        assert f"{name}-faute" in field.attributes["aria-describedby"].split()
        assert not list(page.every("tbody"))
        assert values_of(page.one("form", class_="filters"))["niveau"] == "flagged"


@ONE_DATABASE
def test_a_page_that_is_no_longer_there_is_said_to_be(analyst):
    """A cursor that nobody gave is a sentence, not an error."""
    response = analyst.send(HISTORY, {"curseur": "zz"})
    assert response.status_code == 422
    assert page_of(response).one("p", role="alert").text == spaced(typeset(CURSOR))


@ONE_DATABASE
def test_a_word_that_there_is_not_is_refused_with_those_that_there_are(analyst):
    """The three words are named beside the field, whichever way the page was asked."""
    for response in (
        analyst.get(f"{HISTORY}?niveau=part"),
        analyst.send(HISTORY, {"niveau": "part"}),
    ):
        assert response.status_code == 422
        page = page_of(response)
        assert page.one("p", id="niveau-faute").text == spaced(typeset(EITHER))
        assert not list(page.every("tbody"))


def test_what_no_database_can_hold_is_no_filter(analyst, answer_of_file):
    """A character that PostgreSQL has no place for is no error of ours, whoever sends it."""
    answer = answer_of_file(**{"Idempotency-Key": "un fichier"})
    page = page_of(analyst.get(f"/console/predictions/{answer['Identifiant']}"))
    [lot] = [one.attributes["href"] for one in page.every("a") if one.text == "fichier"]
    for response in (
        analyst.get(f"{HISTORY}?niveau=%00&expediteur=%00&fichier=%00"),
        analyst.send(HISTORY, {"niveau": "\x00", "expediteur": "\x00", "fichier": "\x00"}),
        analyst.get(f"{lot}?departement=%00&niveau=%00&tri=%00"),
        analyst.get(f"{GROUPS}?par=%00"),
    ):
        assert response.status_code == 200
