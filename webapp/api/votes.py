"""Votes: hearts, stars, an order, pairs; one's own only. Totals are in no answer before the close."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from contests import queries as contests
from contests import ways
from contests.queries import ContestRow
from contests.submissions.queries import DesignRow
from voting import queries as voting
from voting import service
from voting.log import receipts
from voting.marks import values
from voting.service import Standing
from webapp.api import bearer, finding, queries
from webapp.api.parsing import Shape, Text, Whole
from webapp.api.schemas import BallotSchema, MarksSchema, StandingSchema
from webapp.api.section import Section
from webapp.infra.db import db
from webapp.kernel.codes import normalise
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

section = Section("votes", "Ballots, one's own only")
CLOSED = {409: "Voting is closed, or fans vote in another way here"}


class StarsBody(Shape):
    """How many stars."""

    stars = Whole(0, 5, required=True)


class OrderBody(Shape):
    """Codes of designs, the best first; none takes the ballot back."""

    order = fields.List(Text(1, 12), required=True, validate=validate.Length(0, ways.MOST_PLACES))


class PairBody(Shape):
    """Two designs and the better one; without a winner the pair is skipped and not shown again."""

    one = Text(1, 12, required=True)
    other = Text(1, 12, required=True)
    winner = Text(1, 12, required=True, allow_none=True)


@section.operation(
    "PUT",
    "/designs/<code>/vote",
    scope="vote",
    gives=StandingSchema,
    others={409: "Voting is closed, or no heart is left"},
)
def vote(code: str) -> Mapping[str, Any]:
    """Give a design a heart; a repeat changes nothing."""
    moment = now()
    found = finding.public_design(db.session(), code, moment)
    return _standing(found, service.cast(found.id, bearer.person().id, "link", moment))


@section.operation("DELETE", "/designs/<code>/vote", scope="vote", gives=StandingSchema)
def take_back(code: str) -> Mapping[str, Any]:
    """Take a heart back; without one nothing changes."""
    moment = now()
    found = finding.design(db.session(), code, moment)
    return _standing(found, service.withdraw(found.id, bearer.person().id, moment))


@section.operation("GET", "/contests/<contest_slug>/ballot", scope="vote", gives=BallotSchema)
def ballot(contest_slug: str) -> Mapping[str, Any]:
    """Read one's own hearts in a contest."""
    contest = finding.contest(db.session(), contest_slug, now())
    hearts = voting.standing(db.session(), contest.id, bearer.person().id, "")
    codes = queries.codes(db.session(), hearts.voted)
    return {
        "contest": contest.slug,
        "designs": [codes[each] for each in sorted(codes)],
        "left": hearts.left,
        "budget": hearts.budget,
        "promise": _promise(contest),
    }


@section.operation("PUT", "/designs/<code>/stars", scope="vote", takes=StarsBody, gives=MarksSchema, others=CLOSED)
def rate(body: Mapping[str, Any], code: str) -> Mapping[str, Any]:
    """Give a design 0 to 5 stars; another number replaces them."""
    return _rated(code, body["stars"])


@section.operation("DELETE", "/designs/<code>/stars", scope="vote", gives=MarksSchema, others=CLOSED)
def unrate(code: str) -> Mapping[str, Any]:
    """Take the stars of a design back; without any nothing changes."""
    return _rated(code, None)


@section.operation(
    "PUT", "/contests/<contest_slug>/ranking", scope="vote", takes=OrderBody, gives=MarksSchema, others=CLOSED
)
def rank(body: Mapping[str, Any], contest_slug: str) -> Mapping[str, Any]:
    """Let the ballot be this order of designs; it replaces the one before."""

    def act(contest_id: int, ids: Mapping[str, int], moment: datetime) -> object:
        order = [ids[normalise(code)] for code in body["order"]]
        return service.rank(contest_id, bearer.person().id, order, "link", moment)

    return _marked(contest_slug, body["order"], act)


@section.operation(
    "POST", "/contests/<contest_slug>/pairs", scope="vote", takes=PairBody, gives=MarksSchema, others=CLOSED
)
def compare(body: Mapping[str, Any], contest_slug: str) -> Mapping[str, Any]:
    """Say which of two designs is better; the same pair again replaces what was said."""

    def act(contest_id: int, ids: Mapping[str, int], moment: datetime) -> object:
        one, other = ids[normalise(body["one"])], ids[normalise(body["other"])]
        winner = ids[normalise(body["winner"])] if body["winner"] else None
        return service.compare(contest_id, bearer.person().id, one, other, winner, moment)

    return _marked(contest_slug, [each for each in body.values() if each], act)


@section.operation("DELETE", "/contests/<contest_slug>/pairs", scope="vote", gives=MarksSchema, others=CLOSED)
def uncompare(contest_slug: str) -> Mapping[str, Any]:
    """Forget the pair met last; without one nothing changes."""
    return _marked(contest_slug, [], lambda found, _ids, at: service.uncompare(found, bearer.person().id, at))


@section.operation("GET", "/contests/<contest_slug>/marks", scope="vote", gives=MarksSchema)
def marks(contest_slug: str) -> Mapping[str, Any]:
    """Read one's own stars, order or pairs in a contest."""
    return _marks(finding.contest(db.session(), contest_slug, now()))


def _rated(code: str, stars: int | None) -> Mapping[str, Any]:
    moment = now()
    find = finding.design if stars is None else finding.public_design
    found = find(db.session(), code, moment)
    contest = _home(found)
    service.rate(found.id, bearer.person().id, stars, "link", moment)
    return _marks(contest)


def _marked(
    slug: str, codes: Sequence[str], act: Callable[[int, Mapping[str, int], datetime], object]
) -> Mapping[str, Any]:
    moment = now()
    contest = finding.contest(db.session(), slug, moment)
    wanted = {normalise(code) for code in codes}
    ids = queries.ids(db.session(), contest.id, wanted)
    if wanted - ids.keys():
        raise NotFound()
    act(contest.id, ids, moment)
    return _marks(contest)


def _marks(contest: ContestRow) -> Mapping[str, Any]:
    sheet = voting.sheet(db.session(), contest.id, bearer.person().id, "")
    codes = queries.codes(db.session(), values(sheet.way, sheet.trail if sheet.way == ways.PAIRS else sheet.choices))
    return {
        "contest": contest.slug,
        "way": sheet.way,
        "method": sheet.method,
        "places": sheet.places,
        "state": sheet.state,
        "stars": {codes[design]: stars for design, stars in sheet.choices} if sheet.way == ways.STARS else {},
        "order": [codes[design] for design in sheet.choices] if sheet.way == ways.RANK else [],
        "pairs": [
            {"one": codes[low], "other": codes[high], "winner": codes.get(winner)} for low, high, winner in sheet.trail
        ],
        "promise": _promise(contest),
    }


def _standing(found: DesignRow, standing: Standing) -> Mapping[str, Any]:
    return {
        "design": found.code,
        "state": standing.state,
        "left": standing.left,
        "budget": standing.budget,
        "promise": _promise(_home(found)),
    }


def _promise(contest: ContestRow) -> Mapping[str, Any] | None:
    return receipts.latest_promise(db.session(), contest.slug, bearer.person().id)


def _home(found: DesignRow) -> ContestRow:
    contest = contests.contest(db.session(), found.contest_id)
    if contest is None:
        raise NotFound()
    return contest
