"""A comparison as people take it home: who came, who went and who moved, one row each."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, BinaryIO

from futurisys.employee.headings import SIGNAL, TAKEN
from futurisys.employee.schema import FACTS, PROTECTED, REFERENCE, value_of
from futurisys.employee.sheet_writer import Column, Sheet, Style
from futurisys.employee.sheets import TableWriter, harmless
from futurisys.employee.typography import figure, typeset
from futurisys.employee.workbook_writer import save_workbook
from futurisys.model.moving import MODEL, Step
from futurisys.model.plain import WORDS
from futurisys.model.statements import NOTICE
from futurisys.operations.comparing import Comparison
from futurisys.operations.movements import Estimate

PEOPLE, SUMS, NOTES = "Personnes", "Synthèse", "À lire"
REASONS = 3
NEW, GONE, MOVED = "Nouvelle", "Partie", "A bougé"
_PLACES = ("Département", "Poste", "Probabilité", SIGNAL)
_REASONS = tuple(f"Ce qui a bougé ({place + 1})" for place in range(REASONS))
# What a reader of the table should know of its columns.
ABOUT = (
    "Écart : la nouvelle probabilité moins l'ancienne. Effet du modèle et de chaque fait : sur le "
    "logit de la probabilité ; additionnés, ils font l'écart des deux logits.",
    "Un mouvement n'est pas une cause : il dit quels faits ont changé et ce que le modèle en dit.",
)
Numbers = Mapping[str, str]


@dataclass(frozen=True)
class Taken:
    """A comparison that is taken: its reasons by the id of the later answer, numbers by answer.

    told: by whom, where people's numbers go with it. remarks: what its reader should know.
    """

    found: Comparison
    reasons: Mapping[str, Sequence[Step]]
    numbers: Numbers
    told: str
    remarks: Sequence[str]


def write_table(taken: Taken, file: BinaryIO, excel: bool) -> None:
    """The people as CSV; excel: as a French Excel opens it."""
    writer = TableWriter(excel)
    mine = [taken.told] if taken.told else []
    file.write(writer.head([*_header(taken), *([TAKEN] if mine else [])]))
    rows = ([_cell(writer, one) for one in row] for row in _rows(taken))
    file.writelines(writer.lines([*cells, *mine] for cells in rows))


def _cell(writer: TableWriter, value: str | float) -> str:
    return writer.number(value) if isinstance(value, float) else harmless([value])[0]


def write_workbook(taken: Taken, file: BinaryIO) -> None:
    """The people, the sums and what there is to know, each on a sheet."""
    with ExitStack() as stack:

        def sheet(name: str, columns: Sequence[Column], is_list: bool = True) -> Sheet:
            one = Sheet(name, columns, is_list)
            stack.callback(one.close)
            return one

        people = sheet(PEOPLE, [Column(name, _style(name)) for name in _header(taken)])
        people.append(_rows(taken))
        sums = sheet(
            SUMS, [Column(one) for one in ("Quoi", "Avant", "Après", "Écart")], is_list=False
        )
        sums.append(_sums(taken.found))
        notes = sheet(NOTES, [Column(NOTES, Style.WRAPPED, typeset)], is_list=False)
        remarks = (NOTICE, *ABOUT, *taken.remarks, *filter(None, [taken.told]))
        notes.append([sentence] for sentence in remarks)
        save_workbook([people, sums, notes], file)


def _style(name: str) -> Style:
    is_chance = name.startswith(("Probabilité", "Écart"))
    return Style.PERCENT if is_chance else Style.WRAPPED if name in _REASONS else Style.PLAIN


def _header(taken: Taken) -> list[str]:
    number = [typeset(FACTS[REFERENCE].words)] if taken.numbers else []
    sides = [f"{name}, {side}" for side in ("avant", "après") for name in _PLACES]
    return ["Situation", *number, *sides, "Écart", "Effet du modèle", *_REASONS]


def _rows(taken: Taken) -> Iterator[list[Any]]:
    found = taken.found
    for one in found.newcomers:
        yield _row(taken, NEW, None, one)
    for one in found.gone:
        yield _row(taken, GONE, one, None)
    for pair in found.moved:
        yield _row(taken, MOVED, pair.before, pair.after)


def _row(taken: Taken, what: str, before: Estimate | None, after: Estimate | None) -> list[Any]:
    number: list[Any] = []
    if taken.numbers:
        sides = [one for one in (after, before) if one]
        number = [next(filter(None, (taken.numbers.get(one.identifier) for one in sides)), "")]
    difference: Any = after.probability - before.probability if before and after else ""
    steps = taken.reasons.get(after.identifier, ()) if after else ()
    model: Any = next((step.effect for step in steps if step.field == MODEL), "")
    told = [step for step in steps if step.field not in (MODEL, *PROTECTED)][:REASONS]
    said = [*map(_said, told), *[""] * (REASONS - len(told))]
    return [what, *number, *_side(before), *_side(after), difference, model, *said]


def _side(one: Estimate | None) -> list[Any]:
    if one is None:
        return [""] * len(_PLACES)
    return [one.department, one.post or "", one.probability, WORDS[one.word]]


def _said(step: Step) -> str:
    """What a field was and is, and what that moved."""
    values = [_value(step.field, one) for one in (step.before, step.after)]
    way = "" if None in values else f" : {values[0]} → {values[1]}"
    return f"{FACTS[step.field].words}{way} ({step.effect:+.4f})".replace(".", ",")


def _value(name: str, value: Any) -> str | None:
    if value is None:
        return None
    shown = value_of(name, value)
    return shown if isinstance(shown, str) else figure(shown)


def _sums(found: Comparison) -> Iterator[list[Any]]:
    """What the two sides are as a whole, what the movement is made of, and groups."""
    before, after, split = found.before, found.after, found.split
    yield [PEOPLE, before.people, after.people, after.people - before.people]
    yield ["Somme des estimations", before.expected, after.expected, split.total]
    if split.model is None:
        yield ["Écart de la population", "", "", split.population]
        yield [f"Écart du modèle et des personnes ({split.why})", "", "", split.together]
    else:
        for name, part in (
            ("Écart du modèle", split.model),
            ("Écart de la population", split.population),
            ("Écart des personnes", split.people),
        ):
            yield [name, "", "", part]
    others = [found.groups.others] if found.groups.others else []
    for group in (*found.groups.shown, *others):
        name = group.level or "Autres groupes"
        yield [f"{name} : personnes", group.before.people, group.after.people, ""]
        sums = group.before.expected, group.after.expected
        yield [f"{name} : somme des estimations", *sums, sums[1] - sums[0]]
