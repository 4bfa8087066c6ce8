"""The model card as a browser shows it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from futurisys import serving
from futurisys.app import create_app
from futurisys.console.french import typeset
from futurisys.employee.schema import ASKED
from futurisys.model.statements import FRENCH, OTHERS
from tests.browser import NEEDS_CHROMIUM, open_browser
from tests.console import page_of
from tests.evaluated import EVALUATION, rewrite

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
COUNTS = ("cent-signales-title", "cent-partis-title")
TITLES = ("fiabilite-title", "precision-rappel-title", "capacite-title")
WIDTHS = (400, 1400)
# In pixels of the screen: a drawing's letters shrink with it.
SMALLEST_LETTERS = """
    Math.min(...[...document.querySelectorAll('svg.chart')].map(chart =>
        chart.getScreenCTM().a * Math.min(...[...chart.querySelectorAll('text')].map(text =>
            parseFloat(getComputedStyle(text).fontSize)))))
"""


@pytest.fixture(scope="module")
def evaluated(artifact_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rewrite(artifact_folder, tmp_path_factory.mktemp("evaluated") / "model")


@pytest.fixture
def open_client() -> Callable[[Path], FlaskClient]:
    """A client of an application that has no database, with the artifact given."""

    def of(folder: Path) -> FlaskClient:
        app = create_app(DATABASE_URL="sqlite://", FUTURISYS_MODEL=str(folder))
        serving.load(app)
        return app.test_client()

    return of


@pytest.mark.slow
@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (BROWSER, "text/html"),
        ("text/html", "text/html"),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        (None, "application/json"),
        ("text/csv", "application/json"),
    ],
)
def test_a_browser_gets_the_page_and_a_program_the_document(
    open_client, artifact_folder, accept, kind
):
    """One address, two answers, told to caches."""
    headers = {"Accept": accept} if accept else {}
    response = open_client(artifact_folder).get("/model", headers=headers)
    assert (response.status_code, response.mimetype) == (200, kind)
    assert "Accept" in response.vary


def test_the_page_says_what_the_card_says(open_client, artifact_folder):
    """Purpose, what it must not be used for, limits, data, law: every word of it."""
    client = open_client(artifact_folder)
    card = client.get("/model").json
    page = client.get("/model", headers={"Accept": BROWSER}).text
    duties = [words for duty in FRENCH.law for words in (duty.source, duty.question)]
    for words in (
        *(FRENCH.purpose, FRENCH.fictional, FRENCH.advice, *FRENCH.excluded, *duties),
        *(*card["Limites"], *card["Empreintes"].values(), card["Version_modele"]),
    ):
        assert typeset(words) in page
    for name in ASKED:
        assert f'id="effet-{name}-title"' in page


def test_the_page_says_what_it_is_worth_for_later_people(open_client, artifact_folder, tmp_path):
    """Where days allowed that it was measured, it stands with the figures."""
    later = {"from": "2025-06-01", "people": 300, "left": 40, "learnt_from": 900}
    later |= {"roc_auc": {"value": 0.81, "low": 0.75, "high": 0.87}}
    folder = rewrite(artifact_folder, tmp_path / "model", EVALUATION | {"out_of_time": later})
    page = open_client(folder).get("/model", headers={"Accept": BROWSER}).text
    assert "mesuré sur les 300 d’après, à partir du 01/06/2025, dont 40 parties" in page


def test_a_page_without_an_evaluation_says_so(open_client, artifact_folder, tmp_path):
    """What was not measured is not drawn."""
    bare = rewrite(artifact_folder, tmp_path / "model", evaluation=None)
    page = open_client(bare).get("/model", headers={"Accept": BROWSER}).text
    assert "flask model evaluate" in page
    assert not [title for title in TITLES if title in page]


def test_groups_are_shown_with_their_intervals(open_client, evaluated):
    """A figure is followed by its interval; a group too small to tell is said to be."""
    page = open_client(evaluated).get("/model", headers={"Accept": BROWSER}).text
    shown = re.sub(r"<[^>]*>", " ", page).replace("\u202f", " ")
    assert "1 234" in shown
    assert "21 % 17 % à 25 %" in re.sub(" +", " ", shown)
    assert "−1,3 −5,3 à +2,7" in re.sub(" +", " ", shown)
    assert "Célibataire » sur 470" in shown
    assert "non mesuré" in shown
    assert "trop peu de départs pour conclure" in shown
    assert "Genre, non lu par le modèle" in shown
    assert "Département, lu par le modèle" in shown


@pytest.mark.slow
def test_the_page_says_how_far_estimates_move(open_client, artifact_folder, tmp_path):
    """What a range is, that it is approximate, and, of a model that has none, that it has none."""
    older = rewrite(artifact_folder, tmp_path / "older", range=None, plain=None)
    with_range, without = (
        open_client(folder).get("/model", headers={"Accept": BROWSER}).text
        for folder in (artifact_folder, older)
    )
    assert typeset(OTHERS) in with_range
    assert "c’est une approximation" in with_range
    assert "Ce modèle ne dit pas d’intervalle" in without
    assert typeset(OTHERS) not in without
    card = open_client(older).get("/model").json
    assert (card["Intervalles"], card["En_clair"]) == (None, None)


@pytest.mark.slow
def test_the_page_says_how_many_people_it_takes(open_client, evaluated):
    """The learning curve, gender's calibration, and the ratios without near-protected fields."""
    page = open_client(evaluated).get("/model", headers={"Accept": BROWSER}).text
    shown = re.sub(" +", " ", re.sub(r"<[^>]*>", " ", page).replace("\u202f", " "))
    assert "1 176 190 0,863 ± 0,030" in shown
    assert (
        "La calibration selon le genre, en points : Femmes, −1,3 (−5,3 à +2,7) ; Hommes, −1,3"
        in shown
    )
    assert "Genre, rapport de sélection 0,80 0,76 à 0,84 0,85 0,81 à 0,89" in shown


