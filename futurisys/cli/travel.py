"""`flask model verify|pull|publish`: artifacts on their way from one machine to another."""

import shutil
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from futurisys import serving
from futurisys.model.card import Card
from futurisys.model.predictor import Predictor
from futurisys.model.store import Address

FOLDER = click.Path(file_okay=False, path_type=Path)


def add_to(group: click.Group) -> None:
    for command in (verify, pull, publish):
        group.add_command(command)


@click.command()
@click.argument("address", required=False)
@with_appcontext
def verify(address: str | None) -> None:
    """Fetch the model of ADDRESS (FUTURISYS_MODEL's by default) and prove that it answers.

    \b
    Example:
      flask model verify instance/model
    """
    found = serving.store(current_app).get(_address(address))
    click.echo(f"Model {Predictor(found).version} holds, and gives its known answers.")


@click.command()
@click.argument("address", required=False)
@click.option("--output", type=FOLDER, help="Copy the files there; without it, only the cache.")
@with_appcontext
def pull(address: str | None, output: Path | None) -> None:
    """Fetch the model of ADDRESS (FUTURISYS_MODEL's by default), verified, into the cache.

    \b
    Example:
      flask model pull hf://owner/name@REVISION#sha256=DIGEST --output model/
    """
    folder = serving.store(current_app).folder(_address(address))
    if output:
        folder = Path(shutil.copytree(folder, output, dirs_exist_ok=True))
    click.echo(f"The model is in {folder}.")


@click.command()
@click.argument("repo")
@click.option("--model", type=FOLDER, help="The artifact; by default FUTURISYS_MODEL's folder.")
@click.option("--private/--public", default=True, show_default=True, help="Of a new repository.")
@with_appcontext
def publish(repo: str, model: Path | None, private: bool) -> None:
    """Upload the artifact to the Hugging Face repository REPO and print its pinned address.

    A model that has learnt from a company's own people goes into a private repository alone.

    \b
    Example:
      HF_TOKEN=... flask model publish owner/name
    """
    # The hub's client is loaded only where it is used.
    from futurisys.training import publishing
    from futurisys.training.hubcard import readme

    folder = model or serving.folder(current_app)
    found = serving.store(current_app).get(Address(folder=folder))
    Predictor(found)
    card = Card.of(found)
    click.echo(publishing.publish(repo, folder, readme(card), private, card.fictional))


def _address(text: str | None) -> Address:
    return Address.parse(text) if text else serving.address(current_app)
