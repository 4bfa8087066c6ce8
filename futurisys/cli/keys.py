"""`flask keys`: who may open which door."""

import datetime
from collections.abc import Sequence

import click

from futurisys.cli.commands import Group
from futurisys.operations import access
from futurisys.operations.repeating import expire_idempotency_keys

group = Group("keys", help="Issue, list and revoke the keys of callers.")


@group.command()
@click.option("--name", help="Who will hold the key.")
@click.option("--scope", help=f"Any of {', '.join(access.SCOPES)}; predict by default.")
@click.option(
    "--departement",
    "departments",
    multiple=True,
    help="A department whose people a read or console key may see; may be given again.",
)
@click.option(
    "--tous-departements", "everywhere", is_flag=True, help="The people of all departments."
)
@click.option(
    "--replaces",
    metavar="ID",
    help="The key whose files and departments this one goes on with; its name and scopes too, "
    "unless others are given. Revoke that one afterwards.",
)
@click.option(
    "--expires", type=click.DateTime(["%Y-%m-%d"]), help="The day, in UTC, on which it ends."
)
def issue(
    name: str | None,
    scope: str | None,
    departments: Sequence[str],
    everywhere: bool,
    replaces: str | None,
    expires: datetime.datetime | None,
) -> None:
    """Issue a key, shown once, alone on the last line.

    A read or console key says whose people it may see: --departement, as the files spell it, or
    --tous-departements.

    \b
    Examples:
      flask keys issue --name "Paie" --scope predict,read --tous-departements --expires 2027-12-31
      flask keys issue --name "A. Martin" --scope console --departement Commercial
      flask keys issue --replaces 3f9c1a7be204
    """
    expires_at = expires.replace(tzinfo=datetime.UTC) if expires else None
    scopes = [part.strip() for part in scope.split(",")] if scope else None
    if replaces:
        if departments or everywhere:
            raise click.UsageError("--replaces goes on with the departments of the other key.")
        key = access.replace(replaces, name, scopes, expires_at)
    else:
        whose = _departments(scopes or ["predict"], departments, everywhere)
        key = access.issue(name or "", scopes or ["predict"], expires_at, whose)
    click.echo("This key is shown once; only its digest is kept.")
    click.echo(key)


@group.command("list")
def list_keys() -> None:
    """List the keys: id, name, scopes, until when, and whose people they may see.

    \b
    Example:
      flask keys list
    """
    rows = access.listing()
    for row in rows:
        state = "valid"
        if row.revoked_at:
            state = f"revoked {row.revoked_at:%Y-%m-%d %H:%M} UTC"
        elif row.expires_at:
            state = f"until {row.expires_at:%Y-%m-%d} UTC"
        told = [row.id, row.name, row.scopes, state]
        if set(row.scopes.split(",")) & set(access.SEEING):
            told.append(
                "all departments" if row.departments is None else "; ".join(row.departments)
            )
        click.echo("  ".join(told))


@group.command()
def expire() -> None:
    """Forget the Idempotency-Keys of requests that are older than a day.

    A key that comes back later than that is free again anyway; this frees the room. Run it daily.

    \b
    Example:
      flask keys expire
    """
    click.echo(f"{expire_idempotency_keys()} Idempotency-Keys are forgotten.")


@group.command()
@click.argument("identifier")
def revoke(identifier: str) -> None:
    """Revoke the key with this id; workers refuse it within five seconds.

    To rotate a key, issue the new one first, and revoke the old one once nobody sends it.

    \b
    Example:
      flask keys revoke 3f9c1a7be204
    """
    access.revoke(identifier)
    click.echo(f"Key {identifier} is revoked.")


def _departments(
    scopes: Sequence[str], departments: Sequence[str], everywhere: bool
) -> Sequence[str] | None:
    """Whose people a key may see, None for all; raises UsageError unless one of both is said."""
    if set(scopes) & set(access.SEEING):
        if everywhere == bool(departments):
            raise click.UsageError(
                "A read or console key says whose people it may see: --departement (one or "
                "several) or --tous-departements."
            )
        return None if everywhere else departments
    if everywhere or departments:
        raise click.UsageError("Only a read or a console key sees people of departments.")
    return None
