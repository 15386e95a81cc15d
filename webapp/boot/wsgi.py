"""What gunicorn loads."""

from webapp.boot.cli import application
from webapp.infra import engines, one_clock
from webapp.infra.db import db

app = application()
with app.app_context():
    one_clock.learn_at_start(db.engine)
    engines.bound_memory(db.engine)
