"""A file that was sent: known by its content, whatever it is said to be, and scored."""

from collections.abc import Sequence
from dataclasses import dataclass

from futurisys.employee.joining import Part
from futurisys.employee.mapping import ColumnMapping
from futurisys.errors import AlertsRefused
from futurisys.model.predictor import Predictor
from futurisys.operations import lanes
from futurisys.operations.opening import open_files
from futurisys.operations.repeating import RequestIdentity
from futurisys.operations.scoring import KeptTogether, Receiver, score_table


@dataclass(frozen=True)
class Upload:
    """A file or the three extracts, here as a whole, and how their sender wants them to be read.

    mapping: what they said of the columns. refuses_alerts: whether nothing is to be scored where a
    whole column looks wrong.
    """

    parts: Sequence[Part]
    mapping: ColumnMapping | None = None
    refuses_alerts: bool = False


def score_upload(
    predictor: Predictor, upload: Upload, receiver: Receiver, request: RequestIdentity
) -> KeptTogether:
    """Score a file; all its answers are committed on return, or none is.

    Raises ExtractError where it is no table of employees, AlertsRefused, WorkerBusy where other
    long work goes on, and what `score_table` raises.
    """
    with lanes.turn():
        opened = open_files(upload.parts, predictor, upload.mapping)
        if upload.refuses_alerts and opened.reading.alerts:
            raise AlertsRefused([alert.sentence for alert in opened.reading.alerts])
        return score_table(predictor, opened, receiver, request)
