"""The desk's exports: choose and order columns, take a file, wait for a large one, keep templates, see the log."""

from dataclasses import dataclass
from typing import Any

from flask import Response as FlaskResponse
from flask import flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from preorders import desk_words, tallies
from preorders import queries as drops
from preorders.exports import queries, service, words
from preorders.exports.formats import FORMATS
from preorders.exports.forms import Choice
from preorders.exports.queries import ExportRow, TemplateRow
from preorders.exports.templates import TEMPLATES
from preorders.exports.writing import Wish
from preorders.order_list import Filters
from preorders.rows import DropRow
from webapp.accounts import queries as accounts
from webapp.accounts.guards import require_fresh, team_blueprint
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.storage import storage
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused

blueprint = team_blueprint("exports", __name__, "merch_staff", url_prefix="/team/<artist_slug>/drops/<int:drop_id>")


@dataclass(frozen=True)
class Menu:
    """What can be taken with two clicks: kept templates first, then the built-in ones."""

    kept: list[TemplateRow]
    built_in: list[Any]


@blueprint.app_template_global("export_menu")
def menu() -> Menu:
    """Return what the export menu of this team offers this person."""
    return Menu(queries.templates(db.session(), g.artist.id, current_user.id), list(TEMPLATES.values()))


@blueprint.app_template_global("export_personal")
def is_personal(kept: TemplateRow) -> bool:
    """Return whether a kept template names people."""
    return _wish(kept, kept.format, Filters()).personal


@blueprint.post("/export")
def take(artist_slug: str, drop_id: int) -> Response:
    """What is seen, as a file: the filters stand in the address. Who takes it is logged. Large ones are waited for."""
    drop = _drop(drop_id)
    wanted = _asked()
    if wanted.personal:
        require_fresh()
    made = service.ask(drop.id, current_user.id, wanted, now())
    if isinstance(made, int):
        return redirect(url_for("exports.one", artist_slug=artist_slug, drop_id=drop_id, export_id=made), 303)
    answer = send_file(made.file, mimetype=made.mimetype, as_attachment=True, download_name=made.filename)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/exports")
def index(artist_slug: str, drop_id: int) -> str:
    """Choose what stands in a file, and see what was taken so far."""
    return _page(_drop(drop_id), Choice.of(request.args))


@blueprint.post("/exports/arrange")
def arrange(artist_slug: str, drop_id: int) -> Response:
    """Tick columns and move them up or down, without a script; the choice stands in the address."""
    drop_id, choice, order = _drop(drop_id).id, Choice.of(request.form), request.form.get("move", "")
    choice = choice.moved(order)
    args = Filters.of(request.args).args() | choice.args()
    spot = f"column-{order.partition(':')[2]}" if order else "columns"
    return redirect(url_for("exports.index", artist_slug=artist_slug, drop_id=drop_id, _anchor=spot, **args), 303)


@blueprint.post("/exports/templates")
def keep(artist_slug: str, drop_id: int) -> Any:
    """Keep the choice under a name, for oneself or for the team."""
    drop, choice, filters = _drop(drop_id), Choice.of(request.form), Filters.of(request.args)
    kept_filters = filters if request.form.get("with_filter") else None
    wanted = service.wish(choice.template.name, choice.format, filters, choice.wanted)
    name, shared = request.form.get("name", ""), bool(request.form.get("shared"))
    try:
        service.keep_template(g.artist.id, current_user.id, name, wanted, kept_filters, shared, now())
    except Refused as refused:
        return _page(drop, choice, text_of(refused), name), refused.status
    flash(gettext("Kept. It stands first in the export menu now."), "ok")
    args = filters.args() | choice.args()
    return redirect(url_for("exports.index", artist_slug=artist_slug, drop_id=drop_id, **args), 303)


@blueprint.post("/exports/templates/<int:template_id>/remove")
def forget(artist_slug: str, drop_id: int, template_id: int) -> Response:
    """Remove one's own template."""
    service.remove_template(g.artist.id, current_user.id, template_id)
    flash(gettext("Removed."), "ok")
    return redirect(url_for("exports.index", artist_slug=artist_slug, drop_id=drop_id), 303)


