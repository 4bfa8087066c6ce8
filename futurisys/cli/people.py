"""`flask people`: the keys under which people are found, and their numbers encrypted."""

import click

from futurisys.cli.commands import Group
from futurisys.operations import rekeying

group = Group("people", help="Change the keys of people's hashes, numbers and notes.")


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
