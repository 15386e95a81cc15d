"""All designs of a contest, in an order that favours nobody."""

from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask_login import current_user

from contests.phases import VOTING, Phase
from contests.submissions.queries import CardRow
from voting.exposure import orders
from voting.exposure import seen as exposure
from voting.exposure.stages import stage_of
from voting.hands import Hand, hand
from webapp.infra.db import db
from webapp.infra.device import device_id
from webapp.infra.templating import is_fragment
from webapp.insights import seen
from webapp.kernel.now import now
from webapp.pages import queries
from webapp.pages.blueprint import blueprint
from webapp.pages.card_text import card_text
from webapp.pages.contest import public_place
from webapp.pages.rows import Place

SIZE = 24
WHOLE_UP_TO = 10  # pages that are shown with all before them, when somebody comes back to one
LONGEST_SEARCH = 60


@blueprint.get("/c/<contest_slug>/designs")
def gallery(contest_slug: str) -> Response:
    """Show 24 more at a time; search and 'mine' narrow the same order."""
    place, moment = public_place(contest_slug), now()
    contest, phase = place.contest, place.contest.phase(moment)
    words = " ".join(request.args.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH]
    mine = request.args.get("show") == "hearts"
    held = None
    if phase in VOTING:
        held = hand(db.session(), contest, phase, current_user.id, device_id())
    epoch, stage = orders.epoch_for(contest.id, request.args.get("o"), moment), stage_of(phase)
    entries = queries.entries(db.session(), contest.id, stage, words)
    if phase is Phase.FINAL:
        entries = [entry for entry in entries if entry.finalist]
    ids = orders.of_entries(contest, stage, entries, epoch, moment, whole=not words)
    if mine and held is not None:
        ids = [i for i in ids if i in held.marked]
    page, start, end = _slice(len(ids))
    shown = ids[start:end]
    cards = queries.cards(db.session(), shown)
    seen.saw(contest.id, device_id(), current_user.id)
    exposure.met(contest.id, phase, "gallery", device_id(), [i for i in shown if i in cards], SIZE)
    response = make_response(
        render_template(
            "pages/gallery.html",
            place=place,
            contest=contest,
            phase=phase,
            hand=held,
            hearts=held.hearts if held else None,
            cards=[cards[i] for i in shown if i in cards],
            card_text=card_text,
            way_of={card.id: _way(card, held) for card in cards.values()},
            whole=len(ids),
            words=words,
            mine=mine,
            more=_more(place, page, epoch, words, mine) if end < len(ids) else None,
            following=min(SIZE, len(ids) - end),
            part=is_fragment(),
        )
    )
    response.vary.add("HX-Request")
    return response


def _way(card: CardRow, held: Hand | None) -> str:
    if held is None:
        return ""
    return "own" if card.author_id == current_user.id else held.way


def _slice(whole: int) -> tuple[int, int, int]:
    """Return (page, first, after the last): htmx gets what is new, a reload gets all up to it."""
    asked = request.args.get("page", "1")
    pages = max(1, -(-whole // SIZE))
    page = min(max(1, int(asked)), pages) if asked.isdecimal() and len(asked) < 7 else 1
    alone = is_fragment() or page > WHOLE_UP_TO
    return page, (page - 1) * SIZE if alone else 0, min(page * SIZE, whole)


def _more(place: Place, page: int, epoch: int, words: str, mine: bool) -> str:
    narrow: dict[str, Any] = {"q": words or None, "show": "hearts" if mine else None}
    return url_for("pages.gallery", contest_slug=place.contest.slug, page=page + 1, o=epoch, **narrow)
