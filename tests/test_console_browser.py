"""The console in a real Chromium, on PostgreSQL and a real Gunicorn, as a person uses it."""

import csv
import io
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Error, Page

from futurisys.app import create_app
from futurisys.employee.workbooks import write_workbook
from futurisys.operations import access
from futurisys.records.database import db
from tests.browser import NEEDS_CHROMIUM, open_browser
from tests.population import sample_rows, table
from tests.server import Server, free_port

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]
SECRET = "known to these tests alone, and to nobody else"
SUBJECT_KEY = "a key of these tests, of no other use"
WIDTHS = (400, 1400)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS = sample_rows()
SAMPLE_CSV = table(ROWS)
REFUSED = "Failed to load resource: the server responded with a status of"
DROP = """
([form, name, text]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([text], name, { type: "text/csv" }));
  form.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
}
"""
INLINE = """
[...document.querySelectorAll("*")].filter((one) => one.hasAttribute("style")
  || (one.localName === "script" && !one.src)
  || [...one.attributes].some(({ name }) => name.startsWith("on"))).length
"""


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

    def scored_by_api(self, accept: str) -> bytes:
        """The sample as the API answers it, in one of its forms."""
        headers = {"Content-Type": "text/csv", "Accept": accept}
        return self.api("/predict/batch", content=SAMPLE_CSV.encode(), headers=headers).content


@pytest.fixture(scope="module")
def console(postgres, postgres_template, artifact_folder) -> Iterator[Console]:
    with postgres.database(postgres_template) as name:
        settings = {
            "DATABASE_URL": postgres.url(name),
            "FUTURISYS_MODEL": str(artifact_folder),
            "FUTURISYS_SUBJECT_KEY": SUBJECT_KEY,
            "SECRET_KEY": SECRET,
            "PORT": str(free_port()),
        }
        key = issue(settings["DATABASE_URL"], "Claire Martin")
        server = Server(settings).wait("/health/ready")
        one = Console(settings, server.url, key, server)
        yield one
        one.server.stop()


def issue(url: str, name: str) -> str:
    """A key of somebody who may do all that a person does here."""
    app = create_app(DATABASE_URL=url)
    with app.app_context():
        key = access.issue(name, ("predict", "read", "console"), None)
        db.engine.dispose()
    return key


@pytest.fixture
def meant() -> list[str]:
    """What the browser may complain of, for a test asks for it: how the messages begin."""
    return []


@pytest.fixture
def keeps_pages() -> bool:
    """Whether the browser keeps pages alive for Back."""
    return False


@pytest.fixture
def page(console: Console, meant: list[str], keeps_pages: bool) -> Iterator[Page]:
    """A browser that is signed in, and complains of nothing that was not meant."""
    with open_browser(console.url, keeps_pages) as (page, complaints):
        if console.cookies:
            page.context.add_cookies(console.cookies)
        else:
            sign_in(page, console.url, console.key)
            page.get_by_role("heading", name="Un employé").wait_for()
            console.cookies.extend(page.context.cookies())
        page.goto(console.url)
        yield page
    assert [one for one in complaints if not one.startswith(tuple(meant))] == []


def sign_in(page: Page, url: str, key: str) -> None:
    page.goto(f"{url}/console/connexion")
    page.get_by_label("Clé").fill(key)
    page.get_by_role("button", name="Se connecter").click()


def send(page: Page, url: str, file: Path) -> None:
    """Choose a file, and wait for its ranking."""
    page.goto(f"{url}/console/fichier")
    page.get_by_label("Fichier .csv ou .xlsx").set_input_files(file)
    page.get_by_role("button", name="Estimer").click()
    page.get_by_role("heading", name="Le classement").wait_for()


def download(page: Page, button: str) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("button", name=button, exact=True).click()
    return Path(started.value.path()).read_bytes()


