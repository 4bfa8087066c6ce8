"""The page « Dossier »: what the documents lack, each to be taken, for whoever answers for it."""

import pytest

from futurisys.console.readiness import ANSWERING
from futurisys.dossier.filling import GAPS
from futurisys.dossier.writing import INDEX, TITLES
from futurisys.model.duties import FRENCH_LAW, FRENCH_LEARNING
from tests.console import Console, page_of, parsed, signed_in
from tests.databases import ONE_DATABASE
from tests.server import ROOT

pytestmark = ONE_DATABASE
PAGE, BEFORE = "/console/dossier", "/console/avant-de-commencer"
EXAMPLE = ROOT / "futurisys" / "sample" / "dossier.toml"
TAKEN = [name for name in (INDEX, *TITLES) if name != "rapport-de-suivi"]


@pytest.fixture(params=["rights", "admin"])
def officer(app, request) -> Console:
    return signed_in(app, request.param)


def test_the_page_says_what_is_missing_and_gives_each_document(officer):
    """Every gap stands there with its key, and each document is a page to be kept."""
    page = page_of(officer.get(PAGE))
    assert list(page.every("p", class_="demonstration"))
    keys = [code.text for code in page.every("code")]
    assert [key for key in keys if key in GAPS] == list(GAPS)
    links = [a.attributes["href"] for a in page.every("a") if "download" in a.attributes]
    assert links == [f"{PAGE}/{name}" for name in TAKEN]
    for address in links:
        answer = officer.get(address)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        parsed(answer.text)


def test_a_file_that_a_setting_names_fills_the_documents(app, officer):
    """With the example nothing is missing, and it is said that the example is fictional."""
    app.config["FUTURISYS_DOSSIER"] = str(EXAMPLE)
    page = page_of(officer.get(PAGE)).one("main").text
    assert "Tous les points sont remplis." in page
    assert "exemple fictif" in page
    assert "Trois chargées de développement RH" in page
    assert "Lumière &amp; Fils" in officer.get(f"{PAGE}/registre").text


def test_a_file_that_cannot_be_read_is_said_to_be(app, officer, tmp_path):
    """The page says which key is wrong, and documents have their gaps marked."""
    wrong = tmp_path / "nous.toml"
    wrong.write_text("[cse]\nqui = 'x'\n")
    app.config["FUTURISYS_DOSSIER"] = str(wrong)
    page = page_of(officer.get(PAGE))
    assert "cse.qui" in page.one("p", role="alert").text
    assert "À COMPLÉTER" in officer.get(f"{PAGE}/registre").text


def test_the_page_is_for_who_answers_and_the_documents_for_who_works_too(app):
    """A key of the console or of groups gets the documents alone, and no link to the page."""
    for scope in ("console", "groups"):
        console = signed_in(app, scope)
        assert console.get(PAGE).status_code == 403
        assert console.get(f"{PAGE}/note-au-cse").status_code == 200
        assert not list(page_of(console.get("/")).every("a", href=PAGE))
    assert list(page_of(signed_in(app, "rights").get(PAGE)).every("a", href=PAGE))


def test_a_document_that_there_is_not_is_not_found(officer):
    """Another name is no document, nor is the report that only the command writes."""
    for name in ("autre", "rapport-de-suivi", "..%2Fpage"):
        assert officer.get(f"{PAGE}/{name}").status_code == 404


def test_without_a_model_the_page_says_so(app, officer):
    """A dossier is of a model: the page says why there is none."""
    app.extensions["futurisys.serving"] = type(app.extensions["futurisys.serving"])(None, None)
    answer = officer.get(PAGE)
    assert answer.status_code == 503
    assert "modèle" in page_of(answer).one("main").text
    assert officer.get(f"{PAGE}/registre").status_code == 503


def test_each_point_before_beginning_leads_to_its_document(app):
    """« Avant de commencer » links each thing that the law asks to the document that answers it."""
    assert set(ANSWERING) == {duty.source for duty in (*FRENCH_LAW, FRENCH_LEARNING)}
    assert set(ANSWERING.values()) <= set(TITLES)
    app.config["FUTURISYS_TRAIN_FROM_RECORDS"] = "yes"
    console = signed_in(app)
    page = page_of(console.get(BEFORE))
    links = [a.attributes["href"] for a in page.every("a", class_="prepared")]
    assert links == [f"{PAGE}/{ANSWERING[duty.source]}" for duty in (*FRENCH_LAW, FRENCH_LEARNING)]
    assert {console.get(address).status_code for address in links} == {200}
