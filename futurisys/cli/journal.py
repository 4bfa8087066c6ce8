"""`flask journal`: whether it is what was written, and its oldest lines."""

import datetime
import re
from typing import Any

import click

from futurisys.cli.commands import Group
from futurisys.operations import chain
from futurisys.records.chain import Place

DAYS_MIN, DAYS_MAX = 365, 36_500
group = Group("journal", help="Verify the journal, and forget its oldest lines.")


class Head(click.ParamType):
    """The number of a line and its digest, as the log and `verify` say them."""

    name = "N:HASH"

    def convert(self, value: Any, param: Any, ctx: Any) -> Place:
        found = re.fullmatch("([0-9]{1,18}):([0-9a-f]{64})", str(value))
        if not found:
            self.fail("a number, a colon and 64 hexadecimal digits are expected.", param, ctx)
        return int(found[1]), found[2]


@group.command()
@click.option("--head", type=Head(), help="A head that was told once, by the log or by `verify`.")
def verify(head: Place | None) -> None:
    """Say whether the journal is what was written, and with which line it ends.

    A line that was changed, removed, put in or moved is found by FUTURISYS_JOURNAL_KEY alone; that
    its end was cut off, by --head. Keep what this prints where nobody can write who can write to
    the database.

    \b
    Example:
      flask journal verify --head 128:9a1f...
    """
    found = chain.verify(head)
    click.echo(f"{found.lines} lines follow one another; {found.outside} are from before them.")
    if found.head[0]:
        click.echo("{}:{}".format(*found.head))


@group.command()
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(DAYS_MIN, DAYS_MAX),
    default=DAYS_MIN,
    show_default=True,
    help="How many days are left in place.",
)
def trim(days: int) -> None:
    """Forget the journal's lines that are older than so many days, behind a signed checkpoint.

    `flask retention` does it too, after FUTURISYS_JOURNAL_DAYS.

    \b
    Example:
      flask journal trim --older-than 365
    """
    oldest = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days)
    click.echo(f"{chain.trim(oldest)} lines are forgotten.")
