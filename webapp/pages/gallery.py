"""All designs of a contest, in an order that favours nobody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from contests.phases import VOTING, Phase
from contests.queries import ContestRow
from voting import queries as voting
from voting.exposure import orders
from voting.exposure import seen as exposure
from voting.exposure.queries import Entry
from voting.exposure.stages import stage_of
from voting.hands import HEARTS, Hand, hand, hand_of_hearts, way_in
from voting.queries import RoundRow
from webapp.infra.db import db
from webapp.infra.device import device_id, known_device, visitor_seed
from webapp.infra.kept import kept
from webapp.infra.templating import is_fragment
from webapp.insights import seen
from webapp.kernel.now import now
from webapp.pages import queries
from webapp.pages.blueprint import blueprint
from webapp.pages.card_text import card_texts
from webapp.pages.contest import public_place
from webapp.pages.frames import HERE, frame_of, joined, teach
from webapp.pages.rows import Place

SIZE = 24
WHOLE_UP_TO = 10  # pages that are shown with all before them, when somebody comes back to one
LONGEST_SEARCH = 60
PLAIN = (1, "", False, False)  # the first page of all designs


@blueprint.get("/c/<contest_slug>/designs")
def gallery(contest_slug: str) -> Response:
    """Show 24 more at a time; search and 'mine' narrow the same order."""
    moment = now()
    place = place_of(contest_slug)
    contest, phase = place.contest, place.contest.phase(moment)
    words = " ".join(request.args.get("q", "").replace("\x00", "").split())[:LONGEST_SEARCH]
    mine = request.args.get("show") == "hearts"
    held = _hand(contest, phase) if phase in VOTING else None
    epoch = orders.epoch_for(contest.id, request.args.get("o"), moment)
    ids = order(contest, phase, epoch, moment, words)
    if mine and held is not None:
        ids = [i for i in ids if i in held.marked]
    page, start, end = _slice(len(ids))
    faces = queries.faces(ids[start:end])
    seen.saw(contest.id, device_id(), current_user.id)
    exposure.met(contest.id, phase, "gallery", device_id(), [face.id for face in faces], SIZE)
    following = min(SIZE, len(ids) - end)

    def frame() -> str:
        return render_template(
            "pages/gallery.html",
            place=place,
            contest=contest,
            phase=phase,
            hand=held,
            hearts=held.hearts if held else None,
            cards=HERE,
            any=bool(faces),
            whole=len(ids),
            words=words,
            mine=mine,
            more=_more(place, page, epoch, words, mine) if following > 0 else None,
            following=following,
            part=is_fragment(),
        )

    asked = (page, words, mine, is_fragment())
    cards = card_texts(faces, contest.slug, held, current_user.id, is_fragment())
    key = frame_key(place, phase, held, ids, bool(faces), epoch, asked)
    whole = frame_of(key, frame)
    if asked == PLAIN and not request.query_string and held == blank(contest, phase):
        teach(key, whole)
    response = make_response(joined(whole, cards, generate_csrf()))
    response.vary.add("HX-Request")
    return response


def place_of(slug: str) -> Place:
    """Return a contest that everybody may know of, as it was a moment ago; raises NotFound."""
    return kept(("place", slug), lambda: public_place(slug))


def frame_key(
    place: Place, phase: Phase, held: Hand | None, ids: Sequence[int], any: bool, epoch: int, page: tuple[Any, ...]
) -> tuple[Any, ...]:
    """Return all that stands around the cards of a page, `page` being what was asked for."""
    contest = place.contest
    about = (contest.slug, contest.title, place.artist_slug, place.brand_colour, phase, *_said(held))
    return (*about, any, len(ids), epoch, page)


def blank(contest: ContestRow, phase: Phase) -> Hand | None:
    """Return the ballot of a browser that has said nothing yet; None when there is no vote now."""
    if phase not in VOTING:
        return None
    way = way_in(contest, phase)
    return hand_of_hearts(contest, round_in(contest), None, "") if way == HEARTS else Hand(way, "none")


def round_in(contest: ContestRow) -> RoundRow | None:
    """Return the round a contest is in; None when nobody has voted in it yet."""
    return kept(("round", contest.id), lambda: (voting.current_round(db.session(), contest.id),))[0]


def _hand(contest: ContestRow, phase: Phase) -> Hand:
    if way_in(contest, phase) != HEARTS:
        return hand(db.session(), contest, phase, current_user.id, known_device())
    return hand_of_hearts(contest, round_in(contest), current_user.id, known_device())


def order(contest: ContestRow, phase: Phase, epoch: int, moment: datetime, words: str = "") -> list[int]:
    """Return this visitor's order; what a search found is not kept."""
    stage = stage_of(phase)

    def entries() -> list[Entry]:
        found = queries.entries(db.session(), contest.id, stage, words)
        return [entry for entry in found if entry.finalist] if phase is Phase.FINAL else found

    if words:
        return orders.of_entries(contest, stage, entries(), epoch, moment, whole=False)
    about = (contest.id, phase)
    return kept(
        ("order", *about, visitor_seed(contest.id), epoch),
        lambda: orders.of_entries(contest, stage, kept(("entries", *about), entries), epoch, moment),
    )


def _said(held: Hand | None) -> tuple[Any, ...]:
    """Return what the page shows of a ballot beside the cards."""
    if held is None:
        return ()
    hearts = held.hearts
    return held.way, len(held.marked), (hearts.left, len(hearts.voted), len(hearts.pending)) if hearts else None


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
