"""Which two sides are to be compared: each a file, or the days of a period."""

import datetime
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode
from uuid import UUID

from flask import url_for

from futurisys.errors import PredictionUnknown
from futurisys.operations import kept_files
from futurisys.operations.clock import zone
from futurisys.operations.kept_files import KeptFile
from futurisys.records.comparisons import Side

SIDES = {"avant": "Avant", "apres": "Après"}
# The last day that another one follows.
LAST = datetime.date.max - datetime.timedelta(days=1)
DAYS = "Une date est attendue, comme 25/11/2026."
REVERSED = "Le dernier jour vient avant le premier : échangez-les, ou corrigez l'un des deux."
UNSAID = "Choisissez un fichier, ou les jours d'une période."
TWO = "Choisissez un fichier ou une période, pas les deux."
SAME = "C'est le même fichier des deux côtés : choisissez-en un autre."
UNSEEN = "Ce fichier n'est plus là, ou votre clé n'en montre personne."


@dataclass
class Asked:
    """What is to be compared, as it was typed; faults: by field.

    sides: what that means, where nothing is wrong; files: those that are named.
    """

    values: Mapping[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    sides: dict[str, Side] = field(default_factory=dict)
    files: dict[str, KeptFile] = field(default_factory=dict)

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        names = [f"{side}{end}" for side in SIDES for end in ("", "_du", "_au")]
        asked = cls({name: given.get(name, "").replace("\0", "").strip() for name in names})
        for side in SIDES:
            asked._read(side)
        if asked.values["avant"] and asked.values["avant"] == asked.values["apres"]:
            asked.faults["apres"] = SAME
        return asked

    @property
    def is_empty(self) -> bool:
        return not any(self.values.values())

    @property
    def address(self) -> str:
        """Where the page of these two sides is."""
        said = {name: value for name, value in self.values.items() if value}
        return f"{url_for('console.comparison')}?{urlencode(said)}"

    @property
    def old(self) -> Side:
        return self.sides["avant"]

    @property
    def new(self) -> Side:
        return self.sides["apres"]

    def title(self, side: str) -> str:
        """What a side is called."""
        if side in self.files:
            return f"« {self.files[side].title} »"
        days = [self.values[f"{side}{end}"] for end in ("_du", "_au")]
        told = [f"{datetime.date.fromisoformat(day):%d/%m/%Y}" if day else "" for day in days]
        parts = zip(("à partir du", "jusqu'au"), told, strict=True)
        return "les estimations " + " ".join(f"{word} {day}" for word, day in parts if day)

    def _read(self, side: str) -> None:
        file, since = self.values[side], self._day(f"{side}_du")
        last = self._day(f"{side}_au")
        until = last + datetime.timedelta(days=1) if last else None
        if file and (since or until):
            self.faults[side] = TWO
        elif file:
            self._find(side, file)
        elif since and last and last < since:
            self.faults[f"{side}_au"] = REVERSED
        elif not (since or until or self.faults):
            self.faults[side] = UNSAID
        self.sides[side] = Side(file or None, since, until)

    def _find(self, side: str, file: str) -> None:
        self.faults[side] = UNSEEN
        with suppress(ValueError, PredictionUnknown):
            self.files[side] = kept_files.one(str(UUID(file)))
            del self.faults[side]

    def _day(self, name: str) -> datetime.datetime | None:
        """The first moment of a day, by local clocks."""
        if not self.values[name]:
            return None
        try:
            day = datetime.date.fromisoformat(self.values[name])
            return datetime.datetime.combine(min(day, LAST), datetime.time.min, zone())
        except ValueError:
            self.faults[name] = DAYS
            return None
