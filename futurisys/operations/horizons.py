"""Within how many days a departure counts as one."""

from flask import current_app

from futurisys.model.predictor import Predictor


def horizon_days(predictor: Predictor | None) -> int | None:
    """The one that a model was trained with, else the setting's; None where neither says one."""
    own = predictor.card.horizon if predictor else None
    told: int | None = current_app.config["FUTURISYS_HORIZON_DAYS"]
    return told if own is None else own
