"""`flask score`: a file of employees in, the same file with the risks out."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from futurisys import serving
from futurisys.cli.commands import refusal
from futurisys.employee.mapping import read_mapping
from futurisys.errors import FuturisysError
from futurisys.operations.jobs import FileJob


@click.command()
@click.argument(
    "source", metavar="IN", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.argument("target", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--excel", is_flag=True, help="CSV as a French Excel opens it: semicolons, decimal commas."
)
@click.option(
    "--mapping",
    metavar="F",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the columns of IN hold, a table [colonnes] and a list laissees, in TOML.",
)
@with_appcontext
def score(source: Path, target: Path, excel: bool, mapping: Path | None) -> None:
    """Score the employees of IN (.csv or .xlsx) into OUT (.csv or .xlsx), and keep the answers.

    Columns are recognised by their names; what nobody reads is left out, and told. Rows that cannot
    be answered are in OUT too, with the reason. The same command goes on with an interrupted run,
    and no row is scored twice.

    \b
    Example:
      flask score employes.csv risques.csv
    """
    serving.load(current_app)
    try:
        predictor = serving.current()
        told = read_mapping(mapping.read_bytes(), mapping.name) if mapping else None
        job = FileJob(source, target, excel, told)
        with click.progressbar(length=job.length, label="Scoring") as bar:
            totals = job.run(predictor, bar.update)
    except FuturisysError as error:
        raise refusal(error) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from error
    for remark in totals.remarks:
        click.echo(remark, err=True)
    click.echo(
        f"{totals.scored} scored, {totals.refused} refused, {totals.before} done before: {target}"
    )
