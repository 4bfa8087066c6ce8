"""An employee as HR types it into the form, and what the pages then say of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from futurisys.console.french import points, typeset
from futurisys.employee.schema import FACTS
from tests.console import EMPLOYEE, Element, spaced

FRAGMENT = {"X-Fragment": "1"}
BEFORE = "avant-"


def typed(row: Mapping[str, Any], **changes: str) -> dict[str, str]:
    """An employee as HR types it into the form."""
    return {name: str(row[name]) for name in FACTS if name in row} | changes


def form_of(page: Element, action: str = EMPLOYEE) -> Element:
    return page.one("form", action=action)


def fields_of(form: Element) -> Iterator[Element]:
    yield from form.every("input")
    yield from form.every("select")


def told_of(page: Element, field: Element) -> list[str]:
    """What a screen reader says of a field: its fault, if there is one, and its hint."""
    return [page.one(id=name).text for name in field.attributes["aria-describedby"].split()]


def faults_in(page: Element) -> dict[str, str]:
    """The sentence that stands beside each field that is marked as wrong."""
    wrong = [one for one in fields_of(page) if one.attributes.get("aria-invalid") == "true"]
    return {one.attributes["name"]: told_of(page, one)[0] for one in wrong}


def factors_in(part: Element) -> list[tuple[str, str]]:
    """The clause and the share beside each bar of the reasons, in the order of the page."""
    return [pair for place in part.every(class_="reasons-told") for pair in bars_in(place)]


def bars_in(part: Element) -> list[tuple[str, str]]:
    """The clause and the share beside each bar."""
    return [
        (one.one(class_="said").text, one.one(class_="share").text)
        for bars in part.every("ul", class_="bars")
        for one in bars.every("li")
    ]


def factors_of(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The reasons of a document of the API, without the words that a page says once."""
    return [
        (
            spaced(typeset(one["Phrase"].rpartition(" : ")[0])),
            spaced(points(one["Effet_probabilite"])),
        )
        for one in document["Facteurs"]
    ]


def as_read(factors: Sequence[tuple[str, str]], estimate: str) -> list[tuple[str, str]]:
    """Reasons in the order of a page: the first three each way, then the others.

    estimate: as the page says it; where that is no figure, the others have no points.
    """
    raising = [one for one in factors if one[1].startswith("+")][:3]
    lowering = [one for one in factors if not one[1].startswith("+")][:3]
    first = raising + lowering
    others = [one for one in factors if one not in first]
    return first + (others if estimate[0].isdigit() else [(clause, "–") for clause, _ in others])
