"""The next version of the code: a copy of this one with one more field, and its migration."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PARTS = ("futurisys", "migrations", "wsgi.py", "gunicorn.conf.py")
BEFORE = "    genre = Choice("
LINE = "    {field} = Whole('Un champ de plus', 0, 7, extract=SIRH, example=2, optional=True)\n"
_ADOPT = """
import json, sys
from pathlib import Path
from futurisys.model import artifact
source, target = map(Path, sys.argv[1:])
manifest = json.loads((source / artifact.MANIFEST).read_text())
files = {name: (source / name).read_bytes() for name in manifest.pop("files")}
artifact.write(target, manifest, files)
"""


class Version:
    """A version of the code in a folder; model: of one that has adopted one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = folder / "model"

    def flask(self, url: str, *arguments: str) -> None:
        """Run this version's own `flask` on a database."""
        self._run(url, "-m", "flask", "--app", "wsgi.py", *arguments)

    def _run(self, url: str, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(self.folder)},
            check=True,
        )

    def next(self, folder: Path, revision: str, field: str) -> "Version":
        """The version after this one, as an engineer makes it who adds an optional number."""
        for part in PARTS:
            copy = shutil.copytree if (self.folder / part).is_dir() else shutil.copy
            copy(self.folder / part, folder / part)
        schema = folder / "futurisys/employee/schema.py"
        text = schema.read_text()
        assert text.count(BEFORE) == 1
        schema.write_text(text.replace(BEFORE, LINE.format(field=field) + BEFORE))
        version = Version(folder)
        url = f"sqlite:///{folder / 'empty.db'}"
        version.flask(url, "db", "upgrade")
        version.flask(url, "db", "migrate", "--rev-id", revision, "--message", field)
        return version

    def adopt(self, model: Path) -> None:
        """Take over a model that was trained before the field was there."""
        self._run("", "-c", _ADOPT, str(model), str(self.model))
