"""Each .docx says what its page says, and opens in a word processor without loss."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from flask import Flask

from futurisys import serving
from futurisys.dossier.facts import gather
from futurisys.dossier.filling import Filling, read
from futurisys.dossier.page import page
from futurisys.dossier.tree import Document
from futurisys.dossier.word import BREAK, word
from futurisys.dossier.writing import write
from tests.browser import NEEDS_CHROMIUM, open_browser
from tests.databases import ONE_DATABASE
from tests.fixtures import NUMBERS_KEY, SUBJECT_KEY
from tests.server import ROOT

pytestmark = [pytest.mark.slow, ONE_DATABASE]
EXAMPLE = ROOT / "futurisys" / "sample" / "dossier.toml"
SETTINGS = {
    "FUTURISYS_SUBJECT_KEY": (SUBJECT_KEY,),
    "FUTURISYS_NUMBERS_KEY": (NUMBERS_KEY,),
    "FUTURISYS_TRAIN_FROM_RECORDS": "yes",
    "FUTURISYS_HORIZON_DAYS": 365,
    "FUTURISYS_NOTES": "yes",
}
OFFICE = shutil.which("soffice")
NEEDS_OFFICE = pytest.mark.skipif(
    OFFICE is None, reason="No LibreOffice: apt-get install libreoffice-writer-nogui."
)


@pytest.fixture
def documents(app: Flask) -> Mapping[str, Document]:
    """Those of the example, by their names, with the settings of which most is to be said."""
    app.config.update(SETTINGS)
    with app.app_context():
        made = write(gather(serving.current()), read(EXAMPLE))
    return {document.name: document for document in made.documents}


@pytest.fixture
def index(app: Flask) -> Document:
    """The index where nothing is filled in."""
    with app.app_context():
        return write(gather(serving.current()), Filling()).documents[0]


def words(text: str) -> list[str]:
    """A text's words, whatever lies between them."""
    return re.findall(r"\w+", text)


def test_a_docx_says_what_its_page_says(documents):
    """Each line is there, with its contents, its page numbers, its language and its title."""
    for document in documents.values():
        opened = docx.Document(BytesIO(word(document)))
        body = opened.element.body
        told = [
            "".join(node.text or "" for node in paragraph.iter(qn("w:t"))).replace(BREAK, "")
            for paragraph in body.iter(qn("w:p"))
        ]
        for line in document.lines():
            assert all(part in told for part in line.split(" | ")), line
        assert opened.core_properties.title == document.title
        assert "PAGE" in opened.sections[0].footer._element.xml
        anchors = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
        links = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
        if not document.is_short:
            assert links == [heading.anchor for heading in document.headings]
        assert set(links) <= anchors


@NEEDS_OFFICE
def test_every_document_opens_in_libreoffice_without_loss(documents, tmp_path):
    """It is made a PDF, and as text it has every word in its order; the notice is one page."""
    for name, document in documents.items():
        (tmp_path / f"{name}.docx").write_bytes(word(document))
    files = sorted(map(str, tmp_path.glob("*.docx")))
    for form in ("pdf", "txt:Text (encoded):UTF8"):
        convert(form, files, tmp_path)
    for name, document in documents.items():
        pdf = (tmp_path / f"{name}.pdf").read_bytes()
        assert pdf.startswith(b"%PDF")
        assert name != "notice-aux-salaries" or pages(pdf) == 1
        told = words((tmp_path / f"{name}.txt").read_text("utf-8-sig").replace(BREAK, ""))
        assert set(words("\n".join(document.lines()))) <= set(told)


def test_no_heading_of_a_table_is_broken_within_a_word(documents):
    """A column has room for its heading's longest word in bold, as Arial's letters are wide."""
    for document in documents.values():
        for table in docx.Document(BytesIO(word(document))).tables:
            assert sum(cell.width.cm for cell in table.rows[0].cells) <= 21 - 2 * 1.8 + 0.01
            for cell in table.rows[0].cells:
                longest = max(map(len, cell.text.split(" ")))
                [points] = {run.font.size.pt for run in cell.paragraphs[0].runs}
                assert cell.width.pt - 2 * 5.4 >= 0.6 * points * longest, cell.text


def test_the_name_of_a_test_is_broken_where_its_words_end(documents):
    """Each part of it has room in its column, so that no word of it is cut."""
    parts = 0
    for document in documents.values():
        for table in docx.Document(BytesIO(word(document))).tables:
            for cell in (cell for row in table.rows for cell in row.cells if BREAK in cell.text):
                longest = max(map(len, re.split(rf"[ {BREAK}]", cell.text)))
                [points] = {run.font.size.pt for run in cell.paragraphs[0].runs}
                assert cell.width.pt - 2 * 5.4 >= 0.6 * points * longest, cell.text
                parts += cell.text.count(BREAK)
    assert parts > 100


def test_no_word_of_a_risk_is_broken(documents):
    """How a risk is judged is read at a glance: its columns have room for each word."""
    tables = docx.Document(BytesIO(word(documents["analyse-d-impact"]))).tables
    [risks] = [one for one in tables if one.rows[0].cells[-1].text.startswith("Après")]
    for cell in (cell for row in risks.rows for cell in row.cells):
        longest = max(map(len, cell.text.split(" ")))
        assert cell.width.pt - 2 * 5.4 >= 0.6 * 9 * longest, cell.text


@NEEDS_OFFICE
def test_all_gaps_are_listed_on_one_page(index, tmp_path):
    """A sheet of paper has room for whatever is left to fill in."""
    (tmp_path / "sommaire.docx").write_bytes(word(index))
    convert("pdf", [str(tmp_path / "sommaire.docx")], tmp_path)
    assert pages((tmp_path / "sommaire.pdf").read_bytes()) == 1


@NEEDS_CHROMIUM
def test_the_notice_and_the_list_of_gaps_print_on_one_page_each(documents, index):
    """So does a browser print them: the notice is what a person reads standing."""
    with open_browser("about:blank") as (browser, complaints):
        for document in (documents["notice-aux-salaries"], index):
            browser.set_content(page(document))
            assert pages(browser.pdf(prefer_css_page_size=True)) == 1
    assert complaints == []


def convert(form: str, files: list[str], folder: Path) -> None:
    """Have LibreOffice write each file in another form, with a profile of its own."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(OFFICE), "--headless", profile, "--convert-to", form, "--outdir", str(folder)]
    subprocess.run([*command, *files], check=True, capture_output=True)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))
