"""An employee's fields as SQL reads them: the service's own reading, NULL where it would refuse."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

from sqlglot import exp

from futurisys.employee.fields import TEXT_MAX, Choice, Fact, Number, Percent, Text, Whole, YesNo
from futurisys.employee.levels import SPACES, folded
from futurisys.employee.schema import FACTS, NEVER_MORE_THAN, TOGETHER
from futurisys.model.predictor import Predictor
from futurisys.training.sql_terms import all_of, case, level, number, text

# What the service reads as another letter, of French: accented ones, spaces that are none, and
# last what becomes nothing, accents that stand as letters of their own.
_ACCENTED = map(chr, (*range(0xC0, 0x100), 0x152, 0x153, 0x178))
_LETTERS = (
    *((one, folded(one)) for one in _ACCENTED if folded(one) != one),
    *((one, " ") for one in SPACES[1:]),
    *((one, "") for one in "\u0300\u0301\u0302\u0303\u0308\u0327"),
)
_NESTED = 15
_SPELLED = "spelled_"
# Between them there is never anything: what doubled spaces become on their way to one.
_PAIR = ("\u27e8", "\u27e9")
_YES_NO = {**YesNo.taken, "1": True, "0": False}


def fact(name: str, seen: Mapping[str, Any]) -> exp.Expr:
    """A column of the table as the model reads it; NULL where the service refuses the value."""
    column, field = exp.column(name), FACTS[name]
    match field:
        case YesNo():
            return _of(name, {folded(one): level(value) for one, value in _YES_NO.items()})
        case Choice():
            return _of(name, {folded(one): text(one) for one in field.levels})
        case Text():
            return _of_open_levels(name, seen.get("levels", ()))
        case Number():
            return _number(field, column)
    raise TypeError(f"{name} is of no kind that SQL reads.")


def _number(field: Number, column: exp.Expr) -> exp.Expr:
    """A number within its hard bounds."""
    value = exp.cast(column, "double")
    taken = [value >= number(field.low), value <= number(field.high)]
    if isinstance(field, Whole):
        taken.append(exp.EQ(this=exp.Floor(this=value), expression=value))
    return case([(all_of(taken), value)])


def _of_open_levels(name: str, levels: Sequence[str]) -> exp.Expr:
    """A text: the level that it is but for its spelling, or itself; NULL where it is blank."""
    column, folds = exp.column(name), [folded(one) for one in levels]
    # Which of two levels of one fold is meant, only the exact spelling says.
    known = {
        fold: text(one) for fold, one in zip(folds, levels, strict=True) if folds.count(fold) == 1
    }
    spelled = _of(name, {"": exp.null(), **known}, exp.Trim(this=column))
    return case([(exp.Length(this=column) <= exp.Literal.number(TEXT_MAX), spelled)])


def _of(name: str, levels: Mapping[str, exp.Expr], otherwise: exp.Expr | None = None) -> exp.Expr:
    """The level whose fold a text has, of the text that `spellings` made of its letters."""
    spelled: exp.Expr = exp.Lower(this=exp.column(f"{_SPELLED}{name}"))
    for old, new in ((" ", "".join(_PAIR)), ("".join(_PAIR[::-1]), ""), ("".join(_PAIR), " ")):
        spelled = _replaced(spelled, old, new)
    branches = [(text(fold), value) for fold, value in levels.items()]
    return case(branches, otherwise, exp.Trim(this=spelled))


def spellings(
    key: exp.Expr, names: Sequence[str], dialect: str
) -> Iterator[tuple[str, list[exp.Expr]]]:
    """Steps that add each text without French accents and rare spaces: one, or SQLite's several.

    SQLite has no TRANSLATE, and its parser's stack ends at some twenty calls within each other.
    """
    texts = [name for name in names if not isinstance(FACTS[name], Number)]
    kept = [key, *map(exp.column, names)]
    now: Mapping[str, exp.Expr] = {
        name: exp.cast(exp.column(name), "text") if isinstance(FACTS[name], YesNo)
        else exp.column(name)
        for name in texts
    }  # fmt: skip
    size = _NESTED if dialect == "sqlite" else len(_LETTERS)
    for place, start in enumerate(range(0, len(_LETTERS), size), start=1):
        letters = _LETTERS[start : start + size]
        made = [_translated(now[name], letters, dialect).as_(f"{_SPELLED}{name}") for name in texts]
        yield f"letters_{place}", [*kept, *made]
        now = {name: exp.column(f"{_SPELLED}{name}") for name in texts}


def _translated(column: exp.Expr, letters: Sequence[tuple[str, str]], dialect: str) -> exp.Expr:
    """Each letter as another, or as none."""
    if dialect == "sqlite":
        return reduce(lambda done, pair: _replaced(done, *pair), letters, column)
    old, new = ("".join(side) for side in zip(*letters, strict=True))
    return exp.Translate(this=column, from_=text(old), to=text(new))


def _replaced(column: exp.Expr, old: str, new: str) -> exp.Expr:
    return exp.Replace(this=column, expression=text(old), replacement=text(new))


def untyped(node: exp.Expr) -> exp.Expr:
    """The same for SQLite, whose columns hold any type.

    A text that is compared with numbers there is greater than all of them: it is no number.
    """
    is_number = isinstance(node, exp.Cast) and node.to.this is exp.DataType.Type.DOUBLE
    if not is_number or not isinstance(node.this, exp.Column):
        return node
    kind = exp.func("TYPEOF", node.this)
    return case([(kind.isin("integer", "real"), node)])


def agreeing(names: Sequence[str]) -> exp.Expr:
    """Whether nothing is missing or refused, and nothing contradicts: what the service answers."""
    there = [exp.column(name).is_(exp.null()).not_() for name in names]
    rules = [
        exp.column(lesser) <= exp.column(greater)
        for lesser, greater in NEVER_MORE_THAN
        if {lesser, greater} <= set(names)
    ]
    return all_of([*there, *rules])


def usual(predictor: Predictor) -> exp.Expr:
    """Whether the model has seen the like of the facts: where the service gives no warning."""
    conditions = [_seen(FACTS[name], name, predictor.seen[name]) for name in predictor.fields]
    if predictor.together:
        department, post = map(exp.column, TOGETHER)
        posts: dict[str, list[str]] = {}
        for one, other in sorted(predictor.together):
            posts.setdefault(one, []).append(other)
        pairs = [
            exp.and_(department.eq(text(one)), post.isin(*others)) for one, others in posts.items()
        ]
        conditions.append(exp.or_(*pairs))
    return all_of(conditions)


def _seen(field: Fact, name: str, seen: Mapping[str, Any]) -> exp.Expr:
    column = exp.column(name)
    if "levels" in seen:
        return exp.In(this=column, expressions=[level(one) for one in seen["levels"]])
    within = exp.and_(column >= number(seen["min"]), column <= number(seen["max"]))
    if not isinstance(field, Percent):
        return within
    # A fraction where a percentage is meant.
    return exp.and_(within, exp.or_(column <= number(0), column >= number(1)))
