"""Signing in and out in a real Chromium, and what a browser that was left remembers."""

import re
import time
from contextlib import suppress
from urllib.parse import unquote

import pytest
from flask import Flask
from playwright.sync_api import Error

from futurisys.console.sessions import Sessions
from tests.browser import NEEDS_CHROMIUM, open_browser
from tests.browser.steps import REFUSED, ROWS, SECRET, send, sign_in
from tests.population import table

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]
# As it is typed, and as a page writes it.
INCOME = re.compile(r"4\s?711")


def test_a_wrong_key_stays_outside_and_a_right_one_comes_in(console):
    """What was wanted comes after signing in; after signing out it is asked for in vain."""
    with open_browser(console.url) as (page, complaints):
        page.goto(f"{console.url}/console/historique")
        assert page.title().startswith("Se connecter")
        sign_in(page, console.url, "fut_000000000000_wrong")
        assert "inconnue, révoquée ou expirée" in page.get_by_role("alert").inner_text()
        page.goto(f"{console.url}/console/historique")
        page.get_by_label("Clé").fill(console.key)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Historique").wait_for()
        assert "Claire Martin" in page.locator("header").inner_text()
        page.get_by_role("button", name="Se déconnecter").click()
        page.get_by_text("Session fermée.").wait_for()
        page.go_back()
        page.reload()
        assert page.title().startswith("Se connecter")
        page.goto(f"{console.url}/console/historique")
        assert page.title().startswith("Se connecter")
    assert [one for one in complaints if not one.startswith(f"{REFUSED} 401")] == []


def test_an_expired_cookie_and_a_forged_form_are_turned_away(console, page, meant):
    """A session that has ended asks for a key again; a form with another token loses nothing."""
    meant.append(f"{REFUSED} 400")
    page.goto(f"{console.url}/console/employe?exemple=1")
    page.get_by_label("Revenu mensuel").fill("6001")
    forge = "(field) => { field.value = 'forged' }"
    page.locator("main [name=csrf_token]").evaluate(forge)
    page.get_by_role("button", name="Estimer le risque").click()
    page.get_by_text("Cette page a expiré").wait_for()
    assert page.get_by_label("Revenu mensuel").input_value() == "6001"
    page.get_by_role("button", name="Estimer le risque").click()
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
    page.goto(f"{console.url}/console/historique")
    page.locator("main .filters [name=csrf_token]").evaluate(forge)
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("heading", name="Demande illisible").wait_for()
    assert "Rechargez-la" in page.get_by_role("alert").inner_text()
    app = Flask("expired")
    app.secret_key = SECRET
    signer = Sessions().get_signing_serializer(app)
    assert signer is not None
    ended = {"key": console.key.split("_")[1], "name": "Claire Martin", "until": time.time() - 1}
    cookie = {"name": "futurisys", "value": str(signer.dumps(ended)), "url": console.url}
    page.context.add_cookies([cookie])
    page.goto(f"{console.url}/console/historique")
    assert page.title().startswith("Se connecter")
    page.get_by_text("Votre session a pris fin").wait_for()


@pytest.mark.parametrize("keeps_pages", [True, False], ids=["alive", "cached"])
def test_signing_out_leaves_nothing_of_a_person_in_the_browser(console, page, tmp_path, meant):
    """Neither Back, to pages and to what forms were answered with, nor the tab's memory has any."""
    meant.extend([f"{REFUSED} 422", f"{REFUSED} 401"])
    people = [row | {"poste": "Dompteur"} for row in ROWS[:12]]
    path = tmp_path / "employes.csv"
    path.write_text(table(people))
    page.goto(f"{console.url}/console/employe?exemple=1")
    for income in ("-4711", "4711"):
        page.get_by_label("Poste", exact=True).fill("Dompteur")
        page.get_by_label("Revenu mensuel").fill(income)
        page.get_by_role("button", name="Estimer le risque").click()
        told = INCOME if income == "4711" else "doit être comprise"
        page.get_by_text(told).first.wait_for(state="attached")
    page.goto(f"{console.url}/console/historique")
    page.get_by_label("Numéro de l’employé").fill("4711")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_text("Rien n’a été trouvé.").wait_for()
    send(page, console.url, path)
    assert "Dompteur" in page.locator("tbody").first.inner_text()
    assert page.evaluate("sessionStorage.length") == 2
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_text("Session fermée.").wait_for()
    assert page.evaluate("sessionStorage.length") == 0
    for _ in range(8):
        with suppress(Error):
            page.go_back(wait_until="commit")
        page.locator("body").wait_for()
        shown = page.content()
        assert "Dompteur" not in shown, page.url
        assert not re.search(INCOME, shown), page.url
        assert "Claire" not in shown, page.url
        typed = "[...document.querySelectorAll('input')].map((one) => one.value).join(' ')"
        assert "4711" not in page.evaluate(typed), page.url


def test_signing_out_of_a_form_forgets_what_was_typed(console, page):
    """The tab keeps nothing for Back once the session is closed."""
    page.goto(f"{console.url}/console/employe")
    page.get_by_label("Revenu mensuel").fill("4711")
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_text("Session fermée.").wait_for()
    assert page.evaluate("sessionStorage.length") == 0


def test_a_script_whose_session_ended_says_so(console, page, meant):
    """What is asked for without leaving the page leads to the sign-in, and back to the page."""
    meant.append(f"{REFUSED} 401")
    page.goto(f"{console.url}/console/employe?exemple=1")
    page.get_by_role("button", name="Estimer le risque").click()
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
    address = page.url.removeprefix(console.url)
    page.context.clear_cookies()
    page.get_by_label("Ne plus faire d’heures supplémentaires").check()
    link = page.get_by_role("link", name="Reconnectez-vous")
    link.wait_for()
    assert "Votre session a pris fin." in page.locator("#simulation").inner_text()
    sign_in_at = str(link.get_attribute("href"))
    assert address in unquote(sign_in_at)
