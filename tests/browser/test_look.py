"""Every page as it is looked at: in light and in the dark, narrow, wide, enlarged and on paper."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import NEEDS_CHROMIUM
from tests.browser.steps import REFUSED

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]
# Of the window, in pixels of the page: a telephone, a screen enlarged twice, and a screen.
WIDTHS = (400, 700, 1400)
PAGES = (
    "/",
    "/console/employe",
    "/console/fichier",
    "/console/fichiers",
    "/console/historique",
    "/console/groupes",
    "/console/aide",
    "/console/nulle-part",
    "/nulle-part",
    "/model",
)
# What is drawn beyond the right edge of the content, which every page shares.
BEYOND = """
() => {
  const main = document.querySelector("main");
  const inside = parseFloat(getComputedStyle(main).paddingRight);
  const edge = main.getBoundingClientRect().right - inside + 1;
  return [...main.querySelectorAll("p, ul, form, fieldset, section, div, details")]
    .filter((one) => !one.closest(".scroll, .card-scroll, .hidden, svg"))
    .filter((one) => one.getBoundingClientRect().right > edge)
    .map((one) => one.outerHTML.slice(0, 80));
}
"""


def look(page: Page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
        assert page.evaluate(BEYOND) == [], (page.url, width)
    for width in (WIDTHS[0], WIDTHS[-1]):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["impact"], page.url, width) for one in found] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_in_light_and_in_the_dark(console, page, meant, scheme):
    """Nothing passes the one right edge, and nothing is too pale, whatever the window and light."""
    meant.extend([f"{REFUSED} 404", f"{REFUSED} 422"])
    page.emulate_media(color_scheme=scheme)
    for address in PAGES:
        page.goto(console.url + address)
        look(page)
    page.get_by_text("Pour les spécialistes").click()
    look(page)
    page.goto(f"{console.url}/console/employe")
    page.get_by_label("Département").fill("Inconnu")
    page.get_by_role("button", name="Remplir avec un exemple").click()
    page.get_by_text("L’exemple prendrait la place").wait_for()
    look(page)
    page.get_by_role("button", name="Estimer le risque").click()
    page.get_by_role("heading", name="à corriger").wait_for()
    look(page)
    page.context.clear_cookies()
    page.goto(f"{console.url}/console/connexion")
    look(page)


def test_paper_has_no_buttons_and_no_cut_columns(console, page):
    """What can only be clicked is not printed, and a table is as wide as its sheet."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 900})
    for address in (*PAGES[:7], "/model"):
        page.goto(console.url + address)
        shown = [
            button.inner_text() for button in page.get_by_role("button").all()
            if button.is_visible()
        ]  # fmt: skip
        assert shown == [], address
        assert not page.locator("nav").first.is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 700, address


def test_the_menu_of_a_narrow_window_opens_by_keyboard(console, page):
    """It is folded where a script can open it, says where one is, and leads on."""
    page.set_viewport_size({"width": 400, "height": 900})
    page.goto(f"{console.url}/console/groupes")
    menu = page.get_by_role("button", name="Menu")
    link = page.get_by_role("navigation", name="Pages").get_by_role("link", name="Aide")
    assert not link.is_visible()
    menu.focus()
    page.keyboard.press("Enter")
    assert menu.get_attribute("aria-expanded") == "true"
    here = page.locator("nav [aria-current=page]")
    assert [one.inner_text() for one in here.all()] == ["Groupes"]
    link.click()
    page.wait_for_url("**/console/aide")
