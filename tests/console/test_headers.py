"""What each page tells a browser: what it may keep, what it may run, and for whom it is."""

import pytest
from werkzeug.test import TestResponse

from futurisys.employee.schema import FACTS
from tests.console import (
    BROWSER,
    EMPLOYEE,
    FILE,
    GROUPS,
    HISTORY,
    PROGRAM,
    SIGN_IN,
    WHAT_IF,
    Console,
    page_of,
    signed_in,
)
from tests.databases import ONE_DATABASE


@ONE_DATABASE
def test_pages_that_may_be_gone_back_to_are_kept_by_one_browser(app, employee):
    """So the form, and what answers a form, may be gone back to; others are kept nowhere."""
    console = signed_in(app)
    known = {name: str(employee[name]) for name in FACTS if name in employee}
    address = console.send(EMPLOYEE, known).location
    for response in (
        console.get(EMPLOYEE),
        console.get(f"{EMPLOYEE}?exemple=1"),
        console.send(EMPLOYEE, known | {"age": "x"}),
        console.post(EMPLOYEE, known),
        console.send(HISTORY, {"prediction": "Part"}),
        console.send(WHAT_IF, {}),
        Console(app).sign_in("fut_x"),
    ):
        assert response.headers["Cache-Control"] == "private, no-cache"
    for response in (
        console.get(address),
        console.get(f"{address}/reprendre"),
        console.get(HISTORY),
        console.get(FILE),
        console.get(GROUPS),
        Console(app).get(SIGN_IN),
        console.client.post(EMPLOYEE, data=known, headers=PROGRAM),
    ):
        assert response.headers["Cache-Control"] == "no-store"


@pytest.fixture
def pages(closed) -> list[TestResponse]:
    """A page of each kind that is read without a model."""
    addresses = (HISTORY, FILE, GROUPS, "/console/rien", "/model")
    return [Console(closed).get(SIGN_IN), *map(signed_in(closed).get, addresses)]


def test_pages_send_their_forms_home_and_allow_nothing_inline(pages):
    """The policy of pages lets forms go home alone, and nothing act that the page holds itself."""
    for response in pages:
        policy = response.headers["Content-Security-Policy"].split("; ")
        assert "form-action 'self'" in policy
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in response.headers["Content-Security-Policy"]


def test_pages_hold_nothing_inline(pages):
    """One script of their own, and no style or script within the page."""
    for response in pages:
        page = page_of(response)
        assert [one.attributes["src"] for one in page.every("script")] == [
            "/console/static/console.js"
        ]
        parts = list(page.every())
        assert not [one for one in parts if one.tag == "style" or "style" in one.attributes]
        assert not [name for one in parts for name in one.attributes if name.startswith("on")]


def test_the_api_lets_no_form_go_anywhere(closed):
    """What a program asks for is no page to send a form from."""
    console = signed_in(closed)
    for address in ("/health/live", "/openapi.json", "/predictions"):
        policy = console.get(address).headers["Content-Security-Policy"].split("; ")
        assert "form-action 'none'" in policy


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (BROWSER, "text/html"),
        ("application/json", "application/problem+json"),
        ("*/*", "application/problem+json"),
        ("", "application/problem+json"),
    ],
)
def test_a_problem_is_a_page_for_a_person_and_a_document_for_a_program(closed, accept, kind):
    """Both say the same; the page gives the request's id, which the log has too."""
    response = signed_in(closed).get("/console/rien", headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (404, kind)
    assert response.headers["X-Request-ID"] in response.text
    assert "Adresse inconnue" in response.text
