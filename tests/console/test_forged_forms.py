"""A form is taken from a page of this site that was shown to whoever sends it."""

import pytest
from werkzeug.test import TestResponse

from futurisys.console.access import FORGED, FORGED_FILE, OUTDATED
from futurisys.console.french import typeset
from futurisys.employee.schema import FACTS
from tests.console import (
    EMPLOYEE,
    FILE,
    HISTORY,
    PROGRAM,
    SIGN_IN,
    SIGN_OUT,
    Console,
    doors,
    key,
    page_of,
    signed_in,
    spaced,
    values_of,
)
from tests.databases import ONE_DATABASE


def said_in(response: TestResponse) -> str:
    return page_of(response).one("p", role="alert").text


def said_of(address: str) -> str:
    """What a forged form is told: a file is to be sent again."""
    return spaced(typeset(FORGED_FILE if address == FILE else FORGED))


# Beside them, the token of somebody else.
FORGERIES: tuple[dict[str, str], ...] = ({}, {"csrf_token": ""}, {"csrf_token": "x"})


@pytest.mark.slow
@ONE_DATABASE
def test_a_form_that_no_page_has_shown_is_refused(app, employee, query):
    """Without the session's own token, or with another's, a form is 400 and leaves nothing."""
    console, other = signed_in(app), signed_in(app)
    officers = signed_in(app, "rights"), signed_in(app, "admin")
    known = {name: str(value) for name, value in employee.items()}
    for forged in (*FORGERIES, {"csrf_token": other.token()}):
        for _, method, address in doors(app):
            if method == "POST" and address not in (EMPLOYEE, SIGN_IN):
                response = console.post(address, known | forged)
                for officer in officers:
                    if response.status_code == 403:
                        response = officer.post(address, known | forged)
                assert response.status_code == 400, address
                assert said_in(response) == said_of(address)
    assert query("SELECT count(*) FROM inputs") == [(0,)]
    assert console.get(HISTORY).status_code == 200


@ONE_DATABASE
def test_a_script_s_forged_form_is_a_problem(app, employee, query):
    """A script is told as a program is, and nothing is kept."""
    console, other = signed_in(app), signed_in(app)
    known = {name: str(value) for name, value in employee.items()}
    for forged in (*FORGERIES, {"csrf_token": other.token()}):
        response = console.client.post(EMPLOYEE, data=known | forged, headers=PROGRAM)
        assert (response.status_code, response.mimetype) == (400, "application/problem+json")
        assert FORGED in response.text
    assert query("SELECT count(*) FROM inputs") == [(0,)]


@ONE_DATABASE
def test_a_forged_sign_in_signs_nobody_in(app):
    """Nobody is signed in by a form of which they know nothing, with a right key either."""
    other = signed_in(app)
    for forged in (*FORGERIES, {"csrf_token": other.token()}):
        response = Console(app).post(SIGN_IN, {"secret": key(app)} | forged)
        assert response.status_code == 400
        assert page_of(response).one("p", role="alert").text == spaced(typeset(FORGED))


@ONE_DATABASE
def test_an_employee_with_an_old_token_is_shown_again(app, employee, query):
    """The form comes back as it was typed with a token that is good; nothing was kept meanwhile."""
    console, other = signed_in(app), signed_in(app)
    sent = {name: str(employee[name]) for name in FACTS if name in employee} | {"cle": "la-mienne"}
    for forged in (*FORGERIES, {"csrf_token": other.token()}):
        response = console.post(EMPLOYEE, sent | forged)
        assert response.status_code == 400
        page = page_of(response)
        assert page.one("p", role="alert").text == spaced(typeset(OUTDATED))
        values = values_of(page.one("form", action=EMPLOYEE))
        assert {name: values[name] for name in sent} == sent
    assert query("SELECT count(*) FROM inputs") == [(0,)]
    assert console.post(EMPLOYEE, values).status_code == 303
    assert query("SELECT count(*) FROM inputs") == [(1,)]


@pytest.mark.slow
@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@ONE_DATABASE
def test_a_form_of_another_site_is_refused_first(app, employee, query, site):
    """Whatever is open: no cookie is set, and nothing that was typed is carried."""
    elsewhere = {"Sec-Fetch-Site": site}
    known = {name: str(value) for name, value in employee.items()} | {"poste": "Dompteur"}
    for opened_to in ("predict", ""):
        app.config["FUTURISYS_OPEN"] = opened_to
        for _, method, address in doors(app):
            if method != "POST":
                continue
            response = Console(app).post(address, known | {"secret": key(app)}, headers=elsewhere)
            assert response.status_code == 400, address
            assert said_in(response) == said_of(address)
            assert "Set-Cookie" not in response.headers
            assert "Dompteur" not in response.text
    assert query("SELECT count(*) FROM inputs") == [(0,)]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@ONE_DATABASE
def test_a_form_of_another_site_does_nothing_in_somebody_s_name(app, employee, query, site):
    """Whoever is signed in keeps nothing by it, and stays signed in."""
    elsewhere = {"Sec-Fetch-Site": site}
    known = {name: str(value) for name, value in employee.items()}
    app.config["FUTURISYS_OPEN"] = ""
    console = signed_in(app)
    assert console.send(EMPLOYEE, known, headers=elsewhere).status_code == 400
    assert console.send(SIGN_OUT, {}, headers=elsewhere).status_code == 400
    assert console.get(HISTORY).status_code == 200
    assert query("SELECT count(*) FROM inputs") == [(0,)]


@ONE_DATABASE
def test_a_form_of_this_site_is_taken(app, employee):
    """What the browser says of its own page's form refuses nobody."""
    known = {name: str(employee[name]) for name in FACTS if name in employee}
    for site in ("same-origin", "none"):
        response = Console(app).send(EMPLOYEE, known, headers={"Sec-Fetch-Site": site})
        assert response.status_code == 303
