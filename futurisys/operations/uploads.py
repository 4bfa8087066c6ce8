"""A file that was sent: known by its content, whatever it is said to be, and scored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from futurisys.employee.joining import Part
from futurisys.employee.mapping import ColumnMapping
from futurisys.model.predictor import Predictor
from futurisys.operations import drift, lanes
from futurisys.operations.opening import OpenedTable, open_files
from futurisys.operations.repeating import RequestIdentity
from futurisys.operations.scoring import KeptTogether, Receiver, score_table


@dataclass(frozen=True)
class Upload:
    """A file or the three extracts, here as a whole, and how their sender wants them to be read.

    mapping: what they said of the columns. confirm: returns the table as it is to be scored, or
    raises where its sender wants none scored. source: what they call the origin of the file, with
    whose files it is compared; None: theirs.
    """

    parts: Sequence[Part]
    mapping: ColumnMapping | None
    confirm: Callable[[OpenedTable], OpenedTable]
    source: str | None = None


def score_upload(
    predictor: Predictor, upload: Upload, receiver: Receiver, request: RequestIdentity
) -> KeptTogether:
    """Score a file; all its answers are committed on return, or none is.

    Then it is compared with the last file of its source, whatever comes of that.

    Raises ExtractError where it is no table of employees, what `confirm` raises, WorkerBusy where
    other long work goes on, and what `score_table` raises.
    """
    with lanes.turn():
        opened = upload.confirm(open_files(upload.parts, predictor, upload.mapping))
        kept = score_table(predictor, opened, receiver, request, upload.source)
        if not kept.replayed:
            drift.look(str(kept.batch_id), predictor)
    return kept
