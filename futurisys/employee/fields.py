"""The kinds of facts that HR systems hold: how each is written, bounded, refused and documented."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from marshmallow import fields, validate
from marshmallow.utils import missing as MISSING

TEXT_MAX = 80
INCREASE, RESET, CHANGE = "increase", "reset", "change"
# What more of a fact may do to the estimate, whatever else is true of the employee.
RISING, FREE, FALLING = 1, 0, -1
_UNSTORABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
NUMBER = "-?[0-9]{1,18}(?:[.,][0-9]{1,18})?"
_NUMBER = re.compile(NUMBER)
_GROUPED = re.compile("-?[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?")
_BETWEEN = re.compile("[ \u00a0\u202f]")
PERCENT = "^([0-9]{1,3}(?:[.,][0-9]{1,6})?)[ \u00a0\u202f]?%$"


class Fact(fields.Field[Any]):
    """One column of the HR extracts.

    words: what an HR reader calls it. extract: the file that holds it. example: a value as HR
    writes it. clause: what an analyst can say aloud of a value. optional: may be left out;
    otherwise a missing value is refused by name. protected: the law forbids to decide on it.
    lever: what an employer can do about it (`INCREASE`, `RESET` to 0 or `CHANGE`), if anything.
    monotone: the direction that a model must keep: `RISING` where more of it never lowers the
    estimate, `FALLING` where more never raises it. scale: whether the teacher reads a number of
    few values as a scale, not level by level. spellings: other names of the column, in the headers
    of files alone.
    """

    def __init__(
        self,
        words: str,
        *,
        extract: str,
        example: Any,
        clause: Callable[[Any], str] | None = None,
        optional: bool = False,
        protected: bool = False,
        lever: str = "",
        monotone: int = FREE,
        scale: bool = False,
        spellings: tuple[str, ...] = (),
        **options: Any,
    ) -> None:
        self.words = words
        self.extract = extract
        self.example = example
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
                "invalid": f"{words} : {self.expected}.",
                "too_large": f"{words} : {self.expected}.",
                "special": f"{words} : {self.expected}.",
                "invalid_utf8": f"{words} : {self.expected}.",
            },
            **options,
        )

    @property
    def expected(self) -> str:
        """What a right value looks like, to end the sentence of a refusal."""
        raise NotImplementedError

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Take an empty cell for a missing value."""
        if value == "" or (type(value) is str and value.isspace()):
            value = None
        return super().deserialize(value, *args, **kwargs)

    def parse(self, cell: str) -> Any:
        """What the text of a spreadsheet's cell says, still to be checked by `deserialize`."""
        return cell

    def refuse(self) -> Exception:
        return self.make_error("invalid")


class Number(Fact):
    """A number between two hard bounds, which refuse only what is impossible."""

    def __init__(self, words: str, low: int, high: int, **options: Any) -> None:
        self.low, self.high = low, high
        bounds = validate.Range(
            low, high, error=f"{words} : la valeur doit être comprise entre {low} et {high}."
        )
        super().__init__(words, validate=bounds, **options)


class Whole(Number, fields.Integer):
    """A whole number; 12.0 is one, as in JSON Schema, while "12" and true are not."""

    expected = "un nombre entier est attendu"

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """What is plainly right, as nearly always, is not looked at any longer."""
        if type(value) is int and self.low <= value <= self.high:
            return value
        return super().deserialize(value, *args, **kwargs)

    def _validated(self, value: Any) -> int:
        if type(value) is float and value.is_integer():
            return int(value)
        if type(value) is not int:
            raise self.refuse()
        return value

    def parse(self, cell: str) -> Any:
        return _number(cell)


class Decimal(Number, fields.Float):
    """A finite number."""

    expected = "un nombre est attendu"

    def _validated(self, value: Any) -> float:
        if type(value) not in (int, float):
            raise self.refuse()
        return super()._validated(value)

    def parse(self, cell: str) -> Any:
        return _number(cell)


class Percent(Number):
    """A percentage, written 11 or "11 %"."""

    expected = "un pourcentage est attendu, écrit 11 ou « 11 % »"

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> float:
        if type(value) is str and (match := re.fullmatch(PERCENT, value)):
            return float(match[1].replace(",", "."))
        if type(value) not in (int, float) or value != value:
            raise self.refuse()
        return float(value) if abs(value) <= self.high else value

    def parse(self, cell: str) -> Any:
        return _number(cell)


class YesNo(Fact):
    """True or false, or HR's own "Oui" and "Non"."""

    expected = "« Oui », « Non », true ou false est attendu"
    levels = {"Oui": True, "Non": False}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if type(value) is bool:
            return value
        if type(value) is str and value in self.levels:
            return self.levels[value]
        raise self.refuse()

    def _serialize(self, value: bool | None, *args: Any, **kwargs: Any) -> str | None:
        return None if value is None else "Oui" if value else "Non"


class Choice(Fact):
    """One of a closed list of levels, spelled as HR spells them; ranked: from less to more."""

    def __init__(self, words: str, *levels: str, ranked: bool = False, **options: Any) -> None:
        self.levels = levels
        self.ranked = ranked
        super().__init__(words, **options)

    @property
    def expected(self) -> str:
        return f"la valeur doit être l'une de : {', '.join(self.levels)}"

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if type(value) is not str or len(value) > TEXT_MAX:
            raise self.refuse()
        text = unicodedata.normalize("NFC", value)
        if text not in self.levels:
            raise self.refuse()
        return text


class Text(Fact):
    """Any text of 1 to 80 characters: a company has its own departments and posts."""

    expected = f"un texte de 1 à {TEXT_MAX} caractères, sans caractère de contrôle, est attendu"

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        # Normalizing takes the square of a run of accents: what is too long is refused before.
        if type(value) is not str or len(value) > TEXT_MAX or _UNSTORABLE.search(value):
            raise self.refuse()
        text = unicodedata.normalize("NFC", value).strip()
        if len(text) > TEXT_MAX:
            raise self.refuse()
        return text


class Ignored(Fact):
    """A column of the extracts that says nothing of the employee: accepted, never kept."""

    expected = "cette colonne est ignorée"

    def __init__(self, words: str, **options: Any) -> None:
        super().__init__(words, optional=True, **options)

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return MISSING


class Derived(fields.Field[Any]):
    """A column that clients of the older service had to compute, and that this one refuses."""

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if value is not MISSING:
            raise self.make_error("computed")
        return MISSING

    default_error_messages = {"computed": "Calculé par le service, retirez-le."}


def _number(cell: str) -> Any:
    """12, 12.5, or the French 12,5 and 5 993; the text itself where it is no number."""
    if _GROUPED.fullmatch(cell):
        cell = _BETWEEN.sub("", cell)
    if not _NUMBER.fullmatch(cell):
        return cell
    return float(cell.replace(",", ".")) if "." in cell or "," in cell else int(cell)
