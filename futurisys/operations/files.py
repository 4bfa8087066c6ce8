"""What became of a file that was scored under a name: its counts, its ranked table, its faults."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from futurisys.employee.answer import MEMBERS
from futurisys.employee.columnar import Place
from futurisys.employee.headings import LINE
from futurisys.employee.reading import Reading
from futurisys.employee.schema import KEPT, REFERENCE
from futurisys.errors import PredictionUnknown
from futurisys.model.encoder import Columns
from futurisys.model.population import answers_kept
from futurisys.operations.scored_tables import typed
from futurisys.operations.scoring import Block
from futurisys.operations.transactions import reading
from futurisys.records import batches, perimeter, requests, reviews
from futurisys.records.batches import Fault, RankingFilters
from futurisys.records.predictions import effects_of, moment_of

RANKING_SECONDS = 30
ROWS = 10_000
UNKNOWN = "Aucun fichier n'est connu sous cet identifiant, ou vous n'y avez pas accès."
HIDES = "Certaines personnes ne sont pas montrées."
WHOLE = RankingFilters()
HIGHEST_FIRST = "risque", True
_NOBODY: Columns = dict.fromkeys((*MEMBERS, *KEPT), ())


class Reviewed(NamedTuple):
    """Of an answer: the kind of what was last said of it, its person's department, its word."""

    kind: str
    department: str
    word: str


@dataclass(frozen=True)
class Summary:
    """What is known of a file as a whole.

    people: how many answers, by department and word. refused: how many rows had none; faults: why.
    reading: how it was read. fictional: whether the model had learnt from fictional people.
    reviewed: of those of whom something was said, by the id of their answer.
    """

    batch_id: str
    created_at: datetime.datetime
    people: Mapping[tuple[str, str], int]
    refused: int
    faults: Sequence[Fault]
    reading: Reading
    fictional: bool | None
    reviewed: Mapping[str, Reviewed]


def summary(batch_id: str) -> Summary:
    """What became of a file; raises PredictionUnknown where there was none.

    To who sees some departments alone, a file of others is unknown, and so is what was refused of
    a file that somebody else has sent: nobody knows of which department that was.
    """
    with reading(RANKING_SECONDS) as connection:
        row = batches.find(connection, batch_id)
        counted = batches.counts(connection, batch_id)
        told = reviews.of_file(connection, batch_id)
    is_whole = row is not None and _is_seen_whole(row)
    if row is None or not (counted or is_whole):
        raise PredictionUnknown(UNKNOWN)
    people = {(one.departement, one.word): one.people for one in counted}
    faults = [tuple(fault) for fault in row.faults] if is_whole else []
    refused = row.refused if is_whole else 0
    how, born = Reading.of(row.reading), moment_of(batch_id)
    said = {one.prediction_id: Reviewed(one.kind, one.departement, one.word) for one in told}
    return Summary(batch_id, born, people, refused, faults, how, row.fictional, said)


def hides(batch_id: str) -> bool:
    """Whether some people of a file, whom the caller would see, are not shown."""
    with reading(RANKING_SECONDS) as connection:
        return requests.hides(connection, batch_id)


def _is_seen_whole(row: Any) -> bool:
    """Whether the caller sees people of all departments, or has sent this file."""
    seen = perimeter.current()
    is_own = row.id in seen.sent or (seen.holder and row.sender == seen.holder)
    return seen.departments is None or bool(is_own)


def how_read(batch_id: str) -> Reading:
    """How a file was read, without counting its people; raises PredictionUnknown as `summary`."""
    with reading() as connection:
        row = batches.find(connection, batch_id)
        is_seen = row is not None and (
            _is_seen_whole(row) or batches.shows_somebody(connection, batch_id)
        )
    if row is None or not is_seen:
        raise PredictionUnknown(UNKNOWN)
    return Reading.of(row.reading)


def page(
    batch_id: str, filters: RankingFilters, order: tuple[str, bool], window: tuple[int, int]
) -> Columns:
    """The rows of a page, facts and answers as one, as `records.batches.page` has them."""
    with reading(RANKING_SECONDS) as connection:
        return batches.page(connection, batch_id, filters, order, window)


def header(references: bool) -> tuple[str, ...]:
    """The columns of the table that `blocks` gives, before those of the answer."""
    return (LINE, REFERENCE, *KEPT) if references else (LINE, *KEPT)


def blocks(
    found: Summary,
    references: Mapping[int, str] | None = None,
    filters: RankingFilters = WHOLE,
    order: tuple[str, bool] = HIGHEST_FIRST,
) -> Iterator[Block]:
    """The table of a file, or what the filters leave of it, in blocks; the refused rows are last.

    Each is read by itself, so that whoever takes long to write it keeps nobody from the database.
    references: those of the people by line, which are kept nowhere: whoever sent the file has them.
    A row that was refused has no department and no word: no filter leaves it.
    """
    last: Mapping[str, Any] | None = None
    while (columns := _behind(found.batch_id, filters, order, last))["id"]:
        yield _answered(columns, references)
        last = {name: values[-1] for name, values in columns.items()}
    if filters == WHOLE:
        yield _refused(found.faults, references)


def _behind(
    batch_id: str,
    filters: RankingFilters,
    order: tuple[str, bool],
    last: Mapping[str, Any] | None,
) -> Columns:
    with reading(RANKING_SECONDS) as connection:
        return batches.following(connection, batch_id, filters, order, last, ROWS)


def _answered(columns: Columns, references: Mapping[int, str] | None) -> Block:
    facts = {name: columns[name] for name in KEPT}
    texts = zip(*(map(str, typed(name, facts[name])) for name in KEPT), strict=True)
    told = [
        (line, [*_begin(line, references), *cells])
        for line, cells in zip(columns["line"], texts, strict=True)
    ]
    answers = answers_kept(columns, effects_of(columns))
    return Block(told, range(len(told)), {}, answers, columns["id"], facts)


def _refused(faults: Sequence[Fault], references: Mapping[int, str] | None) -> Block:
    """A row for each that was refused: of several files, for each line of each of them."""
    sentences: dict[tuple[int, str], dict[str, list[str]]] = {}
    for fault in faults:
        line, column, sentence = fault[:3]
        row = sentences.setdefault((line, fault[3] if len(fault) == 4 else ""), {})
        row.setdefault(column, []).append(sentence)
    told = [(line, [*_begin(line, references), *[""] * len(KEPT)]) for line, _ in sentences]
    wrong = dict(enumerate(sentences.values()))
    places = {
        (position, column): Place(file, line)
        for position, ((line, file), columns) in enumerate(sentences.items())
        for column in columns
        if file
    }
    return Block(told, [], wrong, answers_kept(_NOBODY, {}), [], _NOBODY, places)


def _begin(line: int, references: Mapping[int, str] | None) -> list[str]:
    """What stands before a person's facts."""
    return [str(line)] if references is None else [str(line), references.get(line, "")]