def workbook(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("wb") as file:
        write_workbook([list(rows[0]), *(list(row.values()) for row in rows)], file)
    return path


@pytest.fixture
def sample(tmp_path: Path) -> Callable[[str], Path]:
    """The sample's 1470 rows as a file of a kind."""

    def make(kind: str) -> Path:
        path = tmp_path / f"employes.{kind}"
        if kind == "xlsx":
            return workbook(path, ROWS)
        path.write_text(SAMPLE_CSV)
        return path

    return make


def answers(content: bytes, kind: str) -> dict[str, tuple[float, str, float, str]]:
    """Of a table that was taken home: what is said of each employee, by reference."""
    if kind == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode())))
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        header, *lines = sheet.iter_rows(values_only=True)
        rows = [dict(zip(map(str, header), line, strict=True)) for line in lines]
    return {
        str(row["id_employee"]): (
            float(row["Probabilite_depart"]),
            row["Prediction"],
            float(row["Seuil"]),
            row["Niveau_risque"],
        )
        for row in rows
    }


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
        page.get_by_text("Vous êtes déconnecté.").wait_for()
        page.go_back()
        page.reload()
        assert page.title().startswith("Se connecter")
        page.goto(f"{console.url}/console/historique")
        assert page.title().startswith("Se connecter")
    assert [one for one in complaints if not one.startswith(f"{REFUSED} 401")] == []


def test_an_expired_cookie_and_a_forged_form_are_turned_away(console, page, meant):
    """A session that has ended asks for a key again; a form with another token loses nothing."""
    meant.append(f"{REFUSED} 400")
    page.goto(f"{console.url}/?exemple=1")
    page.get_by_label("Revenu mensuel").fill("6001")
    forge = "(field) => { field.value = 'forged' }"
    page.locator("main [name=csrf_token]").evaluate(forge)
    page.get_by_role("button", name="Estimer le risque").click()
    page.get_by_text("ouverte depuis trop longtemps").wait_for()
    assert page.get_by_label("Revenu mensuel").input_value() == "6001"
    page.get_by_role("button", name="Estimer le risque").click()
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
    page.goto(f"{console.url}/console/historique")
    page.locator("main .filters [name=csrf_token]").evaluate(forge)
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("heading", name="Demande illisible").wait_for()
    assert "rechargez-la" in page.get_by_role("alert").inner_text()
    app = Flask("expired")
    app.secret_key = SECRET
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    ended = {"key": console.key.split("_")[1], "name": "Claire Martin", "until": time.time() - 1}
    cookie = {"name": "futurisys", "value": str(signer.dumps(ended)), "url": console.url}
    page.context.add_cookies([cookie])
    page.goto(f"{console.url}/console/historique")
    assert page.title().startswith("Se connecter")
    page.get_by_text("Votre session a pris fin").wait_for()


