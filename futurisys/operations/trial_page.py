"""A trial as HR reads it, on the screen and on paper: the verdict, its rule, and what is behind."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from futurisys.employee.told import grouped
from futurisys.employee.typography import number, percent, points
from futurisys.operations import verdicts
from futurisys.operations.documents import render
from futurisys.operations.verdicts import LEAVERS_MIN, MEAN, MODEL, RATES, TOLERANCE

# What may be done after each verdict.
MEANINGS: Mapping[str, str] = {
    verdicts.PEOPLE: "Sur votre propre passé, le modèle a mieux distingué les personnes qui "
    "allaient partir que ne le font l'ancienneté et le département, et ses probabilités étaient "
    "justes en moyenne. Son estimation peut éclairer un entretien ; elle ne décide de rien.",
    verdicts.GROUPS: "Sur votre propre passé, le modèle a fait mieux que l'ancienneté et le "
    "département, mais pas assez sûrement pour parler d'une personne. Regardez des groupes de dix "
    "personnes et plus, et aucune estimation individuelle.",
    verdicts.NOTHING: "Sur votre propre passé, rien ne montre que le modèle fasse mieux que le "
    "taux de départ par ancienneté et département, ou que la moyenne de l'entreprise, que vous "
    "connaissez sans lui. Ne montrez ses estimations à personne.",
}
RULE = (
    "Le gain est la ROC-AUC du modèle, moins celle du taux de départ par ancienneté et "
    "département, puis moins celle de la moyenne de l'entreprise, toutes mesurées sur les mêmes "
    "personnes, que rien n'avait vues. Si l'intervalle à 95 % de l'un des deux gains n'est pas "
    "entièrement au-dessus de 0, le modèle n'apporte rien ici. S'il l'est, le modèle est "
    "utilisable pour des groupes. Il l'est pour des personnes s'il y a aussi au moins "
    f"{LEAVERS_MIN} départs, et si l'erreur de calibration, l'écart moyen entre ce qui était "
    f"estimé et ce qui est arrivé, est d'au plus {points(TOLERANCE).lstrip('+')}, ou de ce qu'un "
    "modèle parfaitement juste ne dépasserait qu'une fois sur quarante avec aussi peu de "
    "personnes. De plusieurs mesures, la moins bonne décide."
)
KINDS: Mapping[str, str] = {
    "folds": "Sur des personnes que le modèle n'avait pas vues",
    "later": "Plus tard : appris sur les premiers extraits, mesuré sur les seconds",
}
FIELDS: Mapping[str, str] = {
    "departement": "Par département",
    "anciennete": "Par ancienneté",
    "poste": "Par poste",
}
TITLES = ((MODEL, "Modèle"), (RATES, "Ancienneté et département"), (MEAN, "Moyenne"))


def page(verdict: Mapping[str, Any]) -> str:
    """The whole page as an HTML document, to be printed and kept."""
    return render("trial.html", _parts(verdict))


def body(verdict: Mapping[str, Any]) -> str:
    """The same without what is around it."""
    return render("trial_body.html", _parts(verdict))


def _parts(verdict: Mapping[str, Any]) -> dict[str, Any]:
    snapshots = [_snapshot(one) for one in verdict["snapshots"]]
    return {
        "word": verdicts.WORDS[verdict["word"]],
        "kind": verdict["word"],
        "meaning": MEANINGS[verdict["word"]],
        "fictional": verdict["fictional"],
        "horizon": verdict["horizon_days"],
        "snapshots": snapshots,
        "newest": snapshots[-1],
        "remarks": verdict["remarks"],
        "measures": [_measure(one) for one in verdict["measures"]],
        "groups": [
            {"title": FIELDS[field], "rows": list(_rows(field, told))}
            for field, told in verdict["groups"].items()
        ],
        "rule": RULE,
    }


def _snapshot(snapshot: Mapping[str, Any]) -> dict[str, str]:
    people, left = snapshot["people"], snapshot["left"]
    on = datetime.date.fromisoformat(snapshot["on"])
    return {
        "on": f"{on:%d/%m/%Y}",
        "people": number(people),
        "left": number(left),
        "rate": percent(left / people, 1),
    }


def _measure(measure: Mapping[str, Any]) -> dict[str, Any]:
    holds, error = measure["holds"], measure["calibration_error"]["mean"]
    area = measure["areas"][MODEL]
    return {
        "title": KINDS[measure["kind"]],
        "conditions": [
            (
                f"Gain sur l'ancienneté et le département : {_gain(measure, RATES)}.",
                holds["over_rates"],
            ),
            (f"Gain sur la moyenne de l'entreprise : {_gain(measure, MEAN)}.", holds["over_mean"]),
            (
                f"Erreur de calibration : {_points(error)}, pour "
                f"{_points(verdicts.admitted(measure))} admis.",
                holds["calibration"],
            ),
            (
                f"Départs : {number(measure['left'])}, pour {LEAVERS_MIN} qu'il faut.",
                holds["leavers"],
            ),
        ],
        "pairs": round(100 * area),
        "people": number(measure["people"]),
        "left": number(measure["left"]),
        "expected": number(measure["expected"]),
        "titles": [title for _, title in TITLES],
        "areas": [number(measure["areas"][name], 3) for name, _ in TITLES],
        "found": [
            percent(measure["found"][name]) if name != MEAN else percent(0.1) for name, _ in TITLES
        ],
        "calibration": [
            {
                "people": number(one["n"]),
                "predicted": percent(one["predicted"], 1),
                "observed": percent(one["observed"], 1),
                "between": f"{percent(one['low'], 1)} à {percent(one['high'], 1)}",
            }
            for one in measure["calibration"]
        ],
    }


def _gain(measure: Mapping[str, Any], name: str) -> str:
    gain = measure["gains"][name]
    value, low, high = (number(gain[end], 3, signed=True) for end in ("value", "low", "high"))
    return f"{value} de ROC-AUC, entre {low} et {high}"


def _points(share: float) -> str:
    return points(share).lstrip("+")


def _rows(field: str, told: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The groups of a field, the largest first, and the others as one."""
    ranked = sorted(told["shown"], key=lambda one: -one["people"])
    others = [told["others"] | {"level": "Autres, réunis"}] if told["others"] else []
    for one in [*ranked, *others]:
        yield {
            "level": grouped(one["level"], field),
            "people": number(one["people"]),
            "left": number(one["left"]),
            "observed": percent(one["left"] / one["people"], 1),
            "expected": percent(one["expected"] / one["people"], 1),
        }
