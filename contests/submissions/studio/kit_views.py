"""The team's page of a contest's kit: logos, stickers, colours and fonts for fans to draw with."""

from typing import Any

from flask import Response, flash, g, make_response, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from contests import queries as contests
from contests.queries import ContestRow
from contests.submissions import originals
from contests.submissions.images.fonts import FONTS
from contests.submissions.studio import answers, kit, queries, rules
from contests.submissions.studio.forms import KINDS, KitColourForm, KitFontsForm, KitLabelForm, KitPictureForm
from webapp.accounts.guards import team_blueprint
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.limits import limiter
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

blueprint = team_blueprint("kit", __name__, "artist", "merch_staff")
ROOT = "/team/<artist_slug>/contests/<int:contest_id>/kit"


@blueprint.get(ROOT)
def show(artist_slug: str, contest_id: int) -> Response:
    """Show what is laid out, and the forms for more."""
    return _page(_contest(contest_id))


@blueprint.post(f"{ROOT}/pictures")
@limiter.limit("120 per hour")
def add_picture(artist_slug: str, contest_id: int) -> Any:
    """Lay out a logo or a sticker."""
    contest, form = _contest(contest_id), KitPictureForm()
    if not form.validate():
        return _page(contest, picture=form)
    file = form.picture.data
    try:
        kit.add_picture(
            contest_id, current_user.id, form.kind.data, form.label.data, file.read(), file.filename or "", now()
        )
    except Refused as refused:
        form.picture.errors = [*form.picture.errors, text_of(refused)]
        return _page(contest, picture=form)
    return _back(contest, gettext("Laid out. Fans see it as soon as it is ready."))


@blueprint.post(f"{ROOT}/colours")
def add_colour(artist_slug: str, contest_id: int) -> Any:
    """Add a colour to the palette."""
    contest, form = _contest(contest_id), KitColourForm()
    if not form.validate():
        return _page(contest, colour=form)
    try:
        kit.add_colour(contest_id, current_user.id, form.colour.data, now())
    except Refused as refused:
        form.colour.errors = [*form.colour.errors, text_of(refused)]
        return _page(contest, colour=form)
    return _back(contest, gettext("Saved."))


@blueprint.post(f"{ROOT}/fonts")
def choose_fonts(artist_slug: str, contest_id: int) -> Any:
    """Choose the fonts on offer."""
    contest, form = _contest(contest_id), KitFontsForm()
    if not form.validate():
        return _page(contest, fonts=form)
    kit.choose_fonts(contest_id, current_user.id, form.fonts.data or (), now())
    return _back(contest, gettext("Saved."))


@blueprint.post(f"{ROOT}/<int:item_id>/label")
def label(artist_slug: str, contest_id: int, item_id: int) -> Any:
    """Name a picture."""
    contest, form = _contest(contest_id), KitLabelForm()
    try:
        kit.label(contest_id, current_user.id, item_id, (form.label.data or "") if form.validate() else "", now())
    except Refused as refused:
        if refused.code != "bad-label":
            raise
        return _back(contest, text_of(refused), "bad")
    return _back(contest, gettext("Saved."))


@blueprint.post(f"{ROOT}/<int:item_id>/remove")
def remove(artist_slug: str, contest_id: int, item_id: int) -> Any:
    """Take something off the kit."""
    contest = _contest(contest_id)
    kit.remove(contest_id, current_user.id, item_id, now())
    return _back(contest, gettext("Taken away. Drawings that use it keep it."))


def _page(contest: ContestRow, **typed: Any) -> Response:
    items = queries.kit(db.session(), contest.id)
    chosen = {item.value for item in items if item.kind == "font"}
    forms = {
        "picture": KitPictureForm(formdata=None),
        "colour": KitColourForm(formdata=None),
        "fonts": KitFontsForm(formdata=None, fonts=[font for font in FONTS if font in chosen]),
    }
    shown = render_template(
        "studio/kit.html",
        contest=contest,
        pictures=[(item, answers.picture(item.asset)) for item in items if item.asset],
        colours=[item for item in items if item.kind == "colour"],
        kinds=KINDS,
        most_colours=rules.KIT_COLOURS,
        limits=originals.limits(),
        **{**forms, **typed},
    )
    return answers.private(make_response(shown, 422 if typed else 200))


def _back(contest: ContestRow, said: str, kind: str = "ok") -> Any:
    flash(said, kind)
    return redirect(url_for("kit.show", artist_slug=g.artist.slug, contest_id=contest.id), 303)


def _contest(contest_id: int) -> ContestRow:
    """Return this artist's contest; another's does not exist here."""
    contest = contests.contest(db.session(), contest_id)
    if contest is None or contest.artist_id != g.artist.id:
        raise NotFound()
    return contest
