"""The kinds of facts that HR systems hold: how each is written, bounded, refused and documented."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from marshmallow import fields, validate

from futurisys.employee import numbers
from futurisys.employee.cells import FAILURES, failure_of
from futurisys.employee.levels import Levels
from futurisys.employee.levers import Lever
from futurisys.employee.numbers import Unit

TEXT_MAX = 80
_UNEXPECTED = ("invalid", "too_large", "special", "invalid_utf8")
# What more of a fact may do to the estimate, whatever else is true of the employee.
RISING, FREE, FALLING = 1, 0, -1
_UNSTORABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
PERCENT = "^([0-9]{1,3}(?:[.,][0-9]{1,6})?)[ \u00a0\u202f]?%$"


class Fact(fields.Field[Any]):
    """One column of the HR extracts.

    words: what an HR reader calls it. extract: the file that holds it. reason: what it is asked
    for, to follow « pour ». example: a value as HR writes it. clause: what can be said aloud of a
    value. optional: may be left out; else a missing value is refused by name. protected: the law
    forbids to decide on it. lever: what an employer can do. monotone: what a model must keep:
    `RISING`, more never lowers the estimate; `FALLING`, more never raises it. scale: whether the
    teacher reads few values as one, not level by level. spellings: other names, in headers.

    kind: the word by which the digest of a definition knows this class: never change one, or every
    model that was trained on such a field is refused.
    """

    kind: ClassVar[str]

    def __init__(
        self,
        words: str,
        *,
        extract: str,
        example: Any,
        reason: str = "",
        clause: Callable[[Any], str] | None = None,
        optional: bool = False,
        protected: bool = False,
        lever: Lever | None = None,
        monotone: int = FREE,
        scale: bool = False,
        spellings: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        self.words = words
        self.extract = extract
        self.example = example
        self.reason = reason
        self.clause = clause
        self.protected = protected
        self.lever = lever
        self.monotone = monotone
        self.scale = scale
        self.spellings = spellings
        missing = f"{words} : la valeur manque, indiquez-la (par exemple {example})."
        super().__init__(
            required=not optional,
            allow_none=optional,
            metadata={"description": words, "example": example},
            error_messages={
                "required": missing,
                "null": missing,
                "validator_failed": f"{words} : valeur refusée.",
                **dict.fromkeys(_UNEXPECTED, f"{words} : {self.expected}."),
                **{failure: f"{words} : {sentence}" for failure, sentence in FAILURES.items()},
            },
            **options,
        )

    @property
    def expected(self) -> str:
        """What a right value looks like, to end the sentence of a refusal."""
        raise NotImplementedError

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Take an empty cell for a missing value, and what a spreadsheet failed at for none."""
        if value == "" or (type(value) is str and value.isspace()):
            value = None
        elif type(value) is str and len(value) <= TEXT_MAX and (failure := failure_of(value)):
            raise self.make_error(failure)
        return super().deserialize(value, *args, **kwargs)

    def parse(self, cell: str, mark: str = "") -> Any:
        """What a cell of a file says, still to be checked; mark: the decimal one, where known."""
        return cell

    def refuse(self, value: Any = None) -> Exception:
        return self.make_error("invalid")


