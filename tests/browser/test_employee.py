"""One employee in a real Chromium, from the form to what if."""

import pytest

from tests.browser import NEEDS_CHROMIUM
from tests.browser.steps import REFUSED

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]


def test_one_employee_from_the_form_to_what_if(console, page, rows, meant):
    """By keyboard: what is wrong is told beside its field; the answer is the API's; bars move."""
    meant.append(f"{REFUSED} 422")
    page.goto(f"{console.url}/console/employe?exemple=1")
    page.get_by_label("Revenu mensuel").fill("-5")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    alert.wait_for()
    page.wait_for_function("document.activeElement.matches('[role=alert]')")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    income = page.get_by_label("Revenu mensuel")
    assert income.evaluate("(one) => one === document.activeElement")
    assert income.input_value() == "-5"
    assert page.get_by_label("Poste", exact=True).input_value() == rows[0]["poste"]
    income.fill("5993")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
    employee = {name: value for name, value in rows[0].items() if name != "a_quitte_l_entreprise"}
    single = console.api("/predict?explication=true", json=employee).json()
    shown = f"{single['Probabilite_depart'] * 100:.1f}".replace(".", ",") + "\u202f%"
    assert shown in page.locator(".verdict").first.inner_text()
    assert page.locator(".reasons-told .bars li").count() == len(single["Facteurs"])
    page.get_by_text("Changer autre chose").click()
    changed = {"employe": employee, "changements": {"heure_supplementaires": "Non"}}
    moved = console.api("/simulate", json=changed).json()
    page.locator("#et-si-heure_supplementaires").select_option("Non")
    page.locator("#simulation svg.chart").wait_for()
    after = f"{moved['Apres']['Probabilite_depart'] * 100:.1f}".replace(".", ",") + "\u202f%"
    assert shown in page.locator("#simulation .verdict").inner_text()
    assert after in page.locator("#simulation .verdict").inner_text()
    first = page.locator("#simulation .bars").last.inner_html()
    page.locator("#et-si-niveau_hierarchique_poste").select_option("3")
    page.wait_for_function(
        "(before) => [...document.querySelectorAll('#simulation .bars')].at(-1).innerHTML"
        " !== before",
        arg=first,
    )
    years = page.locator("#et-si-annees_dans_le_poste_actuel")
    years.fill("59")
    page.keyboard.press("Enter")
    page.locator("#simulation [role=alert]").wait_for()
    assert "ne peut pas dépasser" in page.locator("#simulation").inner_text()
    assert years.get_attribute("aria-invalid") == "true"
    fault = page.locator("#et-si-annees_dans_le_poste_actuel-faute")
    assert "ne peut pas dépasser" in fault.inner_text()
    assert "et-si-annees_dans_le_poste_actuel-faute" in str(years.get_attribute("aria-describedby"))
    above, below = fault.bounding_box(), years.bounding_box()
    assert above is not None
    assert below is not None
    assert 0 <= below["y"] - above["y"] - above["height"] < 20
    assert page.locator(".what-if [aria-invalid]").count() == 1
    years.fill("4")
    page.keyboard.press("Enter")
    page.locator("#simulation svg.chart").wait_for()
    assert fault.count() == 0
    assert years.get_attribute("aria-invalid") is None
    told = str(years.get_attribute("aria-describedby")).split()
    assert all(page.locator(f"#{one}").count() == 1 for one in told)


def test_what_the_model_does_not_know_is_told_while_it_is_typed(console, page):
    """The beginning of a known post is no fault; a text that leads to none is told at once."""
    page.goto(f"{console.url}/console/employe")
    post, told = page.get_by_label("Poste", exact=True), page.locator("#poste-inconnu")
    post.press_sequentially("tech  le")
    assert told.text_content() == ""
    post.press_sequentially("vreau")
    assert "Inconnu du modèle" in told.inner_text()
    post.fill("téch")
    assert told.text_content() == ""
    post.blur()
    assert "Inconnu du modèle" in told.inner_text()
    post.fill("TECH LEAD")
    post.blur()
    assert told.text_content() == ""


def test_a_form_that_was_left_does_not_fill_the_next_one(console, page):
    """What was typed belongs to its page: a fresh form is empty, and signing out forgets."""
    page.goto(f"{console.url}/console/employe")
    page.get_by_label("Revenu mensuel").fill("4711")
    page.goto(f"{console.url}/console/employe")
    assert page.get_by_label("Revenu mensuel").input_value() == ""
