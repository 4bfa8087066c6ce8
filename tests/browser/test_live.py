"""The page of live figures in a real Chromium, with people enough for all of it."""

import pytest

from futurisys.app import create_app
from futurisys.records.database import db
from tests.browser import NEEDS_CHROMIUM, open_browser
from tests.browser.conftest import issue
from tests.browser.steps import sign_in
from tests.browser.test_accessibility import is_fit
from tests.followed import Followed, hashed
from tests.stable import DEPARTMENTS, HORIZON, THRESHOLD, after, company

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]


@pytest.fixture
def followed(sqlite_url) -> str:
    """A database in which a company was followed to the end."""
    app = create_app(DATABASE_URL=sqlite_url)
    kept, one = Followed(app), company(5, 900)
    subjects = [hashed(number) for number in range(900)]
    for place, department in enumerate(DEPARTMENTS):
        own = zip(subjects[place::3], one.found.probabilities.tolist()[place::3], strict=True)
        kept.estimates(
            [(subject, after(0), chance) for subject, chance in own],
            {"departement": department},
            threshold=THRESHOLD,
        )
    kept.departures(list(zip(subjects, one.found.left_on.tolist(), strict=True)))
    kept.complete(after(HORIZON))
    with app.app_context():
        db.engine.dispose()
    url: str = sqlite_url
    return url


def test_live_figures_are_accessible_and_readable(server, followed):
    """At 400 and 1400 pixels, and in the dark: nothing too wide, no fault that axe finds."""
    running = server(DATABASE_URL=followed, FUTURISYS_HORIZON_DAYS=str(HORIZON))
    running.wait("/health/ready")
    with open_browser(running.url) as (page, complaints):
        sign_in(page, running.url, issue(followed, "Claire Martin"))
        page.get_by_role("link", name="Suivi").click()
        page.get_by_role("heading", name="Par tranche d’estimation et par groupe").wait_for()
        is_fit(page)
        page.get_by_label("Grouper par").select_option("poste")
        page.get_by_role("button", name="Afficher").click()
        page.get_by_role("rowheader", name="non renseigné").wait_for()
        page.emulate_media(color_scheme="dark")
        is_fit(page)
        page.get_by_role("link", name="Depuis la première estimation").click()
        page.get_by_role("heading", name="Comment ces chiffres sont faits").wait_for()
    assert complaints == []
