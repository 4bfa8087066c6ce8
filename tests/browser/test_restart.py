"""A server that restarts or is away, as somebody at a real Chromium sees it."""

import pytest

from tests.browser import NEEDS_CHROMIUM
from tests.browser.steps import ROWS, answers, download, send
from tests.server import Server

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]


def test_a_restart_in_between_loses_nothing(console, page, sample):
    """Sign-in, a form that is open, a ranking and its references outlive the server."""
    send(page, console.url, sample("csv"))
    other = page.context.new_page()
    other.goto(f"{console.url}/console/employe?exemple=1")
    console.restart()
    page.get_by_role("link", name="Ligne", exact=True).click()
    page.wait_for_url("**tri=ligne**")
    first = page.locator("table.rows tbody tr").first
    assert first.locator("[data-reference]").inner_text() == ROWS[0]["id_employee"]
    first.get_by_role("button", name="Raisons").click()
    page.locator("tr.opened .bars li").first.wait_for()
    page.locator("summary", has_text="Télécharger").click()
    page.get_by_label("avec les numéros").check()
    assert len(answers(download(page, ".csv"), "csv")) == len(ROWS)
    other.get_by_role("button", name="Estimer le risque").click()
    other.get_by_role("heading", name="L’estimation", exact=True).wait_for()


def test_a_server_that_is_away_is_one_sentence(console, page, sample, meant):
    """What is asked of a server that does not answer is told, and can be asked again."""
    meant.append("Failed to load resource: net::ERR_CONNECTION_REFUSED")
    page.goto(f"{console.url}/console/fichier")
    page.get_by_label("Fichier .csv ou .xlsx").set_input_files(sample("csv"))
    console.server.stop()
    page.get_by_role("button", name="Estimer").click()
    page.locator("#fichier-faute:visible").wait_for()
    assert "ne répond pas" in page.locator("#fichier-faute").inner_text()
    console.server = Server(console.settings).wait("/health/ready")
    page.get_by_role("button", name="Estimer").click()
    page.get_by_role("heading", name="Vue d’ensemble").wait_for()
