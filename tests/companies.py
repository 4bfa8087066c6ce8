"""Simulated companies: people drawn from the sample, who leave by a hazard that is known.

Month by month there is a file of all who are there; between two files people leave, and as many
are hired. Facts change as they do where nothing happens: somebody's becomes what a colleague's is,
so that each change is as likely as its reverse. What happens beside that is told by `Events`.
"""

import datetime
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from futurisys.employee.extracts import read_employees
from futurisys.employee.schema import FACTS, REFERENCE
from futurisys.sample import SAMPLE
from tests.population import Rows, sample_rows

PEOPLE, MONTHS = 1500, 36
FIRST_DAY = datetime.date(2023, 10, 1)
OVERTIME, SALARY = "heure_supplementaires", "revenu_mensuel"
RISE = 1.08
# The share of the signalled to whom a measure is given within a month, and what is left of a
# person's hazard from that day on.
MEASURED_MONTHLY, AFTER_A_MEASURE = 1 / 6, 0.5

# What each unit of a fact adds to the log-odds of leaving within a year: near to what a logistic
# regression finds on the sample, as are the first years'. Who passes from these into later years
# leaves more seldom, and all that years add makes up for it: a year changes nobody's risk by much.
SLOPES = {
    "satisfaction_employee_environnement": -0.40,
    "satisfaction_employee_nature_travail": -0.40,
    "satisfaction_employee_equipe": -0.28,
    "satisfaction_employee_equilibre_pro_perso": -0.35,
    "note_evaluation_precedente": -0.50,
    "nb_formations_suivies": -0.20,
    "distance_domicile_travail": 0.045,
    "nombre_experiences_precedentes": 0.18,
    "annee_experience_totale": -0.06,
    "annees_dans_l_entreprise": 0.08,
    "annees_dans_le_poste_actuel": -0.10,
    "annees_depuis_la_derniere_promotion": 0.22,
    "annes_sous_responsable_actuel": -0.10,
}
LEVELS = {
    ("frequence_deplacement", "Occasionnel"): 0.9,
    ("frequence_deplacement", "Frequent"): 1.8,
    ("nombre_participation_pee", 0): 1.2,
    ("poste", "Consultant"): 0.6,
    ("poste", "Représentant Commercial"): 0.7,
    ("domaine_etude", "Entrepreunariat"): 0.8,
    ("annees_dans_l_entreprise", 0): 0.8,
    ("annees_dans_l_entreprise", 1): 0.8,
    ("annees_dans_l_entreprise", 2): 0.3,
}
OF_OVERTIME, OF_LOG_SALARY = 1.9, -0.9
# Such that the sample's own share of a year leaves the sample, 237 of 1,470.
START = 8.108

# Which share of people takes over a colleague's value of a fact within a month.
CHANGING = {
    OVERTIME: 0.01,
    "satisfaction_employee_environnement": 0.02,
    "satisfaction_employee_nature_travail": 0.02,
    "satisfaction_employee_equipe": 0.02,
    "satisfaction_employee_equilibre_pro_perso": 0.02,
    "nb_formations_suivies": 0.02,
    "distance_domicile_travail": 0.01,
    "frequence_deplacement": 0.01,
}
# Which share of people is paid a little more, or as much less, than in the month before.
PAID_OTHERWISE, AT_MOST = 0.03, 0.05
# What passes by itself: a person's years grow by one on one day of theirs.
YEARS = ("age", *(name for name in FACTS if name.startswith(("annee", "annes"))))
# Of somebody who has just come.
NEW = tuple(name for name in YEARS if name not in ("age", "annee_experience_totale"))

Floats = NDArray[np.float64]
Facts = Mapping[str, NDArray[Any]]
Signal = Callable[[Facts], NDArray[np.bool_]]
Odds = Callable[[Facts], Floats]


@dataclass(frozen=True)
class Events:
    """From the file of which month on something is otherwise; None: never."""

    overtime_no_more: int | None = 13
    measures: int | None = 19
    salaries: int | None = 25


STABLE = Events(None, None, None)


@dataclass(frozen=True)
class File:
    """Those who are there on the first of a month, n of them.

    who: their places among everybody who ever was. facts: by field, as the schema loads them.
    chance: of leaving within a year, were they to stay as they are, measures left aside.
    """

    month: int
    day: datetime.date
    who: NDArray[np.intp]
    facts: Facts
    chance: Floats

    def columns(self) -> dict[str, list[Any]]:
        """The facts in Python's own types, their number among them."""
        return {REFERENCE: (self.who + 1).tolist()} | {
            name: values.tolist() for name, values in self.facts.items()
        }


