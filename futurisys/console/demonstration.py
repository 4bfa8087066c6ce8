"""Whether what a page shows comes of a model that has learnt from fictional people."""

from futurisys import serving


def is_demonstration(fictional: bool | None) -> bool:
    """Whether a page is to be marked; fictional: of the model that answered, where that is known.

    Where it is not, the model that is served says it.
    """
    if fictional is None:
        predictor = serving.served()
        return predictor is not None and predictor.card.fictional
    return fictional
