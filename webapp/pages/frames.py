"""What stands around the cards of a gallery, kept in the process for all who see the same around them.

A frame is a page with CARDS where its cards will stand and TOKEN where a form's token will. Its key holds all it
depends on; whoever has a message waiting gets a page of their own.
"""

from collections.abc import Callable
from typing import Any

from flask import current_app, request, session
from flask_babel import get_locale
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

CARDS, TOKEN = "\x00cards\x00", "\x00token\x00"  # no text of anybody has a NUL in it
HERE = Markup(CARDS)  # as it is
MOST = 300  # frames of some 15 KB each
FRAMES = "fanmade.frames"
TAUGHT = "fanmade.frame"  # where a request bears the frame of its answer, with its language


def joined(frame: str, cards: str, token: str) -> str:
    """Return a page of its parts."""
    return frame.replace(CARDS, cards).replace(TOKEN, token)


def teach(key: tuple[Any, ...], frame: str) -> None:
    """Let the short way (`webapp.pages.lane`) answer strangers with this frame, unless it is this reader's own."""
    if not current_user.is_authenticated and not session.get("_flashes"):
        request.environ[TAUGHT] = key, str(get_locale()), frame


def without_token(text: str) -> str:
    """Return a text that was made for this reader with TOKEN in the place of their form token."""
    return text.replace(generate_csrf(), TOKEN)


def frame_of(key: tuple[Any, ...], make: Callable[[], str]) -> str:
    """Return the frame of `key` for this reader, made by `make` when it is not kept."""
    if session.get("_flashes"):
        return without_token(make())
    whole = (*key, str(get_locale()), request.full_path, *_masthead())
    frames: dict[tuple[Any, ...], str] = current_app.extensions.setdefault(FRAMES, {})
    found = frames.get(whole)
    if found is None:
        found = without_token(make())
        if len(frames) >= MOST:
            frames.clear()
        frames[whole] = found
    return found


def _masthead() -> tuple[Any, ...]:
    """Return what the masthead shows of the reader."""
    if not current_user.is_authenticated:
        return ()
    known = current_app.jinja_env.globals
    teams, unread = known["my_teams"], known["unread_notices"]
    return (current_user.is_operator, *teams(), unread())  # type: ignore[operator]
