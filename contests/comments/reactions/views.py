"""One tap: a kind word, or its taking back."""

from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask_login import current_user

from contests.comments import queries as comments
from contests.comments.reactions import queries, rules, service
from webapp.accounts.guards import members_blueprint
from webapp.infra.db import db
from webapp.infra.limits import limiter
from webapp.infra.templating import is_fragment
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

blueprint = members_blueprint("reactions", __name__)


@blueprint.app_template_global("reaction_word")
def reaction_word(name: str) -> rules.Word:
    """Return what a reaction's button says, and its icon."""
    return rules.WORDS[name]


@blueprint.post("/comments/<int:comment_id>/reaction")
@limiter.limit("40 per minute; 400 per hour")
def react(comment_id: int) -> Any:
    """Do what the tapped button says: its value is the word, and on or off."""
    word, _, wanted = request.form.get("reaction", "").partition(":")
    service.react(comment_id, current_user.id, word, wanted == "on", now())
    if is_fragment():
        bar = queries.of_comments(db.session(), [comment_id], current_user.id).get(comment_id, queries.nobody())
        return make_response(render_template("reactions/bar.html", comment_id=comment_id, bar=bar))
    said = comments.comment(db.session(), comment_id)
    if said is None:
        raise NotFound()
    return redirect(url_for("pages.design", code=said.design_code, _anchor=f"comment-{comment_id}"))
