"""A file that was scored: read as a ranked table, page by page, and taken home."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import chain
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from uuid import UUID

from flask import Response, g, render_template, request, send_file
from werkzeug.exceptions import BadRequest

from futurisys.console import kept_files, remembered
from futurisys.console import rows as drawn
from futurisys.console.blueprint import PREDICTING, blueprint, door
from futurisys.console.ranking import SIZES, RankingView
from futurisys.console.review_form import MEANINGS, may_review
from futurisys.employee.mapping import mapping_of
from futurisys.employee.reading import Reading
from futurisys.employee.schema import FACTS, KEPT
from futurisys.employee.sheets import TableWriter
from futurisys.employee.workbook_writer import write_workbook
from futurisys.model.plain import WORDS
from futurisys.operations import demonstration, files, journal, lanes, people
from futurisys.operations import ranking as operation
from futurisys.operations.files import Summary
from futurisys.operations.kept_files import ends_of
from futurisys.operations.scored_tables import CsvForm
from futurisys.operations.scored_workbooks import WorkbookForm, write_scored
from futurisys.operations.scoring import Block
from futurisys.operations.taking import taken
from futurisys.records.batches import RankingFilters

REFERENCES_MAX = 8 << 20
FAULTS_SHOWN = 200
NAME_MAX = 64
WHOLE = "tout"
CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {"csv": CSV, "xlsx": XLSX, "toml": "application/toml"}


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
    return download(output, f"modele.{form}")


@blueprint.get("/console/fichiers/<uuid:lot>/classement")
@door(PREDICTING)
def ranking(lot: UUID) -> str:
    """The ranked table; how it is sorted, filtered and cut into pages stands in the address."""
    found = readable(lot)
    asked = _asked(request.args).within(found)
    reviewed = found.reviewed if may_review() else {}
    rows = list(operation.rows(found.batch_id, asked.filters, asked.order, asked.window))
    return render_template(
        "console/ranking.html",
        found=found,
        **kept_files.shown(lot),
        asked=asked,
        whole=files.WHOLE,
        rows=drawn.shown(rows, reviewed),
        reviewed=reviewed,
        kinds=MEANINGS if may_review() else (),
        pages=asked.pages(found),
        sizes=SIZES,
        tiles=[(word, replace(asked, word=word).people(found)) for word in WORDS],
        faults=found.faults[:FAULTS_SHOWN],
        readers=people.readers_of(found.batch_id, g.caller),
        numbers=people.numbers_shown(found.batch_id, g.caller, [row["line"] for row in rows]),
    )


@blueprint.get("/console/fichiers/<uuid:lot>/correspondance.toml")
@door(PREDICTING)
def mapping(lot: UUID) -> Response:
    """How the columns of a file were read, to be given with the next of its kind."""
    text = mapping_of(readable(lot).reading.columns).text()
    return download(BytesIO(text.encode()), "correspondance.toml")


@blueprint.post("/console/fichiers/<uuid:lot>/resultat")
@door(PREDICTING, most=REFERENCES_MAX, is_long=True)
def result(lot: UUID) -> Response:
    """The table to take home, what the view shows of it or the whole, in the order of the view.

    references: as the page that sent the file remembers them, or as they are kept for whoever may
    see them, where they were asked for.
    """
    found = readable(lot)
    references = _references() or _numbers(found)
    asked = _asked(request.form)
    filters = files.WHOLE if request.form.get("etendue") == WHOLE else asked.filters
    blocks = files.blocks(found, references, filters, asked.order)
    form = request.form.get("forme", "xlsx")
    journal.record(g.caller, journal.EXPORT, _people(found, filters))
    told = "" if references is None else taken(g.caller.name, ends_of(found.batch_id).named)
    with lanes.turn():
        output = _table(blocks, found, told, form)
    return download(output, "risques.xlsx" if form == "xlsx" else "risques.csv")


def _table(blocks: Iterator[Block], found: Summary, told: str, form: str) -> BinaryIO | Any:
    """A table as CSV (for `excel` too) or as a workbook, in a file, with what was said of people.

    told: by whom it is taken, where people's numbers go with it.
    """
    output = TemporaryFile()  # noqa: SIM115 (closed by the response)
    header, reading = files.header(bool(told)), found.reading
    reviews = {one: said.kind for one, said in found.reviewed.items()} if may_review() else None
    if form == "xlsx":
        lines = _lines(WorkbookForm(bool(told), reviews), header, reading, blocks)
        remarks = demonstration.remarks(reading, found.fictional)
        hidden = files.HIDES if files.hides(found.batch_id) else ""
        write_scored(lines, output, [*remarks, *filter(None, [hidden, told])])
    else:
        output.writelines(_lines(CsvForm(form == "excel", told, reviews), header, reading, blocks))
    return output


def _asked(args: Mapping[str, str]) -> RankingView:
    """The view that is asked for, by reviews for who may read them alone."""
    asked = RankingView.read(args)
    return asked if may_review() else replace(asked, review=None)


def readable(lot: UUID) -> Summary:
    """What is known of a file, for whoever may read it."""
    remembered.check_file(str(lot))
    return files.summary(str(lot))


def _people(found: Summary, filters: RankingFilters) -> int:
    """How many people a table is about."""
    view = RankingView(department=filters.department, word=filters.word, review=filters.review)
    return view.people(found)


def _numbers(found: Summary) -> Mapping[int, str] | None:
    """The number on each line, where they are asked for and the caller may see them."""
    if "numeros" not in request.form:
        return None
    return people.numbers_of(found.batch_id, g.caller) or None


def _references() -> dict[int, str] | None:
    """The reference on each line, as the page remembers it; None where it remembers none."""
    text = request.form.get("references", "")
    if not text:
        return None
    try:
        told = json.loads(text).items()
        # Of three files, the lines of two are not those of the table.
        return {int(line): _writable(value) for line, value in told if " " not in line}
    except (ValueError, AttributeError, RecursionError) as error:
        raise BadRequest("Les numéros des employés n'ont pas été compris.") from error


def _writable(value: Any) -> str:
    """A reference as it was, cut; JSON can spell halves of characters, which no file can hold."""
    return str(value)[:NAME_MAX].encode(errors="replace").decode()


def _lines(
    form: CsvForm | WorkbookForm, header: Sequence[str], reading: Reading, blocks: Iterator[Block]
) -> Iterator[bytes]:
    return chain([form.head(header, reading)], chain.from_iterable(map(form.lines, blocks)))


def download(output: BinaryIO | Any, name: str) -> Response:
    output.seek(0)
    kind = KINDS[name.rpartition(".")[2]]
    response = send_file(output, kind, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response
