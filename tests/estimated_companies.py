"""A simulated company with what a model says of it, file by file, as the service follows it."""

import copy
import datetime
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
import statsmodels.api as sm
from numpy.typing import NDArray

from futurisys.employee.answer import FLAGGED
from futurisys.model.plain import WORDS
from futurisys.model.population import Answers, answers
from futurisys.model.predictor import Predictor
from futurisys.operations.following import Followed
from tests.companies import STABLE, Company, Events, Facts, Floats, company, day_of

HORIZON = 365
# Of which month's file a company learns, who left within a horizon.
LEARNT = 13
_KEYS = {word: name for name, word in WORDS.items()}


def signalled(predictor: Predictor) -> Callable[[Facts], NDArray[np.bool_]]:
    """Of n people, of whom the model says so."""

    def of(facts: Facts) -> NDArray[np.bool_]:
        found = answers(predictor, {name: values.tolist() for name, values in facts.items()})
        return np.array(found.words) == WORDS[FLAGGED]

    return of


def said(predictor: Predictor, facts: Facts) -> Floats:
    """The log-odds of n people, as the model estimates them."""
    chances = predictor.scores({name: one.tolist() for name, one in facts.items()}).probability
    return np.log(chances) - np.log1p(-chances)


def shift_of(predictor: Predictor) -> float:
    """How far all log-odds may be off, for all that the model knows of itself."""
    assert predictor.card.range is not None
    return predictor.card.range.shift


def lived(seed: int, events: Events, predictor: Predictor) -> Company:
    """The company of a seed, of the model's own truth, moved by a draw from what it may err by."""
    moved = shift_of(predictor) * np.random.default_rng((seed, 1)).standard_normal()
    odds = functools.partial(said, predictor)
    return company(seed, events, signalled(predictor), odds, moved)


@dataclass(frozen=True)
class Calibrated:
    """What a company's own people make of a model's log-odds: start + slope * log-odds.

    shift: how far the mean of these may be off, for their being so many and no more.
    """

    start: float
    slope: float
    shift: float

    def chances(self, chances: Floats) -> Floats:
        """What is said in the place of n estimates."""
        log_odds = np.log(chances) - np.log1p(-chances)
        return 1 / (1 + np.exp(-self.start - self.slope * log_odds))


def calibrated(seed: int, predictor: Predictor) -> Calibrated:
    """A model, calibrated on who left of a company whose hazard is none of the model's own.

    It ranks people as the model does, so it is right on the whole and of nobody.
    """
    one = company(seed, STABLE)
    file = one.file(LEARNT)
    by = file.day + datetime.timedelta(HORIZON)
    given = sm.add_constant(said(predictor, file.facts))
    fitted = sm.GLM(one.left_by(by)[file.who], given, sm.families.Binomial()).fit()
    mean = given.mean(axis=0)
    start, slope = fitted.params
    return Calibrated(start, slope, float(mean @ fitted.cov_params() @ mean) ** 0.5)


class EstimatedCompany:
    """A company, and the answers for each of its files; own: what is made of these."""

    def __init__(self, company: Company, predictor: Predictor) -> None:
        self.company, self.predictor = company, predictor
        self.own = Calibrated(0.0, 1.0, shift_of(predictor))
        self.answers: list[Answers] = [answers(predictor, one.columns()) for one in company.files]

    def by(self, own: Calibrated) -> Self:
        """The same company, estimated by another calibration."""
        found = copy.copy(self)
        found.own = own
        return found

    def followed(self, look: int, since: datetime.date) -> Followed:
        """What `operations.following` would find once the file of a month, the last, is kept.

        since: the day from which on estimates count. Departures and measures are known until the
        day of the file.
        """
        one, last = self.company, np.datetime64(day_of(look))
        files = [file for file in one.files[:look] if file.day >= since]
        month, place = (np.zeros(len(one.came), dtype=int) for _ in range(2))
        for file in reversed(files):
            month[file.who], place[file.who] = file.month, np.arange(len(file.who))
        there = np.flatnonzero(month)
        there = there[np.lexsort((place[there], month[there]))]
        own = list(zip((month[there] - 1).tolist(), place[there].tolist(), strict=True))
        columns = [found.columns for found in self.answers]
        words = [found.words for found in self.answers]
        levels = np.empty(len(there), dtype=object)
        levels[:] = [one.files[m].facts["departement"][p] for m, p in own]
        until = [np.where(days <= last, days, np.datetime64("NaT")) for days in _days(one)]
        return Followed(
            ids=there.astype(str),
            inputs=there.astype(str),
            probabilities=self.own.chances(
                np.array([columns[m]["probability"][p] for m, p in own])
            ),
            thresholds=np.full(len(there), self.predictor.threshold),
            versions=np.full(len(there), self.predictor.version),
            words=np.array([_KEYS[words[m][p]] for m, p in own]),
            levels=levels,
            estimated_on=np.array([one.files[m].day for m, _ in own], dtype="datetime64[D]"),
            left_on=until[0][there],
            measured_on=until[1][there],
            wrong=np.zeros(len(there), dtype=bool),
        )


def _days(company: Company) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    return company.left_on, company.measured_on
