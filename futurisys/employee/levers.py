"""What an employer can do about a fact, and what of it may be suggested, in words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Steps = Iterator[tuple[Any, str]]


@dataclass(frozen=True)
class Lever:
    """What an employer can do about a field: a what-if may change it.

    steps: those that may be suggested, from its value to each that may follow, the smallest first,
    with what is done. takes: what that asks of the employer. seen: when an estimate shows it.
    is_opinion: whether the field is the person's own word, to be talked about.
    """

    steps: Callable[[Any], Steps] = lambda _: iter(())
    takes: str = ""
    seen: str = ""
    is_opinion: bool = False


def _no_overtime(current: bool) -> Steps:
    if current:
        yield False, "Ne plus faire d'heures supplémentaires"


def _less_travel(current: str) -> Steps:
    if current == "Frequent":
        yield "Occasionnel", "Se déplacer parfois, et non plus souvent"
    elif current == "Occasionnel":
        yield "Aucun", "Ne plus se déplacer pour le travail"


def _more_trainings(current: int) -> Steps:
    yield current + 1, "Suivre une formation de plus dans l'année qui vient"
    yield current + 2, "Suivre deux formations de plus dans l'année qui vient"


# Of the rest a what-if is answered, and nothing is suggested: a past raise is past, a raise for
# whoever is flagged makes unequal pay, and nobody changes post to lower a figure.
ASKED_ABOUT = Lever()
OPINION = Lever(is_opinion=True)
OVERTIME = Lever(
    _no_overtime,
    "Se passer de ces heures demande de répartir autrement, de reporter ou d'abandonner le travail "
    "qu'elles permettent.",
    "L'estimation verra la fin des heures supplémentaires dans le prochain extrait des "
    "évaluations, une fois qu'elles ne seront plus régulières.",
)
TRAVEL = Lever(
    _less_travel,
    "Moins de déplacements demande de les remplacer par des échanges à distance, ou de les "
    "répartir autrement dans l'équipe.",
    "L'estimation verra des déplacements plus rares dans l'extrait du prochain sondage.",
)
TRAININGS = Lever(
    _more_trainings,
    "Des formations de plus demandent un budget, du temps de travail et un choix fait avec qui les "
    "suivra.",
    "L'estimation verra ces formations l'an prochain, dans l'extrait du sondage, qui compte celles "
    "de l'année écoulée.",
)
