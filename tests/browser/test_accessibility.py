"""Every page in a real Chromium: readable on a narrow screen and a wide one, and accessible."""

import re

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from futurisys.app import create_app
from futurisys.model.store import Store
from futurisys.operations import promoting
from futurisys.records.database import db
from tests.browser import NEEDS_CHROMIUM, open_browser
from tests.browser.conftest import issue
from tests.browser.steps import REFUSED, ROWS, enter, send
from tests.definition import SIRH
from tests.population import table
from tests.rivals import another
from tests.three_extracts import csv_of, first

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]
# A list of who left, of whom one is estimated.
GONE = "78;31/01/2026;démission\n9;2026-02-01;autre\n"
WIDTHS = (400, 1400)
INLINE = """
[...document.querySelectorAll("*")].filter((one) => one.hasAttribute("style")
  || (one.localName === "script" && !one.src)
  || [...one.attributes].some(({ name }) => name.startsWith("on"))).length
"""


def is_fit(page: Page) -> None:
    """Nothing is too wide, nothing stands inline, and axe finds no fault."""
    # Text is there before the sheets that lay it out are.
    page.wait_for_load_state()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    assert page.evaluate(INLINE) == 0, page.url
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["impact"], page.url) for one in found] == []


def test_every_page_is_accessible_and_readable(console, page, tmp_path, meant):
    """At 400 and 1400 pixels: nothing too wide, nothing inline, no fault that axe finds."""
    meant.extend([f"{REFUSED} 422", f"{REFUSED} 404"])
    bad = [dict(row) for row in ROWS[:60]]
    bad[3]["revenu_mensuel"], bad[5]["departement"] = "-5", "Recherche lunaire"
    for row in bad[6:20]:
        row["departement"] = row["poste"] = 80 * "W"
    path = tmp_path / "employes.csv"
    path.write_text(table(bad))

    def look() -> None:
        is_fit(page)

    for address in (
        "",
        "console/aide",
        "console/avant-de-commencer",
        "console/fichiers",
        "console/suivi",
    ):
        page.goto(f"{console.url}/{address}")
        look()
    page.goto(f"{console.url}/console/employe")
    look()
    page.get_by_role("button", name="Estimer le risque").click()
    look()
    page.get_by_role("button", name="Remplir avec un exemple").click()
    page.get_by_role("button", name="Estimer le risque").click()
    page.locator(".suggestion input").first.check()
    page.locator("#simulation svg.chart").wait_for()
    for summary in page.locator("summary").all():
        summary.click()
    look()
    page.goto(f"{console.url}/console/fichier")
    page.get_by_text("Vous avez déjà une correspondance").click()
    look()
    strange = tmp_path / "autre.csv"
    strange.write_text(table(bad).replace("departement", "D" * 100, 1))
    page.get_by_label("Fichier .csv ou .xlsx").set_input_files(strange)
    page.get_by_role("button", name="Estimer").click()
    page.get_by_role("heading", name="Avant d’estimer").wait_for()
    look()
    extracts = first(9)
    salary = extracts[SIRH][0].index("revenu_mensuel")
    for person in extracts[SIRH][1:]:
        person[salary] = "999"
    files = [tmp_path / name for name in extracts]
    for file, rows in zip(files, extracts.values(), strict=True):
        file.write_bytes(csv_of(rows))
    page.goto(f"{console.url}/console/fichier")
    page.get_by_label("Fichier .csv ou .xlsx").set_input_files(files)
    page.get_by_role("button", name="Estimer").click()
    page.get_by_text("Les employés ont-ils été informés").wait_for()
    look()
    send(page, console.url, path)
    ranking = page.url
    page.goto(f"{ranking.removesuffix('/classement')}?entretiens=30&par=genre")
    page.get_by_text("vos entretiens").wait_for()
    look()
    page.get_by_role("link", name="Et si… pour tout un groupe").click()
    page.get_by_label("Changement").select_option("heure_supplementaires=Non")
    page.get_by_role("button", name="Comparer les moyennes").click()
    page.locator(".verdict").wait_for()
    look()
    for address in ("controle", "derive"):
        page.goto(f"{console.url}/console/{address}")
        look()
    page.goto(ranking)
    page.get_by_text("Télécharger", exact=True).click()
    look()
    page.keyboard.press("Escape")
    buttons = page.locator("tbody").get_by_role("button", name="Raisons")
    buttons.nth(0).click()
    page.locator("tr.opened .bars").first.wait_for()
    buttons.nth(1).click()
    page.locator("tr.opened .bars").nth(1).wait_for()
    look()
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    for said in page.locator(".opened .said, .opened .share, .opened svg").all():
        box = said.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= WIDTHS[0]
    wide = page.locator("tbody tr", has_text=80 * "W").first.get_by_role("button", name="Raisons")
    wide.click()
    page.get_by_role("link", name="Ouvrir la page de cette estimation").last.wait_for()
    look()
    page.goto(f"{page.url.partition('?')[0]}?departement={80 * 'W'}")
    look()
    page.get_by_role("button", name="Raisons").first.click()
    page.get_by_role("link", name="Ouvrir la page de cette estimation").click()
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
    look()
    page.get_by_role("link", name="Corriger ces données").click()
    page.get_by_role("button", name="Estimer le risque").wait_for()
    look()
    for address in ("historique", "groupes?par=departement&et=genre", "nulle-part"):
        page.goto(f"{console.url}/console/{address}")
        look()
    page.goto(f"{console.url}/console/historique")
    page.locator("tbody").get_by_role("link", name="Une personne").first.click()
    look()
    for address in ("", "console/fichiers", "console/historique"):
        page.goto(f"{console.url}/{address}")
        look()
    page.goto(f"{console.url}/console/comparaison")
    look()
    later = [dict(row) for row in bad[4:]]
    for row in later[:4]:
        row["revenu_mensuel"], row["heure_supplementaires"] = "1100", "Oui"
    path.write_text(table(later))
    send(page, console.url, path)
    page.get_by_role("link", name="Comparer avec le fichier précédent").click()
    page.get_by_role("heading", name="Ont bougé").wait_for()
    page.get_by_text("Comparer autre chose").click()
    look()
    page.goto(f"{console.url}/model")
    look()
    page.get_by_role("button", name="Se déconnecter").click()
    look()


