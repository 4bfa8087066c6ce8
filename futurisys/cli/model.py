"""`flask model`: train a model."""

from pathlib import Path

import click
from flask import current_app

from futurisys import serving
from futurisys.cli.groups import Group
from futurisys.employee.schema import EVAL, SIRH, SONDAGE
from futurisys.model.figures import markdown
from futurisys.sample import SAMPLE

FOLDS = 5
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

group = Group("model", help="Train the model and look after its artifact.")


@group.command()
@click.option("--sirh", type=FILE, default=SAMPLE[SIRH], help="The HR system's extract.")
@click.option("--eval", "evaluation", type=FILE, default=SAMPLE[EVAL], help="The evaluations.")
@click.option("--sondage", type=FILE, default=SAMPLE[SONDAGE], help="The survey's extract.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the artifact's files go; without it, where the service looks for them.",
)
@click.option(
    "--repeats",
    type=click.IntRange(1, 20),
    default=5,
    show_default=True,
    help="How many times the 5-fold cross-validation is repeated.",
)
def train(sirh: Path, evaluation: Path, sondage: Path, output: Path | None, repeats: int) -> None:
    """Train on the three extracts (the sample by default) and write the artifact.

    \b
    Example:
      flask model train --sirh sirh.csv --eval eval.csv --sondage sondage.csv --output model/
    """
    try:
        # The training libraries are not installed where the service only answers.
        from futurisys.model import training
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"Training needs {error.name}: pip install -r requirements-dev.txt"
        ) from error
    extracts = {SIRH: sirh, EVAL: evaluation, SONDAGE: sondage}
    folder = output or serving.folder(current_app)
    with click.progressbar(length=repeats * FOLDS, label="Cross-validation") as bar:
        manifest = training.train(extracts, folder, repeats, lambda: bar.update(1))
    click.echo(markdown(manifest["metrics"]))
    click.echo(f"Model {manifest['version']} is in {folder}.")
