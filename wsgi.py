"""What Gunicorn and the flask command load."""

from futurisys.app import create_app

app = create_app()
