"""« Essai à blanc » in a real Chromium: the form, what runs, what failed, and a verdict."""

import sys
from pathlib import Path

import pytest

from futurisys.app import create_app
from futurisys.operations.transactions import writing
from futurisys.operations.verdicts import concluded
from futurisys.records import trials
from futurisys.records.database import db
from tests.browser import NEEDS_CHROMIUM, open_browser
from tests.browser.conftest import issue
from tests.browser.steps import REFUSED, SECRET, sign_in
from tests.browser.test_rights import is_readable, look
from tests.console.test_trial import tried
from tests.past import ON

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]


@pytest.fixture
def service(server, sqlite_url) -> tuple[str, str, list[str]]:
    """The address of a service that can try models, a key, and trials: one of each state."""
    trainer = {"FUTURISYS_TRAINER": sys.executable}
    started = server(DATABASE_URL=sqlite_url, SECRET_KEY=SECRET, **trainer).wait("/health/ready")
    app = create_app(DATABASE_URL=sqlite_url)
    with app.app_context():
        found = []
        with writing() as connection:
            for _ in range(3):
                found.append(trials.begin(connection, "abcdef012345", "Claire Martin"))
            measured = tried()
            measured["measures"].append(measured["measures"][0] | {"kind": "later"})
            measured["groups"]["poste"] = [
                {"level": 80 * "W", "people": 40, "left": 2, "expected": 1.5}
            ]
            trials.finish(connection, found[0], concluded(measured))
            trials.fail(connection, found[1], "extrait_sirh.csv, ligne 3 : " + 80 * "W")
        db.engine.dispose()
    return started.url, issue(sqlite_url, "Claire Martin"), found


def test_a_trial_is_asked_for_followed_and_read(service):
    """Light, dark, narrow, wide and on paper; without a day it is said beside the field."""
    url, key, (done, failed, running) = service
    with open_browser(url) as (page, complaints):
        sign_in(page, url, key)
        page.get_by_role("link", name="Essai à blanc").click()
        page.get_by_role("heading", name="Commencer un essai").wait_for()
        page.get_by_text("Vous avez aussi des extraits plus récents").click()
        look(page)
        for label in ("Les trois extraits (SIRH", "Qui est parti depuis"):
            page.get_by_label(label).set_input_files(Path(__file__))
        page.get_by_label("De quel jour sont-ils").first.fill(str(ON))
        page.get_by_role("button", name="Commencer l’essai").click()
        page.get_by_text("Choisissez les trois extraits").wait_for()
        look(page)
        page.goto(f"{url}/console/essai/{running}")
        page.get_by_text("L’essai est en cours").wait_for()
        look(page)
        page.goto(f"{url}/console/essai/{failed}")
        page.get_by_role("alert").wait_for()
        look(page)
        page.goto(f"{url}/console/essai/{done}")
        page.get_by_text("utilisable pour des personnes").wait_for()
        look(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="Télécharger la page").click()
        text = is_readable(page, Path(download.value.path()).read_text("utf-8"))
        assert "La règle" in text
    assert [one for one in complaints if not one.startswith(f"{REFUSED} 4")] == []
