"""Beta calibration (Kull, Silva Filho and Flach, 2017), on margins instead of probabilities."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

NEAR = 1e-4


@dataclass(frozen=True)
class Bounds:
    """Log-odds, in nats, up to which data supports an estimate: `low` and `high`.

    Between them nothing is changed. Beyond one, log-odds go on ever more slowly towards what lies
    `room` farther, and never get there: the order is kept.
    """

    low: float
    high: float
    room: float

    def hold(self, log_odds: Any) -> Any:
        """The log-odds within these bounds, one or shape (n,)."""
        if isinstance(log_odds, float):
            held = self._nearest(log_odds)
            return log_odds if held == log_odds else held + self._slowed(log_odds - held)
        held = np.array(self._nearest(log_odds))
        beyond = held != log_odds
        if beyond.any():
            slowed = np.vectorize(self._slowed, otypes=[float])
            held[beyond] += slowed(log_odds[beyond] - held[beyond])
        return held

    def slope(self, log_odds: Any) -> Any:
        """How fast the held log-odds rise with the others, above 0 and at most 1."""
        ways = -abs(log_odds - self._nearest(log_odds)) / self.room
        return math.exp(ways) if isinstance(ways, float) else _exp(ways)

    def _nearest(self, log_odds: Any) -> Any:
        """The log-odds that data supports, nearest to those given."""
        if isinstance(log_odds, float):
            return min(max(log_odds, self.low), self.high)
        return np.clip(log_odds, self.low, self.high)

    def _slowed(self, excess: float) -> float:
        """What is kept of the way beyond a bound: nearly all of it at first, never `room`."""
        return math.copysign(self.room * math.expm1(-abs(excess) / self.room), excess)


@dataclass(frozen=True)
class BetaCalibration:
    """p' = sigmoid(a·ln p − b·ln(1 − p) + c), with a and b at least 0: the order is kept.

    bounds: within which the log-odds are held; None where they were never measured.
    """

    a: float
    b: float
    c: float
    bounds: Bounds | None = None

    def log_odds(self, margin: Any) -> Any:
        """Calibrated log-odds of raw margins, one or shape (n,), both in nats."""
        log_odds = self.unbounded(margin)
        return self.bounds.hold(log_odds) if self.bounds else log_odds

    def unbounded(self, margin: Any) -> Any:
        """The same, whatever the bounds."""
        return self.b * _softplus(margin) - self.a * _softplus(-margin) + self.c

    def chance(self, unbounded: Any) -> Any:
        """The probability that is sent, one or shape (n,), for log-odds of whatever size."""
        return probability(self.bounds.hold(unbounded) if self.bounds else unbounded)

    def slope(self, start: Any, margin: Any) -> Any:
        """The mean slope of the calibrated log-odds between two margins, or n pairs, above 0.

        It is what turns raw contributions, which add up to `margin - start`, into effects on the
        calibrated log-odds: beta calibration is monotone but not affine, so one factor a person
        scales them all. Where the two nearly meet it is the derivative half-way, for the ratio
        would be noise there.
        """
        distance = margin - start
        near = abs(distance) < NEAR
        rise = self.log_odds(margin) - self.log_odds(start)
        if near is False:
            return rise / distance
        middle = start + distance / 2
        derivative = self.b * probability(middle) + self.a * probability(-middle)
        if self.bounds:
            derivative = derivative * self.bounds.slope(self.unbounded(middle))
        if near is True:
            return derivative
        return np.where(near, derivative, rise / np.where(near, 1, distance))


def probability(log_odds: Any) -> Any:
    """The probability, one or shape (n,), that log-odds stand for."""
    if isinstance(log_odds, float):
        return math.exp(-_softplus(-log_odds))
    return _exp(-_softplus(np.negative(log_odds)))


def _softplus(value: Any) -> Any:
    """ln(1 + eˣ) without overflow.

    One number goes past numpy, whose code is cold after each wait for the database; it gets the
    same bits as among many.
    """
    if isinstance(value, float):
        return max(value, 0.0) + math.log1p(math.exp(-abs(value)))
    return np.logaddexp(0, value)


# Not numpy's own, whose last bit depends on the processor.
_exp = np.vectorize(math.exp, otypes=[float])
