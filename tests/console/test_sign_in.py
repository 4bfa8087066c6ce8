"""A key of the console signs its holder in, and leads to the page that was wanted."""

import datetime
from urllib.parse import urlencode

import pytest

from futurisys.console.access import ENDED, NO_CONSOLE, TOO_OFTEN, WELCOME_BACK
from futurisys.console.french import typeset
from futurisys.employee.schema import FACTS
from futurisys.operations import access
from futurisys.operations.access import REFUSED
from tests.console import (
    EMPLOYEE,
    FILE,
    GROUPS,
    HISTORY,
    SIGN_IN,
    UNKNOWN,
    WHAT_IF,
    Console,
    key,
    page_of,
    signed_in,
    spaced,
    turned_away,
    values_of,
    wanted,
)
from tests.databases import ONE_DATABASE


@pytest.mark.parametrize(
    "asked",
    [
        EMPLOYEE,
        f"{EMPLOYEE}?exemple=1",
        FILE,
        f"{HISTORY}?prediction=Part",
        f"{GROUPS}?par=poste",
        UNKNOWN,
    ],
)
def test_signing_in_leads_to_the_page_that_was_wanted(closed, asked):
    """A page that is closed leads to the sign-in, and a right key, after wrong ones, back to it."""
    console = Console(closed)
    response = console.get(asked)
    assert wanted(response) == asked
    address = response.location
    response = console.sign_in("fut_x", address)
    assert response.status_code == 401
    values = values_of(page_of(response).one("form", action=SIGN_IN))
    response = console.post(SIGN_IN, values | {"secret": key(closed)})
    assert (response.status_code, response.location) == (303, asked)
    assert not turned_away(console)
    again = console.get(address)
    assert (again.status_code, again.location) == (303, asked)


def test_two_pages_that_were_wanted_are_not_confused(closed):
    """Each tab that was turned away is led back to its own page."""
    console = Console(closed)
    first, other = console.get(HISTORY).location, console.get(GROUPS).location
    assert console.sign_in(key(closed), first).location == HISTORY
    assert console.get(other).location == GROUPS


@ONE_DATABASE
def test_a_page_that_is_open_leads_back_to_itself(app):
    """The link to the sign-in carries the page that it stands on."""
    console = Console(app)
    [link] = [
        one.attributes["href"]
        for one in page_of(console.get(f"{FILE}?x=1")).every("a")
        if one.text == "Se connecter"
    ]
    assert console.sign_in(key(app), link).location == f"{FILE}?x=1"


@pytest.mark.slow
@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example/console/historique",
        "///evil.example/console/historique",
        "/\\evil.example/console/",
        "\\\\evil.example/console/",
        "https://evil.example/console/historique",
        "https:/console/historique",
        "https:///console/historique",
        "javascript:alert(1)",
        "/console/\t/evil.example",
        "/console/\nSet-Cookie: x=y",
        "//[",
        "//\u2100.example/console/",
        "/predict",
        "/console/static/console.js",
        "historique",
        "",
    ],
)
def test_signing_in_leads_to_no_other_site(closed, elsewhere):
    """Whatever an address or a form says is wanted, only the console's own pages follow."""
    console, address = Console(closed), f"{SIGN_IN}?{urlencode({'suite': elsewhere})}"
    form = page_of(console.get(address)).one("form", action=SIGN_IN)
    assert values_of(form)["suite"] == "/"
    values = {"secret": key(closed), "suite": elsewhere, "next": elsewhere}
    for response in (console.send(SIGN_IN, values), console.get(address)):
        assert (response.status_code, response.location) == (303, "/")


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ("unknown", 401, REFUSED),
        ("empty", 401, REFUSED),
        ("expired", 401, REFUSED),
        ("revoked", 401, REFUSED),
        ("of the API", 403, NO_CONSOLE),
    ],
    ids=["unknown", "empty", "expired", "revoked", "of the API"],
)
def test_a_key_that_does_not_open_the_console_signs_nobody_in(closed, wrong, status, sentence):
    """The sign-in says why beside its field, repeats no key, and the pages stay closed."""
    past = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    sent = {
        "unknown": "fut_000000000000_" + "A" * 43,
        "empty": "",
        "expired": key(closed, expires_at=past),
        "revoked": key(closed),
        "of the API": key(closed, "predict", "read"),
    }[wrong]
    if wrong == "revoked":
        with closed.app_context():
            access.revoke(sent.split("_")[1])
    console = Console(closed)
    response = console.sign_in(sent)
    assert response.status_code == status
    page = page_of(response)
    assert page.one("p", id="secret-faute").text == spaced(typeset(sentence))
    assert page.one("input", id="secret").attributes["aria-invalid"] == "true"
    assert not sent or sent not in response.text
    assert turned_away(console)


