"""Live figures as JSON."""

import math
from typing import Any

from marshmallow import fields

from futurisys.api.contracts import SentSchema
from futurisys.operations.live import Live
from futurisys.operations.live_figures import Bin, Figures, Group, Ranking
from futurisys.operations.live_told import remarks
from futurisys.statistics.agreement import Agreement
from futurisys.statistics.intervals import LEVEL, Interval

WHOLE, ACCRUED = "horizons entiers", "risque cumulé"


class MeasuredSchema(SentSchema):
    """A figure and its interval."""

    value = fields.Float(data_key="Valeur")
    low = fields.Float(data_key="Bas")
    high = fields.Float(data_key="Haut")
    level = fields.Float(data_key="Niveau")


class AgreementSchema(SentSchema):
    """Departures beside what estimates add up to."""

    people = fields.Integer(data_key="Personnes")
    observed = fields.Integer(data_key="Departs")
    expected = fields.Float(data_key="Departs_estimes")
    ratio = fields.Nested(
        MeasuredSchema,
        data_key="Rapport",
        metadata={
            "description": "Départs sur départs estimés ; l'intervalle est celui du hasard "
            "et, où elle est connue, de l'erreur propre du modèle."
        },
    )
    intercept = fields.Nested(
        MeasuredSchema,
        data_key="Calibration",
        allow_none=True,
        metadata={
            "description": "Ce qu'il faudrait ajouter au logit des estimations pour qu'autant de "
            "départs soient attendus qu'il y en a eu."
        },
    )


class RankingSchema(SentSchema):
    """How well estimates tell who leaves, of those followed for a whole horizon."""

    people = fields.Integer(data_key="Personnes")
    left = fields.Integer(data_key="Departs")
    censored = fields.Float(
        data_key="Part_interrompue",
        metadata={"description": "Dont une mesure a interrompu le suivi."},
    )
    area = fields.Nested(MeasuredSchema, data_key="ROC_AUC", allow_none=True)
    recall = fields.Nested(MeasuredSchema, data_key="Rappel", allow_none=True)
    precision = fields.Nested(MeasuredSchema, data_key="Precision", allow_none=True)


class BinSchema(AgreementSchema):
    """People of like estimates."""

    low = fields.Float(data_key="De")
    high = fields.Float(data_key="A")
    mean = fields.Float(data_key="Estimation_moyenne")


class LiveGroupSchema(AgreementSchema):
    """People who have one level of a field."""

    level = fields.String(data_key="Groupe")


class MissingSchema(SentSchema):
    """How many departures are missing before figures are shown."""

    expected = fields.Integer(data_key="Departs_estimes", attribute="missing_expected")
    left = fields.Integer(data_key="Departs", attribute="missing_left")
    over = fields.Integer(data_key="Departs_horizon_entier", attribute="missing_over")


class LiveSchema(SentSchema):
    """Live figures; null where there are not people enough."""

    version = fields.String(data_key="Version_modele", allow_none=True)
    horizon = fields.Integer(
        data_key="Horizon_jours",
        allow_none=True,
        metadata={"description": "null : ni le modèle ni le réglage n'en disent un."},
    )
    is_models = fields.Boolean(
        data_key="Horizon_du_modele", metadata={"description": "false : celui du réglage."}
    )
    complete_to = fields.Date(data_key="Complet_au", allow_none=True)
    since = fields.Date(data_key="Depuis", allow_none=True)
    until = fields.Date(data_key="Jusqu_a", allow_none=True)
    people = fields.Integer(data_key="Personnes")
    measured = fields.Integer(data_key="Mesures")
    way = fields.String(
        data_key="Methode",
        allow_none=True,
        metadata={"enum": [WHOLE, ACCRUED, None]},
    )
    agreement = fields.Nested(AgreementSchema, data_key="Ensemble", allow_none=True)
    warns = fields.Boolean(data_key="Alerte")
    ranking = fields.Nested(RankingSchema, data_key="Classement", allow_none=True)
    bins = fields.List(fields.Nested(BinSchema), data_key="Fiabilite")
    groups = fields.List(fields.Nested(LiveGroupSchema), data_key="groupes")
    others = fields.Nested(LiveGroupSchema, data_key="autres", allow_none=True)
    missing = fields.Nested(MissingSchema, data_key="Manque", allow_none=True)
    remarks = fields.List(fields.String(), data_key="Remarques")


_NOTHING: dict[str, Any] = {"people": 0, "measured": 0, "warns": False, "bins": [], "groups": []}
_NOTHING |= dict.fromkeys(("way", "agreement", "ranking", "others", "missing"))


def shown(found: Live) -> dict[str, Any]:
    """What `LiveSchema` dumps of figures."""
    some = found.figures
    return vars(found) | {"remarks": remarks(found)} | (_figures(some) if some else _NOTHING)


def _figures(some: Figures) -> dict[str, Any]:
    return {
        "people": some.people,
        "measured": some.measured,
        "way": WHOLE if some.is_whole else ACCRUED,
        "agreement": some.agreement and _agreement(some.agreement),
        "warns": some.warns,
        "ranking": some.ranking and _ranking(some.ranking),
        "bins": [_bin(one) for one in some.bins],
        "groups": [_group(one) for one in some.groups],
        "others": some.others and _group(some.others),
        "missing": some,
    }


def _agreement(one: Agreement) -> dict[str, Any]:
    known = not math.isnan(one.intercept)
    return {
        "people": one.people,
        "observed": one.observed,
        "expected": one.expected,
        "ratio": _measured(one.ratio, one.ratio_interval()),
        "intercept": _measured(one.intercept, one.intercept_interval()) if known else None,
    }


def _ranking(one: Ranking) -> dict[str, Any]:
    figures = {"area": one.area, "recall": one.recall, "precision": one.precision}
    told = {name: it and _measured(it.value, it.interval) for name, it in figures.items()}
    return vars(one) | told


def _bin(one: Bin) -> dict[str, Any]:
    return {"low": one.low, "high": one.high, "mean": one.mean} | _agreement(one.agreement)


def _group(one: Group) -> dict[str, Any]:
    return {"level": one.level} | _agreement(one.agreement)


def _measured(value: float, interval: Interval) -> dict[str, float]:
    return {"value": value, "low": interval.low, "high": interval.high, "level": LEVEL}
