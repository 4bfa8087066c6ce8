"""What an image runs: the schema brought up to date, then Gunicorn in this very process.

Replicas may start together: the migrations hold a lock on PostgreSQL. Where they fail, the
container ends with their error, and whoever watches it starts it again.
"""

import os
import subprocess
import sys

GUNICORN = ["gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]

if subprocess.call([sys.executable, "-m", "flask", "db", "upgrade"]):
    raise SystemExit("The database could not be brought up to date: see above.")
os.execv(sys.executable, [sys.executable, "-m", *GUNICORN])  # noqa: S606 (fixed words)
