"""Back in a real Chromium leads to what was there."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NEEDS_CHROMIUM
from tests.browser.steps import REFUSED

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]


def back(page: Page) -> None:
    """Go back to a page, which may be loaded anew or not."""
    page.go_back(wait_until="commit")
    page.locator("main").wait_for()


@pytest.mark.parametrize("keeps_pages", [True, False], ids=["alive", "cached"])
def test_back_leads_to_what_was_there(console, page, meant, keeps_pages):
    """After an answer, a search and a form with faults the page before is shown as it was left.

    So it is where a browser had no room to keep the page, and shows it from its cache.
    """
    meant.append(f"{REFUSED} 422")
    page.goto(f"{console.url}/console/employe?exemple=1")
    income = page.get_by_label("Revenu mensuel")
    income.fill("6001")
    page.get_by_role("button", name="Estimer le risque").click()
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
    back(page)
    page.get_by_role("heading", name="Estimer une personne").wait_for()
    expect(income).to_have_value("6001")
    assert page.get_by_role("button", name="Estimer le risque").is_enabled()
    page.go_forward(wait_until="commit")
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
    page.reload()
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
    page.goto(f"{console.url}/console/historique")
    page.get_by_label("Signalement").select_option("Signalé")
    page.get_by_role("button", name="Chercher").click()
    page.wait_for_function("document.querySelector('option[selected]')?.textContent === 'Signalé'")
    shown = page.locator("tbody").inner_text()
    page.locator("tbody").get_by_role("link", name="Une personne").first.click()
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
    back(page)
    page.get_by_role("heading", name="Historique").wait_for()
    assert page.get_by_label("Signalement").input_value() == "flagged"
    assert page.locator("tbody").inner_text() == shown
    page.goto(f"{console.url}/console/employe?exemple=1")
    income.fill("-5")
    page.get_by_role("button", name="Estimer le risque").click()
    page.get_by_role("alert").wait_for()
    page.get_by_role("link", name="Groupes").click()
    page.get_by_role("heading", name="Groupes").wait_for()
    back(page)
    page.get_by_role("alert").wait_for()
    expect(income).to_have_value("-5")
