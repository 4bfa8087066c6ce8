"""What the model's SQL is made of: numbers to their last bit, cases, and its formulas."""

from collections.abc import Iterable
from typing import Any

from sqlglot import exp

from futurisys.employee.fields import YesNo
from futurisys.employee.schema import FACTS
from futurisys.model.calibration import BetaCalibration, Bounds
from futurisys.model.scorers import Curve, StepCurve


def number(value: float) -> exp.Expr:
    """A number to its last bit; with an exponent, for without one DuckDB reads a decimal."""
    written = repr(float(abs(value)))
    literal = exp.Literal(this=written if "e" in written else f"{written}e0", is_string=False)
    return exp.Neg(this=literal) if value < 0 else literal


def text(value: str) -> exp.Expr:
    return exp.Literal.string(value)


def level(value: Any) -> exp.Expr:
    """A level as a fact holds it: yes or no by its word."""
    if isinstance(value, bool):
        return text("Oui" if value else "Non")
    return text(value) if isinstance(value, str) else number(value)


def case(
    branches: Iterable[tuple[exp.Expr, exp.Expr]],
    otherwise: exp.Expr | None = None,
    operand: exp.Expr | None = None,
) -> exp.Expr:
    """CASE with these WHENs and THENs; NULL where there is no ELSE."""
    ifs = [exp.If(this=when, true=then) for when, then in branches]
    return exp.Case(this=operand, ifs=ifs, default=otherwise) if ifs else otherwise or exp.null()


def all_of(conditions: Iterable[exp.Expr]) -> exp.Expr:
    return exp.and_(*conditions) if conditions else exp.true()


def contribution(name: str, curve: Curve) -> exp.Expr:
    """What the value of a field adds to the margin."""
    column = exp.column(name)
    if isinstance(FACTS[name], YesNo):
        levels = [(level(one), number(curve.at(one))) for one in (True, False)]
        return exp.cast(case(levels, operand=column), "double")
    if isinstance(curve, StepCurve):
        # Several steps may stand at one threshold: the value before is the first's.
        steps: dict[float, float] = {}
        for threshold, value in zip(curve.thresholds, curve.values[:-1], strict=True):
            steps.setdefault(threshold, value)
        below = [(column < number(one), number(value)) for one, value in steps.items()]
        return exp.cast(case(below, number(curve.values[-1])), "double")
    known = [(level(one), number(value)) for one, value in curve.values.items()]
    return exp.cast(case(known, number(curve.unseen), column), "double")


def unbounded(to: BetaCalibration, margin: exp.Expr) -> exp.Expr:
    """`BetaCalibration.unbounded`: calibrated log-odds, whatever the bounds."""
    rising, falling = number(to.b) * _softplus(margin), number(to.a) * _softplus(-margin)
    return rising - falling + number(to.c)


def held(to: BetaCalibration, log_odds: exp.Expr) -> exp.Expr:
    """The log-odds within the bounds, where there are any."""
    return _hold(to.bounds, log_odds) if to.bounds else log_odds


def _softplus(value: exp.Expr) -> exp.Expr:
    """ln(1 + eˣ) without overflow."""
    positive = case([(value > number(0), value)], number(0))
    return positive + exp.Ln(this=number(1) + exp.Exp(this=-exp.Abs(this=value)))


def probability(log_odds: exp.Expr) -> exp.Expr:
    """The probability that log-odds stand for."""
    return exp.Exp(this=-exp.paren(_softplus(-log_odds)))


def clip(value: exp.Expr, low: float, high: float) -> exp.Expr:
    """The nearest value between two."""
    ends = [(value < number(low), number(low)), (value > number(high), number(high))]
    return case(ends, value)


def _hold(bounds: Bounds, log_odds: exp.Expr) -> exp.Expr:
    """`Bounds.hold`: beyond a bound ever more slowly."""
    low, high, room = map(number, (bounds.low, bounds.high, bounds.room))
    slowed = room * (number(1) - damping(bounds, log_odds))
    return case([(log_odds < low, low - slowed), (log_odds > high, high + slowed)], log_odds)


def damping(bounds: Bounds, log_odds: exp.Expr) -> exp.Expr:
    """`Bounds.slope`: e to the minus of how far beyond a bound, in rooms."""
    beyond = exp.Abs(this=log_odds - clip(log_odds, bounds.low, bounds.high))
    return exp.Exp(this=-exp.paren(beyond * number(1 / bounds.room)))
