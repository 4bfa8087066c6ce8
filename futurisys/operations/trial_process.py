"""A trial's process: begun apart from the worker, so that neither waits for the other's end."""

import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from flask import Flask, current_app

from futurisys import settings
from futurisys.records.database import db


def begin_process(
    identifier: str, folder: Path, when_ended: Callable[[Flask, str], None]
) -> "subprocess.Popen[bytes]":
    """Have the training environment work on a trial; raises OSError where there is none.

    when_ended: called once the process has ended, however, unless this worker ends before.
    """
    python = current_app.config["FUTURISYS_TRAINER"]
    command = [python, "-m", "flask", "--app", "wsgi", "model", "trial-job", identifier, folder]
    url = db.engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen(  # noqa: S603 (a path that the operator has set, no shell)
        command,
        # What this worker counts is not the trial's to write.
        env=settings.environment(DATABASE_URL=url, PROMETHEUS_MULTIPROC_DIR=None),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def wait() -> None:
        process.wait()
        when_ended(app, identifier)

    threading.Thread(target=wait, daemon=True, name=f"trial {identifier}").start()
    return process
