"""`flask model sql`: the model as one SELECT, for people who are where their data is."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from futurisys import serving
from futurisys.cli.model import FOLDER, training_libraries
from futurisys.employee.schema import REFERENCE
from futurisys.model.predictor import Predictor
from futurisys.model.store import Address


def add_to(group: click.Group) -> None:
    group.add_command(sql)


@click.command()
@click.option(
    "--dialect",
    default="postgres",
    show_default=True,
    help="postgres, sqlite, duckdb and spark are tested; others of sqlglot's are written untested.",
)
@click.option("--table", default="employees", show_default=True, help="Whose columns are fields.")
@click.option("--key", default=REFERENCE, show_default=True, help="The column handed on.")
@click.option("--reasons", is_flag=True, help="Each field's effect too, and the three heaviest.")
@click.option("--artifact", type=FOLDER, help="The model; FUTURISYS_MODEL's by default.")
@click.option("--demonstration", is_flag=True, help="Of the sample's model too.")
@with_appcontext
def sql(
    dialect: str, table: str, key: str, reasons: bool, artifact: Path | None, demonstration: bool
) -> None:
    """Print the model as one SELECT over a table that has a column for each field.

    Its answers are the service's, but nobody keeps them: the duties towards people pass to whoever
    runs it, as its first lines say. A value that the service would refuse gives NULL.

    \b
    Examples:
      flask model sql --dialect duckdb --table hr.employees --reasons > attrition.sql
      flask model sql --dialect sqlite --demonstration | sqlite3 hr.db
    """
    with training_libraries():
        from futurisys.training.sql import KNOWN, TESTED, statement
    if dialect not in KNOWN:
        raise click.UsageError(f"--dialect: one of {', '.join(KNOWN)} is expected.")
    address = Address(folder=artifact) if artifact else serving.address(current_app)
    predictor = Predictor(serving.store(current_app).get(address))
    if predictor.card.fictional and not demonstration:
        raise click.UsageError(
            "This model has learnt from fictional people, and says nothing of real ones: train it "
            "on your own extracts, or add --demonstration."
        )
    if dialect not in TESTED:
        click.echo("Nobody has tested this dialect: compare its answers first.", err=True)
    click.echo(statement(predictor, dialect, table, key, reasons))
