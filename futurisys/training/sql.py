"""The additive model as one SELECT: a sum of step curves, its calibration and a threshold.

It is built once as a tree of sqlglot's, and written in the words of each database.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from sqlglot import Dialects, exp
from sqlglot.errors import SqlglotError

from futurisys.employee.schema import ASKED, REFERENCE
from futurisys.errors import StatementRefused
from futurisys.model.artifact import LABELS
from futurisys.model.calibration import NEAR
from futurisys.model.predictor import Predictor
from futurisys.model.scorers import Stumps
from futurisys.training.sql_facts import agreeing, fact, spellings, untyped, usual
from futurisys.training.sql_terms import (
    case,
    clip,
    contribution,
    damping,
    held,
    number,
    probability,
    text,
    unbounded,
)

TESTED = ("postgres", "sqlite", "duckdb", "spark")
KNOWN = tuple(sorted(one.value for one in Dialects if one.value))
HEAVIEST = 3
# Databases that would calculate a step anew wherever the next one names it.
_FORGETFUL = ("postgres", "sqlite")
_COMMENT = (
    "Model {version}, for {dialect}, written by `flask model sql`.",
    "What the service would refuse is NULL: a missing or impossible value of a field that is asked "
    "for, or facts that contradict each other. A level that the model has not seen counts as the "
    "service counts it; its range, like that of any value that the service would warn of, is NULL.",
    "Nobody here keeps these answers. Whoever runs this statement takes over the duties: people's "
    "rights (information, access, objection, erasure), who may see whose estimate (the perimeter "
    "of departments), how long answers are kept (retention), and that a person decides.",
)
_SQLITE = "SQLite needs EXP and LN: 3.35 or newer, built with SQLITE_ENABLE_MATH_FUNCTIONS."
_UNTESTED = "Nobody has tested this dialect: compare its answers with the service's first."
_FICTIONAL = "DEMONSTRATION: the model has learnt from fictional people, and says nothing of real."


def statement(
    predictor: Predictor,
    dialect: str,
    table: str = "employees",
    key: str = REFERENCE,
    reasons: bool = False,
) -> str:
    """The SELECT that answers for each row of a table, whose columns have the fields' names.

    key: the column that says whose row it is, the one that is handed on. reasons: each field's
    effect on the log-odds too, and which three are the heaviest.
    """
    if not isinstance(predictor.scorer, Stumps):
        raise StatementRefused(
            "A model of deeper trees, as a converted one is, cannot be had as SQL: ask the service."
        )
    tree: exp.Expr = _Answering(predictor, predictor.scorer, key, dialect).tree(
        _named(table), reasons
    )
    if dialect == "sqlite":
        tree = tree.transform(untyped, copy=False)
    for step in tree.find_all(exp.CTE):
        step.set("materialized", dialect in _FORGETFUL or None)
    written = tree.sql(dialect, pretty=True, copy=False)
    return f"{_comment(predictor, dialect)}\n{written};"


def _named(table: str) -> exp.Table:
    """A table by its name, in a schema or a catalogue or not; raises StatementRefused."""
    try:
        named = exp.to_table(table)
    except SqlglotError as error:
        raise StatementRefused(f"{table} is no name of a table.") from error
    if not isinstance(named.this, exp.Identifier):
        raise StatementRefused(f"{table} is no name of a table.")
    return named


def _comment(predictor: Predictor, dialect: str) -> str:
    sentences = [one.format(version=predictor.version, dialect=dialect) for one in _COMMENT]
    sentences += [_FICTIONAL] if predictor.card.fictional else []
    sentences += [_SQLITE] if dialect == "sqlite" else []
    sentences += [_UNTESTED] if dialect not in TESTED else []
    lines = (line for one in sentences for line in textwrap.wrap(one, 96))
    return "\n".join(f"-- {line}" for line in lines)


@dataclass(frozen=True)
class _Answering:
    """The steps from facts to an answer, each a SELECT from the one before."""

    predictor: Predictor
    scorer: Stumps
    key: str
    database: str

    def tree(self, table: exp.Table, reasons: bool) -> exp.Select:
        """All of it: the last SELECT, after the steps that it stands on."""
        names = tuple(dict.fromkeys((*ASKED, *self.predictor.needed)))
        facts = [fact(name, self.predictor.seen.get(name, {})).as_(name) for name in names]
        source: str | exp.Table = table
        steps = [
            *spellings(self._key(), names, self.database),
            ("facts", [self._key(), *facts]),
            *self._steps(names, reasons),
        ]
        tree = exp.Select()
        for name, columns in steps:
            step = exp.select(*columns, copy=False).from_(source, copy=False)
            tree.with_(name, step, copy=False)
            source = name
        return tree.select(*self._members(reasons), copy=False).from_(source, copy=False)

    def _key(self) -> exp.Expr:
        return exp.column(exp.to_identifier(self.key))

    def _steps(self, names: Sequence[str], reasons: bool) -> Iterator[tuple[str, list[exp.Expr]]]:
        star, curves = exp.Star(), self.scorer.curves
        yield (
            "contributions",
            [
                self._key(),
                agreeing(names).as_("is_answered"),
                usual(self.predictor).as_("is_usual"),
                *(contribution(name, curve).as_(name) for name, curve in curves.items()),
            ],
        )
        total = reduce(add, map(exp.column, curves), number(self.scorer.bias))
        margin = case([(exp.column("is_answered"), total)])
        yield "margins", [star, margin.as_("margin")]
        yield (
            "estimates",
            [star, unbounded(self.predictor.calibration, exp.column("margin")).as_("log_odds")],
        )
        yield "ranges", [star, self._half_width(exp.column("log_odds")).as_("half_width")]
        yield "answers", [star, *self._chances()]
        if reasons:
            yield "slopes", [star, self._slope().as_("slope")]
            slope, effects = exp.column("slope"), [f"effect_{name}" for name in curves]
            yield (
                "effects",
                [
                    star,
                    *(
                        (slope * exp.column(name)).as_(effect)
                        for name, effect in zip(curves, effects, strict=True)
                    ),
                ],
            )
            for place in range(1, HEAVIEST + 1):
                yield f"heaviest_{place}", [star, _heaviest(tuple(curves), place, self.database)]

    def _members(self, reasons: bool) -> Iterator[exp.Expr]:
        """The columns of the answer."""
        chance, predictor = exp.column("probability"), self.predictor
        flagged = chance >= number(predictor.threshold)
        moderate = chance >= number(predictor.moderate)
        known = chance.is_(exp.null()).not_()
        yield self._key()
        yield chance
        yield case([(flagged, text(LABELS["1"])), (known, text(LABELS["0"]))]).as_("label")
        bands = [(flagged, text("Élevé")), (moderate, text("Modéré")), (known, text("Faible"))]
        yield case(bands).as_("risk")
        yield exp.column("range_low")
        yield exp.column("range_high")
        yield exp.cast(number(predictor.threshold), "double").as_("threshold")
        yield text(predictor.version).as_("model_version")
        if reasons:
            yield exp.cast(number(predictor.base), "double").as_("base")
            yield from (exp.column(f"effect_{name}") for name in self.scorer.curves)
            yield from (exp.column(f"heaviest_{place}") for place in range(1, HEAVIEST + 1))

    def _half_width(self, log_odds: exp.Expr) -> exp.Expr:
        """Half of the range on the log-odds; NULL where the service gives none."""
        around = self.predictor.card.range
        if around is None:
            return exp.cast(exp.null(), "double")
        within = clip(log_odds, around.low, around.high)
        half: exp.Expr = number(0)
        for coefficient in reversed(around.half_width):
            half = half * within + number(coefficient)
        wide = case([(half > number(0), half)], number(0))
        return case([(exp.column("is_usual"), number(around.widening) * wide)])

    def _chances(self) -> Iterator[exp.Expr]:
        log_odds, half = exp.column("log_odds"), exp.column("half_width")
        yield probability(held(self.predictor.calibration, log_odds)).as_("probability")
        yield probability(held(self.predictor.calibration, log_odds - half)).as_("range_low")
        yield probability(held(self.predictor.calibration, log_odds + half)).as_("range_high")

    def _slope(self) -> exp.Expr:
        """What turns contributions into effects: `BetaCalibration.slope`."""
        bias, margin, to = (
            number(self.scorer.bias),
            exp.column("margin"),
            self.predictor.calibration,
        )
        way, middle = margin - bias, bias + (margin - bias) * number(0.5)
        near: exp.Expr = number(to.b) * probability(middle) + number(to.a) * probability(-middle)
        if to.bounds:
            near = near * damping(to.bounds, unbounded(to, middle))
        rise = held(self.predictor.calibration, exp.column("log_odds")) - number(
            self.predictor.base
        )
        far = exp.Div(this=exp.paren(rise), expression=exp.paren(way), typed=True)
        return case([(exp.Abs(this=way) < number(NEAR), near)], far)


def _heaviest(names: Sequence[str], place: int, dialect: str) -> exp.Expr:
    """The field whose effect is the heaviest after those of the places before; NULL if it is 0."""
    weights: Mapping[str, exp.Expr] = {
        name: case(
            [(exp.column(f"heaviest_{one}").eq(text(name)), number(0)) for one in range(1, place)],
            exp.Abs(this=exp.column(f"effect_{name}")),
        )
        for name in names
    }
    first, *rest = weights.values()
    # All are NULL or none is: which of the two that may say is what a database has a word for.
    most = exp.Greatest(this=first, expressions=rest, ignore_nulls=dialect != "sqlite")
    branches = [(weight, text(name)) for name, weight in weights.items()]
    none = (number(0), exp.null())
    return case([none, *branches], operand=most).as_(f"heaviest_{place}")