def test_one_employee_from_the_form_to_what_if(console, page, rows, meant):
    """By keyboard: what is wrong is told beside its field; the answer is the API's; bars move."""
    meant.append(f"{REFUSED} 422")
    page.goto(f"{console.url}/?exemple=1")
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
    assert page.locator("main > .bars li").count() == len(single["Facteurs"])
    changed = {"employe": employee, "changements": {"heure_supplementaires": "Non"}}
    moved = console.api("/simulate", json=changed).json()
    page.locator("#et-si-heure_supplementaires").select_option("Non")
    page.locator("#simulation svg.chart").wait_for()
    after = f"{moved['Apres']['Probabilite_depart'] * 100:.1f}".replace(".", ",") + "\u202f%"
    assert shown in page.locator("#simulation .verdict").inner_text()
    assert after in page.locator("#simulation .verdict").inner_text()
    first = page.locator("#simulation .bars").last.inner_html()
    page.locator("#et-si-niveau_hierarchique_poste").fill("3")
    page.keyboard.press("Enter")
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


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_is_ranked_read_and_taken_home(console, page, sample, kind):
    """1470 rows dropped: sorted, filtered, opened, and downloaded as the API answers them."""
    if kind == "csv":
        page.goto(f"{console.url}/console/fichier")
        form = page.locator("form.drop").element_handle()
        page.evaluate(DROP, [form, "employes.csv", SAMPLE_CSV])
        page.get_by_role("heading", name="Le classement").wait_for()
    else:
        send(page, console.url, sample(kind))
    expected = answers(console.scored_by_api("text/csv"), "csv")
    chances = sorted((chance for chance, *_ in expected.values()), reverse=True)
    first = page.locator("table.rows tbody tr").first
    assert f"{chances[0] * 100:.1f}".replace(".", ",") in first.inner_text()
    reference = first.locator("[data-reference]").inner_text()
    assert expected[reference][0] == chances[0]
    for risk in ("Élevé", "Modéré", "Faible"):
        count = sum(one[3] == risk for one in expected.values())
        tile = page.locator(".tiles li", has_text=risk).inner_text()
        assert f"{count:,}".replace(",", "\u202f") in tile
    first.get_by_role("button", name="Raisons").click()
    page.locator("tr.opened .bars li").first.wait_for()
    page.get_by_role("link", name="Probabilité").click()
    page.wait_for_url("**sens=asc**")
    lowest = page.locator("table.rows tbody tr").first.inner_text()
    assert f"{chances[-1] * 100:.1f}".replace(".", ",") in lowest
    page.get_by_label("Département").select_option("Ressources Humaines")
    page.get_by_label("Niveau de risque").select_option("Élevé")
    page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url("**departement=Ressources**")
    departments = {row["id_employee"]: row["departement"] for row in ROWS}
    people = [r for r, one in expected.items() if one[3] == "Élevé"]
    people = [r for r in people if departments[r] == "Ressources Humaines"]
    assert page.locator("table.rows tbody tr").count() == len(people)
    assert answers(download(page, ".csv"), "csv") == expected
    assert answers(download(page, ".xlsx"), "xlsx") == answers(console.scored_by_api(XLSX), "xlsx")
    page.get_by_label("Département").select_option("")
    page.get_by_label("Niveau de risque").select_option("")
    page.get_by_label("Lignes par page").select_option("2000")
    page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url("**taille=2000**")
    assert page.locator("table.rows tbody tr").count() == len(ROWS)


def test_bad_rows_are_listed_and_a_file_that_is_none_is_refused(console, page, tmp_path, meant):
    """Good rows are ranked; each bad one has its line and sentence; nonsense is one sentence."""
    meant.append(f"{REFUSED} 422")
    bad = [dict(row) for row in ROWS[:20]]
    bad[3]["revenu_mensuel"], bad[7]["poste"] = "-5", ""
    path = tmp_path / "employes.csv"
    path.write_text(table(bad))
    send(page, console.url, path)
    assert "18 employés estimés, 2 lignes refusées" in page.locator(".lead").inner_text()
    refused = page.locator("section", has_text="Lignes refusées").inner_text()
    assert "revenu_mensuel" in refused
    assert "la valeur manque" in refused
    assert page.locator("section tbody th").all_inner_texts() == ["5", "9"]
    path.write_bytes(b"PK\x03\x04 no workbook")
    page.goto(f"{console.url}/console/fichier")
    page.get_by_label("Fichier .csv ou .xlsx").set_input_files(path)
    page.get_by_role("button", name="Estimer").click()
    page.locator("#fichier-faute:visible").wait_for()
    assert "classeur .xlsx lisible" in page.locator("#fichier-faute").inner_text()


