"""A file that was sent: known by its content, whatever it is said to be, and scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from futurisys.employee.joining import Part
from futurisys.employee.mapping import ColumnMapping
from futurisys.errors import AlertsRefused
from futurisys.model.predictor import Predictor
from futurisys.operations import lanes
from futurisys.operations.opening import open_parts, open_table
from futurisys.operations.repeating import RequestIdentity
from futurisys.operations.scoring import KeptTogether, Receiver, score_table


@dataclass(frozen=True)
class Upload:
    """A file that is here as a whole, and how its sender wants it to be read.

    name: what its sender calls it. mapping: what they said of its columns. refuses_alerts: whether
    nothing is to be scored where a whole column looks wrong. beside: the others of the three
    extracts, where these were sent.
    """

    file: BinaryIO
    name: str
    mapping: ColumnMapping | None = None
    refuses_alerts: bool = False
    beside: Sequence[Part] = ()


def score_upload(
    predictor: Predictor, upload: Upload, receiver: Receiver, request: RequestIdentity
) -> KeptTogether:
    """Score a file; all its answers are committed on return, or none is.

    Raises ExtractError where it is no table of employees, AlertsRefused, WorkerBusy where other
    long work goes on, and what `score_table` raises.
    """
    with lanes.turn():
        if upload.beside:
            parts = [Part(upload.file, upload.name), *upload.beside]
            opened = open_parts(parts, predictor, upload.mapping)
        else:
            opened = open_table(upload.file, upload.name, predictor, upload.mapping)
        if upload.refuses_alerts and opened.reading.alerts:
            raise AlertsRefused([alert.sentence for alert in opened.reading.alerts])
        return score_table(predictor, opened, receiver, request)
