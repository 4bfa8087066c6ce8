"""`flask model compare|promote|rollback|list`: which model answers, and who decided that."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from futurisys import serving
from futurisys.errors import PromotionRefused
from futurisys.model import pointer
from futurisys.model.predictor import Predictor
from futurisys.operations import models, promoting
from futurisys.operations.models_compared import compare as compared
from futurisys.operations.outcomes_compared import CENSORED, FEW_LEFT, NO_HORIZON, NO_LIST
from futurisys.operations.promoting import Decision, Promoted

NO_FILE = (
    "FUTURISYS_MODEL names no file that holds the served model's address, so that none can be "
    "written there: write {address} into a file, say instance/served, set FUTURISYS_MODEL to that "
    "file, and restart the service once."
)
WHY_NOT = {
    NO_HORIZON: "neither the models nor FUTURISYS_HORIZON_DAYS say within how many days.",
    NO_LIST: "no list of departures says until which day it is complete.",
    FEW_LEFT: "fewer than ten left, or stayed, of those whose horizon is over.",
    CENSORED: "for more than a fifth a measure was taken before the horizon was over.",
}


def add_to(group: click.Group) -> None:
    for command in (compare, promote, rollback, listed):
        group.add_command(command)


def signed(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say who decides, and why."""
    why = click.option("--why", required=True, help="Why: a sentence of at most 200 characters.")
    return click.option("--by", required=True, help="Who decides: a name.")(why(command))


@click.command()
@click.argument("before")
@click.argument("after")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Only people who were asked about from this day on, in UTC.",
)
@with_appcontext
def compare(before: str, after: str, since: datetime.datetime | None) -> None:
    """Ask the models of two addresses about the facts that are kept, and tell what is otherwise.

    Nothing is kept of it, and nothing is said of anybody: figures of ten people and more.

    \b
    Example:
      flask model compare instance/model model-15/
    """
    store = serving.store(current_app)
    first, second = (Predictor(promoting.named(store, one).artifact) for one in (before, after))
    day = since.replace(tzinfo=datetime.UTC) if since else None
    for line in told(compared(first, second, day)):
        click.echo(line)


@click.command()
@click.argument("address")
@signed
@click.option("--force", is_flag=True, help="Whatever the comparison says; that is written down.")
@with_appcontext
def promote(address: str, by: str, why: str, force: bool) -> None:
    """Have the model of ADDRESS served, once it was compared with the served one.

    Refused where fewer than 200 people have facts that both can be asked about, and where it is
    clearly worse on what became of people. The running service goes over to it without a gap.

    \b
    Example:
      flask model promote models/2026-11 --by "A. Martin" --why "Trained on this year's people"
    """
    decision = _decision(by, why, force)
    _tell(promoting.promote(_file(), serving.store(current_app), address, decision))


@click.command()
@signed
@with_appcontext
def rollback(by: str, why: str) -> None:
    """Have the model served again that the last decision replaced; nothing is compared.

    \b
    Example:
      flask model rollback --by "A. Martin" --why "Too many people are signalled"
    """
    _tell(promoting.roll_back(_file(), serving.store(current_app), _decision(by, why)))


@click.command("list")
@with_appcontext
def listed() -> None:
    """List who decided on which model, the newest first, and when each first and last answered.

    A model that nobody decided on stands below, if it answers or has answered. The one that is
    served is marked.

    \b
    Example:
      flask model list
    """
    address = str(serving.address(current_app))
    file = serving.address_file(current_app)
    served = promoting.version_at(
        serving.store(current_app), pointer.read(file) if file else address
    )
    for one in models.listing(served):
        mark = "*" if one.is_served else " "
        click.echo(f"{mark} {one.version}  {_answers(one)}")
        if one.decided_at:
            forced = ", whatever the comparison said" if one.forced else ""
            click.echo(
                f"    {one.decided_at:%Y-%m-%d %H:%M} UTC  {one.author}{forced}: {one.reason}"
            )
            click.echo(f"    {one.address}")
            click.echo(f"    sha256 {one.digest}")


