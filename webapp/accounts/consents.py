"""Which text somebody agreed to: the hash of the terms and privacy pages as they are served now."""

import hashlib
from typing import Any

from flask import current_app

from webapp.infra.settings import Settings

PAGES = ("terms", "privacy")


def terms_hash() -> str:
    """Return one hash over the terms and the privacy text of this installation."""
    kept: dict[str, str] = current_app.extensions.setdefault("fanmade.terms_hash", {})
    if "hash" not in kept:
        texts = (_text(page) for page in PAGES)
        kept["hash"] = hashlib.sha256("\x1f".join(texts).encode()).hexdigest()
    return kept["hash"]


def _text(page: str) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    own = settings.legal_dir / f"{page}.md" if settings.legal_dir else None
    if own and own.is_file():
        return own.read_text(encoding="utf-8")
    loader: Any = current_app.jinja_env.loader
    source: str = loader.get_source(current_app.jinja_env, f"legal/{page}.html")[0]
    return source
