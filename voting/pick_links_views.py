"""Links to the pick desk: made and taken back by the team, opened on a phone without an account.

A GET never acts, since scanners of mail follow links: one button lets a browser in, to the desk of one contest.
"""

from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, session, url_for
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup
from wtforms.validators import Length

from contests import queries as contests
from contests.phases import Phase
from contests.queries import ContestRow
from voting import paths, pick_links, pick_links_queries, pick_pages, pick_rules, picks_queries
from voting.pick_doors import Door
from webapp.accounts import queries as accounts
from webapp.accounts.guards import public_blueprint, require_fresh, team_blueprint
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.forms import Form, TextField
from webapp.infra.limits import limiter
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

blueprint = team_blueprint("pick_links", __name__, *pick_links_queries.SENDERS)
phone = public_blueprint("pick_phone", __name__)
LINKS = "/team/<artist_slug>/contests/<int:contest_id>/pick-links"
DESK = "/pick-desk/<contest_slug>"
HELD, MOST_HELD = "pick_links", 5  # the tokens a browser was let in with, by contest


class LinkForm(Form):
    """Who the link is for, and where it is mailed."""

    name = TextField(_l("Who is it for?"), [Length(min=1, max=pick_rules.NAME_LENGTH)])
    email = TextField(
        _l("Their e-mail address"),
        [Length(max=320)],
        description=_l("Leave it empty to hand the link over yourself."),
    )


@blueprint.get(LINKS)
def index(artist_slug: str, contest_id: int, form: LinkForm | None = None, token: str = "") -> Response:
    """Show the links of a contest; `token` is that of the one just made, shown this once."""
    contest, moment = _of_team(contest_id), now()
    found = pick_links_queries.of_contest(db.session(), contest.id)
    address = url_for("pick_phone.door", token=token, _external=True) if token else ""
    page = render_template(
        "picks/links.html",
        contest=contest,
        links=found,
        names=accounts.names(db.session(), {each.made_by for each in found}),
        form=form or LinkForm(formdata=None),
        address=address,
        qr=_qr(address) if address else "",
        may_send=_may_send(contest),
        moment_now=moment,
    )
    return _private(make_response(page, 422 if form and form.errors else 200))


@blueprint.post(LINKS)
@limiter.limit("20 per hour")
def make(artist_slug: str, contest_id: int) -> Response:
    """Make a link, mail it where there is an address, and show it once."""
    require_fresh()
    contest, form = _of_team(contest_id), LinkForm()
    if not form.submitted():
        return index(artist_slug, contest_id, form)
    name, email = form.name.data or "", form.email.data or ""
    try:
        token = pick_links.make(contest.id, current_user.id, name, email, now(), str(get_locale() or "en"))
    except Refused as refused:
        if refused.status != 422:
            raise
        faulty = form.name if refused.code == "link-name" else form.email
        faulty.errors = [text_of(refused)]
        return index(artist_slug, contest_id, form)
    if email:
        flash(gettext("The link is on its way to %(email)s.", email=email), "ok")
    return index(artist_slug, contest_id, token=token)


@blueprint.post(LINKS + "/<int:link_id>/revoke")
def revoke(artist_slug: str, contest_id: int, link_id: int) -> Any:
    """Take a link back."""
    pick_links.revoke(_of_team(contest_id).id, link_id, current_user.id, now())
    flash(gettext("The link is taken back. Whoever uses it is out at once."), "ok")
    return redirect(paths.pick_links(artist_slug, contest_id), 303)


@phone.get("/pick/<token>")
@limiter.limit("60 per minute")
def door(token: str) -> Response:
    """Say what the link is for, from whom, until when; one button opens the desk."""
    link = pick_links.find(db.session(), token, now())
    contest = contests.contest(db.session(), link.contest_id)
    if contest is None:
        raise NotFound()
    artist = accounts.artist(db.session(), contest.artist_id)
    sender = accounts.names(db.session(), [link.made_by]).get(link.made_by, "")
    words = {"artist": artist.name if artist else "", "sender": sender}
    return _private(make_response(render_template("picks/door.html", link=link, contest=contest, token=token, **words)))


@phone.post("/pick/<token>")
@limiter.limit("30 per minute")
def enter(token: str) -> Any:
    """Let this browser in, to the desk of the link's contest and nowhere else."""
    link = pick_links.enter(token, now())
    contest = contests.contest(db.session(), link.contest_id)
    if contest is None:
        raise NotFound()
    others = [(key, value) for key, value in session.get(HELD, {}).items() if key != contest.slug]
    session[HELD] = dict([*others[-MOST_HELD + 1 :], (contest.slug, token)])
    return redirect(paths.phone_desk(contest.slug), 303)


@phone.get(DESK)
def desk(contest_slug: str) -> Response:
    """Show the desk."""
    return _private(make_response(pick_pages.desk(*_by_link(contest_slug))))


@phone.get(DESK + "/<code>")
def confirm(contest_slug: str, code: str) -> Response:
    """Ask for the reason and the confirmation."""
    return _private(make_response(pick_pages.confirm(*_by_link(contest_slug), code)))


@phone.post(DESK)
def pick(contest_slug: str) -> Any:
    """Pick the design of `code`, as the artist by link."""
    return pick_pages.pick(*_by_link(contest_slug))


@phone.post(DESK + "/undo")
def undo(contest_slug: str) -> Any:
    """Take the pick back while its ten minutes last."""
    return pick_pages.undo(*_by_link(contest_slug))


@phone.post(DESK + "/<code>/note")
def note(contest_slug: str, code: str) -> Any:
    """Keep a note to oneself."""
    return pick_pages.note(*_by_link(contest_slug), code)


@phone.post(DESK + "/leave")
def leave(contest_slug: str) -> Any:
    """Forget the link in this browser; the address in the mail opens the desk again."""
    session[HELD] = {key: value for key, value in session.get(HELD, {}).items() if key != contest_slug}
    flash(gettext("This phone has forgotten the pick desk. The link opens it again."), "ok")
    return redirect(paths.contest(contest_slug), 303)


def _by_link(slug: str) -> tuple[ContestRow, Door]:
    """Return the contest and the door of a browser that was let in; to all others there is no such page."""
    token = session.get(HELD, {}).get(slug)
    link = pick_links.in_hand(db.session(), token, now()) if isinstance(token, str) else None
    contest = contests.contest(db.session(), link.contest_id) if link else None
    if link is None or contest is None or contest.slug != slug:
        raise NotFound()
    return contest, Door(paths.phone_desk(contest.slug), link.made_by, link)


def _of_team(contest_id: int) -> ContestRow:
    contest = contests.contest(db.session(), contest_id)
    if contest is None or contest.artist_id != g.artist.id or contest.phase(now()) is Phase.DRAFT:
        raise NotFound()
    return contest


def _may_send(contest: ContestRow) -> bool:
    voided = picks_queries.was_voided(db.session(), contest.id)
    try:
        pick_rules.link_until(contest.phase(now()), contest.decide_by, voided, now())
    except Refused:
        return False
    return True


def _qr(address: str) -> Markup:
    """Return the address as an inline drawing: it must not stand in a picture's address, where logs keep it."""
    import segno  # only who draws one

    drawn = segno.make(address, error="m").svg_inline(scale=4, border=4, light="#ffffff", dark="#17151c")
    return Markup(drawn)  # of an address of ours: nothing in it is anybody's words


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
