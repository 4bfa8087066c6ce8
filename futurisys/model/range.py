"""The range of an estimate: between what other training people would have made the model say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Range:
    """How far the log-odds of an estimate move when the model learns from other people.

    half_width: on the log-odds, in nats, the coefficients of a polynomial of the estimate's own,
    the constant first. low, high: between which log-odds it was measured; beyond, it is what it is
    there. widening: a factor on all of it; covered: the share of people whose truth such ranges
    held in simulated companies. shift: the standard deviation, over the refits, of the
    population's mean log-odds. refits: how many.
    """

    half_width: tuple[float, ...]
    low: float
    high: float
    widening: float
    covered: float
    shift: float
    refits: int

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> "Range | None":
        """What a manifest says; None where the model is older, or was converted."""
        found = manifest.get("range")
        return cls.read(found) if found else None

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> "Range":
        """A range as JSON has it."""
        return cls(**{**found, "half_width": tuple(found["half_width"])})

    def around(self, log_odds: Any) -> tuple[Any, Any]:
        """The two ends, on the log-odds, of the range of one estimate or of n."""
        if isinstance(log_odds, float):
            half = max(self._polynomial(min(max(log_odds, self.low), self.high)), 0.0)
        else:
            half = np.maximum(self._polynomial(np.clip(log_odds, self.low, self.high)), 0.0)
        half = self.widening * half
        return log_odds - half, log_odds + half

    def _polynomial(self, value: Any) -> Any:
        total = 0.0
        for coefficient in reversed(self.half_width):
            total = total * value + coefficient
        return total
