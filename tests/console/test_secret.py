"""SECRET_KEY, by which sessions are signed: missing, short, or of no concern."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from futurisys.app import create_app
from futurisys.errors import SettingError
from tests.console import Console, signed_in, turned_away
from tests.server import ROOT, SERVING_PYTHON


def test_without_a_secret_the_pages_work_until_the_next_start(make_closed, caplog):
    """SECRET_KEY may be left out: one warning says what that means, and nobody is refused."""
    app = make_closed(SECRET_KEY="")
    warned = [record.message for record in caplog.records if "SECRET_KEY" in record.message]
    assert warned == ["SECRET_KEY is not set: at the next start everybody is signed out."]
    console = signed_in(app)
    assert not turned_away(console)
    cookie = console.client.get_cookie("futurisys")
    assert cookie is not None
    after = Console(make_closed(SECRET_KEY=""))
    after.client.set_cookie("futurisys", cookie.value)
    assert turned_away(after)


def test_a_short_secret_stops_the_start():
    """What could be guessed is refused by name, and not repeated."""
    with pytest.raises(SettingError) as error:
        create_app(DATABASE_URL="sqlite://", SECRET_KEY="password")
    assert str(error.value) == "SECRET_KEY: 32 random characters or more are expected."


@pytest.mark.slow
def test_a_command_does_not_warn_of_the_secret(sqlite_url):
    """`flask keys` and its like sign no cookie, so a secret that is missing is nothing to them."""
    environment = {name: text for name, text in os.environ.items() if name != "SECRET_KEY"}
    python = SERVING_PYTHON if SERVING_PYTHON.exists() else Path(sys.executable)
    done = subprocess.run(
        [str(python), "-m", "flask", "--app", "wsgi", "keys", "list"],
        cwd=ROOT,
        env=environment | {"DATABASE_URL": sqlite_url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "SECRET_KEY" not in done.stdout + done.stderr
