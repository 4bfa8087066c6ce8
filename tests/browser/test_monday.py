"""Monday morning in a real Chromium: from the first page to the last, and what it leaves behind."""

import datetime
import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import chain

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser import NEEDS_CHROMIUM, story
from tests.browser.steps import REFUSED, Console
from tests.browser.story import Stage
from tests.browser.test_file import DROP
from tests.definition import EVAL, SIRH, SONDAGE
from tests.server import ROOT
from tests.three_extracts import csv_of, first

pytestmark = [pytest.mark.slow, NEEDS_CHROMIUM]
KEYS = {
    "FUTURISYS_SUBJECT_KEY": "a key of this story, of no other use",
    "FUTURISYS_NUMBERS_KEY": "another key of this story, of no other use",
}
PEOPLE = 40
EMPLOYEE = ROOT / "futurisys" / "sample" / "employe.json"
# Whoever is looked for; a row that is refused; a row of nobody whom the SIRH knows; one alone.
NUMBER, WRONG, NOBODY, ALONE = 98_765_431, 87_654_329, 76_543_217, 65_432_189
NUMBERS = (NUMBER, WRONG, NOBODY, ALONE)
TABLES = [f"table {form}" for form in story.TAKEN]
TITLE = "Siège, novembre"
SHEET = re.compile(rb"/Type\s*/Page\b")


def extracts() -> list[list[str]]:
    """Three files of people who are not quite the sample's: the first has a number of their own."""
    tables = first(PEOPLE)
    sirh, evaluations, survey = tables[SIRH], tables[EVAL], tables[SONDAGE]
    for place, number in ((1, NUMBER), (5, WRONG)):
        for rows, name, told in (
            (sirh, "id_employee", f"{number}"),
            (evaluations, "eval_number", f"E_{number}"),
            (survey, "code_sondage", f"{number}"),
        ):
            rows[place][rows[0].index(name)] = told
    salary = sirh[0].index("revenu_mensuel")
    sirh[5][salary], sirh[9][salary] = "-5", "6001"
    stranger = list(evaluations[1])
    stranger[evaluations[0].index("eval_number")] = f"E_{NOBODY}"
    evaluations.append(stranger)
    return [[name, csv_of(rows).decode()] for name, rows in tables.items()]


def chosen() -> list[FilePayload]:
    """The same, as a field takes them."""
    return [
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()} for name, text in extracts()
    ]


def understand(page: Page) -> None:
    """Read what this is and is not, and how it works; turn to what must be done before."""
    page.get_by_role("heading", name="Préparer une conversation").wait_for()
    expect(page.locator(".lead")).to_contain_text("aucune décision ne doit reposer sur lui seul")
    page.get_by_role("link", name="Comment ça marche").click()
    page.get_by_role("heading", name="Comment ça marche").wait_for()
    expect(page.locator("dl.words")).to_contain_text("Seuil")
    page.get_by_role("link", name="avant de commencer").click()


def tick(page: Page) -> None:
    """Confirm by name what must be done before the first file of real people."""
    page.get_by_role("heading", name="Avant de commencer").wait_for()
    for box in page.locator("ul.duties input").all():
        box.check()
    page.get_by_role("button", name="Confirmer, au nom de : Claire Martin").click()
    page.get_by_text("C’est noté, à votre nom").wait_for()


def drop(page: Page) -> str:
    """Have three extracts estimated, though they are not the sample's; returns the file's page."""
    form = page.locator("form.drop").element_handle()
    page.evaluate(DROP, [form, extracts()])
    page.get_by_role("heading", name="Avant d’estimer").wait_for()
    expect(page.locator(".message.wrong")).to_contain_text("il ne dit rien des vôtres")
    page.get_by_label("Oui").check()
    page.get_by_role("button", name="Estimer quand même").click()
    page.get_by_role("heading", name="Vue d’ensemble").wait_for()
    return page.url.partition("?")[0]


def glance(page: Page) -> None:
    """Read a population before any name, and set a capacity."""
    expect(page.locator(".demonstration")).to_contain_text("DÉMONSTRATION")
    expect(page.locator(".lead")).to_contain_text("39 employés estimés, 2 lignes refusées")
    expect(page.locator(".sum")).to_contain_text("Au hasard seul, de")
    page.get_by_label("Nombre d’entretiens").fill("10")
    page.get_by_role("button", name="Tracer la ligne").click()
    expect(page.locator("#capacite-dite")).to_contain_text("Avec 10 entretiens, le seuil serait")


def open_person(page: Page, number: int = NUMBER) -> None:
    """Find somebody by their number, and open their page."""
    page.get_by_role("link", name="Historique").click()
    page.get_by_label("Numéro de l’employé").fill(str(number))
    page.get_by_role("button", name="Chercher").click()
    page.locator("tbody").get_by_role("link", name="Une personne").click()
    page.get_by_role("heading", name="L’estimation", exact=True).wait_for()