def test_the_journal_is_accessible_and_readable(console, employee):
    """Its counts, its form, a number that is none, and the lines about a person."""
    url = console.settings["DATABASE_URL"]
    key = issue(url, "Alix Roy", "predict", "read", "admin", "rights")
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=console.url, headers=headers) as client:
        client.post("/predict", json=employee | {"id_employee": 77}).raise_for_status()
        client.post("/predictions/search", json={"id_employee": 77}).raise_for_status()
    with open_browser(console.url) as (page, complaints):
        enter(page, f"{console.url}/console/journal", key)
        page.get_by_role("heading", name="Par nature").wait_for()
        is_fit(page)
        page.get_by_label("Numéro de l’employé").fill("-1")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        is_fit(page)
        page.get_by_label("Numéro de l’employé").fill("77")
        page.keyboard.press("Enter")
        page.get_by_role("cell", name="Alix Roy").first.wait_for()
        is_fit(page)
    assert [one for one in complaints if not one.startswith(f"{REFUSED} 4")] == []


def test_the_dossier_is_accessible_and_readable(console, tmp_path):
    """Its documents and what they lack, and a document itself."""
    key = issue(console.settings["DATABASE_URL"], "Alix Roy", "admin", "rights")
    with open_browser(console.url) as (own, complaints):
        enter(own, f"{console.url}/console/dossier", key)
        own.get_by_role("heading", name="Ce qu’il reste à compléter").wait_for()
        is_fit(own)
        with own.expect_download() as taken:
            own.get_by_role("link", name="Analyse d’impact").first.click()
        kept = tmp_path / taken.value.suggested_filename
        taken.value.save_as(kept)
        own.goto(kept.as_uri())
        own.wait_for_load_state()
        for width in WIDTHS:
            own.set_viewport_size({"width": width, "height": 900})
            assert own.evaluate("document.documentElement.scrollWidth") <= width
        assert Axe().run(own).response["violations"] == []
    assert [one for one in complaints if not one.startswith("asked for file:")] == []


