"""One employee in the console: a form that loses nothing, the answer of the API, and what if."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from flask import Flask

from futurisys import serving
from futurisys.app import create_app
from futurisys.console import own
from futurisys.console.forms import GROUPS
from futurisys.console.french import number, percent, points, typeset
from futurisys.employee.columns import EFFECT
from futurisys.employee.fields import Choice, Number, YesNo
from futurisys.employee.schema import ACTIONABLE, FACTS, KEPT, REFERENCE, employee_schema
from futurisys.records.database import db
from tests.console import (
    WHAT_IF,
    Console,
    Element,
    page_of,
    signed_in,
    spaced,
    values_of,
    wanted,
)
from tests.databases import ONE_DATABASE
from tests.server import free_port

FRAGMENT = {"X-Fragment": "1"}
SCRIPT = "<script>alert(1)</script>"
BEFORE = "avant-"
COLUMNS = "label, probability, threshold, risk, base, model_version, CAST(warnings AS text)"


@pytest.fixture
def console(app: Flask) -> Console:
    """A browser of somebody who has not signed in: predicting is open."""
    return Console(app)


@pytest.fixture
def make(artifact_folder) -> Callable[..., Flask]:
    """An application on another database, or with another model."""

    def one(**given: str) -> Flask:
        app = create_app(
            **{"FUTURISYS_MODEL": str(artifact_folder), "FUTURISYS_OPEN": "predict"} | given
        )
        serving.load(app)
        return app

    return one


def typed(row: Mapping[str, Any], **changes: str) -> dict[str, str]:
    """An employee as HR types it into the form."""
    return {name: str(row[name]) for name in FACTS if name in row} | changes


def form_of(page: Element, action: str = "/") -> Element:
    return page.one("form", action=action)


def fields_of(form: Element) -> Iterator[Element]:
    yield from form.every("input")
    yield from form.every("select")


def named(form: Element, name: str) -> Element:
    [found] = [one for one in fields_of(form) if one.attributes["name"] == name]
    return found


def told_of(page: Element, field: Element) -> list[str]:
    """What a screen reader says of a field: its fault, if there is one, and its hint."""
    return [page.one(id=name).text for name in field.attributes["aria-describedby"].split()]


def faults_in(page: Element) -> dict[str, str]:
    """The sentence that stands beside each field that is marked as wrong."""
    wrong = [one for one in fields_of(page) if one.attributes.get("aria-invalid") == "true"]
    return {one.attributes["name"]: told_of(page, one)[0] for one in wrong}


def factors_in(part: Element) -> list[tuple[str, str]]:
    """The sentence and the share beside each bar of the first chart."""
    bars = next(part.every("ul", class_="bars"), None)
    return [] if bars is None else [
        (one.one(class_="said").text, one.one(class_="share").text) for one in bars.every("li")
    ]  # fmt: skip


def factors_of(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (spaced(typeset(one["Phrase"])), spaced(points(one["Effet_probabilite"])))
        for one in document["Facteurs"]
    ]


@ONE_DATABASE
def test_each_field_says_what_it_wants(console):
    """In its extract's group stands each field, with its wording, its bounds and an example."""
    page = page_of(console.get("/"))
    form = form_of(page)
    groups = {one.one("legend").text: one for one in form.every("fieldset")}
    assert list(groups) == [f"{title} {extract}" for extract, title in GROUPS.items()]
    for name, fact in FACTS.items():
        group = groups[f"{GROUPS[fact.extract]} {fact.extract}"]
        label, field = group.one("label", **{"for": name}), group.one(id=name)
        optional = "" if fact.required else " (facultatif)"
        assert label.text == spaced(typeset(fact.words)) + optional
        [hint] = told_of(page, field)
        assert spaced(f"Exemple : {fact.example}.") in hint
        if isinstance(fact, Number) and name != "id_employee":
            bounds = spaced(f"e {number(fact.low)} à {number(fact.high)}")
            assert bounds in hint or bounds in label.text
        if isinstance(fact, Choice | YesNo):
            levels = [one.text for one in field.every("option") if "value" not in one.attributes]
            assert levels == list(fact.levels)


@ONE_DATABASE
def test_the_example_fills_the_form_and_is_answered(console):
    """One click fills each field as HR writes it, and what it fills in can be sent."""
    page = page_of(console.get("/"))
    [link] = [one for one in page.every("a") if one.text == "Remplir avec un exemple"]
    values = values_of(form_of(page_of(console.get(link.attributes["href"]))))
    assert {name: values[name] for name in FACTS} == {
        name: "" if name == REFERENCE else str(fact.example) for name, fact in FACTS.items()
    }
    assert console.post("/", values).status_code == 303


