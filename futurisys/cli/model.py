"""`flask model train|evaluate|convert`: make an artifact, and measure what it is worth."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import click
from flask import current_app

from futurisys import serving
from futurisys.cli.commands import Group
from futurisys.employee.schema import ASKED, EVAL, SIRH, SONDAGE
from futurisys.model.artifact import dump
from futurisys.sample import SAMPLE

FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
QUICK = ("model", "baseline", "complete")

group = Group("model", help="Train the model and look after its artifact.")


def protocol(command: Callable[..., None]) -> Callable[..., None]:
    """The options of whatever cross-validates."""
    for option in (
        click.option(
            "--workers",
            type=click.IntRange(1),
            default=None,
            help="Processes at work; all processors by default. The figures do not depend on it.",
        ),
        click.option(
            "--repeats",
            type=click.IntRange(1, 20),
            default=5,
            show_default=True,
            help="How many times the 5-fold cross-validation is repeated.",
        ),
        click.option(
            "--without",
            type=click.Choice(ASKED),
            multiple=True,
            metavar="FIELD",
            help="A field that the model shall not read, and what that costs; repeatable.",
        ),
        click.option("--sondage", type=FILE, default=SAMPLE[SONDAGE], help="The survey's extract."),
        click.option("--eval", type=FILE, default=SAMPLE[EVAL], help="The evaluations."),
        click.option("--sirh", type=FILE, default=SAMPLE[SIRH], help="The HR system's extract."),
    ):
        command = option(command)
    return command


@group.command()
@protocol
@click.option(
    "--output",
    type=FOLDER,
    help="Where the artifact's files go; without it, where the service looks for them.",
)
@click.option(
    "--quick",
    is_flag=True,
    help="Measure the model beside plain logistic regression alone, and its range by fewer refits.",
)
def train(output: Path | None, **options: Any) -> None:
    """Train on the three extracts (the sample by default) and write the artifact.

    Files and columns are recognised as `flask score` does, whichever option a file is given for.

    \b
    Example:
      flask model train --sirh sirh.csv --eval eval.csv --sondage sondage.csv --output model/
    """
    with training_libraries():
        from futurisys.training import run as training
    folder = output or serving.folder(current_app)
    workers = options["workers"] or -1
    refits = training.range_.QUICK_REFITS if options["quick"] else training.range_.REFITS
    evaluated = _evaluate(training, **options)
    with advancing("Refits") as advance:
        manifest = training.train(evaluated, folder, refits, advance, workers)
    _tell(evaluated)
    click.echo(f"Model {manifest['version']} is in {folder}.")


@group.command()
@protocol
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("evaluation.json"),
    show_default=True,
    help="The document to write.",
)
@click.option(
    "--seed-from",
    "first_seed",
    type=click.IntRange(0, 1_000_000),
    default=0,
    show_default=True,
    help="The seed of the first repeat's folds; each further repeat has the next.",
)
@click.option(
    "--companies",
    type=click.IntRange(0, 1000),
    default=0,
    show_default=True,
    help="Measure ranges too, and what they cover in so many simulated companies; takes minutes.",
)
def evaluate(output: Path, companies: int, **options: Any) -> None:
    """Cross-validate the model and what it is compared with, and write one JSON document.

    Nothing is trained to be served. `flask model train` measures the same, and keeps it in the
    artifact.

    \b
    Example:
      flask model evaluate --output evaluation.json
      flask model evaluate --seed-from 100 --output others.json
    """
    with training_libraries():
        from futurisys.training import run as training
    evaluated = _evaluate(training, **options)
    document = evaluated.document
    if companies:
        from futurisys.training.rehearsal import rehearse

        with advancing("Ranges") as advance:
            document |= rehearse(evaluated, companies, advance, options["workers"] or -1)
    output.write_bytes(dump(document))
    _tell(evaluated)
    click.echo(f"The evaluation is in {output}.")


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
    with training_libraries():
        from futurisys.training import conversion
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


def _evaluate(
    training: ModuleType,
    sirh: Path,
    eval: Path,  # noqa: A002 (the option's name)
    sondage: Path,
    repeats: int,
    without: tuple[str, ...],
    workers: int | None,
    quick: bool = False,
    first_seed: int = 0,
) -> Any:
    extracts = {SIRH: sirh, EVAL: eval, SONDAGE: sondage}
    contenders = QUICK if quick else None
    with advancing("Cross-validation") as advance:
        return training.evaluate(
            extracts, repeats, without, advance, contenders, workers or -1, first_seed
        )


@contextmanager
def advancing(label: str) -> Iterator[Callable[[int], None]]:
    """A progress bar; what is given is to be called after each step, with the number of all."""
    with click.progressbar(length=1, label=label) as bar:

        def advance(total: int) -> None:
            bar.length = total
            bar.update(1)

        yield advance


def _tell(evaluated: Any) -> None:
    from futurisys.training import figures

    for remark in evaluated.remarks:
        click.echo(remark, err=True)
    document = evaluated.document
    click.echo(figures.markdown({"folds": document["protocol"]["folds"]} | document["figures"]))
    click.echo()
    click.echo(figures.differences(document))


@contextmanager
def training_libraries() -> Iterator[None]:
    """Say what to install where the service only answers, for the libraries are not there."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"Training needs {error.name}: pip install -r requirements-dev.txt"
        ) from error
