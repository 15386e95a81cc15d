"""Static files: below a hash of them all, cached for ever."""

import re
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from webapp.infra.templating import HASHED, asset

IMMUTABLE = re.compile(rf"^/static/[0-9a-f]{{{HASHED}}}/")


def init_app(app: Flask) -> None:
    """Serve webapp/static under /static/, by plain name (an hour) and below their hash (for ever)."""
    root = Path(app.root_path, "static")
    white = WhiteNoise(
        app.wsgi_app,
        max_age=3600,
        allow_all_origins=False,
        immutable_file_test=lambda path, url: bool(IMMUTABLE.match(url)),
        add_headers_function=_plainly,
    )
    with app.app_context():
        for file in sorted(p for p in root.rglob("*") if p.is_file()):
            name = file.relative_to(root).as_posix()
            white.add_file_to_dictionary(f"/static/{name}", str(file))
            white.add_file_to_dictionary(asset(name), str(file))
    app.wsgi_app = white  # type: ignore[method-assign]


def _plainly(headers: Headers, path: str, url: str) -> None:
    """A file is what its type says and nothing else."""
    headers["X-Content-Type-Options"] = "nosniff"
