"""Monday morning in a browser that runs no script: links, forms and their buttons do all of it."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NEEDS_CHROMIUM
from tests.browser.test_monday import (
    NUMBER,
    chosen,
    complained,
    delete,
    glance,
    leave,
    points,
    rename,
    show_numbers_to,
    tick,
    understand,
)

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]


def send(page: Page) -> str:
    """Choose three extracts, and again where they are confirmed; returns the file's page."""
    page.get_by_role("link", name="Estimer un fichier").first.click()
    page.locator("#fichier").set_input_files(chosen())
    page.get_by_role("button", name="Estimer").click()
    page.get_by_role("heading", name="Avant d’estimer").wait_for()
    page.locator("#fichier").set_input_files(chosen())
    page.get_by_label("Oui").check()
    page.get_by_role("button", name="Estimer quand même").click()
    page.get_by_role("heading", name="Vue d’ensemble").wait_for()
    return page.url.partition("?")[0]


def read_the_ranking(page: Page) -> None:
    """Group the population, then filter its people by a button, and sort them by a link."""
    page.get_by_label("Grouper par").select_option("genre")
    page.get_by_role("button", name="Grouper").click()
    page.wait_for_url("**par=genre**")
    page.get_by_role("link", name="Classement", exact=True).click()
    page.get_by_label("Signalement").select_option("Signalé")
    page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url("**mot=Signal*")
    assert set(page.locator("table.people tbody .word").all_inner_texts()) == {"Signalé"}
    page.get_by_role("link", name="Ligne", exact=True).click()
    page.locator(".by-ligne[aria-sort]").wait_for()
    expect(page.locator("table.people tbody")).to_contain_text(str(NUMBER))


def take(page: Page) -> None:
    """Take this view home, with its numbers."""
    page.get_by_text("Télécharger", exact=True).click()
    page.get_by_label("avec les numéros").check()
    with page.expect_download() as started:
        page.get_by_role("button", name=".csv", exact=True).click()
    rows = list(csv.DictReader(io.StringIO(Path(started.value.path()).read_text())))
    assert str(NUMBER) in [row["id_employee"] for row in rows]
    assert {row["Signalement"] for row in rows} == {"Signalé"}


def combine(page: Page) -> None:
    """Compare with one suggestion, then with two, and go back to the person and their file."""
    page.locator("table.people tbody .reasons a").first.click()
    person = page.url
    moved = []
    for place in (0, 1):
        page.locator(".suggestion input").nth(place).check()
        page.get_by_role("button", name="Comparer").click()
        page.get_by_role("heading", name="Une estimation, si l’on changeait").wait_for()
        assert page.locator(".suggestion input:checked").count() == place + 1
        moved.append(points(page.locator("#simulation .verdict strong").last.inner_text()))
    assert moved[1] < moved[0] < 0
    page.get_by_role("link", name="Retour à l’estimation").click()
    page.wait_for_url(person)
    page.get_by_role("link", name="fichier", exact=True).click()
    page.get_by_role("heading", name="Le classement").wait_for()


def test_a_monday_without_a_script(stage):
    """Everything but progress and the liveliness of what-if is there where no script runs."""
    claire = stage.issue("Claire Martin")
    stage.issue("Léa Petit")
    page = stage.arrive(has_script=False)
    understand(page)
    page.get_by_label("Clé").fill(claire)
    page.get_by_role("button", name="Se connecter").click()
    tick(page)
    file = send(page)
    glance(page)
    read_the_ranking(page)
    take(page)
    combine(page)
    rename(page, file)
    show_numbers_to(page, file, "Léa Petit")
    delete(page, file)
    leave(page, file)
    assert complained(stage) == []
