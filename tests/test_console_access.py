"""Nobody sees a page of the console unless it is open, or they signed in with a key for it."""

import datetime
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from futurisys import serving
from futurisys.app import create_app
from futurisys.console.access import ENDED, FORGED, NO_CONSOLE, OUTDATED, TOO_OFTEN, WELCOME_BACK
from futurisys.console.french import typeset
from futurisys.employee.schema import FACTS
from futurisys.errors import SettingError
from futurisys.operations import access
from futurisys.operations.access import REFUSED
from futurisys.records.database import db
from tests.console import (
    BROWSER,
    FILE,
    GROUPS,
    HISTORY,
    SIGN_IN,
    SIGN_OUT,
    WHAT_IF,
    Console,
    Element,
    key,
    page_of,
    signed_in,
    spaced,
    values_of,
    wanted,
)
from tests.databases import ONE_DATABASE
from tests.server import ROOT, SERVING_PYTHON

UNKNOWN = "/console/predictions/01a208b2-97f0-71dc-9469-da141397ccc6"
SECRET = "a secret of the tests, of no other use"
OPEN = {
    (SIGN_IN, "GET"),
    (SIGN_IN, "POST"),
    (SIGN_OUT, "POST"),
    ("/console/static/<path:filename>", "GET"),
}
# Beside those, where FUTURISYS_OPEN says `predict`; what is kept is refused behind them.
OPEN_TO_PREDICT = {
    ("/", "GET"),
    ("/", "POST"),
    (WHAT_IF, "POST"),
    (FILE, "GET"),
    (FILE, "POST"),
    ("/console/fichier/modele.<any(csv, xlsx):form>", "GET"),
}
PROGRAM = {"Accept": "application/json"}


