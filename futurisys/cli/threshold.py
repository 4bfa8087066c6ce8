"""`flask model threshold`: another threshold, in another artifact."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import current_app
from flask.cli import with_appcontext

from futurisys import serving

if TYPE_CHECKING:
    from futurisys.training.deciding import Means

FOLDER = click.Path(file_okay=False, path_type=Path)
SHARE = click.FloatRange(0, 1, min_open=True)
COST = click.FloatRange(0, min_open=True)
MEANS: dict[str, tuple[click.ParamType, str]] = {
    "capacity": (SHARE, "at most this share of the people"),
    "cost-missed": (COST, "with --{}cost-false, the least cost: what a leaver missed costs"),
    "cost-false": (COST, "what a false alarm costs, in the same unit"),
    "precision": (SHARE, "the most people of whom this share will have left"),
}


def add_to(group: click.Group) -> None:
    group.add_command(threshold)


def means(band: str, prefix: str = "") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options by which a band's threshold can be chosen."""

    def added(command: Callable[..., None]) -> Callable[..., None]:
        for name, (kind, words) in reversed(MEANS.items()):
            sentence = f"{band}: {words.format(prefix)}."
            command = click.option(f"--{prefix}{name}", type=kind, help=sentence)(command)
        return command

    return added


@click.command()
@means("Part and Élevé")
@means("Modéré, from the base rate by default", "moderate-")
@click.option("--artifact", type=FOLDER, help="The model; FUTURISYS_MODEL's folder by default.")
@click.option("--output", type=FOLDER, required=True, help="A new folder, for the new artifact.")
@with_appcontext
def threshold(artifact: Path | None, output: Path, **options: Any) -> None:
    """Choose the threshold on out-of-fold predictions, and write a new artifact that has it.

    By one means: a capacity, a precision, or the two costs. The artifact that is there is not
    touched; the new one is another version of the model.

    \b
    Examples:
      flask model threshold --capacity 0.15 --output model-15/
      flask model threshold --cost-missed 8 --cost-false 1 --moderate-capacity 0.4 --output m/
    """
    from futurisys.training.deciding import decide

    high, moderate = _chosen("", options), _chosen("moderate_", options)
    if not high:
        raise click.UsageError("Say --capacity, --precision, or --cost-missed and --cost-false.")
    reached = decide(artifact or serving.folder(current_app), output, high, moderate)
    click.echo(
        f"From {reached['threshold']:.4f} up: {reached['flagged']:.1%} of the people flagged, "
        f"{reached['recall']:.1%} of the leavers found, {reached['precision']:.1%} of those "
        "flagged have left."
    )
    click.echo(f"Model {reached['version']} is in {output}.")


def _chosen(prefix: str, options: dict[str, Any]) -> "Means":
    """The means of one band; raises UsageError where there are two, or half of one."""
    from futurisys.training.deciding import Means

    found = Means(
        **{name.replace("-", "_"): options[prefix + name.replace("-", "_")] for name in MEANS}
    )
    kinds = {name.partition("_")[0] for name in found.stated}
    if len(kinds) > 1 or len(found.stated) != (2 if kinds == {"cost"} else len(kinds)):
        raise click.UsageError("A threshold is chosen by one means; a cost by both of its options.")
    return found
