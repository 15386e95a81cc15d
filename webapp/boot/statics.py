"""Static files: content hash in the name, cached for ever."""

import re
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

from webapp.infra.templating import HASHED, asset

IMMUTABLE = re.compile(rf"\.[0-9a-f]{{{HASHED}}}\.[a-z0-9]+$")


def init_app(app: Flask) -> None:
    """Serve webapp/static under /static/, by plain name (an hour) and by hashed name (for ever)."""
    root = Path(app.root_path, "static")
    white = WhiteNoise(app.wsgi_app, max_age=3600, immutable_file_test=lambda path, url: bool(IMMUTABLE.search(url)))
    with app.app_context():
        for file in sorted(p for p in root.rglob("*") if p.is_file()):
            name = file.relative_to(root).as_posix()
            white.add_file_to_dictionary(f"/static/{name}", str(file))
            white.add_file_to_dictionary(asset(name), str(file))
    app.wsgi_app = white  # type: ignore[method-assign]
