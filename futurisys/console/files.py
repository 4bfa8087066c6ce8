"""A file: sent, scored, then read as a ranked table, page by page, and taken home."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast
from uuid import UUID, uuid4

from flask import (
    Response,
    flash,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from marshmallow import ValidationError
from werkzeug.exceptions import BadRequest

from futurisys import serving
from futurisys.console import before_scoring, forms, remembered
from futurisys.console.blueprint import PREDICTING, blueprint, door, is_read_by_a_person
from futurisys.console.ranking import RISKS, SIZES, RankingView
from futurisys.employee.joining import Part
from futurisys.employee.mapping import ColumnMapping
from futurisys.employee.reading import Reading
from futurisys.employee.schema import FACTS, KEPT, REFERENCE
from futurisys.employee.sheets import TableWriter
from futurisys.employee.workbook_writer import write_workbook
from futurisys.errors import ExtractError
from futurisys.operations import files, lanes
from futurisys.operations.files import Summary
from futurisys.operations.opening import digest_of
from futurisys.operations.repeating import RequestIdentity
from futurisys.operations.scored_tables import CsvForm
from futurisys.operations.scored_workbooks import WorkbookForm, write_scored
from futurisys.operations.scoring import Block
from futurisys.operations.uploads import Upload, score_upload
from futurisys.records.idempotency import Name
from futurisys.records.predictions import moment_of

FILE_MAX = 64 << 20
# A file's own form: its token, its name, and what the browser writes between them.
UPLOAD_MAX = FILE_MAX + (64 << 10)
REFERENCES_MAX = 8 << 20
FAULTS_SHOWN = 200
NAME_MAX = 64
WHOLE = "tout"
CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_FILE = "Choisissez un fichier .csv ou .xlsx."


class References:
    """The person's reference on each line of a file, where it has that column."""

    def __init__(self) -> None:
        self.by_line: dict[int, str] = {}
        self._place: int | None = None

    def head(self, header: Sequence[str], _: Reading) -> None:
        self._place = header.index(REFERENCE) if REFERENCE in header else None

    def take(self, block: Block) -> None:
        place = self._place
        if place is not None:
            some = {line: cells[place] for line, cells in block.rows if place < len(cells)}
            self.by_line.update(some)


@blueprint.get("/console/fichier")
@door(PREDICTING)
def file() -> str:
    return _upload_page()


@blueprint.post("/console/fichier")
@door(PREDICTING, most=UPLOAD_MAX, is_long=True)
def upload() -> Any:
    sent = request.files.get("fichier")
    try:
        if sent is None or not sent.filename:
            raise ExtractError(NO_FILE)
        name = _shown_name(sent.filename)
        mapping = before_scoring.chosen(request.form)
        seen = request.form.get("vu", "")
        file = cast(BinaryIO, sent.stream)
        if step := before_scoring.step(file, name, mapping, seen):
            return _step_page(step, name)
        batch_id, references = _score(file, name, mapping)
    except ExtractError as error:
        if not is_read_by_a_person():
            raise ValidationError(str(error)) from error
        return _upload_page(str(error)), 422
    remembered.remember(remembered.FILES, batch_id, name)
    address = url_for("console.ranking", lot=batch_id)
    if not is_read_by_a_person():
        return {"adresse": address, "references": references}
    flash("Sans script, la page montre les lignes du fichier et non les numéros des employés.")
    return redirect(address, 303)


@blueprint.get("/console/fichier/modele.<any(csv, xlsx):form>")
@door(PREDICTING)
def template(form: str) -> Response:
    """An empty table to be filled in: the columns, and one employee as an example."""
    rows = [list(FACTS), [FACTS[name].example if name in KEPT else "" for name in FACTS]]
    output = TemporaryFile()  # noqa: SIM115 (closed by the response)
    if form == "xlsx":
        write_workbook(rows, output)
    else:
        writer = TableWriter(excel=True)
        output.write(writer.head(rows[0]) + b"".join(writer.lines([list(map(str, rows[1]))])))
    return _download(output, f"modele.{form}")


