"""`flask predictions`: hand out, erase and purge what is kept of people."""

import getpass
import json
import os
from typing import Any, TextIO

import click

from futurisys.cli.commands import Group
from futurisys.employee.schema import EmployeeSchema
from futurisys.operations import privacy
from futurisys.operations.retention import FLOOR_DAYS
from futurisys.records.predictions import Stored

DAYS_MAX = 36_500

group = Group("predictions", help="Hand out, erase and purge what is kept of people.")


def whoami() -> str:
    """The account that runs the command; in a container it may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


reference_option = click.option(
    "--reference",
    type=click.IntRange(1, 2_147_483_647),
    prompt="Reference (id_employee)",
    help="The person's id_employee; asked for where it is left out, which keeps it out of the "
    "shell's history.",
)
by_option = click.option(
    "--by", default=whoami, show_default="the account", help="Who does it, for the journal."
)


@group.command()
@reference_option
@by_option
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8", lazy=True),
    default="-",
    help="Where to; without it, on the terminal, between the log's lines.",
)
def export(reference: int, by: str, output: TextIO) -> None:
    """Write all that is kept of a person, as JSON.

    \b
    Example:
      flask predictions export --reference 77 --by "A. Martin" --output dossier.json
    """
    dossier = privacy.export(reference, by)
    document = {"predictions": [_document(one) for one in dossier.predictions], **dossier.others}
    click.echo(json.dumps(document, ensure_ascii=False, indent=1, default=str), file=output)


@group.command()
@reference_option
@by_option
def erase(reference: int, by: str) -> None:
    """Erase all that is kept of a person, what they have asked for included.

    Answer their open requests first: nobody is reminded of what was due once they are erased.

    \b
    Example:
      flask predictions erase --reference 77 --by "A. Martin"
    """
    done = privacy.erase(reference, by)
    click.echo(f"{done.predictions} predictions are erased.")
    if done.requests:
        click.echo(f"Requests of this person that went too: {done.requests}.")
    if done.waiting:
        click.echo(
            f"Not answered yet, of these: {done.waiting}. Nothing here says any more when an "
            "answer is due: see to it."
        )
    if done.opposed:
        click.echo(
            "This person's opposition was accepted: its hash stays on the list of those who are "
            "not estimated, or the next file would estimate them again."
        )


@group.command()
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(0, DAYS_MAX),
    required=True,
    help=f"How many days are left in place; at least {FLOOR_DAYS}.",
)
@click.option("--below-floor", is_flag=True, help="Allow fewer days than that.")
@by_option
def purge(days: int, below_floor: bool, by: str) -> None:
    """Erase every prediction that is older than so many days, with its inputs.

    \b
    Example:
      flask predictions purge --older-than 730
    """
    floor = 0 if below_floor else FLOOR_DAYS
    gone = privacy.purge(days, by, floor)
    click.echo(f"{gone.removed} predictions are purged.")
    if gone.spared:
        click.echo(f"{gone.spared} stay: what their people have asked for is not answered yet.")


def _document(kept: Stored) -> dict[str, Any]:
    return {
        "Identifiant": kept.identifier,
        "Date": kept.created_at.isoformat(),
        "Employe": EmployeeSchema().dump(kept.facts),
        **vars(kept.answer),
    }
