"""The rows of a comparison: who came, who went, and who moved, with what moved them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import url_for
from markupsafe import Markup

from futurisys.console.estimates import UNTOLD, difference, estimate
from futurisys.console.french import points, typeset
from futurisys.employee.briefs import brief
from futurisys.employee.schema import FACTS, PROTECTED
from futurisys.employee.typography import MINUS, spelled
from futurisys.model.moving import MODEL, Step
from futurisys.operations.movements import Estimate, Pair

REASONS = 3
OTHER_MODEL, THE_REST = "un autre modèle", "le reste"
# Where two estimates have no reasons any more.
FORGOTTEN = "raisons effacées"


@dataclass(frozen=True)
class Row:
    """A person of a list: the later answer, where there is one; before: what the earlier one said.

    line: where the person stands in the file of that answer.
    """

    address: str
    line: int | None
    number: str
    department: str
    post: str
    estimate: str
    word: str
    before: str = ""
    word_before: str = ""
    difference: str = ""
    reasons: str = ""


def listed(estimates: Iterable[Estimate], numbers: Mapping[str, str]) -> Iterator[Row]:
    """Those who are on one side alone."""
    for one in estimates:
        yield _row(one, numbers.get(one.identifier, ""))


def moved(
    pairs: Sequence[Pair], told: Sequence[Sequence[Step]], numbers: Mapping[str, str]
) -> Iterator[Row]:
    """Those who moved, each with the heaviest reasons and what the others are together."""
    for pair, steps in zip(pairs, told, strict=True):
        before, after = pair.before, pair.after
        told_by = difference(
            before.probability, after.probability, before.model_version, after.model_version
        )
        number = numbers.get(after.identifier) or numbers.get(before.identifier, "")
        yield replace(
            _row(after, number),
            before=estimate(before.probability, before.model_version),
            word_before=before.word,
            difference=told_by or UNTOLD,
            reasons=Markup(" ").join(_reasons(steps, bool(told_by))) or FORGOTTEN,
        )


def _row(one: Estimate, number: str) -> Row:
    address = url_for("console.prediction", identifiant=one.identifier)
    said = estimate(one.probability, one.model_version)
    return Row(address, one.line, number, one.department, one.post or "–", said, one.word)


def _reasons(steps: Sequence[Step], has_points: bool) -> Iterator[Markup]:
    """The heaviest; what the law protects is told among the rest, so that nothing is missing."""
    say = points if has_points else _way
    told = [step for step in steps if step.field not in PROTECTED][:REASONS]
    for step in told:
        yield _reason(step.share, say(step.share), _words(step))
    rest = [step.share for step in steps if step not in told]
    if rest:
        yield _reason(sum(rest), say(sum(rest)), THE_REST)


def _way(share: float) -> str:
    """Which way a reason goes, where its points would tell a figure that no page tells."""
    return "+" if share > 0 else MINUS


def _reason(share: float, figure: str, words: str) -> Markup:
    way = "raises" if share > 0 else "lowers"
    told = Markup('<span class="brief"><i class="{}">{}</i> {}</span>')
    return told.format(way, figure, typeset(words))


def _words(step: Step) -> str:
    """What a fact was and is; its name alone where either is gone or they are the same."""
    if step.field == MODEL:
        return OTHER_MODEL
    if step.before is None or step.after is None:
        return FACTS[step.field].words
    before, after = (brief(step.field, value) for value in (step.before, step.after))
    if before != after:
        return f"{before} → {after}"
    if step.before == step.after:
        return after
    # What is too long for a row, or named by its field alone, is told by its values.
    return f"{before} {spelled(str(step.before))} → {spelled(str(step.after))}"
