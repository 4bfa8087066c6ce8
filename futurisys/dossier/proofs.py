"""What the proofs of the service found when they were last run, in words."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from futurisys.employee.typography import day, number, percent
from futurisys.operations.clock import zone


@dataclass(frozen=True)
class Proofs:
    """Each proof's figures, and the day of its run.

    killed_on: when the service and its database were killed under load; kills: how often.
    mutated_on: when faults were put into the code; noticed: of how many, tried, tests failed.
    looked_on: when pages were looked at; faults: that axe found in them.
    """

    killed_on: str
    kills: str
    acknowledged: str
    lost: str
    duplicated: str
    mutated_on: str
    noticed: str
    tried: str
    share: str
    looked_on: str
    axe: str
    widths: str
    faults: str


def proofs() -> Proofs:
    """Those of this release."""
    found = results()
    runs, rooms = found["writing"]["runs"], found["mutation"]["rooms"]
    pages = found["accessibility"]
    killed, tried = _sum(rooms, "killed"), _sum(rooms, "mutants") - _sum(rooms, "equivalent")
    return Proofs(
        killed_on=day(found["writing"]["on"], zone()),
        **{
            name: number(_sum(runs, name))
            for name in ("kills", "acknowledged", "lost", "duplicated")
        },
        mutated_on=day(found["mutation"]["on"], zone()),
        noticed=number(killed),
        tried=number(tried),
        share=percent(killed / tried),
        looked_on=day(pages["on"], zone()),
        axe=pages["axe"],
        widths=" et ".join(map(number, pages["widths"])),
        faults=number(pages["violations"]),
    )


@lru_cache(1)
def results() -> Mapping[str, Any]:
    """The file in which they are kept."""
    file = files("futurisys.dossier").joinpath("proofs.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _sum(rows: Sequence[Mapping[str, Any]], name: str) -> int:
    return sum(row[name] for row in rows)
