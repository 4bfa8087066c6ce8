"""What answers programs runs none of the code of the pages."""

from collections.abc import Callable
from types import FrameType
from typing import Any

from tests.counting import watch
from tests.databases import ONE_DATABASE
from tests.server import ROOT


def console_code(call: Callable[[], Any]) -> set[str]:
    """The names of the console's functions that a call runs."""
    found: set[str] = set()
    room = str(ROOT / "futurisys" / "console")

    def note(frame: FrameType, event: str) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(room):
            found.add(frame.f_code.co_name)

    watch(call, note)
    return found


@ONE_DATABASE
def test_a_call_of_the_api_runs_nothing_of_the_console(client, employee):
    """Of the pages' code it meets the one question whether its address is a page's."""
    answers: list[int] = []

    def call() -> None:
        answers.append(client.post("/predict", json=employee).status_code)
        answers.append(client.get("/nowhere").status_code)

    assert console_code(call) == {"open_session", "is_page"}
    assert answers == [200, 404]
    assert "as_page" in console_code(lambda: client.get("/console/rien"))