def test_a_fault_stands_beside_its_field_and_nothing_is_lost(console, client, employee, query):
    """Each sentence of the API is at its field, above all fields too, and all that was typed."""
    wrong = {
        "revenu_mensuel": "-1",
        "age": "quarante",
        "poste": " ",
        "domaine_etude": 81 * "é",
        "heure_supplementaires": "Peut-être",
        "augementation_salaire_precedente": "11 pour cent",
        "satisfaction_employee_equipe": "7",
        "nb_formations_suivies": "2,5",
        "frequence_deplacement": "",
    }
    sent = typed(employee, **wrong)
    response = console.send("/", sent)
    assert response.status_code == 422
    page = page_of(response)
    body = {name: FACTS[name].parse(text) for name, text in sent.items()}
    errors = client.post("/predict", json=body).json["errors"]
    sentences = {one["pointer"][1:]: spaced(typeset(one["detail"])) for one in errors}
    assert faults_in(page) == sentences
    assert set(sentences) == set(wrong)
    links = {one.attributes["href"][1:]: one.text for one in page.one(class_="faults").every("a")}
    assert links == sentences
    assert "9 points sont à corriger" in page.one(class_="faults").one("h2").text
    kept = values_of(form_of(page))
    assert {name: kept[name] for name in sent} == sent
    assert query("SELECT count(*) FROM inputs") == [(0,)]


@ONE_DATABASE
def test_an_empty_form_asks_for_what_is_asked_for_and_no_more(console):
    """What is optional may be left empty; each other field says that its value is missing."""
    page = page_of(console.send("/", dict.fromkeys(FACTS, "")))
    assert set(faults_in(page)) == {name for name, fact in FACTS.items() if fact.required}


@ONE_DATABASE
def test_numbers_are_typed_as_the_french_write_them(console, employee, query):
    """A comma, a percent sign, spaces around and between thousands are taken for what they mean."""
    for name, text, value in (
        ("revenu_mensuel", "5993,50", 5993.5),
        ("revenu_mensuel", " 5993.5 ", 5993.5),
        ("revenu_mensuel", "5 993,5", 5993.5),
        ("revenu_mensuel", "5\u00a0993,5", 5993.5),
        ("revenu_mensuel", "5\u202f993", 5993),
        ("revenu_mensuel", "1 000 000", 1_000_000),
        ("distance_domicile_travail", "0,25", 0.25),
        ("augementation_salaire_precedente", "11 %", 11),
        ("augementation_salaire_precedente", "11,5%", 11.5),
        ("augementation_salaire_precedente", "12", 12),
        ("annees_dans_l_entreprise", "6,0", 6),
    ):
        assert console.send("/", typed(employee, **{name: text})).status_code == 303
        assert query(f"SELECT {name} FROM inputs ORDER BY id DESC LIMIT 1") == [(value,)]


@ONE_DATABASE
def test_numbers_that_are_wrongly_grouped_are_refused(console, employee):
    """Digits with a space between that is no thousands' may be two numbers: nobody guesses."""
    kinds = {"revenu_mensuel": "nombre", REFERENCE: "nombre entier"}
    sentences = {
        name: spaced(typeset(f"{FACTS[name].words} : un {kind} est attendu."))
        for name, kind in kinds.items()
    }
    for text in (
        *("59 93", "5 99", "5 9935", "5  993", "5 993 5"),
        *("5993 500", "1234 567", "5,5 993", "5\u2003993"),
    ):
        page = page_of(console.send("/", typed(employee, **dict.fromkeys(kinds, text))))
        assert faults_in(page) == sentences, text


@ONE_DATABASE
def test_what_cannot_be_true_together_is_said_at_a_field(console, employee):
    """Each rule across fields is shown beside the field that breaks it."""
    for name, text in {
        "annees_dans_l_entreprise": "9",
        "annees_dans_le_poste_actuel": "7",
        "annees_depuis_la_derniere_promotion": "7",
        "annes_sous_responsable_actuel": "7",
        "age": "20",
    }.items():
        response = console.send("/", typed(employee, **{name: text}))
        assert response.status_code == 422
        [(wrong, sentence)] = faults_in(page_of(response)).items()
        assert wrong == name
        assert sentence.startswith(typeset(FACTS[name].words.partition(",")[0]))


