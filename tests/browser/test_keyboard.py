"""Monday morning without a mouse."""

import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NEEDS_CHROMIUM
from tests.browser.keys import Keyboard
from tests.browser.story import PATIENCE
from tests.browser.test_monday import KEYS, NUMBER, TITLE, complained, extracts

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM, pytest.mark.usefixtures("patience")]


def link(page: Page, name: str):
    return page.get_by_role("link", name=name, exact=True)


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def heading(page: Page, name: str) -> None:
    page.get_by_role("heading", name=name, exact=True).first.wait_for()


def sign_in(keys: Keyboard, key: str) -> None:
    """From the first page, past its menu, to the list of what must be done."""
    page = keys.page
    keys.to(link(page, "Aller au contenu"))
    keys.enter(link(page, "Comment ça marche"))
    heading(page, "Comment ça marche")
    keys.enter(link(page, "avant de commencer"))
    heading(page, "Se connecter")
    assert page.get_by_label("Clé").evaluate("(one) => one === document.activeElement")
    page.keyboard.type(key)
    keys.press("Enter")
    heading(page, "Avant de commencer")


def tick(keys: Keyboard) -> None:
    for box in keys.page.locator("ul.duties input").all():
        keys.to(box)
        keys.press("Space")
    keys.enter(keys.page.get_by_role("button", name="Confirmer au nom de"))
    keys.page.get_by_text("C’est noté, à votre nom").wait_for()


def send(keys: Keyboard, folder) -> str:
    """Have three extracts estimated; returns the file's page."""
    page = keys.page
    keys.enter(link(page, "Estimer un fichier").last)
    heading(page, "Un fichier")
    paths = [folder / name for name, _ in extracts()]
    for path, (_, text) in zip(paths, extracts(), strict=True):
        path.write_text(text)
    chosen = page.locator("#fichier")
    keys.to(chosen)
    chosen.set_input_files(paths)
    keys.enter(button(page, "Estimer"))
    heading(page, "Avant d’estimer")
    keys.to(page.get_by_label("Oui"))
    keys.press("Space")
    keys.enter(button(page, "Estimer quand même"))
    heading(page, "Vue d’ensemble")
    return page.url.partition("?")[0]


def rank(keys: Keyboard) -> None:
    """Set a capacity, filter and sort the ranking, and take it home."""
    page = keys.page
    keys.fill(page.get_by_label("Nombre d’entretiens"), "10")
    keys.press("Enter")
    expect(page.locator("#capacite-dite")).to_contain_text("Avec 10 entretiens")
    keys.enter(link(page, "Classement"), back=True)
    heading(page, "Le classement")
    keys.to(page.locator("#departement"))
    keys.press("ArrowDown")
    page.wait_for_url("**departement=*")
    page.wait_for_function("document.activeElement.id === 'departement'")
    keys.to(page.locator("details.menu summary"))
    keys.press("Enter")
    keys.to(page.get_by_label("avec les numéros"))
    keys.press("Space")
    keys.to(button(page, ".csv"))
    with page.expect_download():
        keys.press("Enter")
    page.get_by_text("Le tableau est téléchargé").wait_for()
    keys.press("Escape")
    expect(page.locator("details.menu summary")).to_be_focused()
    keys.enter(page.get_by_role("columnheader", name="Poste").get_by_role("link"))
    page.wait_for_url("**tri=poste*")
    keys.enter(page.locator("tbody").get_by_role("button").first)
    keys.enter(link(page, "Ouvrir la page de cette estimation"))
    heading(page, "L’estimation")


def find(keys: Keyboard) -> None:
    """Find somebody by their number, and combine two suggestions."""
    page = keys.page
    keys.enter(link(page, "Historique"))
    heading(page, "Historique")
    keys.fill(page.get_by_label("Numéro de l’employé"), str(NUMBER))
    keys.press("Enter")
    page.get_by_text("1 ligne sur cette page").wait_for()
    keys.enter(page.locator("tbody").get_by_role("link", name="Une personne"))
    heading(page, "L’estimation")
    boxes, told = page.locator(".suggestion input"), page.locator("#simulation .verdict strong")
    keys.to(boxes.nth(0))
    keys.press("Space")
    told.last.wait_for()
    one = told.last.inner_text()
    keys.to(boxes.nth(1))
    keys.press("Space")
    expect(told.last).not_to_have_text(one)
    keys.to(page.get_by_text("Changer autre chose"))
    keys.press("Enter")
    keys.to(page.locator("#et-si-heure_supplementaires"))
    keys.enter(button(page, "Comparer"))
    keys.to(button(page, "Imprimer"))


def rename(keys: Keyboard) -> None:
    page = keys.page
    keys.enter(page.locator("summary", has_text="Renommer ou supprimer ce fichier"))
    keys.fill(page.get_by_label("Titre"), TITLE)
    keys.press("Enter")
    page.get_by_text("Le titre est changé.").wait_for()


def show_numbers(keys: Keyboard) -> None:
    page = keys.page
    keys.enter(link(page, "Classement"))
    heading(page, "Le classement")
    keys.to(page.get_by_label("Montrer aussi à"))
    keys.to(page.get_by_label("Jusqu’au"))
    tomorrow = datetime.date.today() + datetime.timedelta(days=1)
    # A browser asks for the day or for the month first, as its own language has it.
    page.keyboard.type(tomorrow.strftime("%m%d%Y"))
    if page.get_by_label("Jusqu’au").input_value() != tomorrow.isoformat():
        keys.press("Shift+Tab", "Shift+Tab")
        page.keyboard.type(tomorrow.strftime("%d%m%Y"))
    keys.enter(button(page, "Montrer les numéros"))
    expect(page.locator("#numeros ~ ul")).to_contain_text("Léa Petit")


def delete(keys: Keyboard) -> None:
    page = keys.page
    keys.enter(link(page, "Vue d’ensemble"), back=True)
    heading(page, "Vue d’ensemble")
    keys.enter(page.locator("summary", has_text="Renommer ou supprimer ce fichier"))
    keys.enter(link(page, "Supprimer ce fichier"))
    heading(page, "Supprimer ce fichier")
    keys.fill(page.get_by_label("Écrivez"), "supprimer")
    keys.enter(button(page, "Supprimer pour de bon"))
    page.get_by_text("est supprimé, avec ses 39 estimations").wait_for()
    keys.enter(button(page, "Se déconnecter"))
    page.get_by_text("Session fermée.").wait_for()


def test_a_monday_by_keyboard_alone(opened, sqlite_template, tmp_path):
    """From arriving to signing out, each stop is seen, has a ring, and stands where one looks."""
    path = tmp_path / "futurisys.db"
    path.write_bytes(sqlite_template.read_bytes())
    with opened(f"sqlite:///{path}", **KEYS) as stage:
        stage.issue("Léa Petit")
        page = stage.arrive()
        keys = Keyboard(page)
        sign_in(keys, stage.issue("Claire Martin"))
        tick(keys)
        file = send(keys, tmp_path)
        rank(keys)
        find(keys)
        page.goto(file, timeout=PATIENCE)
        rename(keys)
        show_numbers(keys)
        delete(keys)
        assert complained(stage) == []
