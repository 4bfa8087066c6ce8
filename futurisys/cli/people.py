"""`flask people`: what a person is handed, the keys under which people are found and numbered."""

import json
from typing import TextIO

import click
from flask import current_app

from futurisys import serving
from futurisys.cli.commands import Group
from futurisys.cli.predictions import by_option, reference_option
from futurisys.operations import disclosure, documents, rekeying

group = Group(
    "people", help="Answer a person's access request; change the keys of hashes, numbers and notes."
)


@group.command()
@reference_option
@by_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "json"]),
    default="html",
    show_default=True,
    help="A document in French that prints, or the same for a program.",
)
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8", lazy=True),
    required=True,
    help="Where to; the file is the person's alone.",
)
def access(reference: int, by: str, form: str, output: TextIO) -> None:
    """Write all that is kept of a person, for that person, and leave a line in the journal.

    It names nobody who opened their page; `flask predictions export` has every column.

    \b
    Example:
      flask people access --reference 77 --by "A. Martin" --output vos-donnees.html
    """
    found = disclosure.disclose(reference, by)
    if form == "json":
        document = documents.access_document(found)
        text = json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n"
    else:
        serving.load(current_app)
        predictor = serving.served()
        text = documents.access_page(found, predictor.card if predictor else None)
    output.write(text)


@group.command()
def rekey() -> None:
    """Keep people under the first keys of FUTURISYS_SUBJECT_KEY and FUTURISYS_NUMBERS_KEY.

    List the new key first, then the old one, in one of them or both; restart the service with
    both; run this; then, once nobody is left under the old key, take it out. All is changed in one
    transaction, or nothing.

    \b
    Example:
      FUTURISYS_SUBJECT_KEY="$NEW;$OLD" flask people rekey
    """
    done = rekeying.rekey()
    click.echo(f"{done.moved} people are kept under the first keys.")
    if done.left:
        click.echo(
            f"{done.left} have no number that can be read: they stay under the key that they were "
            "kept with. Leave it listed, or they are not found any more."
        )
    if done.notes:
        click.echo(
            f"{done.notes} notes can be read by no key: list the one that they were written with, "
            "and run this again."
        )
