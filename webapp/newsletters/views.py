"""The team's pages of its newsletter: letters, the editor, preview, sending, what came of it."""

import secrets
from typing import Any

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from webapp.accounts import queries as people
from webapp.accounts.guards import require_fresh, team_blueprint
from webapp.infra import mail
from webapp.infra.db import db, transaction
from webapp.infra.errors import text_of
from webapp.infra.i18n import LANGUAGES, number
from webapp.infra.limits import limiter
from webapp.infra.security import policy
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused
from webapp.newsletters import audience, content, queries, shelf, tokens, writing
from webapp.newsletters.forms import LetterForm, SendForm
from webapp.newsletters.queries import LetterRow
from webapp.newsletters.segments import ACTS, FEW, IN_CONTEST, IN_DROP, Segment

blueprint = team_blueprint("letters", __name__, "artist", "merch_staff", url_prefix="/team/<artist_slug>/letters")
blueprint.add_app_template_global(content.words_of, "letter_words")
# Runs nothing, sends nothing; of pictures only our own; shown in a frame of our own page alone.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src {base}; base-uri 'none'; "
SANDBOX += "form-action 'none'; frame-ancestors 'self'"


@blueprint.get("")
def index(artist_slug: str) -> str:
    """The letters, and how many read them."""
    session, moment = db.session(), now()
    rows = queries.letters(session, g.artist.id)
    return render_template(
        "newsletters/index.html",
        rows=rows,
        sent=queries.sent_counts(session, [row.id for row in rows]),
        readers=audience.size(session, g.artist.id, Segment(), moment),
        waiting=queries.waiting_to_confirm(session, g.artist.id, moment, tokens.DAYS),
        zone=current_user.timezone or "UTC",
        states=states(),
    )


@blueprint.post("")
def begin(artist_slug: str) -> Any:
    """Begin a letter."""
    locale = current_user.locale if current_user.locale in LANGUAGES else "en"
    number = writing.begin(g.artist.id, current_user.id, locale, now())
    return _to("edit", number)


@blueprint.route("/<int:letter_id>", methods=["GET", "POST"])
def edit(artist_slug: str, letter_id: int) -> Any:
    """Write a letter; one that was sent off is shown with what came of it."""
    row = _letter(letter_id)
    if not row.editable:
        return redirect(url_for("letters.progress", artist_slug=artist_slug, letter_id=row.id))
    posted = request.form if request.method == "POST" else None
    form = LetterForm.of(row, _shelf(), posted)
    if not form.submitted():
        return _editor(row, form), 422 if form.errors else 200
    try:
        _save(row, form)
    except Refused as refused:
        if refused.code != "changed-meanwhile":
            raise
        return _overtaken(letter_id, form)
    if request.form.get("then") in ("preview", "confirm"):
        return _to(request.form["then"], row.id)
    flash(gettext("Saved."), "ok")
    return _to("edit", row.id)


def _save(row: LetterRow, form: LetterForm) -> None:
    writing.save(row, form.draft(), form.version.data or 0, form.page.data or "", current_user.id, now())


def _overtaken(letter_id: int, form: LetterForm) -> Any:
    """Show what the other has saved beside what was written here: nothing of either is lost."""
    theirs = _letter(letter_id)
    form.version.data = theirs.version
    name = people.names(db.session(), [theirs.changed_by])[theirs.changed_by]
    return _editor(theirs, form, theirs=theirs, by=name), 409


@blueprint.post("/<int:letter_id>/discard")
def discard(artist_slug: str, letter_id: int) -> Any:
    """Throw a draft away."""
    writing.discard(_letter(letter_id), current_user.id, now())
    flash(gettext("The draft is gone."), "ok")
    return redirect(url_for("letters.index", artist_slug=artist_slug))


@blueprint.post("/<int:letter_id>/keep")
def keep(artist_slug: str, letter_id: int) -> Any:
    """Save while somebody writes, and say how many the segment reaches now; a fragment of the editor."""
    row = _letter(letter_id)
    form = LetterForm.of(row, _shelf(), request.form)
    fault = ""
    if form.submitted():
        try:
            _save(row, form)
        except Refused as refused:
            fault = text_of(refused)
    else:
        fault = gettext("Not saved: something in the form can't be as it is.")
    version = form.version.data if fault else queries.version(db.session(), letter_id)
    reach = _reach(form.draft().segment) if not form.errors else _reach(row.segment)
    return render_template("newsletters/kept.html", version=version, fault=fault, reach=reach, saved=not fault)


