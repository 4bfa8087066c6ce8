"""`flask dossier`: the documents that must be there before people are estimated."""

import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from futurisys import serving
from futurisys.cli.commands import refusal
from futurisys.dossier import filling
from futurisys.dossier.facts import gather
from futurisys.dossier.handed import handed
from futurisys.dossier.live import report
from futurisys.dossier.page import page
from futurisys.dossier.word import word
from futurisys.dossier.writing import write
from futurisys.errors import FuturisysError


@click.command()
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder to write to; it is made where there is none.",
)
@click.option(
    "--for",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file with what the company says of itself; FUTURISYS_DOSSIER's by default.",
)
@with_appcontext
def dossier(output: Path, file: Path | None) -> None:
    """Write the French documents that the law asks for before people are estimated.

    Each is written as HTML and as .docx, from the model that is served and from the settings of
    this environment: run it with the service's. What only people know is marked « À COMPLÉTER »
    unless the file says it; `sommaire` lists what is left. It is help, not legal advice.

    \b
    Example:
      flask dossier --output dossier --for futurisys/sample/dossier.toml
    """
    try:
        serving.load(current_app)
        predictor, now = serving.current(), datetime.datetime.now(datetime.UTC)
        named = current_app.config["FUTURISYS_DOSSIER"]
        own = filling.read(file) if file else filling.told(named)
        shown = tuple(handed(predictor, now))
        facts = gather(predictor, is_pinned=bool(serving.address(current_app).digest))
        made = write(facts, own, shown, report(predictor))
        output.mkdir(parents=True, exist_ok=True)
        for document in made.documents:
            (output / f"{document.name}.html").write_text(page(document), encoding="utf-8")
            (output / f"{document.name}.docx").write_bytes(word(document))
    except FuturisysError as error:
        raise refusal(error) from error
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from error
    click.echo(f"{len(made.documents)} documents are in {output}, each as .html and .docx.")
    if made.gaps:
        click.echo(f"{len(made.gaps)} gaps are left to fill: sommaire.html lists them.")