class Number(Fact):
    """A number, of a unit or none, between two bounds that refuse only what is impossible.

    grades: of a scale, what each of its values means, the lowest first.
    """

    plain: Mapping[type, Callable[[Any], Any]] = MappingProxyType({})

    def __init__(
        self,
        words: str,
        low: int,
        high: int,
        *,
        unit: Unit | None = None,
        grades: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        self.low, self.high, self.unit, self.grades = low, high, unit, grades
        outside = f"{words} : la valeur doit être comprise entre {low} et {high}."
        super().__init__(words, validate=validate.Range(low, high, error=outside), **options)
        whose = f"le nombre est attendu {unit.words}" if unit else "aucune n'est attendue"
        self.error_messages["unit"] = f"{words} : l'unité n'est pas la bonne, {whose}."

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """What is plainly right, as nearly always, is not looked at any longer."""
        if (kept := self.plain.get(type(value))) and self.low <= value <= self.high:
            return kept(value)
        return super().deserialize(value, *args, **kwargs)

    def parse(self, cell: str, mark: str = "") -> Any:
        """The number; the text itself where it is none, or none in this unit."""
        value = numbers.read(cell, self.unit, mark)
        return cell if value is None else value

    def refuse(self, value: Any = None) -> Exception:
        """The error of what is no number, or one in another unit."""
        return self.make_error("unit" if numbers.is_foreign(value, self.unit) else "invalid")


class Whole(Number, fields.Integer):
    """A whole number; 12.0 is one, as in JSON Schema, while "12" and true are not."""

    kind = "Whole"
    plain = MappingProxyType({int: int})
    expected = "un nombre entier est attendu"

    def _validated(self, value: Any) -> int:
        if type(value) is float and value.is_integer():
            return int(value)
        if type(value) is not int:
            raise self.refuse(value)
        return value


class Real(Number, fields.Float):
    """A finite number, whole or not."""

    kind = "Decimal"
    plain = MappingProxyType({int: float, float: float})
    expected = "un nombre est attendu"

    def _validated(self, value: Any) -> float:
        if type(value) not in (int, float):
            raise self.refuse(value)
        return super()._validated(value)


class Percent(Number):
    """A percentage, written 11 or "11 %"."""

    kind = "Percent"
    expected = "un pourcentage est attendu, écrit 11 ou « 11 % »"

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> float:
        if type(value) is str and (match := re.fullmatch(PERCENT, value)):
            return float(match[1].replace(",", "."))
        if type(value) not in (int, float) or value != value:
            raise self.refuse(value)
        return float(value) if abs(value) <= self.high else value

    def parse(self, cell: str, mark: str = "") -> Any:
        return cell if not mark and re.fullmatch(PERCENT, cell) else super().parse(cell, mark)


class YesNo(Fact):
    """True or false, or HR's own "Oui" and "Non", or a spreadsheet's "Vrai" and "Faux"."""

    kind = "YesNo"
    expected = "« Oui », « Non », true ou false est attendu"
    levels = {"Oui": True, "Non": False}
    taken = levels | {"Vrai": True, "True": True, "Faux": False, "False": False}
    _known = Levels({spelling: spelling for spelling in taken})

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if type(value) is bool:
            return value
        if type(value) is str and len(value) <= TEXT_MAX and (level := self._known.find(value)):
            return self.taken[level]
        raise self.refuse()

    def parse(self, cell: str, mark: str = "") -> Any:
        """In a file 1 and 0 are written too."""
        return {"1": True, "0": False}.get(cell, cell)

    def _serialize(self, value: bool | None, *args: Any, **kwargs: Any) -> str | None:
        return None if value is None else "Oui" if value else "Non"


class Choice(Fact):
    """One of a closed list of levels, spelled as HR spells them; ranked: from less to more."""

    kind = "Choice"

    def __init__(self, words: str, *levels: str, ranked: bool = False, **options: Any) -> None:
        self.levels = levels
        self.ranked = ranked
        self._known = Levels(dict(zip(levels, levels, strict=True)))
        super().__init__(words, **options)

    @property
    def expected(self) -> str:
        return f"la valeur doit être l'une de : {', '.join(self.levels)}"

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if type(value) is not str or len(value) > TEXT_MAX:
            raise self.refuse()
        if (level := self._known.find(value)) is None:
            raise self.refuse()
        return level


class Text(Fact):
    """Any text of 1 to 80 characters: a company has its own departments and posts."""

    kind = "Text"
    # Those that a model has seen: a text that is one of them, but for its spelling, is that one.
    known = Levels({})
    expected = f"un texte de 1 à {TEXT_MAX} caractères, sans caractère de contrôle, est attendu"

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        # Normalizing takes the square of a run of accents: what is too long is refused before.
        if type(value) is not str or len(value) > TEXT_MAX or _UNSTORABLE.search(value):
            raise self.refuse()
        text = unicodedata.normalize("NFC", value).strip()
        if len(text) > TEXT_MAX:
            raise self.refuse()
        return self.known.find(text) or text
