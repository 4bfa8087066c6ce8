"""A real Chromium that can reach the service and nothing else."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import ConsoleMessage, Page, Route, sync_playwright

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def open_browser(address: str) -> Iterator[tuple[Page, list[str]]]:
    """A page, and the list of all that it complained of: console errors, outside requests."""
    complaints: list[str] = []

    def guard(route: Route) -> None:
        if route.request.url.startswith((address, "data:")):
            route.continue_()
        else:
            complaints.append(f"asked for {route.request.url}")
            route.abort()

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        context = browser.new_context(locale="fr-FR")
        context.route("**/*", guard)
        context.on("console", listen)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        yield context.new_page(), complaints
        browser.close()