@blueprint.get("/console/fichiers/<uuid:lot>")
@door(PREDICTING)
def ranking(lot: UUID) -> str:
    """The ranked table; how it is sorted, filtered and cut into pages stands in the address."""
    found = _readable(lot)
    asked = RankingView.read(request.args).within(found)
    rows = files.page(found.batch_id, asked.filters, asked.order, asked.window)
    return render_template(
        "console/ranking.html",
        found=found,
        name=remembered.names(remembered.FILES).get(found.batch_id),
        asked=asked,
        whole=files.WHOLE,
        rows=rows,
        pages=asked.pages(found),
        sizes=SIZES,
        tiles=[(risk, replace(asked, risk=risk).people(found)) for risk in RISKS],
        faults=found.faults[:FAULTS_SHOWN],
        remarks=list(found.reading.remarks()),
    )


@blueprint.post("/console/fichiers/<uuid:lot>/resultat")
@door(PREDICTING, most=REFERENCES_MAX, is_long=True)
def result(lot: UUID) -> Response:
    """The table to take home, what the view shows of it or the whole, in the order of the view.

    references: as the page that sent the file remembers them, where they were asked for.
    """
    found = _readable(lot)
    references = _references()
    asked = RankingView.read(request.form)
    filters = files.WHOLE if request.form.get("etendue") == WHOLE else asked.filters
    blocks = files.blocks(found, references, filters, asked.order)
    form = request.form.get("forme", "xlsx")
    with lanes.turn():
        output = _table(blocks, found.reading, references is not None, form)
    return _download(output, "risques.xlsx" if form == "xlsx" else "risques.csv")


def _table(
    blocks: Iterator[Block], reading: Reading, has_references: bool, form: str
) -> BinaryIO | Any:
    """A table as CSV (for `excel` too) or as a workbook, in a file."""
    output = TemporaryFile()  # noqa: SIM115 (closed by the response)
    header = files.header(has_references)
    if form == "xlsx":
        lines = _lines(WorkbookForm(has_references), header, reading, blocks)
        write_scored(lines, output, list(reading.remarks()))
    else:
        output.writelines(_lines(CsvForm(excel=form == "excel"), header, reading, blocks))
    return output


def _readable(lot: UUID) -> Summary:
    remembered.check_file(str(lot))
    return files.summary(str(lot))


def _upload_page(error: str = "") -> str:
    return render_template(
        "console/file.html",
        error=error,
        cle=uuid4(),
        most=FILE_MAX,
        recent=[
            (one, name, moment_of(one)) for one, name in remembered.names(remembered.FILES).items()
        ],
    )


def _step_page(step: before_scoring.Step, name: str) -> tuple[Any, int]:
    cle = forms.name_of(request.form)
    page = render_template(
        "console/before_scoring.html", step=step, name=name, cle=cle, most=FILE_MAX
    )
    return (page if is_read_by_a_person() else {"etape": page}), 422


def _score(stream: BinaryIO, name: str, mapping: ColumnMapping) -> tuple[str, dict[int, str]]:
    """Score and keep the table that was sent: its id, and the reference on each of its lines."""
    predictor = serving.current()
    parts = [Part(stream, name)]
    digest = digest_of(parts, mapping if mapping.columns else None).hex()
    request_name = Name(g.caller.id, f"fichier-{forms.name_of(request.form)}-{digest}", digest)
    references = References()
    identity = RequestIdentity(g.request_id, request_name)
    kept = score_upload(predictor, Upload(parts, mapping), references, identity)
    return str(kept.batch_id), references.by_line


def _shown_name(name: str) -> str:
    """A file's name as a sentence may repeat it."""
    return name.replace("\\", "/").rpartition("/")[2][:NAME_MAX]


def _references() -> dict[int, str] | None:
    """The reference on each line, as the page remembers it; None where it remembers none."""
    text = request.form.get("references", "")
    if not text:
        return None
    try:
        return {int(line): _writable(value) for line, value in json.loads(text).items()}
    except (ValueError, AttributeError, RecursionError) as error:
        raise BadRequest("Les numéros des employés n'ont pas été compris.") from error


def _writable(value: Any) -> str:
    """A reference as it was, cut; JSON can spell halves of characters, which no file can hold."""
    return str(value)[:NAME_MAX].encode(errors="replace").decode()


def _lines(
    form: CsvForm | WorkbookForm, header: Sequence[str], reading: Reading, blocks: Iterator[Block]
) -> Iterator[bytes]:
    return chain([form.head(header, reading)], chain.from_iterable(map(form.lines, blocks)))


def _download(output: BinaryIO | Any, name: str) -> Response:
    output.seek(0)
    kind = XLSX if name.endswith("xlsx") else CSV
    response = send_file(output, kind, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response
