"""What was read of a file, and what was not: for people, and to be kept with the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from futurisys.employee.surveying import Alert
from futurisys.employee.typography import figure

INFORMED = (
    "Selon la personne qui a envoyé les fichiers, les employés ont été informés que leurs réponses "
    "au sondage serviraient à estimer leur risque de départ."
)


@dataclass(frozen=True)
class Reading:
    """What somebody who sent a file has to know of how it was read.

    left_out: columns that nobody read, as the file spells them. sheet: the one of a workbook that
    was read; other_sheets: those that were not. hidden_rows: how many were read that the
    spreadsheet does not show. matched: of several files, how many people are in all; informed:
    whether, as their sender says, the employees knew what the survey would serve.
    alerts: what is to be asked about whole columns. columns: how the columns were read, as a
    `ColumnMapping` is written; mapping: the digest of the one that the file came with.
    """

    left_out: Sequence[str] = ()
    sheet: str = ""
    other_sheets: Sequence[str] = ()
    hidden_rows: int = 0
    alerts: Sequence[Alert] = ()
    matched: int | None = None
    informed: bool = False
    columns: Mapping[str, Any] = field(default_factory=dict)
    mapping: str = ""

    @property
    def is_joined(self) -> bool:
        """Whether several files were read as one table."""
        return self.matched is not None

    @classmethod
    def of(cls, document: Mapping[str, Any] | None) -> Self:
        """The reading that was kept so; an empty one of a file that was read before any was."""
        if document is None:
            return cls()
        return cls(**{**document, "alerts": [Alert(**alert) for alert in document["alerts"]]})

    def document(self) -> dict[str, Any]:
        """What is kept of it: the names of columns and sheets, and no value of a person."""
        alerts = [asdict(alert) | {"example": ""} for alert in self.alerts]
        return {**asdict(self), "alerts": alerts}

    def remarks(self) -> Iterator[str]:
        """What there is to know, in sentences."""
        yield from (alert.sentence for alert in self.alerts)
        if self.matched is not None:
            people = "personne figure" if self.matched < 2 else "personnes figurent"
            yield f"{figure(self.matched)} {people} dans les trois fichiers."
        if self.informed:
            yield INFORMED
        if self.left_out:
            yield f"Colonnes laissées de côté : {', '.join(self.left_out)}."
        if self.other_sheets:
            others = ", ".join(f"« {name} »" for name in self.other_sheets)
            read = f"La feuille « {self.sheet} » a été lue."
            if self.is_joined:
                read = f"Feuilles lues : {self.sheet}."
            yield f"{read} Non lues : {others}."
        if self.hidden_rows == 1:
            yield "Une ligne masquée ou filtrée a été lue comme les autres."
        if self.hidden_rows > 1:
            rows = f"{figure(self.hidden_rows)} lignes masquées ou filtrées"
            yield f"{rows} ont été lues comme les autres."