def test_a_file_of_20_mb_is_taken_and_one_over_the_limit_is_not_sent(console, page, tmp_path):
    """Its progress is shown while it is sent; beyond 64 MiB a sentence says what to do."""
    padded = [{**row, "code_sondage": "x" * 13_700} for row in ROWS]
    path = tmp_path / "employes.csv"
    path.write_text(table(padded))
    assert path.stat().st_size > 20_000_000
    page.goto(f"{console.url}/console/fichier")
    page.evaluate(
        "new MutationObserver(() => { window.shown = true }).observe("
        "document.querySelector('.progress'), { attributes: true })"
    )
    page.get_by_label("Fichier .csv ou .xlsx").set_input_files(path)
    page.get_by_role("button", name="Estimer").click(no_wait_after=True)
    page.wait_for_function("window.shown || document.title.startsWith('Le classement')")
    page.get_by_role("heading", name="Le classement").wait_for()
    assert "1\u202f470 employés estimés" in page.locator(".lead").inner_text()
    with path.open("ab") as file:
        file.truncate((64 << 20) + 1)
    page.goto(f"{console.url}/console/fichier")
    page.get_by_label("Fichier .csv ou .xlsx").set_input_files(path)
    page.get_by_role("button", name="Estimer").click()
    assert "dépasse 64 Mo" in page.locator("#fichier-faute").inner_text()


def test_a_restart_in_between_loses_nothing(console, page, sample):
    """Sign-in, a form that is open, a ranking and its references outlive the server."""
    send(page, console.url, sample("csv"))
    other = page.context.new_page()
    other.goto(f"{console.url}/?exemple=1")
    console.restart()
    page.get_by_role("link", name="Ligne", exact=True).click()
    page.wait_for_url("**tri=ligne**")
    first = page.locator("table.rows tbody tr").first
    assert first.locator("[data-reference]").inner_text() == ROWS[0]["id_employee"]
    first.get_by_role("button", name="Raisons").click()
    page.locator("tr.opened .bars li").first.wait_for()
    assert len(answers(download(page, ".csv"), "csv")) == len(ROWS)
    other.get_by_role("button", name="Estimer le risque").click()
    other.get_by_role("heading", name="L’estimation", exact=True).wait_for()


def test_a_server_that_is_away_is_one_sentence(console, page, sample, meant):
    """What is asked of a server that does not answer is told, and can be asked again."""
    meant.append("Failed to load resource: net::ERR_CONNECTION_REFUSED")
    page.goto(f"{console.url}/console/fichier")
    page.get_by_label("Fichier .csv ou .xlsx").set_input_files(sample("csv"))
    console.server.stop()
    page.get_by_role("button", name="Estimer").click()
    page.locator("#fichier-faute:visible").wait_for()
    assert "ne répond pas" in page.locator("#fichier-faute").inner_text()
    console.server = Server(console.settings).wait("/health/ready")
    page.get_by_role("button", name="Estimer").click()
    page.get_by_role("heading", name="Le classement").wait_for()


def back(page: Page) -> None:
    """Go back to a page, which may be loaded anew or not."""
    page.go_back(wait_until="commit")
    page.locator("main").wait_for()


@pytest.mark.parametrize("keeps_pages", [True, False], ids=["alive", "cached"])
def test_back_leads_to_what_was_there(console, page, meant, keeps_pages):
    """After an answer, a search and a form with faults the page before is shown as it was left.

    A browser that had no room to keep the page shows it from its cache, as it had come.
    """
    meant.append(f"{REFUSED} 422")
    page.goto(f"{console.url}/?exemple=1")
    income = page.get_by_label("Revenu mensuel")
    income.fill("6001")
    page.get_by_role("button", name="Estimer le risque").click()
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
    back(page)
    page.get_by_role("heading", name="Un employé").wait_for()
    assert income.input_value() == ("6001" if keeps_pages else "5993")
    assert page.get_by_role("button", name="Estimer le risque").is_enabled()
    page.go_forward(wait_until="commit")
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
    page.reload()
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
    page.goto(f"{console.url}/console/historique")
    page.get_by_label("Réponse").select_option("Part")
    page.get_by_role("button", name="Chercher").click()
    page.wait_for_function("document.querySelector('option[selected]')?.textContent === 'Part'")
    shown = page.locator("tbody").inner_text()
    page.get_by_role("link", name="Ouvrir").first.click()
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()
    back(page)
    page.get_by_role("heading", name="Historique").wait_for()
    assert page.get_by_label("Réponse").input_value() == "Part"
    assert page.locator("tbody").inner_text() == shown
    page.goto(f"{console.url}/?exemple=1")
    income.fill("-5")
    page.get_by_role("button", name="Estimer le risque").click()
    page.get_by_role("alert").wait_for()
    page.get_by_role("link", name="Groupes").click()
    page.get_by_role("heading", name="Groupes").wait_for()
    back(page)
    page.get_by_role("alert").wait_for()
    assert income.input_value() == "-5"


