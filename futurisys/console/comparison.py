"""What is new: two files or two periods compared, in an address that says which."""

from collections.abc import Iterable, Mapping
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from flask import Response, g, redirect, render_template, request, url_for

from futurisys import serving
from futurisys.console.blueprint import blueprint, door
from futurisys.console.compared_rows import listed, moved
from futurisys.console.compared_sides import SIDES, Asked
from futurisys.console.files import download
from futurisys.employee.schema import FACTS
from futurisys.operations import comparing, files, journal, kept_files, lanes, people
from futurisys.operations.compared_tables import Taken, write_table, write_workbook
from futurisys.operations.comparing import CHOICES, Comparison
from futurisys.operations.demonstration import MARK
from futurisys.operations.folding import SMALLEST
from futurisys.operations.movements import MOVED, Estimate
from futurisys.operations.retention import ends
from futurisys.operations.sealing import keeps_hashes
from futurisys.operations.taking import taken
from futurisys.records.kept_files import FileFilters
from futurisys.records.predictions import moment_of

FILES_SHOWN = 50
# People of each list on the page; the table to take home has all of them.
LISTED = 100
FIRST = "Aucun fichier ne précède celui-ci : choisissez-en un, ou les jours d'une période."


@blueprint.get("/console/comparaison")
@door(is_long=True)
def comparison() -> Any:
    """A file alone is compared with the one before it; nothing said: the last two are proposed."""
    kept = kept_files.page(FileFilters(), None, FILES_SHOWN).files
    if before := _previous(request.args):
        return redirect(
            url_for("console.comparison", avant=before, apres=request.args["apres"]), 303
        )
    asked = Asked.read(request.args)
    is_first = _is_alone(request.args) and [*asked.faults] == ["avant"]
    if is_first:
        asked.faults["avant"] = FIRST
    shown = {} if asked.is_empty or asked.faults else _shown(asked, _by(request.args))
    proposed = dict(zip(SIDES, [one.batch_id for one in reversed(kept[:2])], strict=False))
    return render_template(
        "console/comparison.html",
        asked=asked,
        values=proposed if asked.is_empty else asked.values,
        faults={} if asked.is_empty else asked.faults,
        files=[(one.batch_id, one.title) for one in kept],
        sides=SIDES,
        can_compare=keeps_hashes(),
        **shown,
    ), (422 if asked.faults and not asked.is_empty and not is_first else 200)


@blueprint.post("/console/comparaison/tableau")
@door(is_long=True)
def compared() -> Any:
    """The table to take home: everybody who came, went or moved."""
    asked = Asked.read(request.form)
    if asked.faults:
        return redirect(asked.address, 303)
    predictor = serving.served()
    found = comparing.compare(asked.old, asked.new, _by(request.form), predictor)
    everybody = _everybody(found)
    numbers = _numbers(everybody) if "numeros" in request.form else {}
    steps = list(comparing.reasons(found.moved, predictor))
    told = dict(zip((pair.after.identifier for pair in found.moved), steps, strict=True))
    end = min(file.goes.named for file in asked.files.values()) if numbers else None
    mark = [MARK] if any(file.fictional for file in asked.files.values()) else []
    titles = [f"{words} : {asked.title(side)}." for side, words in SIDES.items()]
    whole = Taken(
        found,
        told,
        numbers,
        taken(g.caller.name, end) if end else "",
        [*mark, *titles, *filter(None, [_hidden(asked)])],
    )
    journal.record(g.caller, journal.EXPORT, len(everybody) - len(found.moved))
    return _table(whole, request.form.get("forme", "xlsx"))


def _table(whole: Taken, form: str) -> Response:
    output = TemporaryFile()  # noqa: SIM115 (closed by the response)
    with lanes.turn():
        if form == "xlsx":
            write_workbook(whole, output)
        else:
            write_table(whole, output, form == "excel")
    return download(output, f"comparaison.{'xlsx' if form == 'xlsx' else 'csv'}")


def _shown(asked: Asked, by: str) -> dict[str, Any]:
    """What the page says of two sides, with a line in the journal before it is sent."""
    if not keeps_hashes():
        return {}
    predictor = serving.served()
    found = comparing.compare(asked.old, asked.new, by, predictor)
    pairs = found.moved[:LISTED]
    first = [*found.newcomers[:LISTED], *found.gone[:LISTED]]
    numbers = _numbers([*first, *(one for pair in pairs for one in (pair.before, pair.after))])
    told = list(comparing.reasons(pairs, predictor))
    journal.record(g.caller, journal.COMPARISON, len(first) + len(pairs))
    fictional = [file.fictional for file in asked.files.values()]
    return {
        "found": found,
        "by": by,
        "choices": {name: FACTS[name].words for name in CHOICES},
        "newcomers": list(listed(found.newcomers[:LISTED], numbers)),
        "gone": list(listed(found.gone[:LISTED], numbers)),
        "moved": list(moved(pairs, told, numbers)),
        "numbers": numbers,
        "is_bounded": g.caller.departments is not None,
        "smallest": SMALLEST,
        "most": MOVED,
        "hidden": _hidden(asked),
        "fictional": True if True in fictional else fictional[0] if fictional else None,
        "goes": ends(moment_of(found.oldest)) if found.oldest else None,
    }


def _hidden(asked: Asked) -> str:
    """That some people of the files are not shown, where it is so."""
    return files.HIDES if any(files.hides(file.batch_id) for file in asked.files.values()) else ""


def _is_alone(given: Mapping[str, str]) -> bool:
    """Whether one file is named, and nothing to compare it with."""
    return [name for name in given if name.startswith(tuple(SIDES))] == ["apres"]


def _previous(given: Mapping[str, str]) -> str | None:
    """The file before one that is named alone, where there is one."""
    if not _is_alone(given):
        return None
    try:
        before = kept_files.page(FileFilters(), str(UUID(given["apres"])), 1).files
    except ValueError:
        return None
    return before[0].batch_id if before else None


def _by(given: Mapping[str, str]) -> str:
    by = given.get("par", "")
    return by if by in CHOICES else CHOICES[0]


def _everybody(found: Comparison) -> list[Estimate]:
    sides = (one for pair in found.moved for one in (pair.before, pair.after))
    return [*found.newcomers, *found.gone, *sides]


def _numbers(estimates: Iterable[Estimate]) -> dict[str, str]:
    """The number of each person whose number the caller may see, by the id of their answer."""
    lines: dict[str, dict[int, str]] = {}
    for one in estimates:
        if one.batch_id and one.line is not None:
            lines.setdefault(one.batch_id, {})[one.line] = one.identifier
    return {
        lines[file][line]: number
        for file in lines
        for line, number in people.numbers_of(file, g.caller, list(lines[file])).items()
    }
