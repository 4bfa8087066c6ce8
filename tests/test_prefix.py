"""The service under a path of a host that others share, as the proxy in front says."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page
from werkzeug.test import TestResponse

from futurisys.app import create_app
from futurisys.records.database import db
from tests.browser import open_browser
from tests.browser.steps import download, to_ranking
from tests.console import BROWSER, FILE, GROUPS, HISTORY, SIGN_IN, SIGN_OUT, key, page_of, values_of
from tests.nginx import NEEDS_NGINX, open_nginx
from tests.population import sample_rows, table

PREFIX = "/futurisys"
ADDRESSES = ("href", "src", "action", "data-document")


def behind(application: Any, prefix: str) -> Any:
    """The application behind a proxy that takes the path away and tells it."""

    def proxied(environ: dict[str, Any], start_response: Any) -> Any:
        assert environ["PATH_INFO"].startswith(f"{PREFIX}/"), environ["PATH_INFO"]
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(PREFIX)
        environ["HTTP_X_FORWARDED_PREFIX"] = prefix
        return application(environ, start_response)

    return proxied


@pytest.fixture
def make(sqlite_url: str, served: dict[str, Any]) -> Iterator[Callable[..., Flask]]:
    made: list[Flask] = []

    def one(prefix: str = PREFIX, proxies: str = "1") -> Flask:
        app = create_app(DATABASE_URL=sqlite_url, FUTURISYS_PROXIES=proxies)
        app.extensions |= served
        app.wsgi_app = behind(app.wsgi_app, prefix)  # type: ignore[method-assign]
        made.append(app)
        return app

    yield one
    for app in made:
        with app.app_context():
            db.engine.dispose()


def get(client: FlaskClient, address: str) -> TestResponse:
    return client.get(address, headers={"Accept": BROWSER}, buffered=True)


def sign_in(app: Flask, address: str = f"{PREFIX}{SIGN_IN}") -> tuple[FlaskClient, TestResponse]:
    """Send a good key with the form that an address shows; the answer."""
    client = app.test_client()
    form = page_of(get(client, address)).one("form", action=f"{PREFIX}{SIGN_IN}")
    values = values_of(form) | {"secret": key(app)}
    return client, client.post(PREFIX + SIGN_IN, data=values, headers={"Accept": BROWSER})


def addresses(response: TestResponse) -> set[str]:
    """What a page leads to, sends to, and is made of, without what stands in itself."""
    found = {
        part.attributes.get(name, "") for part in page_of(response).every() for name in ADDRESSES
    }
    return {one.partition("#")[0] for one in found if not one.startswith("data:")} - {""}


@pytest.mark.slow
def test_whatever_a_page_leads_to_is_below_the_path(make):
    """Every page, link, form, script and style that can be reached stays below the path."""
    client, response = sign_in(make())
    assert response.location == f"{PREFIX}/"
    seen: set[str] = set()
    left = {response.location}
    while left:
        address = left.pop()
        seen.add(address)
        assert address.startswith(f"{PREFIX}/"), address
        shown = get(client, address)
        assert shown.status_code in (200, 303, 405), address
        if shown.mimetype == "text/html" and shown.status_code == 200:
            left |= addresses(shown) - seen
    paths = {one.partition("?")[0].removeprefix(PREFIX) for one in seen}
    assert {"/", FILE, HISTORY, GROUPS, SIGN_OUT, "/model", "/apidocs", "/openapi.json"} <= paths


def test_what_was_wanted_comes_after_the_sign_in(make):
    """The page that was asked for is led to, below the path; the sign-in is, too."""
    app = make()
    away = get(app.test_client(), PREFIX + HISTORY)
    assert away.location.startswith(f"{PREFIX}{SIGN_IN}?suite=")
    client, response = sign_in(app, away.location)
    assert response.location == PREFIX + HISTORY
    assert get(client, response.location).status_code == 200
    assert get(client, f"{away.location}").location == PREFIX + HISTORY


def test_the_cookie_is_sent_to_nobody_else(make):
    """The cookie's path is the service's own, and at the root of a host it is the root."""
    _, response = sign_in(make())
    assert f"; Path={PREFIX}" in response.headers["Set-Cookie"].split(", ")[-1]
    rooted = get(make(proxies="0").test_client(), f"{PREFIX}{SIGN_IN}")
    assert "; Path=/;" in f"{rooted.headers['Set-Cookie']};"


def test_the_document_says_where_the_service_is(make):
    """A client that is made of the document asks below the path."""
    served = make().test_client().get(f"{PREFIX}/openapi.json").json
    assert served["servers"] == [{"url": PREFIX}]
    assert "servers" not in make(proxies="0").test_client().get(f"{PREFIX}/openapi.json").json


@pytest.mark.parametrize(
    ("prefix", "proxies"),
    [
        (PREFIX, "0"),
        ("//elsewhere.example", "1"),
        ("https://elsewhere.example", "1"),
        ("/../x", "1"),
        ('/"><script>', "1"),
        ("/", "1"),
        ("", "1"),
    ],
)
def test_a_path_that_nobody_may_say_is_none(make, prefix, proxies):
    """Without a proxy that is believed, or where it is no path, links begin at the root."""
    response = get(make(prefix, proxies).test_client(), PREFIX + HISTORY)
    assert response.location.startswith(f"{SIGN_IN}?")


@pytest.mark.parametrize("prefix", [f"{PREFIX}/", f"/a, {PREFIX}"])
def test_the_nearest_proxy_has_the_last_word(make, prefix):
    """A slash at the end means nothing; of several paths the last one counts."""
    response = get(make(prefix).test_client(), PREFIX + HISTORY)
    assert response.location.startswith(f"{PREFIX}{SIGN_IN}?")


def test_the_path_is_no_part_of_a_route(make, capsys):
    """Where the service stands makes no other route of it."""
    app = make()
    app.test_client().get(f"{PREFIX}/health/live")
    [line] = [json.loads(one) for one in capsys.readouterr().out.splitlines() if "live" in one]
    assert line["route"] == "/health/live"


@pytest.fixture
def address(server, sqlite_url, tmp_path: Path) -> Iterator[str]:
    """Where nginx serves the service, below the path."""
    running = server(DATABASE_URL=sqlite_url, FUTURISYS_PROXIES="1").wait("/health/ready")
    with open_nginx(running, folder=tmp_path, prefix=PREFIX) as address:
        yield address


def try_out(page: Page, address: str) -> str:
    """The status that "Try it out" of the document's page shows for /predict."""
    page.goto(f"{address}/apidocs")
    block = page.locator(".opblock-post", has=page.locator('[data-path="/predict"]'))
    block.locator(".opblock-summary").click()
    block.locator(".try-out__btn").click()
    block.locator("button.execute").click()
    status = block.locator(".live-responses-table .response-col_status").nth(1)
    status.wait_for()
    return status.inner_text().strip()[:3]


