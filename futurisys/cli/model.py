"""`flask model train|convert`: make an artifact."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app

from futurisys import serving
from futurisys.cli.groups import Group
from futurisys.employee.schema import EVAL, SIRH, SONDAGE
from futurisys.model.figures import markdown
from futurisys.sample import SAMPLE

FOLDS = 5
FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

group = Group("model", help="Train the model and look after its artifact.")


@group.command()
@click.option("--sirh", type=FILE, default=SAMPLE[SIRH], help="The HR system's extract.")
@click.option("--eval", "evaluation", type=FILE, default=SAMPLE[EVAL], help="The evaluations.")
@click.option("--sondage", type=FILE, default=SAMPLE[SONDAGE], help="The survey's extract.")
@click.option(
    "--output",
    type=FOLDER,
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
    with _training_libraries():
        from futurisys.model import training
    extracts = {SIRH: sirh, EVAL: evaluation, SONDAGE: sondage}
    folder = output or serving.folder(current_app)
    with click.progressbar(length=repeats * FOLDS, label="Cross-validation") as bar:
        manifest = training.train(extracts, folder, repeats, lambda: bar.update(1))
    click.echo(markdown(manifest["metrics"]))
    click.echo(f"Model {manifest['version']} is in {folder}.")


@group.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--output", type=FOLDER, required=True, help="Where the artifact's files go.")
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1, min_open=True, max_open=True),
    default=0.5,
    show_default=True,
    help='The probability from which on the answer is "Part".',
)
@click.option("--yes", is_flag=True, help="Open the pickles without asking.")
def convert(folder: Path, output: Path, threshold: float, yes: bool) -> None:
    """Convert the older service's model in FOLDER into an artifact without pickles.

    FOLDER holds modele_final_xgb.joblib, mapping_classes.json and, where the model is no whole
    Pipeline, preprocesseur_fitted.joblib. Opening a pickle runs what is in it: open only your own.

    \b
    Example:
      flask model convert old/ --output model/
    """
    with _training_libraries():
        from futurisys.model import conversion
    if output.resolve() == folder.resolve():
        raise click.UsageError("--output must be another folder: the artifact holds no pickle.")
    originals = conversion.find(folder)
    for name, digest in originals.digests.items():
        click.echo(f"{name}: sha256 {digest}")
    if not yes:
        click.confirm("Are these your own files, and may they be opened?", abort=True)
    converted = conversion.convert(originals, SAMPLE, output, threshold)
    click.echo(f"The sample's answers are the original's, to {conversion.TOLERANCE:g}.")
    for doubt in converted.doubts:
        click.echo(f"Check: {doubt}", err=True)
    click.echo(f"Model {converted.version} is in {output}.")


@contextmanager
def _training_libraries() -> Iterator[None]:
    """Say what to install where the service only answers, for the libraries are not there."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"Training needs {error.name}: pip install -r requirements-dev.txt"
        ) from error
