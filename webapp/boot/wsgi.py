"""What gunicorn loads."""

from webapp.boot.cli import application

app = application()
