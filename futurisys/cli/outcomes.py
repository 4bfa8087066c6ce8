"""`flask outcomes`: who left, as HR's files say it."""

import datetime
from dataclasses import replace
from pathlib import Path

import click

from futurisys.cli.commands import Group
from futurisys.cli.predictions import by_option, reference_option
from futurisys.employee.departures import read
from futurisys.operations import outcomes
from futurisys.operations.access import OPERATOR

group = Group("outcomes", help="Keep who left, so that estimates can be held to what came of them.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dsn", "declared", is_flag=True, help="FILE must be a declaration (DSN).")
@click.option(
    "--complet-au",
    "complete_to",
    metavar="D",
    type=click.DateTime(["%Y-%m-%d", "%d/%m/%Y"]),
    help="Whoever is estimated and not said to have left by this day, by this list or an earlier "
    "one, has stayed. Without it nothing is said of the others.",
)
@by_option
def import_(file: Path, declared: bool, complete_to: datetime.datetime | None, by: str) -> None:
    """Keep who left by FILE (.csv, .xlsx or DSN), of those who are estimated.

    A table has the columns id_employee, date_depart and raison: démission, or anything else. Of a
    DSN the employee's number, when a contract began and ended, and why are read, and nothing else.
    What is said last of a person holds. A list of which a line is wrong is refused as a whole.

    \b
    Example:
      flask outcomes import departs.csv --complet-au 2026-06-30
      flask outcomes import --dsn dsn-juin.txt --complet-au 2026-06-30
    """
    departures = read(file.read_bytes(), file.name, declared)
    day = complete_to.date() if complete_to else None
    found = outcomes.keep(departures, day, replace(OPERATOR, name=by))
    click.echo(
        f"Departures listed: {found.listed}; new: {found.new}; changed: {found.changed}; known "
        f"before: {found.same}; of nobody who is estimated: {found.unknown}."
    )
    if found.early:
        click.echo(
            f"Left before they were first estimated, so that no figure counts them: {found.early}."
        )
    if found.nameless:
        click.echo(f"Of these, without a number in the declaration: {found.nameless}.")


@group.command()
@reference_option
@by_option
def forget(reference: int, by: str) -> None:
    """Take back that a person left, where a list had named somebody else's number.

    \b
    Example:
      flask outcomes forget --reference 77 --by "A. Martin"
    """
    known = outcomes.forget(reference, by)
    click.echo("It is not said any more that this person left." if known else "It was not said.")
