"""`python -m benchmarks.picture`: takes the README's picture of the console, docs/console.png.

A real Gunicorn on a database of its own, and a real Chromium that sends the sample and opens the
first row's reasons in the ranking. Needs chromium, and the model that `make run` trains or that
FUTURISYS_MODEL names.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import flask_migrate

from futurisys.app import create_app
from tests.browser import open_browser
from tests.browser.steps import to_ranking
from tests.population import sample_rows, table
from tests.server import ROOT, Server

PICTURE = ROOT / "docs" / "console.png"
WIDTH, HEIGHT = 1200, 960


def take(url: str, sample: Path) -> None:
    """Send the sample as a person does, open the first row's reasons, and keep what is seen."""
    with open_browser(url) as (page, _):
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
        page.goto(f"{url}/console/fichier")
        page.get_by_label("Fichier .csv ou .xlsx").set_input_files(sample)
        page.get_by_role("button", name="Estimer").click()
        to_ranking(page)
        page.get_by_role("button", name="Raisons").first.click()
        page.locator("tr.opened .bars li").first.wait_for()
        page.screenshot(path=PICTURE)


def main() -> None:
    with TemporaryDirectory() as name:
        sample = Path(name) / "employes.csv"
        sample.write_text(table(sample_rows()))
        url = f"sqlite:///{name}/futurisys.db"
        with create_app(DATABASE_URL=url).app_context():
            flask_migrate.upgrade(str(ROOT / "migrations"))
        server = Server({"DATABASE_URL": url, "FUTURISYS_OPEN": "predict"})
        try:
            take(server.wait("/health/ready").url, sample)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
