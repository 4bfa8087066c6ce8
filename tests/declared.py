"""Declarations of fictional people, line by line as payroll programs write them."""

from collections.abc import Sequence
from typing import NamedTuple

HEAD = (
    ("S10.G00.00.001", "Paie fictive"),
    ("S10.G00.00.006", "P26V01"),
    ("S20.G00.05.001", "01"),
    ("S20.G00.05.005", "01012026"),
    ("S21.G00.06.001", "000000000"),
    ("S21.G00.11.001", "00000"),
)
TAIL = (("S90.G00.90.001", "42"), ("S90.G00.90.002", "1"))


class Contract(NamedTuple):
    """A contract: when it began and ended, the day and the reason as a declaration has them."""

    begins: str = "01032019"
    ends: str = ""
    why: str = ""


def person(number: str, *contracts: Contract) -> list[tuple[str, str]]:
    """The blocks of a person, with much that nobody is to read."""
    told = [
        ("S21.G00.30.001", "2990175000000"),
        ("S21.G00.30.002", "PHARÉ"),
        ("S21.G00.30.004", "Zénobie"),
        ("S21.G00.30.006", "01011999"),
    ]
    told += [("S21.G00.30.019", number)] if number else []
    for place, one in enumerate(contracts):
        told += [("S21.G00.40.001", one.begins), ("S21.G00.40.007", "01")]
        told += [("S21.G00.40.009", f"{place:05}"), ("S21.G00.40.010", "31122030")]
        told += [("S21.G00.60.001", "01"), ("S21.G00.60.002", "05012026")]
        told += [("S21.G00.62.001", one.ends)] if one.ends else []
        told += [("S21.G00.62.002", one.why)] if one.why else []
        told += [("S21.G00.71.002", "RETC")]
    return [*told, ("S21.G00.50.001", "31012026"), ("S21.G00.51.013", "2345.67")]


def declaration(*people: Sequence[tuple[str, str]], encoding: str = "latin-1") -> bytes:
    """A declaration of some people."""
    told = (*HEAD, *(line for one in people for line in one), *TAIL)
    return "".join(f"{code},'{value}'\r\n" for code, value in told).encode(encoding)
