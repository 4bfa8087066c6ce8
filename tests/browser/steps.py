"""What a person does with the console in a browser, and what they take home."""

import csv
import io
import re
from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page

from tests.books import DATA, ESTIMATES, rows_of
from tests.population import sample_rows, table
from tests.server import Server

SECRET = "known to these tests alone, and to nobody else"
ROWS = sample_rows()
SAMPLE_CSV = table(ROWS)
REFUSED = "Failed to load resource: the server responded with a status of"


@dataclass
class Console:
    """A running service, and a key of somebody who may use its pages.

    cookies: of the first who signed in, for nobody may do so too often.
    """

    settings: dict[str, str]
    url: str
    key: str
    server: Server
    cookies: list[Any] = field(default_factory=list)

    def restart(self) -> None:
        """Stop the server, and start it again at the same address."""
        self.server.stop()
        self.server = Server(self.settings).wait("/health/ready")

    def api(self, path: str, **options) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.key}"} | options.pop("headers", {})
        return httpx.post(self.url + path, headers=headers, **options)

    def told(self, path: str, **asked: str) -> Any:
        """What the API says at an address."""
        headers = {"Authorization": f"Bearer {self.key}"}
        response = httpx.get(self.url + path, params=asked, headers=headers, timeout=60)
        return response.raise_for_status().json()

    def scored_by_api(self, accept: str) -> bytes:
        """The sample as the API answers it, in one of its forms."""
        headers = {"Content-Type": "text/csv", "Accept": accept}
        return self.api("/predict/batch", content=SAMPLE_CSV.encode(), headers=headers).content


def sign_in(page: Page, url: str, key: str) -> None:
    page.goto(f"{url}/console/connexion")
    page.get_by_label("Clé").fill(key)
    page.get_by_role("button", name="Se connecter").click()


def enter(page: Page, address: str, key: str) -> None:
    """Open a page that asks for a key first, and give it."""
    page.goto(address)
    page.get_by_label("Clé").fill(key)
    page.keyboard.press("Enter")


def send(page: Page, url: str, file: Path) -> None:
    """Choose a file, and go on to its ranking.

    The model is the sample's: whoever sends other people confirms it.
    """
    page.goto(f"{url}/console/fichier")
    page.get_by_label("Fichier .csv ou .xlsx").set_input_files(file)
    page.get_by_role("button", name="Estimer").click()
    page.get_by_role("heading", name=re.compile("Vue d’ensemble|Avant d’estimer")).wait_for()
    if page.get_by_text("il ne dit rien des vôtres").count():
        page.get_by_role("button", name="Estimer quand même").click()
    to_ranking(page)


def to_ranking(page: Page) -> None:
    """Wait for a file's population, and turn to its people."""
    page.get_by_role("heading", name="Vue d’ensemble").wait_for()
    page.get_by_role("link", name="Classement", exact=True).click()
    page.get_by_role("heading", name="Le classement").wait_for()


def download(page: Page, button: str) -> bytes:
    """Take a table home; those of the menu are there once it is open."""
    menu = page.locator("details.menu:not([open]) summary")
    if menu.count() and not page.get_by_role("button", name=button, exact=True).is_visible():
        menu.click()
    with page.expect_download() as started:
        page.get_by_role("button", name=button, exact=True).click()
    return Path(started.value.path()).read_bytes()


def answers(
    content: bytes, kind: str, refused: Container[str] = ()
) -> dict[str, tuple[float, str, float, str]]:
    """Of a table that was taken home: what is said of each employee, by reference.

    refused: those who have no answer.
    """
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode())))
    else:
        rows = rows_of(content, DATA)
    return {
        str(row["id_employee"]): (
            float(row["Probabilite_depart"]),
            row["Prediction"],
            float(row["Seuil"]),
            row["Niveau_risque"],
        )
        for row in rows
        if str(row["id_employee"]) not in refused
    }


def estimates(content: bytes) -> dict[int, dict[str, Any]]:
    """Of a workbook that was taken home: what the service says of each line, without the number."""
    rows = rows_of(content, ESTIMATES)
    apart = {"Numéro de l’employé": None, "Avis": None}
    return {row["Ligne"]: row | apart for row in rows}
