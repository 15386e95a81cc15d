"""How the studio's modules are spoken to: JSON in, JSON out, a refusal with its sentence and a JSON pointer."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, jsonify, request
from flask_login import current_user
from sqlalchemy.orm import Session

from contests.submissions.images.refusals import SENTENCES
from contests.submissions.studio import queries, rules
from contests.submissions.studio.owners import Owner
from contests.submissions.studio.rows import AssetRow, DraftRow
from contests.submissions.studio.service import Saved, Stale
from webapp.infra.db import db
from webapp.infra.device import device_id
from webapp.infra.errors import text_of
from webapp.kernel.refusal import N_, Refused

LOST = N_("Our picture workshop stopped while it worked on this. Please send the picture again.")


def owner() -> Owner:
    """Return who is drawing."""
    return Owner(current_user.id if current_user.is_authenticated else None, device_id(), request.remote_addr or "")


def body() -> dict[str, Any]:
    """Return the JSON object that was sent; reads no more of it than a drawing may have."""
    if (request.content_length or 0) > rules.SAVE_BYTES:
        raise rules.too_long()
    request.max_content_length = rules.SAVE_BYTES + 1
    return rules.parsed(request.get_data(cache=False))


def in_json(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a view answer refusals as {code, sentence, pointer}, and a stale save with the stored drawing."""

    @wraps(view)
    def answered(*args: Any, **values: Any) -> Any:
        try:
            response = view(*args, **values)
        except Stale as stale:
            response = refusal(stale, draft=with_pictures(db.session(), stale.draft, owner()))
        except Refused as refused:
            response = refusal(refused)
        return private(response)

    return answered


def refusal(refused: Refused, **more: Any) -> Response:
    """Return a refusal as JSON; `message` is what the site's other modules read."""
    text = text_of(refused)
    pointer = refused.details.get("pointer", "")
    response = jsonify(code=refused.code, sentence=text, message=text, pointer=pointer, **more)
    response.status_code = refused.status
    return response


def private(response: Response) -> Response:
    """Let nobody keep an answer that is about one person's drawing."""
    response.headers["Cache-Control"] = "no-store"
    return response


def saved(done: Saved) -> dict[str, Any]:
    """Return what a save is answered with."""
    return {"code": done.code, "version": done.version, "saved_at": done.at.isoformat()}


def stored(draft: DraftRow) -> dict[str, Any]:
    """Return a drawing as the server has it."""
    return {
        "code": draft.code,
        "version": draft.version,
        "product": draft.product,
        "colour": draft.colour,
        "front": draft.front,
        "back": draft.back,
        "saved_at": draft.updated_at.isoformat(),
    }


def with_pictures(session: Session, draft: DraftRow, who: Owner) -> dict[str, Any]:
    """Return a drawing and the pictures it names, by code."""
    codes = queries.codes_in(draft.front) | queries.codes_in(draft.back)
    bound = [each for each in (draft.remix_of_id, draft.submission_id) if each]
    known = queries.drawable(session, codes, draft.contest_id, bound, codes, who)
    pictures = {code: picture(asset) for code, asset in known.items()}
    return {**stored(draft), "assets": pictures, "bound": draft.submission_id is not None}


def picture(asset: AssetRow) -> dict[str, Any]:
    """Return what a module needs to know of a picture; `url` once it can be shown, `failure` when it never will.

    Width and height are those of the upright original once `state` is done.
    """
    state = asset.state if asset.state in ("done", "failed") else "waiting"
    return {
        "id": asset.code,
        "state": state,
        "w": asset.width,
        "h": asset.height,
        "url": f"/studio/pictures/{asset.code}" if asset.proxy_key else None,
        "failure": _why(asset) if state == "failed" else None,
    }


def _why(asset: AssetRow) -> str:
    details = asset.report.get("details") or {}
    return text_of(Refused(asset.failure_code, SENTENCES.get(asset.failure_code, LOST), **details))
