"""Whoever answers people's requests, in a real Chromium; and what the person is handed."""

import datetime
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from futurisys.app import create_app
from futurisys.operations.transactions import writing
from futurisys.records.database import db
from futurisys.records.persons import Review
from futurisys.records.predictions import new_id
from tests.browser import NEEDS_CHROMIUM, open_browser
from tests.browser.conftest import issue
from tests.browser.steps import REFUSED, SECRET, sign_in
from tests.browser.test_accessibility import WIDTHS, is_fit
from tests.fixtures import NUMBERS_KEY, SUBJECT_KEY

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]

# What occurs nowhere else, and the width of a sheet of A4 within its margins, in CSS pixels.
NUMBER, SHEET = 731_946_285, 680


@pytest.fixture
def service(server, sqlite_url, rows) -> tuple[str, str]:
    """The address of a service that keeps three estimates of a person and two reviews; a key."""
    settings = {"FUTURISYS_SUBJECT_KEY": SUBJECT_KEY, "FUTURISYS_NUMBERS_KEY": NUMBERS_KEY}
    started = server(DATABASE_URL=sqlite_url, SECRET_KEY=SECRET, **settings).wait("/health/ready")
    sender = {"Authorization": f"Bearer {issue(sqlite_url, 'Paie', 'predict')}"}
    person = rows[0] | {"id_employee": NUMBER}
    with httpx.Client(base_url=started.url, headers=sender) as client:
        sent = [client.post("/predict", json=person).raise_for_status() for _ in range(3)]
    app = create_app(DATABASE_URL=sqlite_url)
    with app.app_context():
        with writing() as connection:
            for kind in ("désaccord", "sans suite"):
                said = {"id": new_id()[0], "prediction_id": sent[0].json()["Identifiant"]}
                said |= {"kind": kind, "holder": "", "author": "Zénobie Quatrefages"}
                now = datetime.datetime.now(datetime.UTC)
                connection.execute(sa.insert(Review.__table__), said | {"created_at": now})
        db.engine.dispose()
    return started.url, issue(sqlite_url, "Alix Roy", "rights")


def look(page: Page) -> None:
    """A page fits and can be read, in light and in the dark."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        is_fit(page)


def take(page: Page, button: str) -> str:
    with page.expect_download() as started:
        page.get_by_role("button", name=button).click()
    return Path(started.value.path()).read_text("utf-8")


def is_readable(page: Page, document: str) -> str:
    """A document fits a telephone, a screen and a sheet, and axe finds no fault; its text."""
    page.goto("about:blank")
    page.set_content(document)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []
    page.emulate_media(media="print")
    page.set_viewport_size({"width": SHEET, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= SHEET
    page.emulate_media(media="screen")
    return page.inner_text("main")


def test_a_request_is_recorded_followed_and_answered(service):
    """By keyboard and mouse, from the sign-in to what the person holds in their hands."""
    url, key = service
    with open_browser(url) as (page, complaints):
        sign_in(page, url, key)
        page.get_by_role("heading", name="Demandes des personnes").wait_for()
        look(page)
        page.get_by_label("Numéro de l’employé").fill("douze")
        page.get_by_label("Demande", exact=True).select_option("Accès")
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Enregistrer").click()
        page.get_by_role("alert").wait_for()
        look(page)
        page.get_by_label("Numéro de l’employé").fill(str(NUMBER))
        page.get_by_role("button", name="Enregistrer").click()
        page.get_by_role("heading", name="Accès", exact=True).wait_for()
        page.get_by_text("Prolonger le délai").click()
        look(page)
        page.get_by_label("Motif").fill("Trois estimations à relire")
        page.get_by_role("button", name="Prolonger").click()
        page.get_by_text("Le délai est prolongé").wait_for()
        access = take(page, "Télécharger le document d’accès")
        letter = take(page, "Télécharger la lettre")
        page.get_by_label("Acceptée").check()
        page.get_by_role("button", name="Clore la demande").click()
        page.get_by_text("La demande est close.").wait_for()
        look(page)
        page.get_by_role("link", name="Demandes des personnes").click()
        page.get_by_text("Aucune demande n’est en cours.").wait_for()
        look(page)
        text = is_readable(page, access)
        assert "il garde 3 estimations, 2 avis à leur sujet et 1 demande de votre part" in text
        assert f"{NUMBER}" in text
        assert "Délai prolongé" in text
        assert "Quand et pourquoi vos données ont été ouvertes" in text
        assert "Quatrefages" not in text
        told = is_readable(page, letter)
        assert "Ce qui a augmenté l’estimation" in told
        assert "Rien n’a été noté" in told
    assert [one for one in complaints if not one.startswith(f"{REFUSED} 422")] == []
