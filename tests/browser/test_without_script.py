"""Monday morning in a browser that runs no script."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NEEDS_CHROMIUM
from tests.browser.steps import sign_in
from tests.browser.test_monday import (
    KEYS,
    NUMBER,
    complained,
    delete,
    extracts,
    glance,
    leave,
    open_person,
    rename,
    show_numbers_to,
    tick,
    understand,
)

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM, pytest.mark.usefixtures("patience")]


def send(page: Page, url: str, folder: Path) -> str:
    """Have three extracts estimated, which are chosen again where that is asked."""
    paths = []
    for name, text in extracts():
        paths.append(folder / name)
        paths[-1].write_text(text)
    page.goto(f"{url}/console/fichier")
    page.locator("#fichier").set_input_files(paths)
    page.get_by_role("button", name="Estimer").click()
    page.get_by_role("heading", name="Avant d’estimer").wait_for()
    page.get_by_label("Oui").check()
    page.locator("#fichier").set_input_files(paths)
    page.get_by_role("button", name="Estimer quand même").click()
    page.get_by_role("heading", name="Vue d’ensemble").wait_for()
    return page.url.partition("?")[0]


def group(page: Page) -> None:
    page.get_by_label("Grouper par").select_option("poste")
    page.get_by_role("button", name="Grouper").click()
    page.wait_for_url("**par=poste*")


def rank(page: Page) -> None:
    """Filter the people with the button, read one, and take home what is shown."""
    page.get_by_role("link", name="Classement", exact=True).click()
    page.get_by_role("heading", name="Le classement").wait_for()
    page.get_by_label("Département").select_option("Commercial")
    page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url("**departement=Commercial*")
    shown = page.locator("table.people tbody tr").count()
    page.get_by_text("Télécharger", exact=True).click()
    page.get_by_label("avec les numéros").check()
    with page.expect_download() as started:
        page.get_by_role("button", name=".csv", exact=True).click()
    text = Path(started.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == shown
    assert {row["departement"] for row in rows} == {"Commercial"}
    page.locator("table.people tbody .reasons a").first.click()
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()


def combine(page: Page) -> None:
    """Take two suggestions, then another change, each through the button."""
    boxes, told = page.locator(".suggestion input"), page.locator("#simulation .verdict strong")
    boxes.nth(0).check()
    page.get_by_role("button", name="Comparer").click()
    told.last.wait_for()
    one = told.last.inner_text()
    assert boxes.nth(0).is_checked()
    boxes.nth(1).check()
    page.get_by_role("button", name="Comparer").click()
    expect(told.last).not_to_have_text(one)
    both = told.last.inner_text()
    page.get_by_text("Changer autre chose").click()
    page.locator("#et-si-niveau_hierarchique_poste").select_option("5")
    page.get_by_role("button", name="Comparer").click()
    expect(told.last).not_to_have_text(both)


def test_a_monday_without_script(opened, sqlite_template, tmp_path):
    """All but progress and what is told at once works through links and buttons."""
    path = tmp_path / "futurisys.db"
    path.write_bytes(sqlite_template.read_bytes())
    with opened(f"sqlite:///{path}", **KEYS) as stage:
        claire = stage.issue("Claire Martin")
        stage.issue("Léa Petit")
        page = stage.arrive(has_script=False)
        understand(page)
        sign_in(page, stage.url, claire)
        page.goto(f"{stage.url}/console/avant-de-commencer")
        tick(page)
        file = send(page, stage.url, tmp_path)
        glance(page)
        group(page)
        rank(page)
        open_person(page)
        expect(page.get_by_text("Numéro de la personne")).to_contain_text(str(NUMBER))
        combine(page)
        rename(page, file)
        show_numbers_to(page, file, "Léa Petit")
        delete(page, file)
        leave(page, file)
        assert complained(stage) == []