def test_without_a_model_the_page_says_what_to_do(open_client, tmp_path):
    """A browser that comes too early gets a sentence, and the status that says so."""
    response = open_client(tmp_path).get("/model", headers={"Accept": BROWSER})
    assert response.status_code == 503
    assert response.mimetype == "text/html"
    assert "flask model train" in response.text
    assert int(response.headers["Retry-After"]) > 0


def test_a_difference_is_shown_with_its_interval(open_client, evaluated):
    """Beside what it must beat, the model shows by how much, and how sure that is."""
    page = open_client(evaluated).get("/model", headers={"Accept": BROWSER}).text
    assert "<td>0,600 ± 0,020</td>" in page
    assert "<td>+0,010<small>−0,030 à +0,050</small></td>" in page
    assert "Régression logistique enrichie" in page


def test_whoever_is_no_specialist_reads_people_in_hundreds(open_client, artifact_folder):
    """Of a hundred flagged, and of a hundred who had left, each page counts every one."""
    response = open_client(artifact_folder).get("/model", headers={"Accept": BROWSER})
    page = page_of(response)
    [experts] = page.every("details", class_="experts")
    counted = page.one("section", **{"aria-labelledby": "nombres"})
    for figure in counted.every("figure"):
        parts = [int(one.text.partition(" ")[0]) for one in figure.every("li")]
        assert sum(parts) == 100
        dots = [one.attributes["class"] for one in figure.every("circle")]
        assert [dots.count(f"part part-{kind}") for kind in (1, 2, 3)][: len(parts)] == parts
    first = page.text.partition(experts.text)[0]
    assert "Pour qui il vaut moins" in first
    assert "plus de 45 ans" in first
    assert "Femmes" in first
    for learned in ("ROC-AUC", "Brier", "sha256", "nats"):
        assert learned not in first
        assert learned in experts.text


def test_a_card_says_what_was_not_counted(open_client, artifact_folder, tmp_path):
    """A model that was trained before counts, or never evaluated, is not made to look counted."""
    older = rewrite(artifact_folder, tmp_path / "older", None, range=None, plain=None)
    page = page_of(open_client(older).get("/model", headers={"Accept": BROWSER})).text
    assert "Ce modèle n’a pas été compté ainsi" in page
    assert "Cela n’a pas été mesuré pour ce modèle." in page


@pytest.mark.slow
@NEEDS_CHROMIUM
def test_the_page_is_readable_in_a_browser(server, sqlite_url, evaluated):
    """In Chromium at 400 and 1400 pixels: no complaint, nothing too wide, charts in sight."""
    settings = {"DATABASE_URL": sqlite_url, "FUTURISYS_MODEL": str(evaluated)}
    address = server(**settings).wait("/health/ready").url
    with open_browser(address) as (page, complaints):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"{address}/model")
            page.get_by_text("Pour les spécialistes").click()
            charts = page.get_by_role("img")
            assert charts.count() == len(COUNTS) + len(TITLES) + len(ASKED)
            for index in range(charts.count()):
                box = charts.nth(index).bounding_box()
                assert box is not None
                assert box["width"] >= 250
                assert box["x"] + box["width"] <= width
            for title in COUNTS + TITLES:
                assert page.locator(f"#{title}").text_content()
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width
            letters = page.evaluate(SMALLEST_LETTERS)
            assert letters >= 9
        page.goto(f"{address}/model")
        assert page.pdf(format="A4").count(b"/Type /Page\n") == 2
    assert complaints == []
