"""The form of one employee: it says what it wants, and loses nothing that was typed."""

import pytest

from futurisys.console.forms import GROUPS, MISSING, UNKNOWN
from futurisys.console.french import number, typeset
from futurisys.employee.fields import Choice, Number, YesNo
from futurisys.employee.schema import FACTS, REFERENCE
from tests.console import EMPLOYEE, WHAT_IF, Element, page_of, signed_in, spaced, values_of
from tests.console.employees import FRAGMENT, faults_in, form_of, told_of, typed
from tests.databases import ONE_DATABASE
from tests.population import table

WRONG = {
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
SCRIPT = "<script>alert(1)</script>"


@ONE_DATABASE
def test_each_field_says_what_it_wants(console):
    """In its extract's group stands each field, with its wording, its bounds and an example."""
    page = page_of(console.get(EMPLOYEE))
    form = form_of(page)
    groups = {one.one("legend").text: one for one in form.every("fieldset")}
    assert list(groups) == [f"{title} {extract}" for extract, title in GROUPS.items()]
    for name, fact in FACTS.items():
        group = groups[f"{GROUPS[fact.extract]} {fact.extract}"]
        label, field = group.one("label", **{"for": name}), group.one(id=name)
        optional = "" if fact.required else " (facultatif)"
        if isinstance(fact, Number) and fact.grades:
            words, bounds, _ = spaced(typeset(fact.words)).partition(", de ")
            assert label.text == words + optional
            assert bounds
            continue
        assert label.text == spaced(typeset(fact.words)) + optional
        if isinstance(fact, Choice | YesNo):
            assert [one for one in sent_by(field) if one] == list(fact.levels)
            continue
        hint = told_of(page, field)[-1]
        example = number(fact.example) if isinstance(fact.example, int) else fact.example
        assert spaced(f"Exemple : {example}.") in hint
        if isinstance(fact, Number) and name != "id_employee":
            assert spaced(f"de {number(fact.low)} à {number(fact.high)}.") in hint.lower()


@ONE_DATABASE
def test_a_scale_is_chosen_by_words(console):
    """Each value of a satisfaction, a rating or a level is one choice, with what it means."""
    page = page_of(console.get(EMPLOYEE))
    scales = {n: f for n, f in FACTS.items() if isinstance(f, Number) and f.grades}
    assert len(scales) == 8
    for name, fact in scales.items():
        field = page.one("select", id=name)
        assert sent_by(field) == ["", *map(str, range(fact.low, fact.high + 1))]
        said = [one.text for one in field.every("option")][1:]
        assert said == [
            f"{value} – {grade}" if grade else str(value)
            for value, grade in enumerate(fact.grades, fact.low)
        ]
    assert "3 – élevée" in page.one(id="satisfaction_employee_equipe").text


@ONE_DATABASE
def test_a_number_says_its_unit(console):
    """Where the wording does not say what is counted, the hint does, or says that nobody knows."""
    page = page_of(console.get(EMPLOYEE))
    income = page.one(id="revenu_mensuel-aide").text
    assert income.startswith("En euros, de 1 à 1 000 000.")
    assert "Brut ou net, les extraits ne le disent pas" in income
    distance = page.one(id="distance_domicile_travail-aide").text
    assert distance.startswith("En kilomètres, de 0 à 1 000.")


@ONE_DATABASE
def test_what_the_model_does_not_know_is_told_beside_its_field(console, employee):
    """A form that is shown again says which department or post is unknown, but for its spelling."""
    told = {"departement": " CONSULTÎNG ", "poste": "Dompteur", "domaine_etude": "entrepreneuriat"}
    page = page_of(console.send(EMPLOYEE, typed(employee, age="x", **told)))
    said = {name: page.one(id=f"{name}-inconnu").text for name in told}
    assert said == {"departement": "", "poste": spaced(typeset(UNKNOWN)), "domaine_etude": ""}
    assert [one.attributes["value"] for one in page.one(id="departement-valeurs").every("option")]


@ONE_DATABASE
def test_a_level_is_shown_as_the_language_spells_it(console, employee, query):
    """It may be chosen and sent back as it is shown; the extracts' spelling is what is kept."""
    page = page_of(console.get(EMPLOYEE))
    assert "Entrepreneuriat" in [
        one.attributes["value"] for one in page.one(id="domaine_etude-valeurs").every("option")
    ]
    often = list(page.one(id="frequence_deplacement").every("option"))[-1]
    assert (often.attributes["value"], often.text) == ("Frequent", "Fréquent")
    sent = typed(employee, domaine_etude="Entrepreneuriat", frequence_deplacement="Frequent")
    answer = page_of(console.predict(sent))
    assert query("SELECT domaine_etude, frequence_deplacement FROM inputs") == [
        ("Entrepreunariat", "Frequent")
    ]
    facts = answer.one("dl", class_="facts").text
    assert "Entrepreneuriat" in facts
    assert "Fréquent" in facts
    assert "Entrepreunariat" not in "".join(one.text for one in answer.every(class_="bars"))


@ONE_DATABASE
def test_the_example_takes_the_place_of_nothing_unasked(console, employee):
    """In an empty form it is filled in at once; what was typed stays until that is confirmed."""
    empty = values_of(form_of(page_of(console.get(EMPLOYEE)))) | {"exemple": "remplir"}
    filled = values_of(form_of(page_of(console.post(EMPLOYEE, empty))))
    assert filled["revenu_mensuel"] == str(FACTS["revenu_mensuel"].example)
    page = page_of(console.post(EMPLOYEE, empty | {"revenu_mensuel": "4711"}))
    asked = values_of(form_of(page))
    assert (asked["revenu_mensuel"], asked["poste"]) == ("4711", "")
    [button] = list(page.one(role="alert").every("button"))
    confirmed = {button.attributes["name"]: button.attributes["value"]}
    assert button.attributes["form"] == form_of(page).attributes["id"]
    replaced = values_of(form_of(page_of(console.post(EMPLOYEE, asked | confirmed))))
    assert replaced["revenu_mensuel"] == str(FACTS["revenu_mensuel"].example)


@ONE_DATABASE
def test_what_cannot_be_true_together_is_said_with_the_other_faults(console, employee):
    """One round is enough, in the form and in the what-if: no fault hides a disagreement."""
    wrong = {"age": "quarante", "annees_dans_le_poste_actuel": "59"}
    assert set(faults_in(page_of(console.send(EMPLOYEE, typed(employee, **wrong))))) == set(wrong)
    values = values_of(form_of(page_of(console.predict(typed(employee))), WHAT_IF))
    wrong = {"revenu_mensuel": "-5", "annees_dans_le_poste_actuel": "59"}
    told = page_of(console.post(WHAT_IF, values | wrong, headers=FRAGMENT))
    assert {one.attributes["data-fault"] for one in told.every("li")} == set(wrong)


def sent_by(select: Element) -> list[str]:
    """What a browser sends for each of the options."""
    return [one.attributes.get("value", one.text) for one in select.every("option")]


@ONE_DATABASE
def test_the_example_fills_the_form_and_is_answered(console):
    """One click fills each field as HR writes it, and what it fills in can be sent."""
    page = page_of(console.get(EMPLOYEE))
    [button] = [one for one in page.every("button") if one.text == "Remplir avec un exemple"]
    clicked = {button.attributes["name"]: button.attributes["value"]}
    values = values_of(form_of(page_of(console.post(EMPLOYEE, values_of(form_of(page)) | clicked))))
    assert {name: values[name] for name in FACTS} == {
        name: "" if name == REFERENCE else str(fact.example) for name, fact in FACTS.items()
    }
    assert console.post(EMPLOYEE, values).status_code == 303


@pytest.fixture
def sent(employee) -> dict[str, str]:
    """An employee typed with nine faults."""
    return typed(employee, **WRONG)


def test_a_fault_stands_beside_its_field(console, client, sent):
    """Each sentence of the API is at its field, and above all fields too."""
    response = console.send(EMPLOYEE, sent)
    assert response.status_code == 422
    page = page_of(response)
    body = {name: FACTS[name].parse(text) for name, text in sent.items()}
    errors = client.post("/predict", json=body).json["errors"]
    sentences = {one["pointer"][1:]: spaced(typeset(one["detail"])) for one in errors}
    missing = {"poste", "frequence_deplacement"}
    assert faults_in(page) == sentences | dict.fromkeys(missing, MISSING)
    assert set(sentences) == set(WRONG)
    links = {one.attributes["href"][1:]: one.text for one in page.one(class_="faults").every("a")}
    assert links == sentences
    assert "9 points sont à corriger" in page.one(class_="faults").one("h2").text


def test_a_form_with_faults_loses_nothing_that_was_typed(console, sent, query):
    """It comes back as it was typed, and nothing of it is kept."""
    kept = values_of(form_of(page_of(console.send(EMPLOYEE, sent))))
    assert {name: kept[name] for name in sent} == sent
    assert query("SELECT count(*) FROM inputs") == [(0,)]


@ONE_DATABASE
def test_an_empty_form_asks_for_what_is_asked_for_and_no_more(console):
    """What is optional may be left empty; each other field says that its value is missing."""
    page = page_of(console.send(EMPLOYEE, dict.fromkeys(FACTS, "")))
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
        assert console.send(EMPLOYEE, typed(employee, **{name: text})).status_code == 303
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
        page = page_of(console.send(EMPLOYEE, typed(employee, **dict.fromkeys(kinds, text))))
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
        response = console.send(EMPLOYEE, typed(employee, **{name: text}))
        assert response.status_code == 422
        [(wrong, sentence)] = faults_in(page_of(response)).items()
        assert wrong == name
        assert sentence.startswith(typeset(FACTS[name].words.partition(",")[0]))


def test_a_form_that_is_sent_twice_is_kept_once(console, employee, query):
    """It leads to the one answer and stores nothing more; other facts, or another form, do."""
    values = values_of(form_of(page_of(console.get(EMPLOYEE)))) | typed(employee)
    first, again = (console.post(EMPLOYEE, values) for _ in range(2))
    assert query("SELECT count(*) FROM predictions") == [(1,)]
    [identifier] = query("SELECT CAST(id AS text) FROM predictions")[0]
    assert (first.status_code, first.location) == (303, f"/console/predictions/{identifier}")
    assert (again.status_code, again.location) == (303, first.location)
    assert console.post(EMPLOYEE, values | {"revenu_mensuel": "7000"}).location != first.location
    assert query("SELECT count(*) FROM predictions") == [(2,)]
    fresh = values_of(form_of(page_of(console.get(EMPLOYEE)))) | typed(employee)
    assert console.post(EMPLOYEE, fresh).location != first.location
    assert query("SELECT count(*) FROM predictions") == [(3,)]
    assert query("SELECT count(*) FROM inputs") == [(3,)]


def test_two_people_who_send_one_form_do_not_share_an_answer(app, employee, query):
    """What a form is known by is known of one person alone."""
    values = typed(employee, cle="la même")
    first, other = (signed_in(app).send(EMPLOYEE, values) for _ in range(2))
    assert (first.status_code, other.status_code) == (303, 303)
    assert first.location != other.location
    assert query("SELECT count(*) FROM predictions") == [(2,)]


@pytest.mark.parametrize("cle", ["", "é\x00\x07 ", 500 * "x"], ids=["none", "control", "long"])
def test_a_form_may_be_known_by_anything(console, employee, query, cle):
    """Whatever a browser sends as a form's name is no error of ours."""
    assert console.send(EMPLOYEE, typed(employee, cle=cle)).status_code == 303
    assert query("SELECT count(*) FROM predictions") == [(1,)]


@pytest.mark.slow
def test_what_is_typed_is_never_markup(app, client, rows):
    """A text that looks like a script is shown as it is typed, wherever it comes back."""
    console = signed_in(app)
    sent = typed(rows[0], poste=SCRIPT, departement='"><img src=x>')
    address = console.send(EMPLOYEE, sent).location
    answer = console.get(address)
    values = values_of(form_of(page_of(answer), WHAT_IF))
    people = table([row | {"poste": SCRIPT} for row in rows[1:12]])
    client.post("/predict/batch", data=people, content_type="text/csv").close()
    for response in (
        answer,
        console.get(f"{address}/reprendre"),
        console.send(EMPLOYEE, sent | {"age": SCRIPT, "revenu_mensuel": SCRIPT}),
        console.post(EMPLOYEE, sent),
        console.post(WHAT_IF, values),
        console.post(WHAT_IF, values | {"revenu_mensuel": SCRIPT}),
        console.post(WHAT_IF, values, headers=FRAGMENT),
        console.get("/console/groupes?par=poste"),
        console.send("/console/historique", {"depuis": SCRIPT}),
    ):
        assert "alert(1)" in response.text
        page = page_of(response)
        assert not [one for one in page.every("script") if one.inside]
        assert not list(page.every("img"))
    assert not list(page_of(console.get(f"{address}/raisons")).every("script"))
