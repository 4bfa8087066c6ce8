"""What the page of a file shows."""

import re

from tests.population import sample_rows

SAMPLE_ROWS = sample_rows()
HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


def hidden(page: str, name: str) -> str:
    """What a hidden field of a page holds."""
    [value, *_] = re.findall(rf'name="{name}" value="([^"]*)"', page)
    return value


def lines(page: str) -> list[int]:
    """The lines of the file that the ranked table shows, in its order."""
    body = page.split('class="rows people"')[1].split("<tbody>")[1].split("</tbody>")[0]
    return [int(line) for line in re.findall(r'<tr><th scope="row"><a [^>]*>.*?(\d+)</a>', body)]


def ranking_of(address: str) -> str:
    """The address of the ranked table of a file, whose own is its population's."""
    return f"{address}/classement"
