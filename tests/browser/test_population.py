"""A population in a real Chromium: at a glance, its capacity, its people, what could be done."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import NEEDS_CHROMIUM
from tests.browser.steps import ROWS, sign_in, to_ranking
from tests.population import table

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]
SHEET = re.compile(rb"/Type\s*/Page\b")


@pytest.fixture
def glance(console, page, tmp_path: Path) -> Page:
    """The page of a file of 300 people."""
    path = tmp_path / "employes.csv"
    path.write_text(table(ROWS[:300]))
    page.goto(f"{console.url}/console/fichier")
    page.get_by_label("Fichier .csv ou .xlsx").set_input_files(path)
    page.get_by_role("button", name="Estimer").click()
    page.get_by_role("heading", name="Vue d’ensemble").wait_for()
    return page


def test_from_a_glance_to_a_person(glance):
    """A capacity is drawn, a group chosen; a word leads to its people, and a row to its page."""
    page = glance
    page.get_by_label("Nombre d’entretiens").fill("30")
    page.keyboard.press("Enter")
    page.locator("#capacite-dite").wait_for()
    page.get_by_label("Grouper par").select_option("genre")
    page.wait_for_url("**par=genre**")
    page.locator("#par:focus").wait_for()
    assert "entretiens=30" in page.url
    page.locator(".tiles a", has_text="Incertain").click()
    page.get_by_role("heading", name="Le classement").wait_for()
    words = page.locator("table.people tbody .word").all_inner_texts()
    assert set(words) == {"Incertain"}
    row = page.locator("table.people tbody tr").first
    assert row.bounding_box()["height"] == pytest.approx(36, abs=2)
    page.evaluate("window.scrollTo(0, 2000)")
    top = page.locator("table.people thead th").first.bounding_box()
    assert top["y"] == pytest.approx(0, abs=2)
    row.locator("th a").click()
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
    assert page.locator(".figure-large .word").inner_text() == "Incertain"


def to_person_with_suggestions(page: Page, most: int = 2) -> None:
    """Turn to somebody for whom so many things could be done."""
    to_ranking(page)
    addresses = page.locator("table.people tbody th a").evaluate_all(
        "(all) => all.map((a) => a.href)"
    )
    for address in addresses:
        page.goto(address)
        if page.locator(".suggestion input").count() >= most:
            return
    raise AssertionError("Nobody has so many suggestions.")


def test_two_suggestions_are_combined_at_once(glance):
    """Each tick moves the estimate beside the reasons, and a second one moves it further."""
    page = glance
    to_person_with_suggestions(page)
    reasons, what_if = (page.locator(one).bounding_box() for one in (".reasons-told", ".what-if"))
    assert what_if["x"] > reasons["x"] + reasons["width"]
    told = []
    for box in page.locator(".suggestion input").all()[:2]:
        before = page.locator("#simulation").inner_html()
        box.check()
        page.wait_for_function(
            "(before) => document.querySelector('#simulation').innerHTML !== before", arg=before
        )
        told.append(page.locator("#simulation .verdict strong").last.inner_text())
    one, both = (float(text.split()[0].replace("−", "-").replace(",", ".")) for text in told)
    assert both < one


def test_a_person_prints_on_one_sheet(glance):
    """Whatever was asked of what-if; without buttons, and with the notice."""
    page = glance
    to_person_with_suggestions(page)
    page.locator(".suggestion input").first.check()
    page.locator("#simulation svg.chart").wait_for()
    assert len(SHEET.findall(page.pdf(format="A4", print_background=True))) == 1
    page.emulate_media(media="print")
    assert page.get_by_text("Signal statistique à peser").is_visible()
    assert not page.locator("button:visible").count()


def test_on_a_phone_people_are_cards(glance):
    """Each is read whole at 400 pixels: nothing beside the screen, nothing cut."""
    page = glance
    to_ranking(page)
    page.set_viewport_size({"width": 400, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    card = page.locator("table.people tbody tr").first
    for part in card.locator("th, td:visible").all():
        box = part.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 400
    assert not page.locator("table.people thead").is_visible()


def test_on_paper_people_are_a_table(glance):
    """On a sheet of A4 a ranking has its head, a row for each person, and nothing is cut."""
    page = glance
    to_ranking(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})
    heads = page.locator("table.people thead th:visible").all()
    places = [head.bounding_box()["x"] for head in heads]
    assert places == sorted(set(places))
    row = page.locator("table.people tbody tr").first
    assert [cell.bounding_box()["x"] for cell in row.locator("th, td:visible").all()] == places
    cut = "(cells) => cells.filter((one) => one.scrollWidth > one.clientWidth).length"
    assert page.locator("table.people :is(th, td):visible").evaluate_all(cut) == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 703


def test_without_a_script_there_are_buttons(console, page, tmp_path):
    """Filters have theirs, a suggestion is compared on a page of its own, a table is taken home."""
    browser = page.context.browser
    assert isinstance(browser, Browser)
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    path = tmp_path / "employes.csv"
    path.write_text(table(ROWS[:30]))
    plain.goto(f"{console.url}/console/fichier")
    if not plain.get_by_label("Fichier .csv ou .xlsx").count():
        sign_in(plain, console.url, console.key)
        plain.goto(f"{console.url}/console/fichier")
    plain.get_by_label("Fichier .csv ou .xlsx").set_input_files(path)
    plain.get_by_role("button", name="Estimer").click()
    to_ranking(plain)
    plain.get_by_label("Signalement").select_option("Non signalé")
    plain.get_by_role("button", name="Filtrer").click()
    assert set(plain.locator("table.people tbody .word").all_inner_texts()) == {"Non signalé"}
    plain.get_by_text("Télécharger", exact=True).click()
    with plain.expect_download() as started:
        plain.get_by_role("button", name=".csv", exact=True).click()
    assert "Signalement" in Path(started.value.path()).read_text()
    plain.goto(plain.url.partition("?")[0])
    plain.locator("table.people tbody .reasons a").first.click()
    plain.locator(".suggestion input").first.check()
    plain.get_by_role("button", name="Comparer").click()
    assert plain.locator("#simulation .verdict").is_visible()
    assert plain.locator(".suggestion input").first.is_checked()
    context.close()
