"""What live figures say, and what they do not, in sentences."""

from collections.abc import Iterator

from futurisys.employee.typography import number, percent
from futurisys.operations.live import Live
from futurisys.operations.live_figures import (
    EXPECTED_LEAST,
    LEFT_LEAST,
    TOLERATED,
    Figures,
    Ranking,
)
from futurisys.operations.resolving import CENSORED_MOST

NO_HORIZON = (
    "Aucun horizon n'est connu : ce modèle n'en a pas, et le réglage FUTURISYS_HORIZON_DAYS n'en "
    "dit pas. Sans horizon, des départs ne se comparent pas à des estimations."
)
NO_OUTCOMES = (
    "Aucune liste de départs ne dit jusqu'à quel jour elle est complète : on ne sait pas qui est "
    "resté, et aucun chiffre n'est fait des seuls départs. Enregistrez une liste avec ce jour."
)
NOBODY = "Personne n'a encore été estimé."
NOBODY_KNOWN = (
    "On ne sait encore d'aucune personne estimée dans cette période ce qu'elle est devenue : les "
    "départs ne sont pas connus jusque-là, ou le service ne garde pas de quoi reconnaître une "
    "personne."
)
TOGETHER = "Démissions et autres départs sont comptés ensemble."
LOOKS = (
    "Tant que le modèle est à peu près juste et que rien ne change, une entreprise qui regarde "
    "chaque mois est alertée au plus une fois en cinq ans environ, en moyenne. Un écart qui peut "
    f"n'être que de {percent(TOLERATED)} n'alerte pas."
)
TOO_HIGH = "le modèle surestime, la situation a changé ou des mesures ont agi"
TOO_LOW = "le modèle sous-estime ou la situation a changé"


def missing(found: Live) -> str:
    """Why there are no figures; empty where there are."""
    if found.version is None:
        return NOBODY
    if found.horizon is None:
        return NO_HORIZON
    if found.complete_to is None:
        return NO_OUTCOMES
    return "" if found.figures and found.figures.people else NOBODY_KNOWN


def method(found: Live, some: Figures) -> Iterator[str]:
    """How people were counted."""
    horizon = number(found.horizon or 0)
    if some.is_whole:
        yield (
            f"Horizons entiers : chaque personne a été suivie {horizon} jours, ou jusqu'à son "
            "départ."
        )
    else:
        yield (
            f"Risque cumulé : toutes n'ont pas été suivies {horizon} jours. Chacune compte "
            "pour sa probabilité d'être partie au dernier jour connu, à risque égal d'un jour à "
            "l'autre, donc jamais pour plus d'un départ ; personne n'est compté comme resté sans "
            "qu'on le sache."
        )
    if some.measured:
        yield (
            f"{_people(some.measured)} pour qui une mesure a été prise : chacune compte jusqu'au "
            "jour de la mesure, et ce qui a suivi n'est pas regardé."
        )
    yield TOGETHER
    if not found.knows_error:
        yield (
            "L'erreur propre de ce modèle n'est pas connue : les intervalles ne comptent que le "
            "hasard."
        )


def verdict(some: Figures) -> str:
    """What departures beside estimates say, and what they do not."""
    if some.agreement is None:
        least, more = number(EXPECTED_LEAST), number(some.missing_expected)
        return f"La comparaison commence à {least} départs attendus : il en manque {more}."
    found = some.agreement
    left = number(found.observed)
    told = f"{left} départ{'s' if found.observed > 1 else ''} pour {number(found.expected)} estimés"
    why = TOO_HIGH if found.ratio < 1 else TOO_LOW
    if found.ratio_interval().holds(1):
        return (
            f"{told} : le hasard suffit à expliquer l'écart, ce qui ne prouve pas que le modèle "
            "est juste."
        )
    if not some.warns:
        return (
            f"{told} : un tel écart est rare par hasard, sans dépasser assez sûrement "
            f"{percent(TOLERATED)} pour une alerte. S'il dure, {why} ; ces chiffres ne disent pas "
            "lequel."
        )
    return f"{told} : {why} ; ces chiffres ne disent pas lequel."


def unranked(found: Live, some: Figures) -> str:
    """Why it is not shown how well estimates tell who leaves; empty where it is."""
    if some.ranking is None:
        return (
            f"Il y faut {LEFT_LEAST} départs de personnes suivies {number(found.horizon or 0)} "
            f"jours : il en manque {some.missing_over}."
        )
    if some.ranking.area:
        return ""
    return _interrupted(some.ranking)


def ungrouped(some: Figures) -> str:
    """Why groups and bins are not shown; empty where they are."""
    if not some.missing_left:
        return ""
    return f"Il y faut {LEFT_LEAST} départs : il en manque {some.missing_left}."


def remarks(found: Live) -> list[str]:
    """All of it, for a program."""
    if why := missing(found):
        return [why]
    some = found.figures
    if some is None:
        return []
    sentences = [verdict(some), *method(found, some), LOOKS]
    if why := unranked(found, some):
        sentences.append(f"ROC-AUC, rappel et précision ne sont pas montrés. {why}")
    if why := ungrouped(some):
        sentences.append(f"Tranches et groupes ne sont pas montrés. {why}")
    return sentences


def _interrupted(ranking: Ranking) -> str:
    if ranking.censored > CENSORED_MOST:
        return (
            f"Une mesure a interrompu le suivi de {percent(ranking.censored)} des personnes, plus "
            "d'une sur cinq : les autres ne peuvent pas parler pour elles."
        )
    return (
        "Une mesure a interrompu le suivi de presque toutes les personnes d'un même niveau "
        "d'estimation : les autres ne peuvent pas parler pour elles."
    )


def _people(count: int) -> str:
    return f"{number(count)} personne{'s' if count > 1 else ''}"