def test_a_key_may_be_pasted_with_spaces_around_it(closed):
    """What a terminal's selection adds to a key does no harm."""
    assert Console(closed).sign_in(f" {key(closed)}\n").status_code == 303


@ONE_DATABASE
def test_what_was_typed_outlives_the_session(app, employee, query):
    """An employee sent too late waits behind the sign-in, and is then one click away."""
    app.config["FUTURISYS_OPEN"] = ""
    console = signed_in(app)
    token = console.token()
    with console.client.session_transaction() as session:
        session["until"] = 0
    sent = {name: str(employee[name]) for name in FACTS if name in employee}
    response = console.post(EMPLOYEE, sent | {"csrf_token": token})
    assert response.status_code == 401
    assert page_of(response).one("p", role="status").text == spaced(typeset(ENDED))
    for secret, status in ("fut_x", 401), (key(app), 200):
        form = page_of(response).one("form", action=SIGN_IN)
        response = console.post(SIGN_IN, values_of(form) | {"secret": secret})
        assert response.status_code == status
    page = page_of(response)
    assert page.one("p", role="alert").text == spaced(typeset(WELCOME_BACK))
    values = values_of(page.one("form", action=EMPLOYEE))
    assert {name: values[name] for name in sent} == sent
    assert query("SELECT count(*) FROM inputs") == [(0,)]
    assert console.post(EMPLOYEE, values).status_code == 303
    assert query("SELECT count(*) FROM inputs") == [(1,)]


def test_only_an_employee_is_carried_through_the_sign_in(closed):
    """A search by reference, or a change alone, is no employee: the sign-in keeps nothing of it."""
    console = Console(closed)
    for address, values in (
        (HISTORY, {"id_employee": "77"}),
        (WHAT_IF, {"poste": "Manager", "avant-poste": "Consultant"}),
        (FILE, {"poste": "Manager"}),
    ):
        response = console.send(address, values)
        assert wanted(response) == ""
        page = console.follow(response).text
        assert "Manager" not in page
        assert (
            "77"
            not in values_of(page_of(console.get(SIGN_IN)).one("form", action=SIGN_IN)).values()
        )


@ONE_DATABASE
def test_signing_in_keeps_what_was_sent_before(app, file_id):
    """The files that a browser had sent are still listed for it once somebody has signed in."""
    console = Console(app)
    console.token()
    with console.client.session_transaction() as session:
        session["files"] = [[file_id, "what an earlier release kept"]]
    console.sign_in(key(app))
    assert list(page_of(console.get(FILE)).every("a", href=f"/console/fichiers/{file_id}"))


def test_who_is_signed_in_already_may_send_an_old_sign_in(closed):
    """A second tab's form, whose token the first one's sign-in has ended, leads on all the same."""
    console = Console(closed)
    first, second = (
        values_of(page_of(console.get(f"{SIGN_IN}?suite={one}")).one("form", action=SIGN_IN))
        for one in (HISTORY, GROUPS)
    )
    sent = {"secret": key(closed)}
    assert console.post(SIGN_IN, first | sent).location == HISTORY
    with console.client.session_transaction() as session:
        session["csrf_token"] = "another"
    response = console.post(SIGN_IN, second | sent)
    assert (response.status_code, response.location) == (303, GROUPS)


def test_keys_cannot_be_tried_one_after_the_other(closed):
    """After ten wrong ones a minute it is 429, with a new good key too, and says until when."""
    console = Console(closed)
    statuses = [console.sign_in("fut_x").status_code for _ in range(10)]
    assert statuses == [401] * 10
    response = console.sign_in(key(closed))
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 60
    assert typeset(TOO_OFTEN.format(1)) in response.text
    assert turned_away(console)


@pytest.mark.parametrize(
    ("scopes", "page"),
    [
        (["rights"], "/console/droits"),
        (["admin"], "/console/journal"),
        (["admin", "console"], "/"),
        (["rights", "groups"], "/"),
    ],
)
def test_a_key_without_people_or_groups_begins_on_a_page_of_its_own(closed, scopes, page):
    """A key of people's rights lands on their requests, one of the service on the journal."""
    console = Console(closed)
    assert console.sign_in(key(closed, *scopes)).location == page
    people = console.get(HISTORY)
    assert people.status_code == (200 if "console" in scopes else 403)