def told(document: Mapping[str, Any]) -> Iterator[str]:
    """A comparison in lines; of two figures the first is the first model's."""
    before, after = document["versions"]
    people = document["people"]
    yield f"{before} and {after}, asked about {people['people']} people whose facts are kept"
    if people["unasked"]:
        yield f"  {people['unasked']} people's facts are gone, or lack what one of them reads"
    if more := document["needed"]:
        yield f"the second needs fields that the first did without: {', '.join(more)}"
    yield from _outcomes(document["outcomes"])
    if document.get("estimates"):
        yield from _estimates(document)
    yield from promoting.sentences(document)


def _estimates(document: Mapping[str, Any]) -> Iterator[str]:
    estimates, moved = document["estimates"], document["estimates"]["moved"]
    yield f"mean estimate: {_both(estimates['mean'])}"
    yield f"at the threshold or above: {_both(estimates['above'])}"
    median, tenth = (f"{100 * moved[name]:.1f} points" for name in ("median", "tenth"))
    yield f"an estimate moves by {median} (median), {tenth} (one in ten)"
    yield f"mean width of a range: {_both(document['ranges']['width'])}"
    yield "from one word to the other (- where fewer than ten are, or would follow):"
    for cell in document["words"]:
        count = "-" if cell["people"] is None else cell["people"]
        yield f"  {cell['before']} -> {cell['after']}: {count}"
    yield "groups: people; mean estimate; at the threshold or above"
    for group in document["groups"]:
        figures = f"{group['people']}; {_both(group['mean'])}; {_both(group['above'])}"
        yield f"  {group['field']} {group['level']}: {figures}"
    yield "what-if, from a low value to a high one: mean change; people moved against the rule"
    for rule in document["rules"]:
        figures = f"{_both(rule['difference'])}; {_both(rule['against'])}"
        yield f"  {rule['field']} {rule['low']} to {rule['high']}: {figures}"


def _outcomes(found: Mapping[str, Any]) -> Iterator[str]:
    """What became of people, or why nothing is said of it."""
    if "area" not in found:
        yield f"on what became of people nothing is said: {WHY_NOT[found['why']]}"
        return
    days, left, people = found["horizon"], found["left"], found["people"]
    yield f"{left} of {people} people left within {days} days; differences with 95 % intervals:"
    for words, sides, name in (
        ("ROC-AUC (more is better)", "areas", "area"),
        ("Brier (less is better)", "errors", "error"),
        ("share of the leavers at the threshold or above", "recalls", "recall"),
    ):
        (one, other), (value, low, high) = found[sides], found[name]
        yield f"  {words}: {one:.3f} and {other:.3f}, {value:+.3f} ({low:+.3f} to {high:+.3f})"
    for which, learnt in zip(("first", "second"), found["may_have_learnt"], strict=True):
        if learnt:
            yield f"  the {which} was trained once some of this was known: it may be flattered"


def _both(values: Any) -> str:
    return " and ".join("-" if one is None else f"{one:.1%}" for one in values)


def _answers(one: models.Decided) -> str:
    if one.first is None or one.last is None:
        return "no answer is kept"
    return f"answers from {one.first:%Y-%m-%d %H:%M} to {one.last:%Y-%m-%d %H:%M} UTC"


def _decision(by: str, why: str, force: bool = False) -> Decision:
    """Raises UsageError where nobody decides, or for no reason."""
    if not (by.strip() and why.strip()):
        raise click.UsageError("--by and --why say who decides, and why.")
    return Decision(by.strip(), why.strip(), force)


def _file() -> Path:
    """The file that holds the address; raises PromotionRefused with what to set."""
    file = serving.address_file(current_app)
    if file is None:
        raise PromotionRefused(NO_FILE.format(address=serving.address(current_app)))
    return file


def _tell(done: Promoted) -> None:
    for sentence in done.objections:
        click.echo(sentence, err=True)
    click.echo(f"Model {done.version} is the one to be served.")
    click.echo(
        "The service has the signal and proves the model first: it is served once GET "
        "/health/ready answers with this version; where that stays another, its log says why."
        if done.is_told
        else "No service of this machine could be signalled: wherever one runs with this file, "
        "send SIGHUP to its master; one that starts now takes the model by itself."
    )