@dataclass(frozen=True)
class Company:
    """All of a company's months, and what came of its people, one place for each who ever was.

    origin: of whom in the sample somebody was made. came: the month of their first file. left_on,
    measured_on: days; NaT where that never was.
    """

    files: tuple[File, ...]
    origin: NDArray[np.intp]
    came: NDArray[np.intp]
    left_on: NDArray[np.datetime64]
    measured_on: NDArray[np.datetime64]

    def file(self, month: int) -> File:
        return self.files[month - 1]

    def rows(self, month: int) -> Rows:
        """The month's file as `tests.population` has rows: all columns, each cell as HR writes."""
        file, people = self.file(month), sample_rows()
        written = {name: list(map(_cell, values)) for name, values in file.columns().items()}
        rows = []
        for place, who in enumerate(file.who.tolist()):
            own = {name: cells[place] for name, cells in written.items()}
            keys = {"eval_number": f"E_{who + 1}", "code_sondage": f"{who + 1:06}"}
            row = people[self.origin[who]]
            own["augementation_salaire_precedente"] += " %"
            rows.append(row | own | keys | {"a_quitte_l_entreprise": "Non"})
        return rows

    def departures(self, after: datetime.date, until: datetime.date) -> list[tuple[int, str]]:
        """Number and day, as a list of departures has them, of who left in between; by day."""
        gone = np.flatnonzero((self.left_on > np.datetime64(after)) & self.left_by(until))
        order = gone[np.argsort(self.left_on[gone], kind="stable")]
        return [(int(who) + 1, str(self.left_on[who])) for who in order]

    def left_by(self, day: datetime.date) -> NDArray[np.bool_]:
        """Whether each has left by a day."""
        return self.left_on <= np.datetime64(day)


