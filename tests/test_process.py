"""The serving process, as it is installed from requirements.txt alone."""

import os
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.server import ROOT, SERVING_PYTHON

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not SERVING_PYTHON.exists() and not os.environ.get("CI"),
        reason="No serving environment: make test makes it.",
    ),
]
RESIDENT_MAX_MB = 120
TOGETHER_MAX_MB = 200


def test_serving_loads_only_what_answers(artifact_folder: Path, sqlite_url: str):
    """A process that answers imports no scikit-learn, joblib or pandas, and no command."""
    program = (
        "import wsgi, json\n"
        "from futurisys import serving\n"
        "serving.load(wsgi.app)\n"
        "employee = json.load(open('futurisys/sample/employe.json'))\n"
        "assert wsgi.app.test_client().post('/predict', json=employee).status_code == 200\n"
        "import sys\n"
        "assert not {'sklearn', 'joblib', 'pandas'} & sys.modules.keys()\n"
        "assert not [name for name in sys.modules if name.startswith('futurisys.training')]\n"
    )
    done = subprocess.run(
        [SERVING_PYTHON, "-X", "importtime", "-c", program],
        cwd=ROOT,
        env=os.environ
        | {
            "DATABASE_URL": sqlite_url,
            "FUTURISYS_MODEL": str(artifact_folder),
            "FUTURISYS_OPEN": "predict",
            "SERVER_SOFTWARE": "gunicorn",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert {"flask", "xgboost", "futurisys"} <= imported
    # XGBoost asks whether scikit-learn is there, which leaves its bare name in the list.
    assert not imported & {"sklearn.base", "sklearn.utils", "joblib", "pandas"}
    assert not imported & {"alembic", "flask_migrate", "futurisys.cli", "docx", "lxml"}
    assert not imported & {"sqlglot", "pyspark", "futurisys.spark"}


def test_a_worker_stays_small(server, sqlite_url: str, rows):
    """A worker with its model loaded, and used, takes at most 120 MB, and shares what it can."""
    running = server(DATABASE_URL=sqlite_url).wait("/health/ready")
    with httpx.Client(base_url=running.url) as client:
        for row in rows[:100]:
            assert client.post("/predict", json=row).status_code == 200
    pids = [running.process.pid, *running.workers()]
    assert len(pids) == 3
    for pid in pids:
        assert _megabytes(pid, "status", "VmRSS:") <= RESIDENT_MAX_MB
    assert sum(_megabytes(pid, "smaps_rollup", "Pss:") for pid in pids) <= TOGETHER_MAX_MB


def _megabytes(pid: int, file: str, name: str) -> float:
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    [kilobytes] = [line.split()[1] for line in lines if line.startswith(name)]
    return int(kilobytes) / 1024
