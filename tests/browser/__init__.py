"""A real Chromium that can reach the service and nothing else."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, sync_playwright

from tests.server import PATIENCE_SECONDS

# Skipped on a person's machine without one, never in continuous integration.
NEEDS_CHROMIUM = pytest.mark.skipif(
    not shutil.which("chromium") and not os.environ.get("CI"),
    reason="No chromium on PATH: apt-get install chromium.",
)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A route that is looked at would do without the cache, by which Back works.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


@contextmanager
def open_browser(address: str, keeps_pages: bool = False) -> Iterator[tuple[Page, list[str]]]:
    """A page, and the list of all that it complained of: console errors, outside requests.

    keeps_pages: whether pages that are left stay alive for Back, as they do where there is room;
    a page that comes back so is not loaded.
    """
    complaints: list[str] = []

    def watch(request: Request) -> None:
        if not request.url.startswith((address, "data:")):
            complaints.append(f"asked for {request.url}")

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=ARGUMENTS,
            ignore_default_args=["--disable-back-forward-cache"] if keeps_pages else [],
        )
        context = browser.new_context(locale="fr-FR")
        context.set_default_timeout(1000 * PATIENCE_SECONDS)
        context.on("request", watch)
        context.on("console", listen)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        yield context.new_page(), complaints
        browser.close()
