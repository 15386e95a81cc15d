"""The artist's portrait: a picture of a stranger's like any other, so it goes through the same decoder.

It is made at once, while the artist waits: one picture now and then, by somebody of the team.
"""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests.submissions.images import sandbox
from contests.submissions.images.processed import Rendition
from contests.submissions.images.refusals import Unacceptable
from contests.submissions.originals import judged, limits
from webapp.accounts import audit, store
from webapp.accounts.guards import team_blueprint
from webapp.infra import quotas
from webapp.infra.db import transaction
from webapp.infra.errors import text_of
from webapp.infra.limits import limiter
from webapp.infra.storage import storage
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, Refused

WIDTH = 360  # shown at 144 px on screens of any density
BUSY = N_("Our picture workshop stopped while it worked on this. Nothing is lost: please try again.")

blueprint = team_blueprint("portraits", __name__, "artist")


@blueprint.post("/team/<artist_slug>/page/portrait")
@limiter.limit("20 per hour")
def replace(artist_slug: str) -> Response:
    """Show another portrait on the artist's page, or none with `remove`."""
    if request.form.get("remove"):
        _set(g.artist.id, current_user.id, None, now())
        flash(gettext("The portrait is taken off the page."), "ok")
    else:
        file: Any = request.files.get("picture")
        if file is None or not file.filename:
            raise Refused("no-picture", N_("Choose a picture first."), 422)
        try:
            change(g.artist.id, current_user.id, file.read(), file.filename, now())
        except Unacceptable as refused:
            flash(text_of(refused), "warn")
        else:
            flash(gettext("Saved."), "ok")
    return redirect(url_for("teams.edit", artist_slug=artist_slug))


def change(artist_id: int, person_id: int, data: bytes, name: str, now: datetime) -> str:
    """Make the rendition, keep it, let the page show it; return its key. Raises Unacceptable.

    The file as it came is not kept.
    """
    judged(data, name)
    try:
        with quotas.counted([quotas.person(person_id)], len(data), now):
            key = _rendered(data)
    except sandbox.DecoderLost:
        raise Refused("worker-died", BUSY, 503) from None
    _set(artist_id, person_id, key, now)
    return key


def _rendered(data: bytes) -> str:
    with tempfile.TemporaryDirectory(prefix="fanmade-portrait-") as folder:
        original, out = Path(folder, "original"), Path(folder, "out")
        original.write_bytes(data)
        best = _fitting(sandbox.run(original, out, limits=limits()).renditions)
        key = f"renditions/{best.name[:2]}/{best.name}"
        storage().put(key, (out / best.name).read_bytes())
    return key


def _fitting(made: list[Rendition]) -> Rendition:
    """The smallest JPEG that is wide enough, else the widest: every browser shows it."""
    jpegs = sorted((each for each in made if each.kind == "JPEG"), key=lambda each: each.width)
    return next((each for each in jpegs if each.width >= WIDTH), jpegs[-1])


def _set(artist_id: int, person_id: int, key: str | None, now: datetime) -> None:
    with transaction() as session:
        store.change_artist(session, artist_id, portrait_key=key)
        audit.note(session, now, person_id, artist_id, "artist.portrait", f"artist:{artist_id}")
