"""Levels as people write them: found whatever their case, their accents and their spaces."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

# What stands between words, and is typed around them.
SPACES = " \u00a0\u2007\u2009\u202f"
_SPACES = re.compile(f"[{SPACES}]+")
_LETTERS, _MARKS = range(0x00C0, 0x0180), range(0x0300, 0x0370)
# Beyond it no character folds to a plain letter.
_BEYOND = 0x3000


def _plain_letters() -> Iterator[tuple[int, str]]:
    """Each accented letter of the Latin alphabet, with the letter that it is."""
    for code in _LETTERS:
        written = unicodedata.normalize("NFD", chr(code))
        if len(written) > 1 and written[0].isascii():
            yield code, written[0]


_PLAIN = dict(_plain_letters())


def folded(text: str) -> str:
    """A text without case, accents, and surrounding or doubled spaces.

    Normalizing takes the square of a run of accents: what is too long is refused before.
    """
    composed = unicodedata.normalize("NFC", text)
    return _SPACES.sub(" ", composed.translate(_PLAIN).lower()).strip(" ")


class Levels:
    """Levels that are known, with what each stands for; one that is spelled exactly comes first."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._exact = dict(known)
        self._folded: dict[str, str] = {}
        twice = set()
        for spelling, level in known.items():
            fold = folded(spelling)
            if self._folded.setdefault(fold, level) != level:
                twice.add(fold)
        # Which of two is meant, nobody can say.
        for fold in twice:
            del self._folded[fold]

    def find(self, text: str) -> str | None:
        """The level that a text of bounded length is, as it is known; None where it is none."""
        exact = self._exact.get(text)
        return self._folded.get(folded(text)) if exact is None else exact


def pattern(spellings: Iterable[str]) -> str:
    """What `Levels` finds, as a regular expression that JSON Schema and Python read alike."""
    space = f"[{SPACES}]"
    words = "|".join(
        f"{space}+".join("".join(map(_written, word)) for word in folded(spelling).split(" "))
        for spelling in spellings
    )
    return f"^{space}*(?:{words}){space}*$"


@cache
def _kin() -> Mapping[str, list[str]]:
    """The characters that fold to each."""
    kin: dict[str, list[str]] = {}
    for code in range(_BEYOND):
        kin.setdefault(folded(chr(code)), []).append(chr(code))
    return kin


@cache
def _written(letter: str) -> str:
    """All that folds to one character."""
    ones = _kin()[letter]
    marks = [chr(code) for code in _MARKS if folded(letter + chr(code)) == letter]
    bare = [one for one in ones if unicodedata.normalize("NFD", one).isascii()]
    return f"(?:{_class(ones)}|{_class(bare)}{_class(marks)})" if marks else _class(ones)


def _class(characters: Iterable[str]) -> str:
    """A class of characters, runs of them as ranges."""
    codes = sorted(map(ord, characters))
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][-1] + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    parts = (
        _literal(run[0]) if len(run) == 1 else f"{_literal(run[0])}-{_literal(run[-1])}"
        for run in runs
    )
    return f"[{''.join(parts)}]"


def _literal(code: int) -> str:
    character = chr(code)
    return character if character.isalnum() and character.isascii() else f"\\u{code:04x}"
