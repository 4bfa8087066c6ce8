"""The next version of the code: a copy of this one with one more field, and its migration."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PARTS = ("futurisys", "migrations", "wsgi.py", "gunicorn.conf.py")
BEFORE = "    genre = Choice("
DECLARED = "Whole('Un champ de plus', 0, 7, extract=SIRH, example=2, optional=True)"


class Version:
    """A version of the code in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def flask(self, url: str, *arguments: str, **settings: str) -> str:
        """Run this version's own `flask` on a database; returns what it prints."""
        environment = {"DATABASE_URL": url, "PYTHONPATH": str(self.folder)} | settings
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi.py", *arguments],
            cwd=self.folder,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    def next(self, folder: Path, revision: str, field: str, declared: str = DECLARED) -> "Version":
        """The version after this one, as an engineer makes it who adds an optional field."""
        for part in PARTS:
            copy = shutil.copytree if (self.folder / part).is_dir() else shutil.copy
            copy(self.folder / part, folder / part)
        schema = folder / "futurisys/employee/schema.py"
        text = schema.read_text()
        assert text.count(BEFORE) == 1
        schema.write_text(text.replace(BEFORE, f"    {field} = {declared}\n{BEFORE}"))
        version = Version(folder)
        url = f"sqlite:///{folder / 'empty.db'}"
        version.flask(url, "db", "upgrade")
        version.flask(url, "db", "migrate", "--rev-id", revision, "--message", field)
        return version