def test_the_answer_is_that_of_the_api(console, client, rows, query):
    """Console and API say the same of the same employee, in words, figures, bars and rows."""
    people = [rows[0], rows[1], rows[700], rows[1469], rows[3] | {"poste": "Dresseur d'ours"}]
    shown = set()
    for row in people:
        document = client.post("/predict?explication=true", json=row).json
        page = page_of(console.predict(typed(row)))
        verdict = page.one(class_="verdict")
        assert [one.text for one in verdict.every("strong")] == [
            f"« {document['Prediction']} »",
            spaced(percent(document["Probabilite_depart"], 1)),
        ]
        assert verdict.one(class_="band").text == document["Niveau_risque"]
        assert page.one(class_="gauge-edge").text == spaced(
            f"seuil {percent(document['Seuil'], 1)}"
        )
        assert page.one(class_="gauge-here").text == spaced(
            percent(document["Probabilite_depart"], 1)
        )
        assert factors_in(page) == factors_of(document)
        warned = [one.text for part in page.every(class_="warnings") for one in part.every("li")]
        assert warned == [spaced(typeset(one)) for one in document["Avertissements"]]
        assert document["Version_modele"] in page.text
        assert "Signal statistique à peser par une personne" in page.text
        one, other = query(f"SELECT {COLUMNS} FROM predictions ORDER BY id DESC LIMIT 2")
        assert one == other
        assert one.probability == document["Probabilite_depart"]
        effects = ", ".join(EFFECT + name for name in KEPT)
        one, other = query(f"SELECT {effects} FROM predictions ORDER BY id DESC LIMIT 2")
        assert one == other
        one, other = query(f"SELECT {', '.join(KEPT)} FROM inputs ORDER BY id DESC LIMIT 2")
        assert one == other
        shown |= {document["Prediction"], bool(warned)}
    assert shown == {"Part", "Reste", True, False}


def test_a_form_that_is_sent_twice_is_kept_once(console, employee, query):
    """It leads to the one answer and stores nothing more; other facts, or another form, do."""
    values = values_of(form_of(page_of(console.get("/")))) | typed(employee)
    first, again = (console.post("/", values) for _ in range(2))
    assert query("SELECT count(*) FROM predictions") == [(1,)]
    [identifier] = query("SELECT CAST(id AS text) FROM predictions")[0]
    assert (first.status_code, first.location) == (303, f"/console/predictions/{identifier}")
    assert (again.status_code, again.location) == (303, first.location)
    assert console.post("/", values | {"revenu_mensuel": "7000"}).location != first.location
    assert query("SELECT count(*) FROM predictions") == [(2,)]
    fresh = values_of(form_of(page_of(console.get("/")))) | typed(employee)
    assert console.post("/", fresh).location != first.location
    assert query("SELECT count(*) FROM predictions") == [(3,)]
    assert query("SELECT count(*) FROM inputs") == [(3,)]


@ONE_DATABASE
def test_an_answer_can_be_read_again(console, employee, query):
    """Its page is an address that may be reloaded: the same estimate, and nothing more is kept."""
    response = console.send("/", typed(employee))
    first, again = (page_of(console.follow(response)) for _ in range(2))
    assert first.one(class_="verdict").text == again.one(class_="verdict").text
    assert query("SELECT count(*) FROM predictions") == [(1,)]


def test_two_people_who_send_one_form_do_not_share_an_answer(app, employee, query):
    """What a form is known by is known of one person alone."""
    values = typed(employee, cle="la même")
    first, other = (signed_in(app).send("/", values) for _ in range(2))
    assert (first.status_code, other.status_code) == (303, 303)
    assert first.location != other.location
    assert query("SELECT count(*) FROM predictions") == [(2,)]


@pytest.mark.parametrize("cle", ["", "é\x00\x07 ", 500 * "x"], ids=["none", "control", "long"])
def test_a_form_may_be_known_by_anything(console, employee, query, cle):
    """Whatever a browser sends as a form's name is no error of ours."""
    assert console.send("/", typed(employee, cle=cle)).status_code == 303
    assert query("SELECT count(*) FROM predictions") == [(1,)]