@pytest.mark.slow
@NEEDS_NGINX
@pytest.mark.skipif(
    not shutil.which("chromium") and not os.environ.get("CI"),
    reason="No chromium on PATH: apt-get install chromium.",
)
def test_a_person_works_below_the_path(address, sqlite_url, tmp_path, key_in):
    """In Chromium through nginx: sign-in, employee, file, history, card, document, sign-out."""
    secret = key_in(sqlite_url)["Authorization"].removeprefix("Bearer ")
    file = tmp_path / "employes.csv"
    file.write_text(table(sample_rows()[:40]))
    # Whatever is asked for elsewhere, at the root of the host too, is a complaint.
    with open_browser(f"{address}/") as (page, complaints):
        page.goto(f"{address}/console/historique")
        page.get_by_label("Clé").fill(secret)
        page.get_by_role("button", name="Se connecter").click()
        page.get_by_role("heading", name="Historique").wait_for()
        page.get_by_role("link", name="Estimer une personne").click()
        page.get_by_role("button", name="Remplir avec un exemple").click()
        page.get_by_role("button", name="Estimer le risque").click()
        page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
        page.get_by_text("Changer autre chose").click()
        page.locator("#et-si-heure_supplementaires").select_option("Non")
        page.locator("#simulation svg.chart").wait_for()
        page.get_by_role("link", name="Estimer un fichier").click()
        page.get_by_label("Fichier .csv ou .xlsx").set_input_files(file)
        page.get_by_role("button", name="Estimer").click()
        to_ranking(page)
        assert page.locator("tbody [data-reference]").first.inner_text()
        page.get_by_role("button", name="Raisons").first.click()
        page.locator("tr.opened .bars li").first.wait_for()
        assert len(download(page, ".csv").splitlines()) == 41
        page.get_by_role("link", name="Historique").click()
        page.locator("tbody").get_by_role("link", name="Une personne").first.click()
        page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
        page.get_by_role("link", name="Fiche du modèle").click()
        page.get_by_text("Pour les spécialistes").click()
        page.get_by_role("link", name="la documentation").click()
        page.locator(".opblock").first.wait_for()
        assert try_out(page, address) == "200"
        page.goto(f"{address}/")
        page.get_by_role("button", name="Se déconnecter").click()
        page.get_by_text("Session fermée.").wait_for()
        assert page.url == f"{address}/console/connexion"
        assert page.context.cookies(f"{address}/")[0]["path"] == PREFIX
    assert complaints == []
