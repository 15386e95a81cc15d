"""The page of one design: where a QR code leads, where it is voted for and talked about."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, current_app, make_response, redirect, render_template, request
from flask_login import current_user

from contests import queries as contests
from contests.comments import panel
from contests.models import Contest
from contests.phases import COUNTED, VOTING, Phase
from contests.queries import ContestRow, ProductRow
from contests.submissions import queries as submissions
from contests.submissions import tools, worn
from contests.submissions.credits import queries as sharing
from contests.submissions.finalists import queries as finalists
from contests.submissions.finalists import travels
from contests.submissions.queries import DesignRow
from contests.submissions.studio import queries as drawings
from voting import ballot_pages
from voting import queries as voting
from voting.exposure import queries as exposure
from voting.exposure import seen as showings
from voting.exposure.stages import stage_of
from voting.hands import HEARTS, PAIRS, Hand, hand
from voting.wearing.asking import Ask, ask
from webapp.accounts.following import queries as following
from webapp.infra.db import db
from webapp.infra.device import device_id, visitor_seed
from webapp.infra.templating import picture_url
from webapp.insights import seen
from webapp.kernel import codes
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound
from webapp.pages import queries
from webapp.pages.blueprint import blueprint

OTHERS = 3
SHORTLISTED = COUNTED | {Phase.FINAL}


# The lowest is what addresses are written with; the others are typed by hand.
@blueprint.get("/d/<code>")
@blueprint.get("/D/<code>")
def design(code: str) -> Any:
    """Show the design of a code, however it was typed."""
    return _page(code)


@blueprint.get("/d/<code>/qr")
@blueprint.get("/d/<code>/QR")
@blueprint.get("/D/<code>/qr")
@blueprint.get("/D/<code>/QR")
def scanned(code: str) -> Any:
    """Show the same page to those who come by a printed code, at once, and count them."""
    return _page(code, scanned=True)


def _page(code: str, scanned: bool = False) -> Any:
    found = submissions.design(db.session(), codes.normalise(code))
    place = queries.place(db.session(), Contest.id == found.contest_id) if found else None
    if found is None or place is None:
        raise NotFound()
    contest, moment = place.contest, now()
    is_author = current_user.id == found.author_id
    is_moderator = current_user.is_operator or current_user.has_role(contest.artist_id, "moderator")
    if away := _away(found, is_author, is_moderator):
        return away
    phase = contest.phase(moment)
    public = submissions.is_public(found)
    if public:
        seen.saw(contest.id, device_id(), current_user.id)
        if scanned:
            travels.note(found.id, travels.SCAN)
    held = _hand(contest, phase, public)
    products = contests.products(db.session(), contest.id)
    credit = sharing.of_design(db.session(), found.id)
    follows, author_page = following.beside_design(db.session(), current_user.id, found.id, found.author_id)
    page = render_template(
        "pages/design.html",
        design=found,
        slides=worn.slides(worn.worn(found.revision.mockups if found.revision else [], products)),
        place=place,
        contest=contest,
        phase=phase,
        public=public,
        is_author=is_author,
        is_moderator=is_moderator,
        reason=_reason(found, public, is_author),
        kit=finalists.of_design(db.session(), found.id) if public and phase in SHORTLISTED else None,
        tools=tools.author_tools(db.session(), found, contest, moment) if is_author else None,
        hand=held,
        hearts=held.hearts,
        rival=_rival(contest, phase, found, held) if public and not is_author else None,
        may_vote=public and phase in VOTING and not is_author,
        in_final=phase is not Phase.FINAL or found.id in voting.shortlist(db.session(), contest.id),
        via="design" if _from_here() else "link",
        others=_others(found, phase, found.id in held.marked) if public and not is_author else [],
        wear=_wear(found, products) if public and phase in VOTING and not is_author else None,
        follows=follows,
        author_page=author_page,
        credits=drawings.credits(db.session(), found.remix_of_id),
        may_remix=public and found.allow_remix and not is_author and phase is Phase.SUBMITTING,
        revisions=[each for each in submissions.revisions(db.session(), found.id) if each.state == "done"],
        address=_absolute(found.url),
        card_address=_share_card(found),
        shares=sharing.shares_of(found.author_id, found.author_name, credit),
        offers=[row for row in credit if is_author and row.state == "offered"],
        talk=panel.talk(db.session(), found, contest.artist_id, place.artist_slug, phase, current_user, moment),
    )
    return _kept_private(page, public)


def _away(found: DesignRow, is_author: bool, is_moderator: bool) -> Any:
    """Answer for a design that can't be shown to this reader; None when it can."""
    if found.withdrawn_at:
        # What was public once is said to be gone; what never was, does not exist.
        if found.approved_at or is_author or is_moderator:
            abort(410)
        raise NotFound()
    if submissions.is_public(found):
        return None
    if not found.submitted_at:
        if is_author:
            return redirect(f"/designs/{found.code}/draft")
        if not (is_moderator and found.waits_for_guardian):
            raise NotFound()
    if not (is_author or is_moderator):
        raise NotFound()
    return None


def _reason(found: DesignRow, public: bool, is_author: bool) -> str:
    """Return why moderators took a design from view; the author reads it among the tools."""
    if public or is_author:
        return ""
    acts = submissions.acts_on(db.session(), found.id)
    return next((act.reason or act.reason_code for act in acts if act.act in ("hold", "hide")), "")


def _hand(contest: ContestRow, phase: Phase, public: bool) -> Hand:
    if not public or phase not in VOTING:
        return Hand(HEARTS, "none")
    return hand(db.session(), contest, phase, current_user.id, device_id())


def _wear(found: DesignRow, products: list[ProductRow]) -> Ask | None:
    """Return the question whether the reader would wear it."""
    return ask(db.session(), found.id, products, current_user.id, device_id())


def _rival(contest: ContestRow, phase: Phase, found: DesignRow, held: Hand) -> Any:
    """Return (left, right) where fans compare: this design and one that this reader has not met it with."""
    if phase not in VOTING or held.way != PAIRS:
        return None
    pair = ballot_pages.pair_with(contest, phase, held, found.id)
    cards = queries.cards(db.session(), pair) if pair else {}
    return [cards[each] for each in pair] if pair and len(cards) == len(pair) else None


def _others(found: DesignRow, phase: Phase, voted: bool) -> list[Any]:
    """Return the three that were seen least: a vote that came by a design's own link is invited to look around."""
    if phase not in VOTING:
        return []
    ids = exposure.least_seen(
        db.session(), found.contest_id, stage_of(phase), found.id, visitor_seed(found.contest_id), OTHERS
    )
    cards = queries.cards(db.session(), ids)
    if voted:  # the page shows them only then
        showings.met(found.contest_id, phase, "others", device_id(), [i for i in ids if i in cards])
    return [cards[i] for i in ids if i in cards]


def _from_here() -> bool:
    return urlsplit(request.referrer or "").netloc == request.host


def _absolute(path: str) -> str:
    # Pictures may have an address of their own already.
    return f"{current_app.config['SETTINGS'].base_url}{path}" if path.startswith("/") else path


def _share_card(found: DesignRow) -> str | None:
    key = found.revision.share_card_key if found.revision else None
    return _absolute(picture_url(key)) if key else None


def _kept_private(page: str, public: bool) -> Response:
    response = make_response(page)
    if not public:
        response.headers["Cache-Control"] = "no-store"
    return response
