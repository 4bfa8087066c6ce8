"""How long each thing is kept, and the daily work by which it goes."""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app

from futurisys import settings
from futurisys.operations import chain
from futurisys.operations.clock import zone
from futurisys.operations.transactions import reading, writing
from futurisys.records import journal, retention
from futurisys.records.history import first_id
from futurisys.records.retention import Due

FLOOR_DAYS = settings.FLOOR_DAYS
# Once a horizon is over, so long to say who left, and to compare.
GRACE_DAYS = 60
# Rows of one transaction, and how long it may take, in seconds.
BLOCK = 1000
BLOCK_SECONDS = 60
ACTOR_MAX = 80


@dataclass(frozen=True)
class Periods:
    """For how long things are kept.

    named: numbers, titles and reasons. facts: what was said of a person. rows: what is left of an
    answer. journal: its lines. keyless: answers given without a key; None where they are kept as
    long as others.
    """

    named: datetime.timedelta
    facts: datetime.timedelta
    rows: datetime.timedelta
    journal: datetime.timedelta
    keyless: datetime.timedelta | None


@dataclass(frozen=True)
class Ends:
    """When what is shown goes: reasons and titles, facts, and all of it."""

    named: datetime.datetime
    facts: datetime.datetime
    rows: datetime.datetime

    @property
    def is_one(self) -> bool:
        """Whether all goes on the same day."""
        return self.named == self.facts == self.rows

    @property
    def now(self) -> datetime.datetime:
        """The moment that tells what has gone from what will."""
        return _now()


def periods() -> Periods:
    """Those that the settings say."""
    config = current_app.config
    days, horizon = config["FUTURISYS_RETENTION_DAYS"], config["FUTURISYS_HORIZON_DAYS"]
    whole = days if horizon is None else max(days, horizon + GRACE_DAYS)
    trains = bool(config["FUTURISYS_TRAIN_FROM_RECORDS"])
    hours = config["FUTURISYS_KEYLESS_HOURS"] if config["FUTURISYS_OPEN"] else None
    return Periods(
        datetime.timedelta(days),
        datetime.timedelta(whole if trains else days),
        datetime.timedelta(whole),
        datetime.timedelta(config["FUTURISYS_JOURNAL_DAYS"]),
        None if hours is None else datetime.timedelta(hours=hours),
    )


def ends(born: datetime.datetime, keyless: bool = False) -> Ends:
    """When something that was kept at a moment goes; keyless: whether no key asked for it."""
    kept = periods()
    if keyless and kept.keyless is not None:
        return Ends(*3 * [born + kept.keyless])
    return Ends(born + kept.named, born + kept.facts, born + kept.rows)


def retain(actor: str, now: datetime.datetime | None = None) -> Counter[str]:
    """Forget what has been kept for long enough; returns how much of each thing that was.

    In transactions of `BLOCK` rows, so that nobody waits long for it; a second run finds nothing.
    Where answers went, a line in the journal says how many. The journal's own lines are last, and
    may be refused as `chain.trim` says.
    """
    done: Counter[str] = Counter()
    kept, now = periods(), now or _now()
    for name, due in _due(kept, now):
        done[name] += _in_blocks(due)
    try:
        done["journal lines"] = chain.trim(now - kept.journal)
    finally:
        if erased := done["answers"]:
            with writing() as connection:
                journal.note(connection, "retention", actor[:ACTOR_MAX], erased)
    _unsalt()
    done["people"] += _in_blocks(retention.people())
    if (head := chain.head())[0]:
        current_app.logger.info("Head of the journal: %s:%s", *head)
    return done


def spared(now: datetime.datetime | None = None) -> int:
    """How many answers keep what would have gone, because an open request is about the person."""
    with reading(BLOCK_SECONDS) as connection:
        return retention.spared(connection, first_id((now or _now()) - periods().named))


def _due(kept: Periods, now: datetime.datetime) -> Iterator[tuple[str, Due]]:
    """What goes, in the order in which it may, by the name under which it is counted."""
    named, facts, rows = (first_id(now - period) for period in (kept.named, kept.facts, kept.rows))
    if kept.keyless is not None:
        keyless = first_id(now - kept.keyless)
        yield "answers", retention.keyless_answers(keyless)
        yield "inputs", retention.inputs(keyless)
        yield "files", retention.keyless_files(keyless)
    yield "answers", retention.answers(rows)
    yield "inputs", retention.inputs(rows)
    yield "files", retention.files(rows)
    yield "requests", retention.asked(now - kept.journal)
    yield "outcomes", retention.outcomes()
    yield "people", retention.people()
    yield "reasons", retention.reasons(named)
    yield "notes", retention.notes(named)
    yield "dates to come back", retention.dates(now.astimezone(zone()).date())
    yield "facts", retention.facts(facts)
    yield "titles", retention.titles(named)
    yield "numbers", retention.numbers(named)


def _in_blocks(due: Due) -> int:
    """Have all that is due go, block by block; returns how many rows that were."""
    done, last = 0, ""
    while True:
        with writing(BLOCK_SECONDS) as connection:
            passed = retention.take(connection, due, last, BLOCK)
        done += len(passed)
        if len(passed) < BLOCK:
            return done
        last = passed[-1]


def _unsalt() -> None:
    """Have the people of whom no line of the journal is left lose their salt, block by block."""
    last = ""
    while True:
        with writing(BLOCK_SECONDS) as connection:
            rows = retention.salted(connection, last, BLOCK)
            retention.unsalt(connection, rows)
        if len(rows) < BLOCK:
            return
        last = rows[-1].subject


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
