"""What Gunicorn and the flask command load."""

import os

from futurisys.app import create_app, create_service

serves = "gunicorn" in os.environ.get("SERVER_SOFTWARE", "")
app = create_service() if serves else create_app()
