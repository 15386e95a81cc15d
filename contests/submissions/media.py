"""Pictures as files: renditions for everybody and for ever, originals for the team and for ten minutes."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, make_response, request, send_file
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer

from contests.submissions import queries
from contests.submissions.forms import ACCEPT, KINDS
from contests.submissions.images.limits import MEGA
from contests.submissions.originals import limits
from webapp.accounts.guards import members_blueprint, public_blueprint
from webapp.infra import keys
from webapp.infra.db import db
from webapp.infra.storage import FOR_EVER, TYPES, FolderStorage, storage
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused

_MOCKUP = r"[a-z]{1,20}-(?:front|back)-\d{1,4}x\d{1,4}-[0-9a-f]{6}-\d{1,5}"
_WALLPAPER = r"k\d{1,4}-[0-9a-f]{12}-wallpaper-\d{1,5}x\d{1,5}"
KEY = re.compile(
    r"(?:renditions|share|mockups|kits)/([0-9a-f]{2})/\1[0-9a-f]{62}-"
    rf"(?:r\d{{1,4}}-(?:\d{{1,5}}|card|{_MOCKUP})|{_WALLPAPER})\.(avif|jpg)"
)
# Nothing that a stranger once sent may do anything in a page of ours, whatever a browser takes it for.
SANDBOX = "sandbox; default-src 'none'"
LINK_LIFE = timedelta(minutes=10)

blueprint = public_blueprint("media", __name__)
originals = members_blueprint("originals", __name__)


@blueprint.get("/media/<path:key>")
def rendition(key: str) -> Response:
    """Serve a rendition or a share card; its name is a function of its content, so it never changes."""
    found = KEY.fullmatch(key)
    if found is None:
        raise NotFound()
    etag = key.rpartition("/")[2]
    known = request.if_none_match.contains(etag)
    response = make_response("", 304) if known else _file(key, TYPES[found[2]])
    response.set_etag(etag)
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Disposition"] = "inline"
    return _sandboxed(response)


@dataclass(frozen=True)
class Caps:
    """What may be uploaded, in the words of forms; every form with a picture says it before anything is sent."""

    accept: str
    kinds: str
    bytes: int
    megabytes: int
    megapixels: int
    side: int


@blueprint.app_template_global("picture_caps")
def picture_caps() -> Caps:
    """Return the caps on a picture as this installation's settings name them."""
    most = limits()
    megabytes, megapixels = int(most.bytes / MEGA), most.pixels // MEGA
    return Caps(",".join(ACCEPT), str(KINDS), most.bytes, megabytes, megapixels, most.side)


@originals.app_template_global("original_url")
def original_url(revision_id: int) -> str:
    """Return a link to an original that works for ten minutes, for this member of the team only."""
    until = int((now() + LINK_LIFE).timestamp())
    return "/originals/" + _signer().dumps([revision_id, current_user.id, until])


@originals.get("/originals/<token>")
def original(token: str) -> Response:
    """Send an original as a download to somebody of the artist's team who holds a fresh link to it."""
    revision = queries.revision(db.session(), _revision_of(token))
    artist_id = queries.artist_of(db.session(), revision.submission_id) if revision else None
    team = artist_id and current_user.has_role(artist_id, "artist", "merch_staff", "moderator")
    if revision is None or not (team or current_user.is_operator):
        raise NotFound()
    response = _file(revision.original_key, "application/octet-stream")
    name = f"{revision.submission_id}-v{revision.number}.{revision.format.lower()}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return _sandboxed(response)


def private_file(key: str, content_type: str) -> Response:
    """Send a stored file to a reader whom the caller has checked, sandboxed and kept by their browser alone."""
    response = _file(key, content_type)
    response.headers["Cache-Control"] = "private, max-age=86400"
    return _sandboxed(response)


def _revision_of(token: str) -> int:
    try:
        revision_id, person_id, until = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        raise NotFound() from None
    if person_id != current_user.id:
        raise NotFound()
    if now().timestamp() > until:
        raise Refused("link-expired", N_("This link has expired. Go back and open the picture again."), 410)
    return int(revision_id)


def _file(key: str, content_type: str) -> Response:
    files: Any = storage()
    try:
        if isinstance(files, FolderStorage):
            return send_file(files.path(key), mimetype=content_type, conditional=True, etag=False)
        return Response(files.get(key), mimetype=content_type)
    except FileNotFoundError:
        raise NotFound() from None


def _sandboxed(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _signer() -> URLSafeSerializer:
    return keys.signer("original")
