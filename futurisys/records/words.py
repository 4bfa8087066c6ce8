"""The three words as SQL: what `model.plain.word_of` says, for filters, orders and counts."""

import sqlalchemy as sa

from futurisys.employee.answer import FLAGGED, UNCERTAIN, UNFLAGGED
from futurisys.records.tables import Prediction

_kept = Prediction.__table__.c
# As text, which is not parsed: no answer is kept with anything but a list.
IS_WARNED: sa.ColumnElement[bool] = sa.cast(_kept.warnings, sa.Text) != "[]"
_low = sa.func.coalesce(_kept.range_low, _kept.probability)
_high = sa.func.coalesce(_kept.range_high, _kept.probability)
WORD: sa.ColumnElement[str] = sa.case(
    (IS_WARNED, sa.literal_column(f"'{UNCERTAIN}'")),
    (_low >= _kept.threshold, sa.literal_column(f"'{FLAGGED}'")),
    (_high < _kept.threshold, sa.literal_column(f"'{UNFLAGGED}'")),
    else_=sa.literal_column(f"'{UNCERTAIN}'"),
).label("word")


def says(name: str) -> sa.ColumnElement[bool]:
    """Whether a row's word is this one."""
    return WORD.in_((name,))


# From what asks most for a look to what asks least.
RANK: sa.ColumnElement[int] = sa.case((says(FLAGGED), 3), (says(UNCERTAIN), 2), else_=1).label(
    "word_rank"
)
