"""The floors of the house: imports go down, and each kind of work has its room."""

import ast
import configparser
import functools
import re
from collections.abc import Iterator
from pathlib import Path

from tests.server import ROOT

FLOORS = {
    "errors": 0,
    "setting_values": 0,
    "settings": 1,
    "employee": 2,
    "statistics": 2,
    "sample": 3,
    "model": 3,
    "records": 3,
    "training": 4,
    "operations": 5,
    "dossier": 6,
    "serving": 6,
    "api": 7,
    "console": 7,
    "cli": 7,
    "spark": 7,
    "app": 8,
}
# What serving does without: the development environment's programs alone have them.
TRAINING = {"sklearn", "scipy", "joblib", "pandas", "sqlglot"}
# A cluster's door has its frames.
SPARK = {"pandas", "pyspark"}
# Rooms that know nothing of the web.
PLAIN = {
    *("errors.py", "settings.py", "employee", "statistics", "sample", "model", "training"),
    "spark",
}
# What only tests hold ours to.
TESTS = {"openpyxl", "statsmodels", "sksurv", "duckdb", "fastapi"}
PACKAGE = ROOT / "futurisys"
FILES = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
# Ways to the service's own database.
OURS = re.compile(r"sqlalchemy|flask_sqlalchemy|futurisys\.(records|operations)\b")
LINES_MAX = 250
FUNCTION_LINES_MAX = 40


@functools.cache
def parsed(path: Path) -> tuple[list[ast.stmt], list[ast.AST]]:
    """What a file says at its top, and all that it says."""
    tree = ast.parse(path.read_text())
    return tree.body, list(ast.walk(tree))


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Each module that a file imports, and whether it does so inside a function."""
    body, nodes = parsed(path)
    top = set(map(id, body))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) not in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((name, id(node) not in top) for name in names)


def floor(name: str) -> int:
    return FLOORS[name.removesuffix(".py")]


def test_imports_go_down_or_stay_in_their_room():
    """A file imports only from lower floors or from its own room; the doors never meet."""
    for name, path in FILES.items():
        if name == "__init__.py":
            continue
        room = name.split("/")[0]
        for module, _ in imports(path):
            package, _, rest = module.partition(".")
            other = rest.split(".")[0]
            if package == "futurisys" and other in FLOORS and other != room.removesuffix(".py"):
                assert floor(other) < floor(room), f"{name} imports {module}"


def test_each_library_has_its_room():
    """Flask, marshmallow and the training libraries have theirs; what only tests use has none."""
    for name, path in FILES.items():
        room = name.split("/")[0]
        libraries = {module.split(".")[0] for module, _ in imports(path)}
        if room in PLAIN:
            assert not libraries & {"flask", "flask_sqlalchemy", "flask_migrate"}, name
        if "marshmallow" in libraries:
            assert room in ("employee", "api", "console"), name
        if room != "training":
            assert not libraries & (TRAINING - SPARK if room == "spark" else TRAINING), name
        assert room == "spark" or "pyspark" not in libraries, name
        assert not libraries & TESTS, name


def test_only_the_command_line_opens_the_training_and_late():
    """What answers never loads what trains: its one door imports it inside a function."""
    for name, path in FILES.items():
        room = name.split("/")[0]
        opened = [late for module, late in imports(path) if module.startswith("futurisys.training")]
        assert room in ("training", "cli") or not opened, name
        assert room == "training" or all(opened), name


def test_imports_stand_at_the_top():
    """Nothing else is imported late, but for what encrypts and for the commands: megabytes of each
    worker, which a service that keeps no number, and one that only serves, do without."""
    late = {
        (name, module.split(".")[0])
        for name, path in FILES.items()
        for module, inside in imports(path)
        if inside and not module.startswith("futurisys.training.")
    }
    assert late == {("app.py", "futurisys"), ("operations/sealing.py", "cryptography")}


def test_only_operations_commit():
    """No other room begins or ends a transaction."""
    for name, path in FILES.items():
        for node in parsed(path)[1]:
            if isinstance(node, ast.Attribute) and node.attr in ("commit", "begin"):
                assert name.startswith("operations/"), f"{name}:{node.lineno}"


def test_only_the_records_know_the_database():
    """What is asked for asks what the database can do, never which one it is; who writes SQL for
    others' databases speaks of theirs, and asks ours nothing."""
    for name, path in FILES.items():
        if not name.startswith("records/"):
            modules = [module for module, _ in imports(path)]
            others = any(one.startswith(("sqlglot", "futurisys.training.sql")) for one in modules)
            assert ("." if others else "") + "dialect" not in path.read_text(), name
            assert not others or not any(map(OURS.match, modules)), name


def test_the_environment_is_read_in_one_place():
    """os.environ is known to the settings alone."""
    for name, path in FILES.items():
        if name != "settings.py":
            assert "os.environ" not in path.read_text(), name


def test_files_and_functions_stay_small():
    """A file fits in a head, a function on a screen; no drawer for odds and ends."""
    for name, path in FILES.items():
        text = path.read_text()
        assert Path(name).stem not in {"utils", "helpers", "common", "misc", "base"}
        assert len(text.splitlines()) <= LINES_MAX, name
        for node in parsed(path)[1]:
            if isinstance(node, ast.FunctionDef) and node.end_lineno:
                assert node.end_lineno - node.lineno < FUNCTION_LINES_MAX, (name, node.name)


def test_every_package_is_installed():
    """`pip install .` takes each folder that holds code, and the migrations with it."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    listed = set(setup["options"]["packages"].split())
    folders = {path.parent.relative_to(ROOT) for path in PACKAGE.rglob("*.py")}
    found = {".".join(folder.parts) for folder in folders}
    assert listed == found | {"futurisys.migrations", "futurisys.migrations.versions"}