@pytest.fixture
def make(sqlite_url: str) -> Iterator[Callable[..., Flask]]:
    """Applications on one database, with no door open unless they say so, and without a model."""
    made: list[Flask] = []

    def one(**given: str) -> Flask:
        made.append(create_app(DATABASE_URL=sqlite_url, **{"SECRET_KEY": SECRET} | given))
        return made[-1]

    yield one
    for app in made:
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def closed(make: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application with no door open, which forgets at once what it knows of a key."""
    monkeypatch.setattr(access, "REMEMBER_SECONDS", 0)
    return make()


def doors(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(rule, method, an address of it) of each of the console's."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("console."):
            address = rule.rule.replace("<path:filename>", "console.css")
            address = address.replace("<any(csv, xlsx):form>", "csv")
            for name in ("identifiant", "lot"):
                address = address.replace(f"<uuid:{name}>", UNKNOWN.rpartition("/")[2])
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield rule.rule, method, address


def opened(app: Flask) -> set[tuple[str, str]]:
    """The doors that do not send a browser to the sign-in, or refuse it."""
    console, found = Console(app), set()
    for rule, method, address in doors(app):
        response = console.get(address) if method == "GET" else console.send(address, {})
        away = wanted(response) is not None or response.status_code == 401
        if not away or address in (SIGN_IN, SIGN_OUT):
            found.add((rule, method))
    return found


def turned_away(console: Console) -> bool:
    return wanted(console.get(HISTORY)) == HISTORY


def said_in(page: Element) -> list[str]:
    """What a page says above its content."""
    return [one.text for one in page.one("main").every("p", class_="message")]


def test_every_page_is_closed_unless_listed_open(closed):
    """Without a sign-in each address of the console leads to the sign-in, but for a few."""
    assert opened(closed) == OPEN


@ONE_DATABASE
def test_an_open_service_opens_what_predicts_and_nothing_that_is_kept(app, employee):
    """FUTURISYS_OPEN=predict opens form, file and what-if; not history, groups, predictions."""
    unread = {
        (rule, method)
        for rule, method, _ in doors(app)
        if "<uuid:identifiant>" in rule or "<uuid:lot>" in rule
    }
    assert opened(app) - unread == OPEN | OPEN_TO_PREDICT
    kept = app.test_client().post("/predict", json=employee).json["Identifiant"]
    for page in ("", "/raisons", "/reprendre"):
        address = f"/console/predictions/{kept}{page}"
        assert wanted(Console(app).get(address)) == address
        response = app.test_client().get(address, headers=PROGRAM)
        assert (response.status_code, response.mimetype) == (401, "application/problem+json")
        assert response.json["detail"] == REFUSED


@pytest.mark.parametrize(
    "asked",
    ["/", "/?exemple=1", FILE, f"{HISTORY}?prediction=Part", f"{GROUPS}?par=poste", UNKNOWN],
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


@pytest.mark.parametrize("address", ["/", WHAT_IF, FILE, HISTORY])
def test_a_script_is_told_what_a_program_is(closed, address):
    """A closed door answers a script with 401 and problem+json, and gives it no cookie."""
    response = closed.test_client().post(address, headers=PROGRAM)
    assert (response.status_code, response.mimetype) == (401, "application/problem+json")
    assert response.json["detail"] == REFUSED
    assert "Set-Cookie" not in response.headers


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
        "of the API": key(closed, "predict", "read", "admin"),
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


@pytest.mark.parametrize("end", ["revoked", "expired", "scope", "hours"])
def test_a_session_ends_with_its_key_or_its_hours(closed, monkeypatch, end):
    """Whoever is signed in is turned away, and told so, once nothing lets them in any more."""
    now = datetime.datetime.now(datetime.UTC)
    sent = key(closed, expires_at=now + datetime.timedelta(hours=1))
    console = Console(closed)
    console.sign_in(sent)
    assert not turned_away(console)
    if end == "revoked":
        with closed.app_context():
            access.revoke(sent.split("_")[1])
    elif end == "expired":
        monkeypatch.setattr(access, "_now", lambda: now + datetime.timedelta(hours=2))
    elif end == "scope":
        with closed.app_context(), db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE api_keys SET scopes = 'read'")
    else:
        with console.client.session_transaction() as session:
            session["until"] = now.timestamp() - 1
    assert turned_away(console)
    said = page_of(console.get(SIGN_IN)).one("p", role="status").text
    assert said == spaced(typeset(ENDED))
    assert turned_away(console)


@ONE_DATABASE
def test_what_was_typed_outlives_the_session(app, employee, query):
    """An employee sent too late waits behind the sign-in, and is then one click away."""
    app.config["FUTURISYS_OPEN"] = ""
    console = signed_in(app)
    token = console.token()
    with console.client.session_transaction() as session:
        session["until"] = 0
    sent = {name: str(employee[name]) for name in FACTS}
    response = console.post("/", sent | {"csrf_token": token})
    assert response.status_code == 401
    assert page_of(response).one("p", role="status").text == spaced(typeset(ENDED))
    for secret, status in ("fut_x", 401), (key(app), 200):
        form = page_of(response).one("form", action=SIGN_IN)
        response = console.post(SIGN_IN, values_of(form) | {"secret": secret})
        assert response.status_code == status
    page = page_of(response)
    assert page.one("p", role="alert").text == spaced(typeset(WELCOME_BACK))
    values = values_of(page.one("form", action="/"))
    assert {name: values[name] for name in sent} == sent
    assert query("SELECT count(*) FROM inputs") == [(0,)]
    assert console.post("/", values).status_code == 303
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


def test_a_file_is_not_read_before_the_door(closed):
    """Whoever is turned away has sent 64 MiB for nothing, and the service has not taken them."""

    class Unread(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("The body was read.")

        readinto = readline = read  # type: ignore[assignment]

    response = Console(closed).client.post(
        FILE,
        headers={"Accept": BROWSER},
        content_type="multipart/form-data; boundary=x",
        input_stream=Unread(),
        environ_overrides={"CONTENT_LENGTH": "67108864"},
    )
    assert wanted(response) == ""


def test_a_cookie_that_was_written_elsewhere_opens_nothing(closed, make):
    """A cookie that was altered, or signed with another secret, is as good as none."""
    foreign = signed_in(make(SECRET_KEY=SECRET[::-1]))
    own = signed_in(closed)
    cookie = own.client.get_cookie("futurisys")
    other = foreign.client.get_cookie("futurisys")
    assert cookie is not None
    assert other is not None
    payload, _, signature = cookie.value.partition(".")
    for value in (other.value, f"{payload[:-1]}x.{signature}", f"{cookie.value}x", "x", ""):
        console = Console(closed)
        console.client.set_cookie("futurisys", value)
        assert turned_away(console)
    console = Console(closed)
    console.client.set_cookie("futurisys", cookie.value)
    assert not turned_away(console)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_cookie_is_out_of_reach(closed, scheme):
    """No script reads it, no other site's form sends it, no plain line carries a secure one."""
    response = Console(closed).get(SIGN_IN, base_url=f"{scheme}://localhost")
    parts = response.headers["Set-Cookie"].split("; ")
    assert parts[0].startswith("futurisys=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(parts)
    assert ("Secure" in parts) == (scheme == "https")


def test_the_cookie_does_not_outlive_the_session(closed):
    """The browser drops the cookie when the eight hours are over."""
    response = Console(closed).sign_in(key(closed))
    [expires] = [
        part.removeprefix("Expires=")
        for part in response.headers["Set-Cookie"].split("; ")
        if part.startswith("Expires=")
    ]
    moment = datetime.datetime.strptime(expires, "%a, %d %b %Y %H:%M:%S GMT")
    left = moment.replace(tzinfo=datetime.UTC) - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(hours=7) < left <= datetime.timedelta(hours=8)


def test_an_answer_brings_no_session_back(closed):
    """A page that is read sends no cookie, so that one in flight undoes no sign-out."""
    console = signed_in(closed)
    console.get(HISTORY)
    for address in (HISTORY, GROUPS, FILE, "/console/rien", "/model"):
        response = console.get(address)
        assert "Set-Cookie" not in response.headers, address
        assert "Cookie" in response.vary, address


def test_a_static_file_knows_nobody(closed):
    """What is the same for all is served without looking at, or sending, a cookie."""
    console = signed_in(closed)
    for name in ("console.css", "console.js"):
        response = console.get(f"/console/static/{name}")
        assert response.status_code == 200
        assert "Set-Cookie" not in response.headers
        assert "Cookie" not in response.vary


def test_signing_out_closes_the_pages(closed):
    """After the sign-out nothing is shown any more, the browser forgets, and the page says so."""
    console = signed_in(closed)
    assert "Ada" in page_of(console.get(GROUPS)).one("form", class_="who").text
    response = console.send(SIGN_OUT, {})
    assert (response.status_code, response.location) == (303, SIGN_IN)
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Vous êtes déconnecté." in page_of(console.get(SIGN_IN)).text
    assert turned_away(console)


@ONE_DATABASE
def test_a_session_that_ends_is_told_once_where_predicting_is_open(app, monkeypatch):
    """The open pages stay, without the name; what the browser had sent is still its own."""
    monkeypatch.setattr(access, "REMEMBER_SECONDS", 0)
    sent = key(app)
    console = Console(app)
    console.sign_in(sent)
    with console.client.session_transaction() as session:
        session["files"] = [[UNKNOWN.rpartition("/")[2], "employes.csv"]]
    assert "Ada" in page_of(console.get(FILE)).one("form", class_="who").text
    with app.app_context():
        access.revoke(sent.split("_")[1])
    page = page_of(console.get(FILE))
    assert said_in(page) == [spaced(typeset(ENDED))]
    assert not list(page.every("form", class_="who"))
    assert "employes.csv" in page.text
    again = page_of(console.get(FILE))
    assert said_in(again) == []
    assert "Ada" not in again.text
    assert turned_away(console)


@ONE_DATABASE
def test_signing_in_keeps_what_was_sent_before(app):
    """The files that a browser had sent are still listed for it once somebody has signed in."""
    console = Console(app)
    console.token()
    with console.client.session_transaction() as session:
        session["files"] = [[UNKNOWN.rpartition("/")[2], "employes.csv"]]
    console.sign_in(key(app))
    assert "employes.csv" in page_of(console.get(FILE)).text


@ONE_DATABASE
def test_a_form_that_no_page_has_shown_is_refused(app, employee, query):
    """Without the session's own token, or with another's, a form is 400 and leaves nothing."""
    console, other = signed_in(app), signed_in(app)
    known = {name: str(value) for name, value in employee.items()}
    for forged in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": other.token()}):
        for _, method, address in doors(app):
            if method == "POST" and address not in ("/", SIGN_IN):
                response = console.post(address, known | forged)
                assert response.status_code == 400, address
                said = page_of(response).one("p", role="alert").text
                assert said == spaced(typeset(FORGED))
        response = console.client.post("/", data=known | forged, headers=PROGRAM)
        assert (response.status_code, response.mimetype) == (400, "application/problem+json")
        assert FORGED in response.text
        response = Console(app).post(SIGN_IN, {"secret": key(app)} | forged)
        assert response.status_code == 400
        assert page_of(response).one("p", role="alert").text == spaced(typeset(FORGED))
    assert query("SELECT count(*) FROM inputs") == [(0,)]
    assert console.get(HISTORY).status_code == 200


@ONE_DATABASE
def test_an_employee_with_an_old_token_is_shown_again(app, employee, query):
    """The form comes back as it was typed with a token that is good; nothing was kept meanwhile."""
    console, other = signed_in(app), signed_in(app)
    sent = {name: str(employee[name]) for name in FACTS} | {"cle": "la-mienne"}
    for forged in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": other.token()}):
        response = console.post("/", sent | forged)
        assert response.status_code == 400
        page = page_of(response)
        assert page.one("p", role="alert").text == spaced(typeset(OUTDATED))
        values = values_of(page.one("form", action="/"))
        assert {name: values[name] for name in sent} == sent
    assert query("SELECT count(*) FROM inputs") == [(0,)]
    assert console.post("/", values).status_code == 303
    assert query("SELECT count(*) FROM inputs") == [(1,)]


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


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@ONE_DATABASE
def test_a_form_of_another_site_is_refused_first(app, employee, query, site):
    """Whoever it comes from: no cookie is set, nothing typed is carried, and nobody signed out."""
    elsewhere = {"Sec-Fetch-Site": site}
    known = {name: str(value) for name, value in employee.items()} | {"poste": "Dompteur"}
    for opened_to in ("predict", ""):
        app.config["FUTURISYS_OPEN"] = opened_to
        for _, method, address in doors(app):
            if method != "POST":
                continue
            response = Console(app).post(address, known | {"secret": key(app)}, headers=elsewhere)
            assert response.status_code == 400, address
            assert page_of(response).one("p", role="alert").text == spaced(typeset(FORGED))
            assert "Set-Cookie" not in response.headers
            assert "Dompteur" not in response.text
    console = signed_in(app)
    assert console.send("/", known, headers=elsewhere).status_code == 400
    assert console.send(SIGN_OUT, {}, headers=elsewhere).status_code == 400
    assert console.get(HISTORY).status_code == 200
    assert query("SELECT count(*) FROM inputs") == [(0,)]


@ONE_DATABASE
def test_a_form_of_this_site_is_taken(app, employee):
    """What the browser says of its own page's form refuses nobody."""
    known = {name: str(employee[name]) for name in FACTS}
    for site in ("same-origin", "none"):
        response = Console(app).send("/", known, headers={"Sec-Fetch-Site": site})
        assert response.status_code == 303


@ONE_DATABASE
def test_pages_that_may_be_gone_back_to_are_kept_by_one_browser(app, employee):
    """So the form, and what answers a form, may be gone back to; others are kept nowhere."""
    console = signed_in(app)
    known = {name: str(employee[name]) for name in FACTS}
    address = console.send("/", known).location
    for response in (
        console.get("/"),
        console.get("/?exemple=1"),
        console.send("/", known | {"age": "x"}),
        console.post("/", known),
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
        console.client.post("/", data=known, headers=PROGRAM),
    ):
        assert response.headers["Cache-Control"] == "no-store"


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


def test_the_api_neither_gives_nor_takes_a_cookie(make, artifact_folder, employee):
    """What programs ask for sets no cookie, and who is signed in to the console has no key."""
    app = make(FUTURISYS_MODEL=str(artifact_folder))
    serving.load(app)
    console = signed_in(app)
    bearer = {"Authorization": f"Bearer {key(app, 'predict', 'read')}"}
    for client in (app.test_client(), console.client):
        for response in (
            client.post("/predict", json=employee, headers=bearer),
            client.get("/predictions", headers=bearer),
            client.get("/health/live"),
        ):
            assert response.status_code == 200
            assert "Set-Cookie" not in response.headers
            assert "Cookie" not in response.vary
    assert "Set-Cookie" not in app.test_client().get("/model").headers
    assert console.client.get("/predictions").status_code == 401
    assert console.client.post("/predict", json=employee).status_code == 401


def test_pages_send_their_own_forms_and_hold_no_script(closed):
    """The policy of pages lets forms go home alone; that of the API lets none go anywhere."""
    console = signed_in(closed)
    for response in (
        Console(closed).get(SIGN_IN),
        *map(console.get, (HISTORY, FILE, GROUPS, "/console/rien", "/model")),
    ):
        policy = response.headers["Content-Security-Policy"].split("; ")
        assert "form-action 'self'" in policy
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
        page = page_of(response)
        assert [one.attributes["src"] for one in page.every("script")] == [
            "/console/static/console.js"
        ]
        parts = list(page.every())
        assert not [one for one in parts if one.tag == "style" or "style" in one.attributes]
        assert not [name for one in parts for name in one.attributes if name.startswith("on")]
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


def console_code(call: Callable[[], Any]) -> set[str]:
    """The names of the console's functions that a call runs."""
    found: set[str] = set()
    room = str(ROOT / "futurisys" / "console")

    def note(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(room):
            found.add(frame.f_code.co_name)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(before)
    return found


@ONE_DATABASE
def test_a_call_of_the_api_runs_nothing_of_the_console(client, employee):
    """Of the pages' code it meets the one question whether its address is a page's."""
    answers: list[int] = []

    def call() -> None:
        answers.append(client.post("/predict", json=employee).status_code)
        answers.append(client.get("/nowhere").status_code)

    assert console_code(call) == {"open_session", "is_page"}
    assert answers == [200, 404]
    assert "as_page" in console_code(lambda: client.get("/console/rien"))


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "application/json"]
)
@ONE_DATABASE
def test_a_body_that_is_no_multipart_form_stays_small(app, kind):
    """Beyond 64 KiB it is 413 on every page, a file's too, before anything of it is judged."""
    console = signed_in(app)
    for _, method, address in doors(app):
        if method == "POST":
            response = console.client.post(
                address,
                data=b"poste=" + 70_000 * b"x",
                content_type=kind,
                headers={"Accept": BROWSER},
            )
            assert response.status_code == 413, address
            assert "dépasse" in page_of(response).one("p", role="alert").text


@ONE_DATABASE
def test_a_multipart_form_may_be_as_long_as_its_view_says(app):
    """A form's own limit is 64 KiB; a file and the numbers of its people may be longer."""
    console = signed_in(app)
    for _, method, address in doors(app):
        if method == "POST":
            sent = {"references": 200_000 * "x", "fichier": (io.BytesIO(200_000 * b"x"), "x.csv")}
            response = console.post(address, sent, content_type="multipart/form-data")
            is_long = address == FILE or address.endswith("/resultat")
            assert response.status_code == (400 if is_long else 413), address


def test_without_a_secret_the_pages_work_until_the_next_start(make, caplog):
    """SECRET_KEY may be left out: one warning says what that means, and nobody is refused."""
    app = make(SECRET_KEY="")
    warned = [record.message for record in caplog.records if "SECRET_KEY" in record.message]
    assert warned == ["SECRET_KEY is not set: at the next start everybody is signed out."]
    console = signed_in(app)
    assert not turned_away(console)
    cookie = console.client.get_cookie("futurisys")
    assert cookie is not None
    after = Console(make(SECRET_KEY=""))
    after.client.set_cookie("futurisys", cookie.value)
    assert turned_away(after)


def test_a_short_secret_stops_the_start():
    """What could be guessed is refused by name, and not repeated."""
    with pytest.raises(SettingError) as error:
        create_app(DATABASE_URL="sqlite://", SECRET_KEY="password")
    assert str(error.value) == "SECRET_KEY: 32 random characters or more are expected."


def test_a_command_does_not_warn_of_the_secret(sqlite_url):
    """`flask keys` and its like sign no cookie, so a secret that is missing is nothing to them."""
    environment = {name: text for name, text in os.environ.items() if name != "SECRET_KEY"}
    python = SERVING_PYTHON if SERVING_PYTHON.exists() else Path(sys.executable)
    done = subprocess.run(
        [str(python), "-m", "flask", "--app", "wsgi", "keys", "list"],
        cwd=ROOT,
        env=environment | {"DATABASE_URL": sqlite_url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "SECRET_KEY" not in done.stdout + done.stderr