@blueprint.get("/<int:letter_id>/preview")
def preview(artist_slug: str, letter_id: int) -> Response:
    """The letter as mail programs show it, and its text part."""
    row = _letter(letter_id)
    subject, text, html = content.rendered(row, g.artist.slug)
    page = render_template(
        "newsletters/preview.html", row=row, subject=subject, text=text, size=content.size(html), most=content.LARGEST
    )
    response = Response(page)
    response.headers["Content-Security-Policy"] = (
        f"{policy(current_app.config['SETTINGS'].media_url)}; frame-src 'self'"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<int:letter_id>/preview/html")
def html(artist_slug: str, letter_id: int) -> Response:
    """The HTML part alone, for the frame of the preview."""
    response = Response(content.rendered(_letter(letter_id), g.artist.slug)[2], mimetype="text/html")
    response.headers["Content-Security-Policy"] = SANDBOX.format(base=content.base_url())
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/<int:letter_id>/trial")
@limiter.limit("20 per hour")
def trial(artist_slug: str, letter_id: int) -> Any:
    """Mail the letter to whoever presses the button, as it would go now."""
    row = _letter(letter_id)
    writing.check(row, g.artist.slug)
    params = content.params(row, g.artist.slug, tokens.NOBODY, trial=True)
    with transaction() as session:
        mail.post(session, [mail.Message(current_user.email, content.KIND, params, row.locale, current_user.id)])
    flash(gettext("On its way to %(address)s.", address=current_user.email), "ok")
    return _to("preview", row.id)


@blueprint.route("/<int:letter_id>/send", methods=["GET", "POST"])
def confirm(artist_slug: str, letter_id: int) -> Any:
    """Say to how many it goes, and when; the button sends it off."""
    row = _letter(letter_id)
    if not row.editable:
        return _to("progress", row.id)
    form = SendForm(version=row.version)
    trouble = ""
    if form.submitted():
        require_fresh()
        try:
            at = form.moment(current_user.timezone)
            writing.send_off(row, g.artist.slug, form.version.data or 0, current_user.id, at, now())
            return _to("progress", row.id)
        except Refused as refused:
            if refused.code in ("changed-meanwhile", "sent-off"):
                raise
            trouble = text_of(refused)
    reach = audience.size(db.session(), g.artist.id, row.segment, now())
    if not trouble:
        trouble = _trouble(row, reach)
    page = render_template(
        "newsletters/confirm.html",
        row=row,
        form=form,
        reach=reach,
        shown=_shown(reach, row.segment),
        trouble=trouble,
        segment=describe(row.segment),
        zone=current_user.timezone or "UTC",
        fresh=current_user.fresh_until > now(),
    )
    return page, 422 if form.errors or (trouble and request.method == "POST") else 200


@blueprint.post("/<int:letter_id>/stop")
def stop(artist_slug: str, letter_id: int) -> Any:
    """Take a letter back before it goes, or stop it on its way."""
    state = writing.stop(_letter(letter_id), current_user.id, now())
    if state == "draft":
        flash(gettext("Taken back: nobody got it."), "ok")
        return _to("edit", letter_id)
    flash(gettext("Stopped: what had not gone yet does not go."), "ok")
    return _to("progress", letter_id)


@blueprint.get("/<int:letter_id>/progress")
def progress(artist_slug: str, letter_id: int) -> Any:
    """How far it is, and what came of it; asks again by itself while it goes."""
    row = _letter(letter_id)
    if row.editable:
        return _to("edit", row.id)
    return render_template(
        "newsletters/progress.html",
        row=row,
        done=queries.progress(db.session(), row.id),
        shown=_shown(row.reach, row.segment),
        segment=describe(row.segment),
        zone=current_user.timezone or "UTC",
        states=states(),
        moves=row.state == "scheduled" or row.finished_at is None,
    )


def states() -> dict[str, str]:
    """Return the states of a letter in words."""
    return {
        "draft": gettext("Draft"),
        "scheduled": gettext("Goes soon"),
        "sending": gettext("On its way"),
        "sent": gettext("Sent"),
        "stopped": gettext("Stopped"),
    }


def describe(segment: Segment) -> list[str]:
    """Return a segment as sentences, for people; nothing for everybody."""
    said = [gettext("Only those who %(act)s", act=gettext(ACTS[act])) for act in segment.did]
    said += [gettext("Without those who %(act)s", act=gettext(ACTS[act])) for act in segment.did_not]
    if segment.quiet_days:
        said.append(gettext("Did nothing for %(days)s days", days=segment.quiet_days))
    if segment.language:
        said.append(gettext("Readers of: %(language)s", language=LANGUAGES.get(segment.language, segment.language)))
    if segment.country:
        said.append(gettext("Country: %(country)s", country=segment.country))
    found = {*segment.did, *segment.did_not}
    on_shelf = _shelf() if segment.contest_id or segment.drop_id else None
    if on_shelf and segment.contest_id and found & set(IN_CONTEST):
        said.append(gettext("In the contest: %(title)s", title=dict(on_shelf.contests).get(segment.contest_id, "")))
    if on_shelf and segment.drop_id and found & set(IN_DROP):
        said.append(gettext("In the drop: %(title)s", title=dict(on_shelf.drops).get(segment.drop_id, "")))
    return [str(each) for each in said]


def _editor(row: LetterRow, form: LetterForm, theirs: LetterRow | None = None, by: str = "") -> str:
    return render_template(
        "newsletters/edit.html",
        row=row,
        form=form,
        reach=_reach(form.draft().segment) if not form.errors else _reach(row.segment),
        version=form.version.data,
        page=form.page.data or secrets.token_hex(8),
        theirs=theirs,
        by=by,
        fault="",
        saved=False,
    )


def _reach(segment: Segment) -> str:
    return _shown(audience.size(db.session(), g.artist.id, segment, now()), segment)


def _shown(reach: int, segment: Segment) -> str:
    """Return a number of people; few of a group that did something are not counted out loud."""
    if reach < FEW and not segment.everybody:
        return str(gettext("fewer than %(few)s", few=FEW))
    return number(reach)


def _trouble(row: LetterRow, reach: int) -> str:
    try:
        writing.check(row, g.artist.slug)
        writing.check_reach(row.segment, reach)
    except Refused as refused:
        return text_of(refused)
    return ""


def _shelf() -> shelf.Shelf:
    return shelf.of_artist(db.session(), g.artist.id, g.artist.slug, g.artist.name, now())


def _letter(letter_id: int) -> LetterRow:
    row = queries.letter(db.session(), letter_id, g.artist.id)
    if row is None:
        raise NotFound()
    return row


def _to(view: str, letter_id: int) -> Any:
    return redirect(url_for(f"letters.{view}", artist_slug=g.artist.slug, letter_id=letter_id))
