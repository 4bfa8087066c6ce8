"""What the tables of what is kept show."""

from typing import Any

from tests.console import Element, page_of


def rows_of(page: Element) -> list[Element]:
    return list(page.one("tbody").every("tr"))


def ids(response: Any) -> list[str]:
    """The predictions that a page of the history leads to, in order."""
    assert response.status_code == 200, response.text
    links = page_of(response).one("tbody").every("a")
    return [one.attributes["href"].rpartition("/")[2] for one in links]


def cells(row: Element) -> list[str]:
    return [one.text for one in row.inside if isinstance(one, Element)]
