"""The moderators' queue: one item large, a key for each decision, undo, the log."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from contests.comments import desk, history, items, moderation, reasons, verdicts
from contests.comments.appeals import queries as appeals
from contests.comments.holding import rules as holding
from contests.comments.questions import rules as questions
from webapp.accounts.guards import team_blueprint
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.paging import page_of, whole
from webapp.kernel.now import now
from webapp.kernel.refusal import Refused

blueprint = team_blueprint("moderation", __name__, "moderator")
ROOT = "/team/<artist_slug>/moderation"
MOST_SKIPPED = 100


@blueprint.get(ROOT)
def queue(artist_slug: str) -> str:
    """Show the next thing to decide about."""
    aside = request.args.get("view") == "aside"
    skipped = _skipped(request.args.get("skip", ""))
    if aside:
        waiting = [item for item in desk.put_aside(db.session(), g.artist.id) if item.key not in skipped]
    else:
        waiting = desk.waiting(db.session(), g.artist.id, current_user.is_operator, skipped)
    done = request.args.get("done", type=whole)
    return render_template(
        "moderation/queue.html",
        item=items.load(db.session(), waiting[0], g.artist.id) if waiting else None,
        waiting=len(waiting),
        aside=aside,
        skipped=skipped,
        done=_own_act(history.act(db.session(), done)) if done else None,
        report_words=reasons.REPORT,
        suspend_words=reasons.SUSPENDED,
        act_names=items.act_names(),
        rules=_rules(waiting[0].kind) if waiting else {},
        appeals=appeals.open_count(db.session(), g.artist.id),
    )


@blueprint.post(ROOT)
def act(artist_slug: str) -> Answer:
    """Carry out one decision and go on to the next thing."""
    form, kind, subject_id = request.form, *_item(request.form.get("item", ""))
    done = None
    try:
        done = verdicts.decide(
            db.session(),
            g.artist.id,
            current_user.id,
            kind,
            subject_id,
            request.values.get("choice", ""),
            form.get("reason_code", ""),
            form.get("note", ""),
            form.get("trust") == "y",
            now(),
        )
    except Refused as refused:
        # The queue may be a moment old: say so, and go on with what waits now.
        if refused.code not in ("already-decided", "already-held"):
            raise
        flash(text_of(refused), "warn")
    # A notice stays open while a second moderator looks; it must not come up again at once.
    open_still = [form["item"]] if kind == "takedown" and request.values.get("choice") == "escalate" else []
    return redirect(_queue(form, done, open_still))


@blueprint.post(f"{ROOT}/undo")
def undo(artist_slug: str) -> Answer:
    """Take an act back."""
    act_id = request.form.get("act_id", 0, type=whole)
    verdicts.take_back(db.session(), g.artist.id, current_user.id, act_id, now(), current_user.is_operator)
    flash(gettext("Taken back."), "ok")
    if request.form.get("from") == "log":
        return redirect(url_for("moderation.log", artist_slug=artist_slug))
    return redirect(_queue(request.form, None))


@blueprint.post(f"{ROOT}/suspend")
def suspend(artist_slug: str) -> Answer:
    """Suspend an account that took part here."""
    form = request.form
    code, person_id = form.get("reason_code", ""), form.get("person_id", 0, type=whole)
    reason = verdicts.words(db.session(), person_id, reasons.SUSPENDED, code, form.get("note", ""))
    act_id = moderation.suspend(person_id, g.artist.id, current_user.id, code, reason, now())
    flash(gettext("The account is suspended."), "ok")
    return redirect(_queue(form, act_id))


@blueprint.post(f"{ROOT}/reinstate")
def reinstate(artist_slug: str) -> Answer:
    """Let a suspended account act again."""
    person_id, reason = request.form.get("person_id", 0, type=whole), request.form.get("reason", "")
    moderation.reinstate(person_id, g.artist.id, current_user.id, reason, now(), current_user.is_operator)
    flash(gettext("The account is let in again; its owner is told."), "ok")
    return redirect(url_for("moderation.log", artist_slug=artist_slug))


@blueprint.get(f"{ROOT}/log")
def log(artist_slug: str) -> str:
    """Show what the team did, newest first."""
    before = request.args.get("before", type=whole)
    page = page_of(history.log(db.session(), g.artist.id, before), history.PER_PAGE, lambda act: act.id)
    return render_template("moderation/log.html", page=page, act_names=items.act_names())


def _rules(kind: str) -> dict[str, str]:
    """Return what rules say about comments, or about questions."""
    return questions.HOLDING if kind == "question" else holding.HOLDING


def _own_act(act: history.ActLine | None) -> Any:
    return act if act and act.artist_id == g.artist.id and act.can_undo else None


def _item(key: str) -> tuple[str, int]:
    kind, _, number = key.partition(":")
    return kind, int(number) if number.isdecimal() and len(number) < 16 else 0


def _skipped(text: str) -> list[str]:
    return [key for key in text.split(",") if key][:MOST_SKIPPED]


def _queue(form: Any, done: int | None, also: list[str] | None = None) -> str:
    view = "aside" if form.get("view") == "aside" else None
    skip = ",".join([*_skipped(form.get("skip", "")), *(also or [])]) or None
    return url_for("moderation.queue", artist_slug=g.artist.slug, view=view, skip=skip, done=done)
