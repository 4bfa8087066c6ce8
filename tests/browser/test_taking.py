"""A table that is taken home says how far it is, and why it does not come."""

import pytest
from playwright.sync_api import Page

from tests.browser import NEEDS_CHROMIUM
from tests.browser.steps import REFUSED, SAMPLE_CSV, Console

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]
ENDED = "Votre session a pris fin."


@pytest.fixture
def ranking(console: Console, page: Page) -> Page:
    """The ranking of a file that a program has sent, with its menu of tables opened."""
    sent = console.api("/predict/batch", content=SAMPLE_CSV.encode(), headers=_CSV)
    assert sent.status_code == 200
    page.goto(f"{console.url}/console/fichiers/{sent.headers['Fichier']}/classement")
    page.get_by_text("Télécharger", exact=True).click()
    return page


_CSV = {"Content-Type": "text/csv", "Accept": "application/json"}


def test_a_table_says_when_it_is_there(ranking):
    """While it is made and sent its progress is told; at the end, that it has come, by its name."""
    told = ranking.locator(".taking")
    with ranking.expect_download() as started:
        ranking.get_by_role("button", name=".xlsx", exact=True).click()
    assert started.value.suggested_filename.endswith(".xlsx")
    ranking.get_by_text("Le tableau est téléchargé.").wait_for()
    assert told.get_attribute("role") == "status"
    assert ranking.get_by_role("button", name=".xlsx", exact=True).is_enabled()


def test_a_table_that_does_not_come_says_why(ranking, meant):
    """Without a session there is a way to open one, and no page in the table's stead."""
    meant.append(f"{REFUSED} 401")
    ranking.context.clear_cookies()
    ranking.get_by_role("button", name=".csv", exact=True).click()
    ranking.get_by_role("link", name="Reconnectez-vous").wait_for()
    assert ENDED in ranking.locator(".taking").inner_text()


def test_paper_has_the_reasons_of_each_row(ranking):
    """They open by a click on a screen; on a sheet they stand there, as their columns do."""
    ranking.emulate_media(media="print")
    first = ranking.locator("table.people tbody tr").first
    assert first.locator(".reasons .brief").first.is_visible()
