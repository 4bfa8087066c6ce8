"""What an HR analyst can say aloud of a fact: kinds of French clauses, never gendered."""

from collections.abc import Callable
from typing import Any

from futurisys.employee.typography import figure, spelled

Clause = Callable[[Any], str]

# What each value of a scale means, the lowest first.
SATISFACTION = ("faible", "moyenne", "élevée", "très élevée")
PAST_RATING = SATISFACTION
RATING = ("faible", "bonne", "excellente", "exceptionnelle")
RANK = ("le plus bas", "", "", "", "le plus haut")
EDUCATION = (
    "sans diplôme du supérieur",
    "premier cycle du supérieur",
    "licence",
    "master",
    "doctorat",
)


def text(clause: str) -> Clause:
    """A clause on a word."""
    return lambda value: clause.format(spelled(value))


def amount(clause: str, none: str = "") -> Clause:
    """A clause on a number; none: what is said of 0."""
    return lambda value: none if none and value == 0 else clause.format(figure(value))


def count(none: str, clause: str, one: str, many: str) -> Clause:
    """A clause on how many: in French, from 2 on it is plural."""

    def clause_of(value: float) -> str:
        if value == 0:
            return none
        return clause.format(f"{figure(value)}\u00a0{many if value >= 2 else one}")

    return clause_of


def years(clause: str) -> Clause:
    """A clause on a number of years."""
    return count(clause.format("moins d'un an"), clause, "an", "ans")


def satisfaction(matter: str) -> Clause:
    """A clause on how satisfied somebody is, from 1 to 4."""
    return lambda value: f"Satisfaction {SATISFACTION[value - 1]} ({value} sur 4) quant à {matter}"


def either(yes: str, no: str) -> Clause:
    """A clause on a yes or a no."""
    return lambda value: yes if value else no


def by_level(**clauses: str) -> Clause:
    """A clause for each level."""
    return clauses.__getitem__