@ONE_DATABASE
def test_the_answer_can_be_corrected_without_typing_it_again(console, employee, query):
    """The answer leads to the form filled with what is kept, which can be sent as it stands."""
    page = page_of(console.predict(typed(employee, revenu_mensuel="5993,5")))
    [link] = [one for one in page.every("a") if one.text == "Corriger ces données"]
    response = console.get(link.attributes["href"])
    assert response.status_code == 200
    values = values_of(form_of(page_of(response)))
    assert values["revenu_mensuel"] == "5993,5"
    assert values[REFERENCE] == ""
    assert console.post("/", values).status_code == 303
    one, other = query(f"SELECT {', '.join(KEPT)} FROM inputs ORDER BY id")
    assert one == other


@ONE_DATABASE
def test_an_answer_is_its_senders_alone(app, console, employee):
    """Where predicting is open, the browser that sent it reads it; a stranger asks for a key."""
    address = console.send("/", typed(employee)).location
    for page in ("", "/raisons", "/reprendre"):
        assert console.get(address + page).status_code == 200
        assert wanted(Console(app).get(address + page)) == address + page
        script = Console(app).get(address + page, headers={"Accept": "application/json"})
        assert (script.status_code, script.mimetype) == (401, "application/problem+json")
        assert signed_in(app).get(address + page).status_code == 200


@ONE_DATABASE
def test_a_browser_remembers_its_last_eight_answers(console, employee):
    """The ninth takes the place of the first, which now asks for a key; no other is lost."""
    addresses = [
        console.send("/", typed(employee, revenu_mensuel=str(5000 + number))).location
        for number in range(own.REMEMBERED + 1)
    ]
    assert own.REMEMBERED == 8
    assert wanted(console.get(addresses[0])) == addresses[0]
    assert all(console.get(one).status_code == 200 for one in addresses[1:])


@ONE_DATABASE
def test_the_what_if_form_carries_the_employee(console, employee):
    """Its hidden fields are the facts that are kept, its other ones those that can change."""
    page = page_of(console.predict(typed(employee)))
    values = values_of(form_of(page, WHAT_IF))
    hidden = {
        name.removeprefix(BEFORE): text for name, text in values.items() if name.startswith(BEFORE)
    }
    known = {name: employee[name] for name in KEPT}
    parsed = {name: FACTS[name].parse(text) for name, text in hidden.items()}
    assert employee_schema().load(parsed) == employee_schema().load(known)
    assert {name for name in values if name in FACTS} == set(ACTIONABLE)
    assert {name: hidden[name] for name in ACTIONABLE} == {
        name: values[name] for name in ACTIONABLE
    }


@pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
@ONE_DATABASE
def test_what_if_is_that_of_the_api_and_is_not_kept(console, client, employee, query, headers):
    """Both estimates, their difference, what moved and what counts then; and no row."""
    values = values_of(form_of(page_of(console.predict(typed(employee))), WHAT_IF))
    [kept] = query("SELECT count(*) FROM inputs")
    for changes in (
        {},
        {"heure_supplementaires": "Non"},
        {"revenu_mensuel": "9000,5", "nb_formations_suivies": "3", "poste": "Dresseur d'ours"},
    ):
        sent = {name: FACTS[name].parse(text) for name, text in changes.items()}
        body = {"employe": employee, "changements": sent}
        document = client.post("/simulate", json=body).json
        response = console.post(WHAT_IF, values | changes, headers=headers)
        assert response.status_code == 200
        page = page_of(response)
        part = page if headers else page.one(id="simulation")
        assert [one.text for one in part.one(class_="verdict").every("strong")] == [
            spaced(percent(document["Avant"]["Probabilite_depart"], 1)),
            spaced(percent(document["Apres"]["Probabilite_depart"], 1)),
            spaced(points(document["Difference"])),
        ]
        assert [one.text for one in part.one(class_="verdict").every(class_="band")] == [
            document["Avant"]["Niveau_risque"],
            document["Apres"]["Niveau_risque"],
        ]
        charts = [
            [
                (one.one(class_="said").text, one.one(class_="share").text)
                for one in bars.every("li")
            ]
            for bars in part.every("ul", class_="bars")
        ]
        after = client.post("/predict?explication=true", json=employee | sent).json
        assert charts == [*filter(None, [factors_of(document)]), factors_of(after)]
        assert ("Rien n’a changé." in part.text) == (not changes)
    assert query("SELECT count(*) FROM inputs") == [(kept[0] + 3,)]


@pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
@ONE_DATABASE
def test_a_change_that_is_not_possible_is_said_to_be(console, client, employee, query, headers):
    """What the API refuses is 422 here too, with its sentence, and nothing that was typed goes."""
    values = values_of(form_of(page_of(console.predict(typed(employee))), WHAT_IF))
    for name, text in {
        "annees_dans_le_poste_actuel": "7",
        "revenu_mensuel": "-1",
        "satisfaction_employee_equipe": "",
        "heure_supplementaires": "Peut-être",
        "distance_domicile_travail": "2",
    }.items():
        body = {"employe": employee, "changements": {name: FACTS[name].parse(text)}}
        [error] = client.post("/simulate", json=body).json["errors"]
        response = console.post(WHAT_IF, values | {name: text}, headers=headers)
        assert response.status_code == 422
        page = page_of(response)
        said = [one.text for one in page.one(class_="faults").every("li")]
        assert said == [spaced(typeset(error["detail"]))]
        if not headers and name in ACTIONABLE:
            assert faults_in(page) == {name: said[0]}
            assert values_of(form_of(page, WHAT_IF))[name] == text
    assert query("SELECT count(*) FROM inputs") == [(1,)]


@ONE_DATABASE
def test_a_what_if_without_its_employee_is_refused(console):
    """A form that has lost what it carries is a page that says what is missing."""
    response = console.send(WHAT_IF, {"poste": "Manager"})
    assert response.status_code == 422
    assert "la valeur manque" in page_of(response).one("p", role="alert").text


def test_what_is_typed_is_never_markup(app, rows):
    """A text that looks like a script is shown as it is typed, wherever it comes back."""
    console = signed_in(app)
    sent = typed(rows[0], poste=SCRIPT, departement='"><img src=x>')
    address = console.send("/", sent).location
    answer = console.get(address)
    values = values_of(form_of(page_of(answer), WHAT_IF))
    for row in rows[1:12]:
        assert console.send("/", typed(row, poste=SCRIPT)).status_code == 303
    for response in (
        answer,
        console.get(f"{address}/reprendre"),
        console.send("/", sent | {"age": SCRIPT, "revenu_mensuel": SCRIPT}),
        console.post("/", sent),
        console.post(WHAT_IF, values),
        console.post(WHAT_IF, values | {"revenu_mensuel": SCRIPT}),
        console.post(WHAT_IF, values, headers=FRAGMENT),
        console.get("/console/groupes?par=poste"),
        console.send("/console/historique", {"version_modele": SCRIPT, "depuis": SCRIPT}),
    ):
        assert "alert(1)" in response.text
        page = page_of(response)
        assert not [one for one in page.every("script") if one.inside]
        assert not list(page.every("img"))
    assert not list(page_of(console.get(f"{address}/raisons")).every("script"))


@pytest.mark.parametrize("url", ["sqlite_url", "own_postgresql_url"])
def test_an_error_of_the_database_tells_the_log_nothing_of_a_person(
    request, make, employee, caplog, url
):
    """The log has what failed and where, and nothing of what was to be kept."""
    app = make(DATABASE_URL=request.getfixturevalue(url))
    console = Console(app)
    token = console.token()
    sent = typed(employee, poste="Dompteur", revenu_mensuel="4711,25", csrf_token=token)
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE UNIQUE INDEX once ON inputs (age)")
    assert console.post("/", sent).status_code == 303
    assert console.post("/", sent | {"cle": "une autre"}).status_code == 500
    assert "StorageRefused" in caplog.text
    assert "UniqueViolation (SQLSTATE 23505)" in caplog.text or "IntegrityError" in caplog.text
    assert "predict_and_keep" in caplog.text
    for told in ("Dompteur", "4711", f"({employee['age']})"):
        assert told not in caplog.text
    with app.app_context():
        db.engine.dispose()


def test_without_a_model_the_page_says_what_to_do(make, sqlite_url, tmp_path):
    """A browser that comes before the model is told so, with the status that says when."""
    console = Console(make(DATABASE_URL=sqlite_url, FUTURISYS_MODEL=str(tmp_path)))
    for response in (console.get("/"), console.send("/", {}), console.send(WHAT_IF, {})):
        assert response.status_code == 503
        assert "flask model train" in page_of(response).one("p", role="alert").text
        assert int(response.headers["Retry-After"]) > 0


def test_without_a_database_nothing_is_answered(make, employee):
    """What is not kept is not told: 503 on a page, and the form can be sent again."""
    app = make(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    response = Console(app).send("/", typed(employee))
    assert response.status_code == 503
    page = page_of(response)
    assert page.one("h1").text == "Service indisponible"
    assert not list(page.every(class_="verdict"))
    assert int(response.headers["Retry-After"]) > 0
