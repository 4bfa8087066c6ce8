"""The three words as SQL: what `model.plain.word_of` says, for filters, orders and counts."""

import sqlalchemy as sa

from futurisys.employee.answer import FLAGGED, UNCERTAIN, UNFLAGGED
from futurisys.records.tables import Prediction

_kept = Prediction.__table__.c
_IS_WARNED = sa.func.json_array_length(_kept.warnings) > 0
_LOW = sa.func.coalesce(_kept.range_low, _kept.probability)
_HIGH = sa.func.coalesce(_kept.range_high, _kept.probability)
WORD: sa.ColumnElement[str] = sa.case(
    (_IS_WARNED, sa.literal_column(f"'{UNCERTAIN}'")),
    (_kept.threshold <= _LOW, sa.literal_column(f"'{FLAGGED}'")),
    (_kept.threshold > _HIGH, sa.literal_column(f"'{UNFLAGGED}'")),
    else_=sa.literal_column(f"'{UNCERTAIN}'"),
).label("word")
# From what asks most for a look to what asks least, as `WORDS` names them.
RANK: sa.ColumnElement[int] = sa.case((WORD == FLAGGED, 3), (WORD == UNCERTAIN, 2), else_=1).label(
    "word_rank"
)