def test_before_beginning_leads_to_a_document(console, page):
    """Below what the law asks stands the document that answers it, to be taken."""
    page.goto(f"{console.url}/console/avant-de-commencer")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Note d’information au comité").first.click()
    assert taken.value.suggested_filename == "note-au-cse.html"


def test_the_pages_of_departures_are_accessible_and_readable(console, employee, tmp_path):
    """The form, what is wrong beside its fields, the match of a list, and the lists kept."""
    key = issue(console.settings["DATABASE_URL"], "Alix Roy", "predict", "admin")
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=console.url, headers=headers) as client:
        client.post("/predict", json=employee | {"id_employee": 78}).raise_for_status()
    path = tmp_path / f"{80 * 'W'}.csv"
    with open_browser(console.url) as (page, complaints):
        enter(page, f"{console.url}/console/departs", key)
        page.get_by_role("heading", name="Départs").wait_for()
        is_fit(page)
        for rows, heading in (("78;31/13/2026;démission\n", "Départs"), (GONE, "Avant de garder")):
            path.write_text(f"id_employee;date_depart;raison\n{rows}")
            page.get_by_label("Une liste .csv ou .xlsx, ou une DSN").set_input_files(path)
            page.get_by_label("Complète jusqu’au").fill("2026-03-31")
            page.get_by_role("button", name="Comparer aux estimations").click()
            page.locator(".fault, caption", has_text=re.compile("ligne 2|de la liste")).wait_for()
            page.get_by_role("heading", name=heading).wait_for()
            is_fit(page)
        page.get_by_role("button", name="Garder ce départ").click()
        page.get_by_role("cell", name="Alix Roy").wait_for()
        is_fit(page)
    assert [one for one in complaints if not one.startswith(f"{REFUSED} 4")] == []


def test_the_models_are_accessible_and_readable(console, artifact_folder, tmp_path):
    """The list with a decision, and the comparison that it was made on."""
    url = console.settings["DATABASE_URL"]
    key = issue(url, "Alix Roy", "predict", "admin")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "text/csv"}
    with httpx.Client(base_url=console.url) as client:
        client.post("/predict/batch", content=table(ROWS), headers=headers).raise_for_status()
    file, app = tmp_path / "served", create_app(DATABASE_URL=url)
    file.write_text(str(artifact_folder))
    second = another(artifact_folder, tmp_path / "second", threshold=0.5)
    with app.app_context():
        decision = promoting.Decision("Alix Roy", "Entraîné sur les personnes de cette année", True)
        promoting.promote(file, Store(tmp_path, seconds=0), str(second), decision)
        db.engine.dispose()
    with open_browser(console.url) as (page, complaints):
        enter(page, f"{console.url}/console/modeles", key)
        page.locator("#modeles").wait_for()
        page.locator("summary").click()
        is_fit(page)
        page.get_by_role("link", name="Voir la comparaison").first.click()
        page.locator("#mots-table").wait_for()
        is_fit(page)
    assert complaints == []


def test_what_has_changed_is_accessible_and_readable(console, page):
    """Of a file and of all sources: what is alarmed, and how far people are from the training's."""
    people = ROWS[:220]
    later = [
        row | {"revenu_mensuel": str(2 * int(row["revenu_mensuel"])), "departement": "Consulting"}
        for row in people
    ]
    headers = {"Authorization": f"Bearer {console.key}", "Content-Type": "text/csv"}
    with httpx.Client(base_url=console.url, headers=headers, timeout=60) as client:
        for rows in (people, later):
            sent = client.post("/predict/batch?source=Essai", content=table(rows))
            sent.raise_for_status()
    for address in (f"fichiers/{sent.headers['Fichier']}", "derive"):
        page.goto(f"{console.url}/console/{address}")
        page.get_by_text("À côté des personnes dont le modèle a appris").first.click()
        assert page.locator("tr", has_text="Revenu mensuel").first.is_visible()
        is_fit(page)
