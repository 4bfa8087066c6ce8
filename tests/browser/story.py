"""One file's story in a real Chromium: who opens which session, and where a number may not be."""

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urljoin

import httpx
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page

from futurisys.app import create_app
from futurisys.console.sessions import Sessions
from futurisys.operations import access
from futurisys.records.database import db
from tests.browser import open_browser
from tests.browser.steps import SECRET, sign_in
from tests.console import BROWSER
from tests.server import Server

# In milliseconds; what does not come in a story does not come later.
PATIENCE = 15_000
TAKEN = ("xlsx", "excel", "csv")


@dataclass
class Stage:
    """A service with a story going on.

    asked: each request of a browser. complaints: of all of them.
    """

    server: Server
    database: str
    browser: Browser
    complaints: list[str]
    asked: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.server.url

    def issue(self, name: str, *scopes: str, departments: list[str] | None = None) -> str:
        """A key of somebody."""
        app = create_app(DATABASE_URL=self.database)
        with app.app_context():
            key = access.issue(name, scopes or ("console",), None, departments)
            db.engine.dispose()
        return key

    def arrive(self, has_script: bool = True) -> Page:
        """A browser of somebody else, at the first page."""
        context = self.browser.new_context(
            locale="fr-FR",
            viewport={"width": 1400, "height": 900},
            java_script_enabled=has_script,
        )
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: self.asked.append(request.url))
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        page = context.new_page()
        page.goto(self.url)
        self.pages.append(page)
        return page

    def enter(self, key: str) -> Page:
        """The same, once signed in."""
        page = self.arrive()
        sign_in(page, self.url, key)
        page.get_by_role("button", name="Se déconnecter").wait_for()
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def count(self, what: str) -> int:
        """How many rows there are of a table, or of those of it that are asked for."""
        app = create_app(DATABASE_URL=self.database)
        with app.app_context(), db.engine.connect() as connection:
            found: int = connection.scalar(sa.text(f"SELECT count(*) FROM {what}"))
            db.engine.dispose()
        return found


@contextmanager
def opened(settings: Mapping[str, str]) -> Iterator[Stage]:
    """A real service with these settings, at its most talkative, and a Chromium."""
    server = Server({"SECRET_KEY": SECRET, "FUTURISYS_LOG_LEVEL": "debug", **settings})
    try:
        server.wait("/health/ready")
        with open_browser(server.url) as (page, complaints):
            browser = page.context.browser
            assert isinstance(browser, Browser)
            yield Stage(server, settings["DATABASE_URL"], browser, complaints)
    finally:
        server.stop()


def kept(stage: Stage) -> Iterator[tuple[str, str]]:
    """Each table, and all that stands in it: every column of every row, bytes as they are."""
    app = create_app(DATABASE_URL=stage.database)
    with app.app_context(), db.engine.connect() as connection:
        for name in sa.inspect(connection).get_table_names():
            rows = connection.execute(sa.text(f'SELECT * FROM "{name}"'))
            yield f"table {name}", "\n".join(_plain(value) for row in rows for value in row)
        db.engine.dispose()


def _plain(value: object) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def cookies(page: Page) -> Iterator[tuple[str, str]]:
    """What a browser keeps for the service, and what the session's cookie says."""
    app = Flask("reader")
    app.secret_key = SECRET
    signer = Sessions().get_signing_serializer(app)
    assert signer is not None
    for one in page.context.cookies():
        yield f"cookie {one['name']}", json.dumps(one)
        yield f"cookie {one['name']}, opened", json.dumps(signer.loads(one["value"]), default=str)


def left_behind(stage: Stage) -> Iterator[tuple[str, str]]:
    """All that a story leaves where everybody who runs the service may look."""
    yield "log", stage.server.log
    yield "addresses", "\n".join([*stage.asked, *(page.url for page in stage.pages)])
    yield "complaints", "\n".join(stage.complaints)
    yield from kept(stage)
    for page in stage.pages:
        yield from cookies(page)


def api_answers(stage: Stage, key: str, searched: int) -> Iterator[tuple[str, str]]:
    """What a program gets that reads all there is, and looks for somebody."""
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=stage.url, headers=headers, timeout=60) as client:
        listed = client.get("/predictions", params={"limite": 200})
        found = client.post("/predictions/search", json={"id_employee": searched})
        names = [one["Identifiant"] for one in listed.json()["predictions"]]
        assert names
        assert found.json()["predictions"]
        answers = [listed, found, *(client.get(f"/predictions/{name}") for name in names)]
        others = ("/segments?par=departement", "/metrics", "/model")
        for one in (*answers, *map(client.get, others)):
            assert one.status_code == 200, one.text
            yield f"answer of {one.request.url.path}", f"{one.headers}\n{one.text}"


def pages_of(page: Page, stage: Stage, *first: str) -> Iterator[tuple[str, str]]:
    """All pages to which links lead from these for somebody, and what the tab keeps."""
    ahead, known = list(first), set[str]()
    while ahead:
        address = urldefrag(ahead.pop()).url
        if address in known or not address.startswith(stage.url):
            continue
        known.add(address)
        answer = page.context.request.get(address, headers={"Accept": BROWSER})
        assert answer.ok, f"{address}: {answer.status}"
        yield f"page {address}", text_of(answer.body())
        if "text/html" in answer.headers["content-type"]:
            found = re.findall(r'<a [^>]*?href="([^"#][^"]*)"', answer.text())
            ahead.extend(urljoin(address, html.unescape(one)) for one in found)
        if "/predictions/" in address and not address.endswith(("/raisons", "/reprendre")):
            ahead.append(f"{address}/raisons")
    yield "tab", page.evaluate("JSON.stringify([sessionStorage, localStorage])")


def tables_of(page: Page, file: str) -> Iterator[tuple[str, str]]:
    """A file's tables in all forms, taken with the numbers, whether or not that is offered."""
    page.goto(f"{file}/classement")
    token = page.locator("form.take [name=csrf_token]").get_attribute("value") or ""
    for form in TAKEN:
        fields: dict[str, Any] = {"csrf_token": token, "forme": form, "etendue": "tout"}
        answer = page.context.request.post(
            f"{file}/resultat", multipart=fields | {"numeros": "oui"}
        )
        assert answer.ok, answer.status
        yield f"table {form}", text_of(answer.body())


def text_of(content: bytes) -> str:
    """What was sent, a workbook unpacked."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def places(numbers: tuple[int, ...], told: Iterator[tuple[str, str]]) -> list[str]:
    """Where one of the numbers stands, whatever is written between its digits."""
    shapes = {shape for one in numbers for shape in (str(one), f"{one:,}".replace(",", "\u202f"))}
    return [where for where, text in told if any(shape in text for shape in shapes)]
