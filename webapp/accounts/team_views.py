"""An artist's team: who is in it, invitations, and what the artist's page says."""

from typing import Any

from flask import flash, g, redirect, render_template, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user

from webapp.accounts import queries, teams
from webapp.accounts.blueprints import accounts
from webapp.accounts.blueprints import teams as blueprint
from webapp.accounts.forms import EditArtist, Invite
from webapp.accounts.guards import require_fresh
from webapp.accounts.login import hash_of
from webapp.accounts.roles import role_name
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.limits import limiter
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused


@blueprint.get("/team/<artist_slug>/people")
def index(artist_slug: str, form: Invite | None = None) -> Any:
    """Show the team, open invitations and the latest acts."""
    artist_id, lines = g.artist.id, queries.audit_lines(db.session(), g.artist.id)
    return render_template(
        "accounts/team.html",
        artist=g.artist,
        form=form or Invite(formdata=None),
        members=queries.members(db.session(), artist_id),
        invitations=queries.open_invitations(db.session(), artist_id, now()),
        lines=lines,
        names=queries.names(db.session(), [line.actor_id for line in lines if line.actor_id]),
        may_change=_may_change(),
    ), (422 if form else 200)


@blueprint.post("/team/<artist_slug>/invitations")
@limiter.limit("40 per hour")
def invite(artist_slug: str) -> Any:
    """Mail an invitation."""
    _only_artist()
    require_fresh()
    form = Invite()
    if form.submitted():
        try:
            teams.invite(
                g.artist.id, form.email.data, form.role.data, current_user.id, now(), str(get_locale() or "en")
            )
        except Refused as refused:
            form.email.errors = [text_of(refused)]
        else:
            flash(gettext("The invitation is on its way to %(email)s.", email=form.email.data), "ok")
            return redirect(url_for("teams.index", artist_slug=artist_slug))
    return index(artist_slug, form)


@blueprint.post("/team/<artist_slug>/invitations/<int:invitation_id>/revoke")
def revoke_invitation(artist_slug: str, invitation_id: int) -> Any:
    """Take an invitation back."""
    _only_artist()
    teams.revoke_invitation(g.artist.id, invitation_id, current_user.id, now())
    flash(gettext("The invitation no longer works."), "ok")
    return redirect(url_for("teams.index", artist_slug=artist_slug))


@blueprint.post("/team/<artist_slug>/people/<int:member_id>/revoke")
def revoke_role(artist_slug: str, member_id: int) -> Any:
    """Take a role away."""
    _only_artist()
    require_fresh()
    teams.revoke_role(g.artist.id, member_id, current_user.id, now())
    flash(gettext("The role is taken away."), "ok")
    return redirect(url_for("teams.index", artist_slug=artist_slug))


@blueprint.route("/team/<artist_slug>/page", methods=["GET", "POST"])
def edit(artist_slug: str) -> Any:
    """Change what the artist's page says."""
    _only_artist()
    kept = queries.artist(db.session(), g.artist.id)
    form = EditArtist(obj=kept)
    if form.submitted():
        values = {name: form[name].data or "" for name in ("name", "tagline", "bio_md", "brand_colour")}
        try:
            teams.edit_artist(g.artist.id, current_user.id, now(), **values)
        except Refused as refused:
            form.brand_colour.errors = [text_of(refused)]
        else:
            flash(gettext("Saved."), "ok")
            return redirect(url_for("teams.edit", artist_slug=artist_slug))
    page = render_template("accounts/artist_page.html", artist=g.artist, form=form, kept=kept)
    return page, (422 if form.errors else 200)


@accounts.get("/invitation/<token>")
def invitation(token: str) -> Any:
    """Show an invitation: looking at it, as mail scanners do, changes nothing."""
    row = queries.invitation(db.session(), hash_of(token), now())
    if row is None:
        raise Refused("invitation-over", teams.OVER, 410)
    return render_template("accounts/invitation.html", token=token, artist=row.name, role=role_name(row.role))


@accounts.post("/invitation/<token>")
@limiter.limit("60 per hour")
def accept_invitation(token: str) -> Any:
    """Take an invitation: whoever holds the link and is signed in, with whatever address."""
    joined = teams.accept(token, current_user.id, now())
    flash(gettext("You are in the team of %(artist)s now.", artist=joined.name), "ok")
    return redirect(url_for("pages.team", artist_slug=joined.slug))


def _may_change() -> bool:
    return bool(current_user.is_operator or current_user.has_role(g.artist.id, "artist"))


def _only_artist() -> None:
    if not _may_change():
        raise NotFound()