@pytest.mark.parametrize("keeps_pages", [True, False], ids=["alive", "cached"])
def test_signing_out_leaves_nothing_of_a_person_in_the_browser(console, page, tmp_path, meant):
    """Neither Back, to pages and to what forms were answered with, nor the tab's memory has any."""
    meant.extend([f"{REFUSED} 422", f"{REFUSED} 401"])
    people = [row | {"poste": "Dompteur"} for row in ROWS[:12]]
    path = tmp_path / "employes.csv"
    path.write_text(table(people))
    page.goto(f"{console.url}/?exemple=1")
    for income in ("-4711", "4711"):
        page.get_by_label("Poste", exact=True).fill("Dompteur")
        page.get_by_label("Revenu mensuel").fill(income)
        page.get_by_role("button", name="Estimer le risque").click()
        page.get_by_text("4711" if income == "4711" else "doit être comprise").first.wait_for()
    page.goto(f"{console.url}/console/historique")
    page.get_by_label("Numéro de l’employé").fill("4711")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_text("Rien n’a été trouvé.").wait_for()
    send(page, console.url, path)
    assert "Dompteur" in page.locator("tbody").first.inner_text()
    assert page.evaluate("sessionStorage.length") == 1
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_text("Vous êtes déconnecté.").wait_for()
    assert page.evaluate("sessionStorage.length") == 0
    for _ in range(8):
        with suppress(Error):
            page.go_back(wait_until="commit")
        page.locator("body").wait_for()
        shown = page.content()
        assert "Dompteur" not in shown, page.url
        assert "4711" not in shown, page.url
        assert "Claire" not in shown, page.url
        typed = "[...document.querySelectorAll('input')].map((one) => one.value).join(' ')"
        assert "4711" not in page.evaluate(typed), page.url


def test_a_tab_that_has_no_numbers_says_so(console, page, tmp_path):
    """The tab that sent a file shows the numbers of its people; another says where they are."""
    path = tmp_path / "employes.csv"
    path.write_text(table(ROWS[:5]))
    send(page, console.url, path)
    other = page.context.new_page()
    other.goto(page.url)
    note = "Les numéros des employés ne sont ni ici"
    other.get_by_text(note).wait_for()
    assert not page.get_by_text(note).is_visible()
    assert page.locator("tbody [data-reference]").all_inner_texts() != 5 * [""]
    assert not other.locator("tbody [data-reference]").first.is_visible()
    assert "id_employee" in download(page, ".csv").decode()
    assert "id_employee" not in download(other, ".csv").decode()


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
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        assert page.evaluate(INLINE) == 0, page.url
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["impact"], page.url) for one in found] == []

    page.goto(f"{console.url}/")
    look()
    page.get_by_role("button", name="Estimer le risque").click()
    look()
    page.get_by_role("link", name="Remplir avec un exemple").click()
    page.get_by_role("button", name="Estimer le risque").click()
    page.locator("#et-si-heure_supplementaires").select_option("Non")
    page.locator("#simulation svg.chart").wait_for()
    page.get_by_text("Changements associés").click()
    look()
    page.goto(f"{console.url}/console/fichier")
    look()
    send(page, console.url, path)
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
    page.get_by_role("link", name="Ouvrir").first.click()
    look()
    page.goto(f"{console.url}/model")
    look()
    page.get_by_role("button", name="Se déconnecter").click()
    look()
