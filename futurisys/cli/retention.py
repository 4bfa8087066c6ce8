"""`flask retention`: what has been kept for long enough goes."""

import click
from flask.cli import with_appcontext

from futurisys.cli.commands import refusal
from futurisys.cli.predictions import by_option
from futurisys.errors import FuturisysError
from futurisys.operations import trials
from futurisys.operations.retention import retain, spared


@click.command()
@by_option
@with_appcontext
def retention(by: str) -> None:
    """Forget what has been kept for as long as the settings say; run it daily.

    Numbers, titles and reasons go first, then facts, then what is left of an answer. It works
    through short transactions while the service runs, and a second run finds nothing. The files of
    trials that were kept by choice go with the numbers, where they are on this machine.

    \b
    Example:
      flask retention
    """
    try:
        done = retain(by)
        left = spared()
        trials.tidy()
    except FuturisysError as error:
        raise refusal(error) from error
    told = ", ".join(f"{number} {name}" for name, number in done.items() if number)
    click.echo(f"Forgotten: {told or 'nothing'}.")
    if left:
        click.echo(f"{left} answers stay: what their people have asked for is not answered yet.")
