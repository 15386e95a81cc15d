"""What readers see: asking for a newsletter, the links in its mails, and one's own newsletters."""

from typing import Any
from urllib.parse import unquote

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user
from markupsafe import Markup

from webapp.accounts import queries as people
from webapp.accounts.addresses import normalise
from webapp.accounts.guards import members_blueprint
from webapp.accounts.returning import safe_next
from webapp.infra.db import db
from webapp.infra.i18n import known_zone
from webapp.infra.limits import limiter
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused
from webapp.newsletters import clicks, consent, joining, queries, tokens
from webapp.newsletters.audience import TOO_YOUNG

blueprint = members_blueprint("newsletter", __name__, strangers=("ask", "confirm", "out"))
blueprint.before_app_request(clicks.count)
SOURCES = ("artist", "settings", "vote", "order")
ASKED_ONCE = ("vote", "order")  # where a no is kept, and nobody is asked again
NO = "newsletter_no"  # in the cookie of a stranger: artists they said no to
KEPT = 20


@blueprint.post("/a/<artist_slug>/newsletter")
@limiter.limit("20 per hour")
def ask(artist_slug: str) -> Any:
    """Ask for an artist's newsletter, or say no where one was asked."""
    artist = people.artist_by_slug(db.session(), artist_slug)
    if artist is None:
        raise NotFound()
    source = request.form.get("source", "artist")
    back = redirect(safe_next(request.form.get("next")))
    if request.form.get("answer") == "no":
        _decline(artist, source)
        return back
    if not request.form.get("agree"):
        raise Refused("not-agreed", N_("Please tick the box first: without it we may not mail you."), 422)
    asking = _asking(artist, source)
    joining.ask(asking, now())
    flash(
        gettext(
            "One more step: we have mailed a link to %(address)s. Press the button it leads to, and letters come.",
            address=asking.address,
        ),
        "ok",
    )
    return back


@blueprint.route("/newsletter/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> Any:
    """Show a button; only pressing it lets letters come: programs that check mails open links, too."""
    if request.method == "POST":
        row: Any = joining.confirm(token, now())
    else:
        row = joining.of_token(db.session(), token)
    if row is None:
        raise Refused("link-over", joining.OVER, 410)
    artist = people.artist(db.session(), row.artist_id)
    done = request.method == "POST" or row.runs
    return _private(render_template("newsletters/confirmed.html", artist=artist, token=token, done=done))


@blueprint.route("/newsletter/out/<token>", methods=["GET", "POST"])
def out(token: str) -> Any:
    """End a newsletter: a mail program posts here by itself (RFC 8058), a person by the button.

    No cookie, no form token, no redirect: the token in the address is all it takes, and all it can do.
    """
    read = tokens.read_out(token)
    if read is None:
        raise NotFound()
    row = queries.subscription(db.session(), read[0])
    artist = people.artist(db.session(), row.artist_id) if row else None
    if request.method == "POST":
        joining.leave(token, "reader", now())
    done = request.method == "POST" or (row is None and read[0] != tokens.NOBODY)
    return _private(render_template("newsletters/out.html", artist=artist, token=token, done=done))


@blueprint.get("/settings/newsletters")
def mine() -> Any:
    """The newsletters somebody gets."""
    rows = queries.of_person(db.session(), current_user.id)
    return _private(render_template("newsletters/mine.html", rows=rows))


@blueprint.post("/settings/newsletters/<int:subscription_id>/end")
def end(subscription_id: int) -> Any:
    """End one of them."""
    if not joining.end_own(subscription_id, current_user.id, now()):
        raise NotFound()
    flash(gettext("No more letters of this newsletter."), "ok")
    return redirect(url_for("newsletter.mine"))


@blueprint.app_template_global("newsletter_offer")
def newsletter_offer(artist_id: int, source: str, artist: people.ArtistRow | None = None) -> Markup:
    """Return the offer of a newsletter for a page; empty where it is not to be made.

    Nobody below 16 is asked, nor who gets it; after a vote or an order, nor who said no.
    """
    waiting = False
    if current_user.is_authenticated:
        if current_user.age_band in TOO_YOUNG:
            return Markup("")
        row = queries.of_reader(db.session(), artist_id, current_user.id, current_user.email)
        if row and (row.runs or source in ASKED_ONCE):
            return Markup("")
        waiting = bool(row and row.ended_at is None and row.declined_at is None)
    elif source in ASKED_ONCE and artist_id in session.get(NO, []):
        return Markup("")
    artist = artist or people.artist(db.session(), artist_id)
    if artist is None:
        return Markup("")
    here = request.full_path.rstrip("?")
    return Markup(
        render_template(
            "newsletters/offer.html", artist_slug=artist.slug, artist=artist.name, source=source, here=here,
            sentence=consent.sentence(artist.name), waiting=waiting, asked_once=source in ASKED_ONCE,
        )
    )  # fmt: skip


def _asking(artist: people.ArtistRow, source: str) -> joining.Asking:
    known = current_user.is_authenticated
    address = current_user.email if known else normalise(request.form.get("email", ""))
    zone = (current_user.timezone if known else "") or unquote(request.cookies.get("zone", ""))
    return joining.Asking(
        artist_id=artist.id,
        artist=artist.name,
        address=address,
        person_id=current_user.id if known else None,
        locale=str(get_locale() or "en"),
        zone=zone if known_zone(zone) else "",
        source=source if source in SOURCES else "artist",
        text_hash=consent.hash_of(artist.name),
    )


def _decline(artist: people.ArtistRow, source: str) -> None:
    if current_user.is_authenticated:
        joining.decline(_asking(artist, source), now())
    else:
        session[NO] = [*[each for each in session.get(NO, []) if each != artist.id], artist.id][-KEPT:]


def _private(page: str) -> Any:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


# Posted by mail programs, which hold no cookie and no form token of ours.
EXEMPT = (out,)
