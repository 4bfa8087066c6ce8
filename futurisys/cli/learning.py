"""Whom `flask model train` learns from: extracts, of one day or of none, and what was kept."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import current_app

from futurisys import serving
from futurisys.cli.predictions import by_option
from futurisys.employee.departures import read
from futurisys.employee.schema import EVAL, REFERENCE, SIRH, SONDAGE
from futurisys.operations.clock import today
from futurisys.operations.horizons import horizon_days
from futurisys.operations.learning import past
from futurisys.sample import SAMPLE

if TYPE_CHECKING:
    from futurisys.training.people import People

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
WORDS = {
    SIRH: "The HR system's extract.",
    EVAL: "The evaluations.",
    SONDAGE: "The survey's extract.",
}
NAMES = {SIRH: "sirh", EVAL: "eval", SONDAGE: "sondage"}


def extracts(command: Callable[..., None]) -> Callable[..., None]:
    """The options of the three extracts."""
    for extract, name in reversed(NAMES.items()):
        command = click.option(f"--{name}", type=FILE, help=WORDS[extract])(command)
    return command


def whom(command: Callable[..., None]) -> Callable[..., None]:
    """The options of extracts of one day, and of what was kept."""
    for option in (
        by_option,
        click.option(
            "--from-records",
            is_flag=True,
            help="Learn from what was kept of people, where FUTURISYS_TRAIN_FROM_RECORDS allows.",
        ),
        click.option(
            "--complet-au",
            "complete_to",
            metavar="D",
            type=DAY,
            help="The day to which the list of departures is complete; its last one by default.",
        ),
        click.option(
            "--departures",
            type=FILE,
            help="Who left since (.csv, .xlsx or DSN), as `flask outcomes import` reads it; in "
            "place of what the extracts say of it.",
        ),
        click.option("--au", "on", metavar="D", type=DAY, help="The day of the extracts."),
    ):
        command = option(command)
    return command


def given(options: dict[str, Any]) -> dict[str, Path]:
    """The extracts that options name, the sample's in place of those that they do not."""
    return {extract: options.pop(name) or SAMPLE[extract] for extract, name in NAMES.items()}


def people(options: dict[str, Any]) -> "People":
    """Whom to learn from, as options say; they are taken out of these.

    Raises UsageError where they do not go together, ExtractError and TrainingRefused.
    """
    from futurisys.training.people import of_extracts, together

    on, departures, complete_to, from_records, by = (
        options.pop(name) for name in ("on", "departures", "complete_to", "from_records", "by")
    )
    has_extracts = any(options[name] for name in NAMES.values())
    paths = given(options)
    if (on is None) != (departures is None) or (complete_to and not departures):
        raise click.UsageError("--au and --departures go together, and --complet-au with them.")
    if from_records and has_extracts and not departures:
        raise click.UsageError(
            "With --from-records extracts are of one day: say --au, --departures."
        )
    if not from_records:
        if not departures:
            return of_extracts(paths)
        return _dated(paths, on.date(), departures, complete_to, _setting())
    serving.load(current_app)
    horizon = horizon_days(serving.served())
    if not departures:
        return _kept(horizon, by, ())
    extracted = _dated(paths, on.date(), departures, complete_to, horizon)
    numbers = [one[REFERENCE] for one in extracted.employees]
    return together(extracted, _kept(extracted.horizon, by, numbers))


def _dated(
    paths: dict[str, Path],
    on: datetime.date,
    departures: Path,
    complete_to: datetime.datetime | None,
    horizon: int | None,
) -> "People":
    """Those of extracts of one day."""
    from futurisys.training.people import Span, of_snapshot

    if complete_to and complete_to.date() > today():
        raise click.UsageError("No list is complete to a day that is still to come.")
    listed = read(departures.read_bytes(), departures.name)
    last = min(max((one.left_on for one in listed), default=on), today())
    span = Span(on, complete_to.date() if complete_to else last)
    found = of_snapshot(paths, listed, span, span.horizon(horizon))
    if complete_to:
        return found
    # Without another word, a list has whoever left before the last whom it names.
    told = f"La liste des départs est tenue pour complète jusqu'au {last:%d/%m/%Y}."
    return replace(found, remarks=(*found.remarks, told))


def _kept(horizon: int | None, by: str, but_not: Sequence[int]) -> "People":
    """Those of whom the service has kept facts; but_not: the references of others."""
    from futurisys.training.people import of_records

    found = past(horizon, by, but_not)
    days = found.estimated_on.astype(datetime.date).tolist()
    return of_records(found.employees, days, found.seen, found.left, found.words, found.horizon)


def _setting() -> int | None:
    """The horizon that live figures have, where the setting says one."""
    days: int | None = current_app.config["FUTURISYS_HORIZON_DAYS"]
    return days
