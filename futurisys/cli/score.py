"""`flask score`: a file of employees in, the same file with the risks out."""

from collections.abc import Sequence
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from futurisys import serving
from futurisys.cli.commands import refusal
from futurisys.employee.mapping import read_mapping
from futurisys.errors import FuturisysError
from futurisys.operations import drift
from futurisys.operations.jobs import FileJob

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument(
    "paths",
    metavar="[IN] OUT",
    nargs=-1,
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
)
@click.option("--sirh", metavar="F", type=_FILE, help="In place of IN, the three extracts: this,")
@click.option("--eval", "evaluations", metavar="F", type=_FILE, help="this,")
@click.option("--sondage", "survey", metavar="F", type=_FILE, help="and this.")
@click.option(
    "--excel", is_flag=True, help="CSV as a French Excel opens it: semicolons, decimal commas."
)
@click.option(
    "--mapping",
    metavar="F",
    type=_FILE,
    help="What the columns of IN hold, in TOML: laissees, [colonnes], [echelles], [valeurs].",
)
@click.option(
    "--source",
    metavar="NAME",
    help="Where IN comes from: it is compared with the last file of this name.",
)
@with_appcontext
def score(
    paths: Sequence[Path],
    sirh: Path | None,
    evaluations: Path | None,
    survey: Path | None,
    excel: bool,
    mapping: Path | None,
    source: str | None,
) -> None:
    """Score the employees of IN (.csv or .xlsx) into OUT (.csv or .xlsx), and keep the answers.

    Columns are recognised by their names; what nobody reads is left out, and told. Rows that cannot
    be answered are in OUT too, with the reason. The same command goes on with an interrupted run,
    and no row is scored twice.

    \b
    Example:
      flask score employes.csv risques.csv
      flask score --sirh sirh.csv --eval eval.csv --sondage sondage.csv risques.csv
      flask score --source Paie employes.csv risques.csv
    """
    sources, target = _named(paths, [one for one in (sirh, evaluations, survey) if one])
    serving.load(current_app)
    try:
        predictor = serving.current()
        told = read_mapping(mapping.read_bytes(), mapping.name) if mapping else None
        job = FileJob(sources[0], target, excel, told, sources[1:])
        with click.progressbar(length=job.length, label="Scoring") as bar:
            totals = job.run(predictor, bar.update)
        if totals.batch_id and (name := drift.source_of(source or "")):
            drift.name(totals.batch_id, name, predictor)
    except FuturisysError as error:
        raise refusal(error) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}.") from error
    for remark in totals.remarks:
        click.echo(remark, err=True)
    if totals.batch_id:
        click.echo(f"Fichier: {totals.batch_id}")
    click.echo(
        f"{totals.scored} scored, {totals.refused} refused, {totals.before} done before: {target}"
    )


def _named(paths: Sequence[Path], extracts: Sequence[Path]) -> tuple[Sequence[Path], Path]:
    """The files to be read, one or the three extracts, and the one to be written."""
    if len(extracts) not in (0, 3):
        raise click.UsageError("--sirh, --eval and --sondage are given together.")
    if len(paths) != (1 if extracts else 2):
        raise click.UsageError("Give IN and OUT, or the three extracts and OUT.")
    if extracts:
        return extracts, paths[0]
    _FILE.convert(paths[0], None, None)
    return paths[:1], paths[1]
