"""The cookie of a session: who may write it, who gets it, and how long it is kept."""

import base64
import datetime

import pytest

from futurisys import serving
from tests.console import (
    FILE,
    GROUPS,
    HISTORY,
    SECRET,
    SIGN_IN,
    Console,
    key,
    signed_in,
    turned_away,
    wanted,
)


def test_a_cookie_that_was_written_elsewhere_opens_nothing(closed, make_closed):
    """A cookie that was altered, or signed with another secret, is as good as none."""
    foreign = signed_in(make_closed(SECRET_KEY=SECRET[::-1]))
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


@pytest.mark.parametrize(
    ("address", "name", "path"),
    [
        ("http://localhost", "futurisys", "/"),
        ("https://localhost", "__Host-futurisys", "/"),
        ("https://localhost/rh", "__Secure-futurisys", "/rh"),
    ],
)
def test_the_cookie_is_out_of_reach(closed, address, name, path):
    """No script reads it, no other site's form or host writes it, no plain line carries it."""
    response = Console(closed).get(SIGN_IN, base_url=address)
    parts = response.headers["Set-Cookie"].split("; ")
    assert parts[0].startswith(f"{name}=")
    assert {"HttpOnly", "SameSite=Lax", f"Path={path}"} <= set(parts)
    assert not [part for part in parts if part.startswith("Domain")]
    assert ("Secure" in parts) == address.startswith("https")


def test_the_cookie_is_signed_with_what_nobody_has_broken(closed):
    """The signature is an HMAC of 256 bits: Flask's own, by SHA-1, is of yesterday."""
    cookie = signed_in(closed).client.get_cookie("futurisys")
    assert cookie is not None
    signature = cookie.value.rpartition(".")[2]
    assert len(base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))) == 32


def test_over_tls_a_cookie_of_a_plain_line_opens_nothing(closed):
    """Whoever can write a plain cookie for the host cannot put a session of theirs in its place."""
    plain = signed_in(closed)
    cookie = plain.client.get_cookie("futurisys")
    assert cookie is not None
    console = Console(closed)
    console.client.set_cookie("futurisys", cookie.value)
    response = console.get(HISTORY, base_url="https://localhost")
    assert wanted(response) is not None


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


@pytest.mark.slow
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


def test_the_api_neither_gives_nor_looks_at_a_cookie(make_closed, artifact_folder, employee):
    """What programs ask for sets no cookie and looks at none, a browser's that is signed in too."""
    app = make_closed(FUTURISYS_MODEL=str(artifact_folder))
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


def test_a_session_of_the_console_opens_nothing_of_the_api(make_closed, artifact_folder, employee):
    """Whoever is signed in to the console has no key of the API."""
    app = make_closed(FUTURISYS_MODEL=str(artifact_folder))
    serving.load(app)
    console = signed_in(app)
    assert console.client.get("/predictions").status_code == 401
    assert console.client.post("/predict", json=employee).status_code == 401
