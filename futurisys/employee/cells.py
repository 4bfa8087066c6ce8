"""What a cell of a worksheet says, as CSV would hold it: numbers, percentages, dates, truths."""

import re
from datetime import datetime, timedelta
from enum import Enum

# Excel allows a format no more.
CODE_MAX = 255
OUT_OF_CALENDAR = "#VALUE!"
# What a cell says whose formula no program has computed yet; nobody types it.
FORMULA_WITHOUT_VALUE = "#FORMULE!"
EPOCH = datetime(1899, 12, 30)
EPOCH_1904 = datetime(1904, 1, 1)

# Why a cell has no value though it is not empty.
FAILURES = {
    "failed": "la cellule contient une erreur du tableur, corrigez-la.",
    "formula": "la valeur de la formule n'est pas dans le fichier ; ouvrez-le dans votre tableur, "
    "enregistrez-le, puis renvoyez-le.",
}
# What a spreadsheet program shows in place of a value that it could not find or not show.
_FAILED = re.compile(
    "#(?:[A-ZÀ-Ý0-9_/]+[!?]|N/?[AD]|GETTING_DATA|#+)|ERR(?:EUR)? ?: ?[0-9]{3}", re.IGNORECASE
)
_DAY = 86_400_000
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_TRUTHS = {"1": "Oui", "true": "Oui", "0": "Non", "false": "Non"}
# What a format quotes, and its colours and locales in brackets, but not its elapsed hours.
_ASIDE = re.compile(r'"[^"]*"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]')
# What a format writes as it stands, or leaves room for.
_LITERAL = re.compile(r'"[^"]*"?|[\\_*].')
_ELAPSED = re.compile(r"\[(?:hh?|mm?|ss?)\]", re.IGNORECASE)
_CALENDAR = re.compile(r"(?<![_\\])[dmhys]", re.IGNORECASE)


class Form(Enum):
    """How a number is shown, as far as it changes what the number is."""

    PLAIN = "plain"
    PERCENT = "percent"
    MOMENT = "moment"
    DURATION = "duration"


BUILT_IN: dict[int, Form] = {
    9: Form.PERCENT,
    10: Form.PERCENT,
    **dict.fromkeys(range(14, 23), Form.MOMENT),
    45: Form.MOMENT,
    46: Form.DURATION,
    47: Form.MOMENT,
}


def form_of(code: str) -> Form:
    """What a number format, such as `0.0 %` or `[h]:mm`, makes of a number."""
    code = code[:CODE_MAX]
    first = code.split(";")[0]
    if _CALENDAR.search(_ASIDE.sub("", first)):
        return Form.DURATION if _ELAPSED.search(first) else Form.MOMENT
    return Form.PERCENT if "%" in _LITERAL.sub("", code) else Form.PLAIN


def number(raw: str, form: Form, epoch: datetime) -> str:
    """A number as its format means it; raises ValueError where it is none."""
    if form is Form.PLAIN and raw.isascii() and raw.isdigit() and raw[0] != "0":
        return raw
    raw = raw.strip()
    if not _NUMBER.fullmatch(raw):
        raise ValueError("a number is none")
    whole = not {".", "e", "E"} & set(raw)
    value = int(raw) if whole else float(raw)
    if form is Form.PERCENT:
        return f"{round(value * 100, 6):.15g} %"
    if form is not Form.PLAIN:
        return _moment(value, form, epoch)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def failure_of(text: str) -> str:
    """Which of `FAILURES` a cell is, or "" where it says something."""
    text = text.strip()
    if text == FORMULA_WITHOUT_VALUE:
        return "formula"
    return "failed" if _FAILED.fullmatch(text) else ""


def truth(raw: str) -> str:
    """Oui or Non; raises LookupError where it is neither."""
    return _TRUTHS[raw.strip()]


def _moment(days: float, form: Form, epoch: datetime) -> str:
    """A date, time or duration, from the days since the epoch."""
    try:
        if form is Form.DURATION:
            return str(timedelta(milliseconds=round(days * _DAY)))
        day, fraction = divmod(days, 1)
        past = timedelta(milliseconds=round(fraction * _DAY))
        if 0 <= days < 1 and not past.days:
            return str((datetime.min + past).time())
        # Spreadsheets have a 29 February 1900.
        if 0 < days < 60 and epoch is EPOCH:
            day += 1
        return str(epoch + timedelta(days=day) + past)
    except (OverflowError, ValueError):
        return OUT_OF_CALENDAR
