"""How every command ends where the domain refuses."""

from typing import Any

import click
from flask.cli import AppGroup

from futurisys.errors import FuturisysError, ModelUnavailable, PurgeRefused, StorageUnavailable

# What HR reads in French at the other doors, or what an option is the answer to.
SENTENCES: dict[type[FuturisysError], str] = {
    ModelUnavailable: "No model can answer, the log says why: run `flask model train`, or correct "
    "FUTURISYS_MODEL.",
    PurgeRefused: "At least {floor} days are left in place; --below-floor allows fewer.",
    StorageUnavailable: "The database did not confirm in time: nothing is promised. Run the same "
    "command again in a moment.",
}


def refusal(error: FuturisysError) -> click.ClickException:
    """How a command ends where the domain refuses: of data in French, of itself in English."""
    sentence = SENTENCES.get(type(error))
    return click.ClickException(sentence.format_map(vars(error)) if sentence else str(error))


class Group(AppGroup):
    """Commands that say a refusal in one sentence, and end with a non-zero code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; raises ClickException in place of any FuturisysError."""
        try:
            return super().invoke(ctx)
        except FuturisysError as error:
            raise refusal(error) from error