def combine(page: Page) -> None:
    """Take two suggestions together, and print the person's sheet."""
    told = page.locator("#simulation .verdict strong")
    boxes = page.locator(".suggestion input")
    boxes.nth(0).check()
    told.last.wait_for()
    one = told.last.inner_text()
    boxes.nth(1).check()
    expect(told.last).not_to_have_text(one)
    assert points(told.last.inner_text()) < points(one) < 0
    assert len(SHEET.findall(page.pdf(format="A4", print_background=True))) == 1
    page.emulate_media(media="print")
    assert page.get_by_text("Signal statistique à peser").is_visible()
    assert not page.locator("button:visible, nav:visible").count()
    page.emulate_media(media="screen")


def points(said: str) -> float:
    """How far an estimate moves, as it is written."""
    return float(said.split()[0].replace("−", "-").replace(",", "."))


def rename(page: Page, file: str) -> None:
    page.goto(file)
    page.get_by_text("Renommer ou supprimer ce fichier").click()
    page.get_by_label("Titre").fill(TITLE)
    page.get_by_role("button", name="Renommer").click()
    page.get_by_text("Le titre est changé.").wait_for()
    expect(page.locator(".lead")).to_contain_text(TITLE)


def show_numbers_to(page: Page, file: str, name: str) -> None:
    """Have somebody see the numbers of a file until tomorrow."""
    page.goto(f"{file}/classement")
    tomorrow = datetime.date.today() + datetime.timedelta(days=1)
    page.get_by_label("Montrer aussi à").select_option(name)
    page.get_by_label("Jusqu’au").fill(tomorrow.isoformat())
    page.get_by_role("button", name="Montrer les numéros").click()
    expect(page.locator("#numeros ~ ul")).to_contain_text(name)


def delete(page: Page, file: str) -> None:
    page.goto(file)
    page.get_by_text("Renommer ou supprimer ce fichier").click()
    page.get_by_role("link", name="Supprimer ce fichier").click()
    page.get_by_label("Écrivez").fill("supprimer")
    page.get_by_role("button", name="Supprimer pour de bon").click()
    page.get_by_text("est supprimé, avec ses 39 estimations").wait_for()


def leave(page: Page, file: str) -> None:
    """Close the session, and be turned away."""
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_text("Session fermée.").wait_for()
    page.goto(file)
    assert page.title().startswith("Se connecter")


def sees_facts_alone(page: Page, file: str, person: str) -> None:
    """What is read by whoever is not shown the numbers of a file: the facts of its people."""
    page.goto(f"{file}/classement")
    assert page.locator("table.people tbody tr").count()
    assert not page.locator("[data-reference]:visible").count()
    assert not page.get_by_role("heading", name="Qui voit les numéros").count()
    page.goto(person)
    expect(page.locator("dl.facts")).to_contain_text("Cadre Commercial")
    assert not page.get_by_text("Numéro de la personne").count()