def day_of(month: int) -> datetime.date:
    """The day of a month's file; that of one month more is the end of all."""
    months = FIRST_DAY.month - 1 + month - 1
    return datetime.date(FIRST_DAY.year + months // 12, months % 12 + 1, 1)


def log_odds(facts: Facts) -> Floats:
    """Of leaving within a year, for n people as they are."""
    found = START + OF_LOG_SALARY * np.log(facts[SALARY]) + OF_OVERTIME * facts[OVERTIME]
    for name, slope in SLOPES.items():
        found = found + slope * facts[name]
    for (name, level), step in LEVELS.items():
        found = found + step * (facts[name] == level)
    return found


def riskiest(facts: Facts) -> NDArray[np.bool_]:
    """Who would be signalled by one who knew the hazard: the fifth with most of it."""
    known = log_odds(facts)
    return known >= np.quantile(known, 0.8)


def company(
    seed: int,
    events: Events = Events(),
    signal: Signal = riskiest,
    odds: Odds = log_odds,
    moved: float = 0.0,
) -> Company:
    """The company of a seed; signal: whom of n people a measure may be given to.

    odds: the log-odds of leaving within a year; moved: what is added to those of everybody.
    """
    return _Living(np.random.default_rng(seed), events, signal, odds, moved).live()


@dataclass
class _Living:
    """A company on its way through the months; columns have one place for each who is there."""

    random: np.random.Generator
    events: Events
    signal: Signal
    odds: Odds
    moved: float
    files: list[File] = field(default_factory=list)
    origin: list[NDArray[np.intp]] = field(default_factory=list)
    came: list[NDArray[np.intp]] = field(default_factory=list)

    def live(self) -> Company:
        self.who = np.empty(0, np.intp)
        self.facts: dict[str, NDArray[Any]] = {
            name: values[:0] for name, values in sample().items()
        }
        self.birthday = np.empty(0, np.intp)
        self.left_on = np.empty(0, "datetime64[D]")
        self.measured_on = np.empty(0, "datetime64[D]")
        for month in range(1, MONTHS + 1):
            self._change(month)
            self._hire(month)
            self._stay_or_leave(month)
        origin, came = np.concatenate(self.origin), np.concatenate(self.came)
        return Company(tuple(self.files), origin, came, self.left_on, self.measured_on)

    def _change(self, month: int) -> None:
        """What a month brings to those who are still there."""
        count = len(self.who)
        for name, share in CHANGING.items():
            taking = self.random.random(count) < share
            if count:
                colleague = self.random.integers(count, size=count)
                values = self.facts[name]
                self.facts[name] = np.where(taking, values[colleague], values)
        older = self.birthday == month % 12
        for name in YEARS:
            self.facts[name] = self.facts[name] + older
        paid = self.random.random(count) < PAID_OTHERWISE
        move = 1 + self.random.uniform(-AT_MOST, AT_MOST, count) * paid
        if month == self.events.salaries:
            move = move * RISE
        self.facts[SALARY] = np.round(self.facts[SALARY] * move)

    def _hire(self, month: int) -> None:
        """Have so many come that all places are taken; the founders bring years with them."""
        count, known = PEOPLE - len(self.who), len(self.left_on)
        known_people = sample()
        alike = _coming() if month > 1 else None
        origin = self.random.choice(len(known_people[SALARY]), size=count, p=alike)
        facts = {name: values[origin] for name, values in known_people.items()}
        if month > 1:
            facts |= {name: np.zeros_like(facts[name]) for name in NEW}
        if self.events.salaries and month >= self.events.salaries:
            facts[SALARY] = np.round(facts[SALARY] * RISE)
        self.facts = {name: np.append(self.facts[name], facts[name]) for name in self.facts}
        self.who = np.append(self.who, np.arange(known, known + count))
        born = self.random.integers(12, size=count) if month == 1 else np.full(count, month % 12)
        self.birthday = np.append(self.birthday, born)
        never = np.full(count, np.datetime64("NaT"), "datetime64[D]")
        self.left_on = np.append(self.left_on, never)
        self.measured_on = np.append(self.measured_on, never)
        self.origin.append(origin)
        self.came.append(np.full(count, month))

    def _stay_or_leave(self, month: int) -> None:
        """Send the month's file, then have some leave before the next one, and some be measured."""
        day, count = day_of(month), len(self.who)
        ended = self.events.overtime_no_more is not None and month >= self.events.overtime_no_more
        facts = self.facts | ({OVERTIME: np.zeros(count, dtype=bool)} if ended else {})
        chance = 1 / (1 + np.exp(-self.odds(facts) - self.moved))
        self.files.append(File(month, day, self.who, self.facts, chance))
        measured = ~np.isnat(self.measured_on[self.who])
        rate = -np.log1p(-chance) / 12 * np.where(measured, AFTER_A_MEASURE, 1.0)
        # In months: what is left to live of a hazard of one, the day of a measure, that of leaving.
        left, at = self.random.exponential(size=count), np.full(count, np.inf)
        drawn, moment = self.random.random(count) < MEASURED_MONTHLY, self.random.random(count)
        if self.events.measures is not None and month >= self.events.measures:
            at = np.where(drawn & ~measured & self.signal(self.facts), moment, np.inf)
        leaving = left / rate
        later = at + (left - rate * np.minimum(at, 1.0)) / (rate * AFTER_A_MEASURE)
        leaving = np.where(leaving > at, later, leaving)
        days = (day_of(month + 1) - day).days
        is_gone, is_measured = leaving < 1, at < np.minimum(leaving, 1.0)
        self._note(self.left_on, is_gone, day, leaving, days)
        self._note(self.measured_on, is_measured, day, at, days)
        self.who, self.birthday = self.who[~is_gone], self.birthday[~is_gone]
        self.facts = {name: values[~is_gone] for name, values in self.facts.items()}

    def _note(
        self,
        days_of: NDArray[np.datetime64],
        those: NDArray[np.bool_],
        day: datetime.date,
        when: Floats,
        days: int,
    ) -> None:
        """Write the day down on which something came to some, at a share of the month's days.

        It is after the day of the file, and before that of the next one.
        """
        passed = 1 + np.floor(when[those] * (days - 1))
        days_of[self.who[those]] = np.datetime64(day) + passed.astype("timedelta64[D]")


@functools.cache
def sample() -> Facts:
    """The sample's people by column, as the schema loads them, but for who they are."""
    people, _ = read_employees(SAMPLE)
    columns = {name: np.array([one[name] for one in people]) for name in FACTS if name != REFERENCE}
    return columns | {SALARY: columns[SALARY].astype(float)}


@functools.cache
def _coming() -> Floats:
    """How likely each of the sample is hired: as who leaves, or a company would grow calmer."""
    chance = 1 / (1 + np.exp(-log_odds(sample())))
    return chance / chance.sum()


def _cell(value: Any) -> str:
    """A value as the extracts write it."""
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    return str(int(value)) if isinstance(value, float) else str(value)
