"""What the tables of what is kept show."""

from typing import Any

from tests.console import Element, page_of


def rows_of(page: Element) -> list[Element]:
    return list(page.one("tbody").every("tr"))


def ids(response: Any) -> list[str]:
    """The files and predictions that a page of the history leads to, in order."""
    assert response.status_code == 200, response.text
    told = [row for row in rows_of(page_of(response)) if list(row.every("th"))]
    return [next(row.every("a")).attributes["href"].rpartition("/")[2] for row in told]


def cells(row: Element) -> list[str]:
    return [one.text for one in row.inside if isinstance(one, Element)]
