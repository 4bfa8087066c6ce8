"""Which estimates were contested: they are not learnt from."""

from collections.abc import Sequence

import sqlalchemy as sa

from futurisys.records.persons import Request
from futurisys.records.tables import Input, Prediction

_inputs, _predictions, _requests = Input.__table__, Prediction.__table__, Request.__table__


def contested(
    connection: sa.Connection, kinds: Sequence[str], dismissed: Sequence[str]
) -> set[str]:
    """The ids of the estimates against which a person has asked for something of some kinds.

    dismissed: how a request ends that had no ground. One that names no estimate is about all.
    """
    about = sa.or_(
        _requests.c.prediction_id.is_(None), _requests.c.prediction_id == _predictions.c.id
    )
    ended = sa.func.coalesce(_requests.c.outcome, "")
    wanted = (
        sa.select(sa.cast(_predictions.c.id, sa.String(36)))
        .join_from(_predictions, _inputs)
        .join(_requests, sa.and_(_requests.c.subject == _inputs.c.subject, about))
        .where(_requests.c.kind.in_(kinds), ended.not_in(dismissed))
    )
    return set(connection.scalars(wanted))
