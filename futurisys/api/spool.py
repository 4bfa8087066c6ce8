"""An answer in a temporary file, until it is known to be kept."""

import json
from array import array
from collections.abc import Iterator, Sequence
from tempfile import TemporaryFile
from typing import Any

import numpy as np

from futurisys.api.batch_answers import document_of
from futurisys.employee.answer import documents
from futurisys.employee.headings import FILE
from futurisys.employee.reading import Reading
from futurisys.operations import demonstration
from futurisys.operations.scored_tables import CsvForm, risks_of
from futurisys.operations.scored_workbooks import WorkbookForm, write_scored
from futurisys.operations.scoring import Block

CHUNK = 1 << 16


class Spool:
    """Records, each a line of bytes, given back as they came or the highest risk first."""

    def __init__(self, by_risk: bool = False) -> None:
        self.file = TemporaryFile()  # noqa: SIM115 (closed by close)
        self._by_risk = by_risk
        self._risks = array("d")
        self._sizes = array("Q")

    def add(self, records: Sequence[bytes], risks: Sequence[float] = ()) -> None:
        """Append records; risks: one each, where they are to be sorted."""
        self.file.write(b"".join(records))
        if self._by_risk:
            self._risks.extend(risks)
            self._sizes.extend(map(len, records))

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(0)
        if not self._by_risk:
            yield from self.file
            return
        sizes = np.asarray(self._sizes)
        starts = np.cumsum(sizes) - sizes
        order = np.argsort(-np.asarray(self._risks), kind="stable")
        for start, size in zip(starts[order].tolist(), sizes[order].tolist(), strict=True):
            self.file.seek(start)
            yield self.file.read(size)

    def close(self) -> None:
        self.file.close()


class JsonAnswer:
    """`predictions` and `erreurs`; lines: whether they have the numbers of a file's lines.

    file_id: under which the file is kept, once it is.
    """

    mimetype = "application/json"

    def __init__(self, by_risk: bool, lines: bool) -> None:
        self._answers, self._faults = Spool(by_risk), Spool()
        self._lines = lines
        self._reading = Reading()
        self.file_id: str | None = None

    def head(self, header: Sequence[str], reading: Reading) -> None:
        """JSON names its members in each record."""
        self._reading = reading

    def take(self, block: Block) -> None:
        members = [*documents(block.columns())]
        if self._lines:
            lines = [block.rows[position][0] for position in block.good]
            members = [{"Ligne": line} | one for line, one in zip(lines, members, strict=True)]
        self._answers.add([_line(one) for one in members], block.answers.probabilities)
        names = ("ligne", "colonne", "detail", "fichier")
        self._faults.add([_line(dict(zip(names, one, strict=False))) for one in block.errors()])

    def __iter__(self) -> Iterator[bytes]:
        yield b'{"predictions":['
        yield from _between(self._answers)
        if self._lines:
            yield b'],"erreurs":['
            yield from _between(self._faults)
            told = document_of(self._reading) | {FILE: self.file_id}
            yield b"]," + _line(told)[1:]
            return
        yield b"]}\n"

    def close(self) -> None:
        self._answers.close()
        self._faults.close()


class CsvAnswer:
    """The rows that came, with the answers beside them; excel: as a French Excel opens them."""

    mimetype = "text/csv"

    def __init__(self, by_risk: bool, excel: bool) -> None:
        self._form: CsvForm | WorkbookForm = CsvForm(excel)
        self.file_id: str | None = None
        self._head = b""
        self._reading = Reading()
        self._lines = Spool(by_risk)

    def head(self, header: Sequence[str], reading: Reading) -> None:
        self._head = self._form.head(header, reading)
        self._reading = reading

    def take(self, block: Block) -> None:
        self._lines.add(self._form.lines(block), risks_of(block))

    def __iter__(self) -> Iterator[bytes]:
        yield self._head
        yield from self._lines

    def close(self) -> None:
        self._lines.close()


class WorkbookAnswer(CsvAnswer):
    """The answers as a workbook, which is made when all its lines are there.

    fictional: whether the model has learnt from fictional people.
    """

    mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def __init__(self, by_risk: bool, fictional: bool) -> None:
        super().__init__(by_risk, excel=False)
        self._form = WorkbookForm()
        self._fictional = fictional

    def __iter__(self) -> Iterator[bytes]:
        book = Spool()
        try:
            told = demonstration.remarks(self._reading, self._fictional)
            write_scored(super().__iter__(), book.file, told)
            yield from book
        finally:
            book.close()


def chunks(answer: JsonAnswer | CsvAnswer) -> Iterator[bytes]:
    """The records joined into pieces that are worth sending; all are closed after the last."""
    held: list[bytes] = []
    size = 0
    for record in answer:
        held.append(record)
        size += len(record)
        if size >= CHUNK:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)
    answer.close()


def _line(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode() + b"\n"


def _between(spool: Spool) -> Iterator[bytes]:
    for number, record in enumerate(spool):
        yield b"," + record if number else record
