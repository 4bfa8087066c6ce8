"""A person's page, in a real Chromium, with what somebody says of the estimate."""

import datetime

import pytest

from tests.browser import NEEDS_CHROMIUM
from tests.browser.steps import REFUSED, ROWS, send
from tests.browser.test_accessibility import is_fit
from tests.population import table

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]


def test_a_review_is_given_marked_and_listed(console, page, tmp_path, meant):
    """What a kind asks for shows with it; readable at both widths, and no fault that axe finds."""
    meant.append(f"{REFUSED} 422")
    path = tmp_path / "employes.csv"
    path.write_text(table(ROWS[:12]))

    def look() -> None:
        page.emulate_media(color_scheme="dark")
        is_fit(page)
        page.emulate_media(color_scheme="light")
        is_fit(page)

    send(page, console.url, path)
    ranking = page.url
    page.locator("table.people tbody th a").first.click()
    page.get_by_text("Donner un avis", exact=True).click()
    measure, question = (
        page.get_by_label("Quelle mesure a été prise"),
        page.get_by_label("Oui", exact=True),
    )
    assert not measure.is_visible()
    assert not question.is_visible()
    page.get_by_role("radio", name="Entretien mené").check()
    assert question.is_visible()
    assert not measure.is_visible()
    page.get_by_role("radio", name="Mesure prise").check()
    assert measure.is_visible()
    page.get_by_label("Non", exact=True).check()
    look()
    page.get_by_role("button", name="Enregistrer l’avis").click()
    page.get_by_role("alert").get_by_text("2 points sont à corriger").wait_for()
    look()
    measure.select_option("Formation")
    page.get_by_label("Oui", exact=True).check()
    day = datetime.date.today() + datetime.timedelta(days=7)
    page.get_by_label("Y revenir le").fill(day.isoformat())
    page.get_by_role("button", name="Enregistrer l’avis").click()
    page.get_by_text("L’avis est enregistré.").wait_for()
    assert "Mesure prise : formation" in page.locator(".said-of").inner_text().replace(
        "\u202f", " "
    )
    look()
    page.goto(ranking)
    look()
    page.get_by_label("Avis", exact=True).select_option("Mesure prise")
    page.get_by_text("1 ligne, page 1 sur 1").wait_for()
    look()
    page.goto(f"{console.url}/console/entretiens")
    page.get_by_role("link", name="Ligne").wait_for()
    look()
