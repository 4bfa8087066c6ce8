"""`flask model trial`: would a model have been worth anything here, on the company's own past?"""

import datetime
import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask.cli import with_appcontext

from futurisys.cli.learning import FILE
from futurisys.cli.model import advancing, training_libraries
from futurisys.employee.departures import read
from futurisys.operations import trial_page, trials
from futurisys.operations.trial_files import DEPARTURES, FIRST, Order, files_of
from futurisys.operations.trial_files import LATER as SECOND
from futurisys.operations.verdicts import WORDS, concluded

DAY = click.DateTime(["%Y-%m-%d"])
NICENESS = 10
# The extracts, the later ones if there are any, and the list of departures.
Files = tuple[Sequence[Path], Sequence[Path], Path]
LATER = ("later_on", "later_sirh", "later_eval", "later_survey")


def add_to(group: click.Group) -> None:
    group.add_command(trial)
    group.add_command(trial_job)


@click.command()
@click.option("--sirh", type=FILE, required=True, help="The HR system's extract of that day,")
@click.option("--eval", "evaluations", type=FILE, required=True, help="the evaluations,")
@click.option("--sondage", "survey", type=FILE, required=True, help="and the survey's.")
@click.option("--au", "on", type=DAY, required=True, help="The day that the extracts are of.")
@click.option(
    "--departures",
    type=FILE,
    required=True,
    help="Who has left since: number, date and reason, as CSV or .xlsx; or a DSN.",
)
@click.option(
    "--complet-au",
    "complete_to",
    type=DAY,
    help="Until when the list has everybody; the last departure's day by default.",
)
@click.option("--puis-sirh", "later_sirh", type=FILE, help="Later extracts, to be measured on:")
@click.option("--puis-eval", "later_eval", type=FILE, help="their evaluations,")
@click.option("--puis-sondage", "later_survey", type=FILE, help="their survey's,")
@click.option("--puis-au", "later_on", type=DAY, help="and the day that they are of.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("essai.html"),
    show_default=True,
    help="The page to write, in French, to be read and printed.",
)
@click.option(
    "--repeats",
    type=click.IntRange(1, 20),
    default=3,
    show_default=True,
    help="How many times the 5-fold cross-validation is repeated.",
)
@click.option("--workers", type=click.IntRange(1), help="Processes at work; all by default.")
@with_appcontext
def trial(
    sirh: Path,
    evaluations: Path,
    survey: Path,
    on: datetime.datetime,
    departures: Path,
    complete_to: datetime.datetime | None,
    output: Path,
    repeats: int,
    workers: int | None,
    **later: Any,
) -> None:
    """Try the model on this company alone: who was there on a day, and who has left since.

    Beside it stand two things that need no model: the departure rate by tenure and department, and
    the company's mean. The page says whether the model may be used for people, for groups or not
    at all, and by which rule. Nothing is kept but that page.

    \b
    Example:
      flask model trial --sirh sirh.csv --eval eval.csv --sondage sondage.csv \\
        --au 2025-01-01 --departures departs.csv --complet-au 2025-12-31
    """
    if len(set(map(bool, later.values()))) > 1:
        raise click.UsageError("Later extracts are three files and their day, given together.")
    day, *paths = (later[name] for name in LATER)
    order = Order(on.date(), complete_to and complete_to.date(), day and day.date())
    files = ([sirh, evaluations, survey], paths, departures)
    with training_libraries(), advancing("Trial") as advance:
        verdict = concluded(_tried(order, files, advance, workers=workers or -1, repeats=repeats))
    output.write_text(trial_page.page(verdict), encoding="utf-8")
    for remark in verdict["remarks"]:
        click.echo(remark, err=True)
    click.echo(f"Verdict: {WORDS[verdict['word']]}.")
    click.echo(f"The page is in {output}.")


@click.command("trial-job", hidden=True)
@click.argument("identifier", type=click.UUID)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@with_appcontext
def trial_job(identifier: UUID, folder: Path) -> None:
    """Do the trial that the console has asked for under IDENTIFIER, with the files in FOLDER."""
    # Whoever waits for an answer comes first; and a worker keeps to a processor, not we with it.
    os.nice(NICENESS)
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    order, done = Order.read(folder), itertools.count(1)
    [listed] = files_of(folder, DEPARTURES)
    files = (files_of(folder, FIRST), files_of(folder, SECOND), listed)
    trials.work(
        str(identifier),
        folder,
        lambda tell: _tried(order, files, lambda total: tell(next(done) / total)),
    )


def _tried(
    order: Order, files: Files, progress: Callable[[int], None], **protocol: Any
) -> Mapping[str, Any]:
    """Read what was given, and measure; protocol: of `tried`, which says what it is for."""
    from futurisys.training.past import Extracts, read_past
    from futurisys.training.trial import tried

    paths, later, listed = files
    first = Extracts(paths, order.on)
    second = Extracts(later, order.later_on) if order.later_on else None
    departures = read(listed.read_bytes(), listed.name)
    return tried(read_past(first, second, departures, order.complete_to), progress, **protocol)