@blueprint.get("/exports/<int:export_id>")
def one(artist_slug: str, drop_id: int, export_id: int) -> str:
    """How far a large export is, and its file when it is done."""
    drop = _drop(drop_id)
    return render_template("desk/export.html", **_shown(drop, _export(drop, export_id)))


@blueprint.get("/exports/<int:export_id>/status")
def status(artist_slug: str, drop_id: int, export_id: int) -> str:
    """The part of that page that changes."""
    drop = _drop(drop_id)
    return render_template("desk/export_status.html", **_shown(drop, _export(drop, export_id)))


@blueprint.get("/exports/<int:export_id>/file")
def file(artist_slug: str, drop_id: int, export_id: int) -> Response:
    """Send the file of a large export, for a day, to members of the team who may export; nobody else can."""
    drop = _drop(drop_id)
    row = _export(drop, export_id)
    if row.persons:
        require_fresh()
    if row.file_key is None or not row.is_there(now()):
        raise Refused("link-expired", N_("This file was kept for a day and is gone. Start the export again."), 410)
    try:
        pieces = storage().pieces(row.file_key)
    except FileNotFoundError:
        raise NotFound() from None
    answer = FlaskResponse(pieces, mimetype=FORMATS[row.format].mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.filename}"'
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@blueprint.post("/exports/<int:export_id>/retry")
def retry(artist_slug: str, drop_id: int, export_id: int) -> Response:
    """Let a failed export be tried again."""
    drop = _drop(drop_id)
    service.retry(drop.id, _export(drop, export_id).id, current_user.id, now())
    return redirect(url_for("exports.one", artist_slug=artist_slug, drop_id=drop_id, export_id=export_id), 303)


def _page(drop: DropRow, choice: Choice, error: str = "", name: str = "") -> str:
    session, filters = db.session(), Filters.of(request.args)
    log = queries.of_drop(session, drop.id)
    return render_template(
        "desk/exports.html",
        drop=drop,
        choice=choice,
        filters=filters,
        filter_words=lambda kept: words.filter_words(kept, desk_words.view_word),
        lines=tallies.counted(session, drop.id, filters).lines,
        presets=TEMPLATES.values(),
        log=log,
        names=accounts.names(session, {row.by_id for row in log}),
        moment=now(),
        template_word=words.template_word,
        error=error,
        name=name,
    )


def _shown(drop: DropRow, row: ExportRow) -> dict[str, Any]:
    said = {"word": words.template_word(row.template), "failure": words.failure_word(row.failure)}
    said["narrowed"] = words.filter_words(row.filters, desk_words.view_word)
    return {"drop": drop, "row": row, "there": row.is_there(now()), **said}


def _asked() -> Wish:
    """What a posted form wants: a kept template, or a choice of columns, or a built-in template as it is."""
    sent, filters = request.form, Filters.of(request.args)
    kept = sent.get("kept", "")
    if kept:
        if not (kept.isascii() and kept.isdigit() and len(kept) < 16):
            raise NotFound()
        row = service.template(g.artist.id, current_user.id, int(kept))
        return _wish(row, sent.get("format", row.format), filters)
    if "columns" in sent:
        choice = Choice.of(sent)
        return service.wish(choice.template.name, sent.get("format", ""), filters, choice.wanted)
    return service.wish(sent.get("template", ""), sent.get("format", ""), filters)


def _wish(kept: TemplateRow, kind: str, filters: Filters) -> Wish:
    """Its own filter where it has one, else the list's; columns that are no more are left out."""
    known = TEMPLATES[kept.base].choices
    columns = tuple(name for name in kept.columns if name in known)
    return service.wish(kept.base, kind, Filters.kept(kept.filters) if kept.filters else filters, columns, kept.name)


def _drop(drop_id: int) -> DropRow:
    drop = drops.drop(db.session(), drop_id)
    if drop is None or drop.artist_id != g.artist.id:
        raise NotFound()
    return drop


def _export(drop: DropRow, export_id: int) -> ExportRow:
    row = queries.export(db.session(), export_id)
    if row is None or row.drop_id != drop.id:
        raise NotFound()
    return row
