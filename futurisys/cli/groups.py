"""How every group of commands ends where the domain refuses."""

from typing import Any

import click
from flask.cli import AppGroup

from futurisys.errors import FuturisysError


class Group(AppGroup):
    """Commands that say a refusal in one sentence, and end with a non-zero code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; raises ClickException in place of any FuturisysError."""
        try:
            return super().invoke(ctx)
        except FuturisysError as error:
            raise click.ClickException(str(error)) from error
