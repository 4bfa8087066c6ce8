"""`flask keys`: who may open which door."""

import datetime

import click

from futurisys.cli.commands import Group
from futurisys.operations import access
from futurisys.operations.repeating import expire_idempotency_keys

group = Group("keys", help="Issue, list and revoke the keys of callers.")


@group.command()
@click.option("--name", required=True, help="Who will hold the key.")
@click.option(
    "--scope", default="predict", show_default=True, help=f"Any of {', '.join(access.SCOPES)}."
)
@click.option(
    "--expires", type=click.DateTime(["%Y-%m-%d"]), help="The day, in UTC, on which it ends."
)
def issue(name: str, scope: str, expires: datetime.datetime | None) -> None:
    """Issue a key, shown once, alone on the last line.

    \b
    Example:
      flask keys issue --name "Paie" --scope predict,read --expires 2027-12-31
    """
    expires_at = expires.replace(tzinfo=datetime.UTC) if expires else None
    key = access.issue(name, [part.strip() for part in scope.split(",")], expires_at)
    click.echo("This key is shown once; only its digest is kept.")
    click.echo(key)


@group.command("list")
def list_keys() -> None:
    """List the keys: id, name, scopes, and until when.

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
        click.echo(f"{row.id}  {row.name}  {row.scopes}  {state}")


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
