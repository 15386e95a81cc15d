"""A person's own shares, and the buttons that answer, take back and give up."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests.submissions.credits import queries, service
from webapp.accounts import queries as accounts
from webapp.accounts.guards import members_blueprint
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

blueprint = members_blueprint("credits", __name__, url_prefix="/credits")


@blueprint.get("")
def mine() -> str:
    """What was offered to the reader, and what they hold."""
    session = db.session()
    shares = queries.of_person(session, current_user.id)
    names = accounts.names(session, {share.designer_id for share in shares})
    return render_template("credits/mine.html", shares=shares, names=names)


@blueprint.post("/<int:share_id>/accept")
def accept(share_id: int) -> Response:
    """Accept an offer."""
    service.answer(share_id, current_user.id, True, now())
    flash(gettext("It is yours: your name stands on the design now."), "ok")
    return redirect(url_for("credits.mine"))


@blueprint.post("/<int:share_id>/decline")
def decline(share_id: int) -> Response:
    """Decline an offer."""
    service.answer(share_id, current_user.id, False, now())
    flash(gettext("Declined. The designer is told."), "ok")
    return redirect(url_for("credits.mine"))


@blueprint.post("/<int:share_id>/give-up")
def give_up(share_id: int) -> Response:
    """Give a share back to the designer."""
    service.give_up(share_id, current_user.id, now())
    flash(gettext("You gave your share back."), "ok")
    return redirect(url_for("credits.mine"))


@blueprint.post("/<int:share_id>/take-back")
def take_back(share_id: int) -> Response:
    """Take back an offer of one's own that waits."""
    share = queries.share(db.session(), share_id)
    if share is None or share.designer_id != current_user.id:
        raise NotFound()
    service.take_back(share_id, current_user.id, now())
    flash(gettext("The offer is taken back."), "ok")
    return redirect(url_for("pages.design", code=share.code, _anchor="credit"))
