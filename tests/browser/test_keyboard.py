"""Monday morning without a mouse: each stop of the focus is seen, and all is done by keys."""

import datetime
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser import NEEDS_CHROMIUM
from tests.browser.keyboard import Keyboard
from tests.browser.test_monday import TITLE, chosen, complained

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]
PHONE, DESK = ViewportSize(width=400, height=700), ViewportSize(width=1400, height=900)


def sign_in(keys: Keyboard, key: str) -> None:
    """From the first page; the only field has the focus when the page comes."""
    keys.link("Se connecter")
    keys.title("Se connecter")
    keys.page.locator("#secret:focus").wait_for()
    keys.type(key)
    keys.press("Enter")
    keys.page.get_by_role("button", name="Se déconnecter").wait_for()


def tick(keys: Keyboard) -> None:
    """Skip the menu, and confirm what must be done before the first file."""
    keys.link("Aller au contenu")
    keys.link("Comment ça marche")
    keys.title("Comment ça marche")
    keys.link("avant de commencer")
    keys.title("Avant de commencer")
    for box in keys.page.locator("ul.duties input").all():
        keys.to(box)
        keys.press("Space")
        assert box.is_checked()
    keys.button("Confirmer, au nom de : Claire Martin")
    keys.page.get_by_text("C’est noté, à votre nom").wait_for()


def send(keys: Keyboard) -> None:
    """Choose three extracts in the field that has the focus, and answer what is asked before."""
    keys.to(keys.page.locator("nav").get_by_role("link", name="Estimer un fichier"))
    keys.press("Enter")
    keys.title("Un fichier")
    keys.to(keys.page.locator("#fichier"))
    keys.page.locator(":focus").set_input_files(chosen())
    keys.button("Estimer")
    keys.title("Avant d’estimer")
    yes = keys.page.get_by_label("Oui")
    keys.to(yes)
    keys.press("ArrowDown", "ArrowUp")
    assert yes.is_checked()
    keys.button("Estimer quand même")
    keys.title("Vue d’ensemble")


def read_the_glance(keys: Keyboard) -> None:
    """Set a capacity, and group by another field; the focus stays where it was."""
    expect(keys.page.locator(".sum")).to_contain_text("Au hasard seul, de")
    keys.to(keys.page.get_by_label("Nombre d’entretiens"))
    keys.type("10")
    keys.press("Enter")
    expect(keys.page.locator("#capacite-dite")).to_contain_text("Avec 10 entretiens")
    keys.to(keys.page.get_by_label("Grouper par"))
    keys.press("ArrowDown")
    keys.page.wait_for_url("**par=**")
    keys.page.locator("#par:focus").wait_for()
    keys.link("Classement", "Shift+Tab")


def read_the_ranking(keys: Keyboard) -> None:
    """Filter, sort, take a table home with numbers, and open a person by a row's reasons."""
    page = keys.page
    keys.title("Le classement")
    keys.to(page.get_by_label("Signalement"))
    keys.press("S")
    page.wait_for_url("**mot=Signal*")
    page.locator("#mot:focus").wait_for()
    assert set(page.locator("table.people tbody .word").all_inner_texts()) == {"Signalé"}
    keys.to(page.locator("summary", has_text="Télécharger"))
    keys.press("Enter")
    keys.to(page.get_by_label("avec les numéros"))
    keys.press("Space")
    taken = keys.to(page.get_by_role("button", name=".csv", exact=True))
    with page.expect_download() as started:
        keys.press("Enter")
    assert "Signalement" in Path(started.value.path()).read_text()
    page.get_by_text("Le tableau est téléchargé.").wait_for()
    expect(taken).to_be_focused()
    keys.to(page.get_by_role("link", name="Poste", exact=True))
    keys.link("Ligne", "Shift+Tab")
    page.locator(".by-ligne[aria-sort]").wait_for()
    keys.to(page.locator("table.people tbody .reasons button").first)
    keys.press("Enter")
    page.locator("tr.opened .bars").first.wait_for()
    keys.link("Ouvrir la page de cette estimation")


def combine(keys: Keyboard) -> None:
    """Take two suggestions together; the focus stays on what was ticked."""
    keys.title("L’estimation")
    told = keys.page.locator("#simulation .verdict strong").last
    before = "("
    for box in keys.page.locator(".suggestion input").all()[:2]:
        keys.to(box)
        keys.press("Space")
        expect(told).not_to_have_text(before)
        before = told.inner_text()
        assert before.startswith("−")
        expect(box).to_be_focused()
    keys.page.set_viewport_size(PHONE)
    keys.to(keys.page.get_by_text("Changer autre chose"))
    keys.press("Enter")
    keys.to(keys.page.get_by_role("button", name="Comparer"))
    keys.page.set_viewport_size(DESK)
    keys.link("fichier", "Shift+Tab")
    keys.title("Le classement")


def rename(keys: Keyboard) -> None:
    keys.link("Vue d’ensemble")
    keys.title("Vue d’ensemble")
    open_parts(keys)
    keys.to(keys.page.get_by_label("Titre"))
    keys.type(TITLE)
    keys.press("Enter")
    keys.page.get_by_text("Le titre est changé.").wait_for()
    expect(keys.page.locator(".lead")).to_contain_text(TITLE)


def open_parts(keys: Keyboard) -> None:
    keys.to(keys.page.get_by_text("Renommer ou supprimer ce fichier"))
    keys.press("Enter")


def name_a_reader(keys: Keyboard, name: str) -> None:
    """Have somebody see the numbers until a day that every order of day and month tells."""
    keys.link("Classement")
    keys.title("Le classement")
    keys.to(keys.page.get_by_label("Montrer aussi à"))
    keys.type(name)
    keys.to(keys.page.get_by_label("Jusqu’au"))
    keys.type(f"{day_like_its_month():%m%d%Y}")
    keys.button("Montrer les numéros")
    expect(keys.page.locator("#numeros ~ ul")).to_contain_text(name)


def day_like_its_month() -> datetime.date:
    """The next day whose number is its month's."""
    tomorrow = datetime.date.today() + datetime.timedelta(days=1)
    days = (tomorrow + datetime.timedelta(days=n) for n in range(60))
    return next(day for day in days if day.day == day.month)


def delete(keys: Keyboard) -> None:
    keys.link("Vue d’ensemble", "Shift+Tab")
    keys.title("Vue d’ensemble")
    open_parts(keys)
    keys.link("Supprimer ce fichier")
    keys.title("Supprimer ce fichier")
    keys.to(keys.page.get_by_label("Écrivez"))
    keys.type("supprimer")
    keys.press("Enter")
    keys.page.get_by_text("est supprimé, avec ses 39 estimations").wait_for()


def test_a_monday_by_keyboard(stage):
    """From the first page to the last no step needs a mouse, and the focus is seen throughout."""
    claire = stage.issue("Claire Martin")
    stage.issue("Léa Petit")
    keys = Keyboard(stage.arrive())
    sign_in(keys, claire)
    tick(keys)
    send(keys)
    read_the_glance(keys)
    read_the_ranking(keys)
    combine(keys)
    rename(keys)
    name_a_reader(keys, "Léa Petit")
    delete(keys)
    keys.button("Se déconnecter")
    keys.page.get_by_text("Session fermée.").wait_for()
    assert complained(stage) == []