def describe_one(stage: Stage, key: str) -> None:
    """Have a program ask about one person by their number, and be refused with it."""
    console = Console({}, stage.url, key, stage.server)
    employee = json.loads(EMPLOYEE.read_text()) | {"id_employee": ALONE}
    changes = {"heure_supplementaires": "Non"}
    for path, status, body in (
        ("/predict?explication=true", 200, employee),
        ("/predict/batch", 200, {"employes": [employee]}),
        ("/simulate", 200, {"employe": employee, "changements": changes}),
        ("/predict", 422, employee | {"revenu_mensuel": -5}),
        ("/predict", 422, employee | {"id_employee": f"{ALONE}x"}),
    ):
        answer = console.api(path, json=body)
        assert answer.status_code == status, answer.text
        assert str(ALONE) not in f"{answer.headers}{answer.text}"


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Have what is expected be waited for as long as what is asked for."""
    expect.set_options(timeout=story.PATIENCE)
    yield
    expect.set_options(timeout=None)


def nowhere(stage: Stage) -> None:
    """No log, address, cookie or column has one of the numbers, and all of them were looked at."""
    told = list(story.left_behind(stage))
    assert story.places(NUMBERS, iter(told)) == []
    whole = {"log": "/predict", "addresses": "/classement", "table api_keys": "Claire Martin"}
    for place, known in whole.items():
        assert known in dict(told)[place]


def hidden_from(page: Page, stage: Stage, file: str) -> None:
    """No page and no table of somebody has one of the numbers."""
    told = chain(story.pages_of(page, stage, f"{stage.url}/", file), story.tables_of(page, file))
    assert story.places(NUMBERS, told) == []


def complained(stage: Stage) -> list[str]:
    """What browsers complained of beside what was meant to be refused, and what was elsewhere."""
    meant = tuple(f"{REFUSED} {status}" for status in (401, 404, 422))
    elsewhere = [one for one in stage.asked if not one.startswith((stage.url, "data:"))]
    return [one for one in stage.complaints if not one.startswith(meant)] + elsewhere


@pytest.fixture
def opened(artifact_folder) -> Callable[..., AbstractContextManager[Stage]]:
    """A service with the trained model on a database, with settings of its own."""

    def one(url: str, **settings: str) -> AbstractContextManager[Stage]:
        model = {"DATABASE_URL": url, "FUTURISYS_MODEL": str(artifact_folder)}
        return story.opened(model | settings)

    return one


def test_a_monday_with_numbers(opened, own_postgresql_url):
    """On PostgreSQL with both keys: numbers are for the sender and whom it names, and go."""
    with opened(own_postgresql_url, **KEYS) as stage:
        claire = stage.issue("Claire Martin")
        page = stage.arrive()
        understand(page)
        page.get_by_label("Clé").fill(claire)
        page.get_by_role("button", name="Se connecter").click()
        tick(page)
        assert not page.get_by_text("Le service ne garde pas les numéros").count()
        file = drop(page)
        glance(page)
        other = stage.enter(claire)
        open_person(other)
        expect(other.get_by_text("Numéro de la personne")).to_contain_text(str(NUMBER))
        combine(other)
        rename(page, file)
        lea = stage.enter(stage.issue("Léa Petit"))
        sees_facts_alone(lea, file, other.url)
        show_numbers_to(page, file, "Léa Petit")
        lea.goto(f"{file}/classement")
        expect(lea.locator("table.people tbody")).to_contain_text(str(NUMBER))
        zoe = stage.enter(stage.issue("Zoé Roux", departments=["Commercial"]))
        sees_facts_alone(zoe, file, other.url)
        assert not zoe.get_by_text("seul l’onglet qui a envoyé").count()
        program = stage.issue("Programme", "predict", "read")
        describe_one(stage, program)
        hidden_from(zoe, stage, file)
        groups = stage.enter(stage.issue("Élus", "groups"))
        assert story.places(NUMBERS, story.pages_of(groups, stage, groups.url)) == []
        assert story.places(NUMBERS, story.api_answers(stage, program, NUMBER)) == []
        nowhere(stage)
        mine = chain(story.pages_of(lea, stage, file), story.tables_of(lea, file))
        shown = story.places((NUMBER,), mine)
        assert {f"page {file}/classement", f"page {other.url}", *TABLES} <= {*shown}
        assert stage.count("people WHERE number IS NOT NULL") == PEOPLE - 1
        delete(page, file)
        for one in (other, lea, zoe):
            gone = one.goto(file)
            assert gone
            assert gone.status == 404
            one.get_by_text("Aucun fichier n’est connu").wait_for()
        # Whom the journal speaks of have a salt there for as long as it does, and nothing else.
        assert stage.count("people WHERE number IS NOT NULL OR salt IS NULL") == 0
        leave(page, file)
        nowhere(stage)
        assert complained(stage) == []


def test_a_monday_without_numbers(opened, sqlite_template, tmp_path):
    """On SQLite without a key for numbers: only the tab that sent a file has them."""
    path = tmp_path / "futurisys.db"
    path.write_bytes(sqlite_template.read_bytes())
    with opened(f"sqlite:///{path}", FUTURISYS_SUBJECT_KEY=KEYS["FUTURISYS_SUBJECT_KEY"]) as stage:
        claire = stage.issue("Claire Martin")
        page = stage.enter(claire)
        page.goto(f"{stage.url}/console/fichier")
        page.get_by_text("Le service ne garde pas les numéros").wait_for()
        file = drop(page)
        glance(page)
        page.goto(f"{file}/classement")
        expect(page.locator("table.people tbody")).to_contain_text(str(NUMBER))
        assert not page.get_by_role("heading", name="Qui voit les numéros").count()
        other = stage.enter(claire)
        open_person(other)
        assert not other.get_by_text("Numéro de la personne").count()
        combine(other)
        rename(page, file)
        zoe = stage.enter(stage.issue("Zoé Roux", departments=["Commercial"]))
        sees_facts_alone(zoe, file, other.url)
        program = stage.issue("Programme", "predict", "read")
        describe_one(stage, program)
        hidden_from(zoe, stage, file)
        hidden_from(other, stage, file)
        assert story.places(NUMBERS, story.api_answers(stage, program, NUMBER)) == []
        nowhere(stage)
        assert stage.count("people WHERE number IS NOT NULL") == 0
        delete(page, file)
        leave(page, file)
        nowhere(stage)
        assert complained(stage) == []
