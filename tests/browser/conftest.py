"""A running service, on PostgreSQL and a real Gunicorn, and a Chromium that is signed in to it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from futurisys.app import create_app
from futurisys.employee.workbook_writer import write_workbook
from futurisys.operations import access
from futurisys.records.database import db
from tests.browser import open_browser, story
from tests.browser.steps import ROWS, SAMPLE_CSV, SECRET, Console, sign_in
from tests.browser.story import Stage
from tests.server import Server, free_port

SUBJECT_KEY = "a key of these tests, of no other use"


@pytest.fixture(scope="session")
def console(postgres, postgres_template, artifact_folder) -> Iterator[Console]:
    with postgres.database(postgres_template) as name:
        settings = {
            "DATABASE_URL": postgres.url(name),
            "FUTURISYS_MODEL": str(artifact_folder),
            "FUTURISYS_SUBJECT_KEY": SUBJECT_KEY,
            "SECRET_KEY": SECRET,
            "PORT": str(free_port()),
        }
        key = issue(settings["DATABASE_URL"], "Claire Martin")
        server = Server(settings).wait("/health/ready")
        one = Console(settings, server.url, key, server)
        yield one
        one.server.stop()


def issue(url: str, name: str, *scopes: str) -> str:
    """A key of somebody who may do all that a person does here, unless scopes are given."""
    app = create_app(DATABASE_URL=url)
    with app.app_context():
        key = access.issue(name, scopes or ("predict", "read", "console"), None)
        db.engine.dispose()
    return key


@pytest.fixture
def meant() -> list[str]:
    """What the browser may complain of, for a test asks for it: how the messages begin."""
    return []


@pytest.fixture
def keeps_pages() -> bool:
    """Whether the browser keeps pages alive for Back."""
    return False


@pytest.fixture
def page(console: Console, meant: list[str], keeps_pages: bool) -> Iterator[Page]:
    """A browser that is signed in, and complains of nothing that was not meant."""
    with open_browser(console.url, keeps_pages) as (page, complaints):
        if console.cookies:
            page.context.add_cookies(console.cookies)
        else:
            sign_in(page, console.url, console.key)
            page.get_by_role("heading", name="Préparer une conversation").wait_for()
            console.cookies.extend(page.context.cookies())
        page.goto(console.url)
        yield page
    assert [one for one in complaints if not one.startswith(tuple(meant))] == []


def workbook(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("wb") as file:
        write_workbook([list(rows[0]), *(list(row.values()) for row in rows)], file)
    return path


@pytest.fixture
def sample(tmp_path: Path) -> Callable[[str], Path]:
    """The sample's 1470 rows as a file of a kind."""

    def make(kind: str) -> Path:
        path = tmp_path / f"employes.{kind}"
        if kind == "xlsx":
            return workbook(path, ROWS)
        path.write_text(SAMPLE_CSV)
        return path

    return make


@pytest.fixture
def patience() -> Iterator[None]:
    """Have what is expected be waited for as long as what is asked for."""
    expect.set_options(timeout=story.PATIENCE)
    yield
    expect.set_options(timeout=None)


@pytest.fixture
def opened(artifact_folder) -> Callable[..., AbstractContextManager[Stage]]:
    """A service with the trained model on a database, with settings of its own."""

    def one(url: str, **settings: str) -> AbstractContextManager[Stage]:
        model = {"DATABASE_URL": url, "FUTURISYS_MODEL": str(artifact_folder)}
        return story.opened(model | settings)

    return one
