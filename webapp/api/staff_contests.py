"""What a team does to its contests: make, edit, publish, move, call off; pick the winner; read the funnel."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from marshmallow import fields, validate

from contests import queries as contests
from contests import rules, service, specs, ways
from contests.queries import ContestRow
from voting import queries as voting
from voting import service as picking
from voting.picks_queries import PickRow
from voting.picks_queries import pick as pick_of
from webapp.accounts import queries as people
from webapp.api import bearer, finding, once, queries, words
from webapp.api.bearer import STAFF
from webapp.api.parsing import Instant, Shape, Text, Whole
from webapp.api.schemas import ContestSchema, FunnelSchema, PickSchema
from webapp.api.section import Section
from webapp.infra.db import db
from webapp.insights import queries as insights
from webapp.kernel.codes import normalise
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

section = Section("staff-contests", "For teams: contests and the pick")


class NewContestBody(Shape):
    """A draft to begin with."""

    artist = Text(1, 60, required=True)
    preset = fields.String(required=True, validate=validate.OneOf(list(specs.PRESETS)))
    title = Text(*rules.TITLE, required=True)


class ColourBody(Shape):
    """A colour by name and value."""

    name = Text(1, 40, required=True)
    hex = fields.String(required=True, validate=validate.Regexp("^#[0-9A-Fa-f]{6}\\Z"))


class ProductBody(Shape):
    """What the winner will be printed on."""

    kind = fields.String(required=True, validate=validate.OneOf(list(specs.KINDS)))
    title = Text(1, 100, required=True)
    colours = fields.List(fields.Nested(ColourBody), required=True, validate=validate.Length(1, 20))
    sizes = fields.List(Text(1, 20), required=True, validate=validate.Length(1, 20))
    print_width_cm = Whole(1, 200, required=True)
    print_height_cm = Whole(1, 200, required=True)
    max_inks = Whole(1, 12, load_default=None, allow_none=True)
    price_minor = Whole(0, 10_000_000, required=True)
    currency = fields.String(required=True, validate=validate.OneOf(specs.CURRENCIES))


class DatesBody(Shape):
    """Dates, as instants."""

    opens_at = Instant()
    critique_at = Instant(allow_none=True)
    voting_at = Instant()
    final_at = Instant(allow_none=True)
    picking_at = Instant()
    decide_by = Instant()


class ContestBody(DatesBody):
    """What changes in a draft; what is not named stays."""

    title = Text(*rules.TITLE)
    brief = Text(0, rules.BRIEF[1])
    prize = Text(0, 300)
    timezone = Text(1, 60)
    designs_per_fan = Whole(1, 100)
    hearts = Whole(1, 50)
    shortlist_size = Whole(1, 20)
    method = fields.String(validate=validate.OneOf(list(ways.RULES)))
    final_method = fields.String(validate=validate.OneOf(list(ways.RULES)))
    rank_places = Whole(0, ways.MOST_PLACES)
    products = fields.List(fields.Nested(ProductBody), validate=validate.Length(1, specs.MAX_PRODUCTS))


class RescheduleBody(DatesBody):
    """Which dates move, and why: everybody reads it."""

    reason = Text(*rules.REASON, required=True)


class ReasonBody(Shape):
    """Why: everybody reads it."""

    reason = Text(*rules.REASON, required=True)


class PickBody(Shape):
    """The winner, and why."""

    design = Text(1, 20, required=True)
    reason = Text(0, 2000, load_default="")


@section.operation("POST", "/contests", scope="staff", takes=NewContestBody, gives=ContestSchema, status=201)
def create(body: Mapping[str, Any]) -> dict[str, Any]:
    """Begin a contest as a draft of the artist's team, from a preset."""
    moment, person = now(), bearer.person()
    artist = people.artist_by_slug(db.session(), body["artist"])
    if artist is None:
        raise NotFound()
    bearer.require_team(artist.id, *STAFF)
    contest_id = once.once(
        "api.contest",
        person.id,
        once.fingerprint(body),
        moment,
        lambda: service.create(artist.id, person.id, body["preset"], body["title"], moment),
        lambda session: queries.made_contest(session, person.id, moment),
    )
    return _shown(contest_id, moment)


@section.operation("PATCH", "/contests/<contest_slug>", scope="staff", takes=ContestBody, gives=ContestSchema)
def edit(body: Mapping[str, Any], contest_slug: str) -> dict[str, Any]:
    """Change a draft."""
    moment, person = now(), bearer.person()
    found = finding.team_contest(db.session(), contest_slug, *STAFF)
    values = dict(body)
    products = values.pop("products", None)
    if "brief" in values:
        values["brief_md"] = values.pop("brief")
    service.update(found.id, person.id, moment, **values)
    if products is not None:
        service.set_products(found.id, person.id, products, moment)
    return _shown(found.id, moment)


@section.operation("POST", "/contests/<contest_slug>/publish", scope="staff", gives=ContestSchema)
def publish(contest_slug: str) -> dict[str, Any]:
    """Publish a draft: from now on its terms stand."""
    return _step(contest_slug, {}, lambda found, person_id, at: service.publish(found.id, person_id, at))


@section.operation(
    "POST", "/contests/<contest_slug>/reschedule", scope="staff", takes=RescheduleBody, gives=ContestSchema
)
def reschedule(body: Mapping[str, Any], contest_slug: str) -> dict[str, Any]:
    """Move dates that are still to come."""
    dates = {name: body[name] for name in rules.DATES if name in body}
    return _step(
        contest_slug,
        body,
        lambda found, person_id, at: service.reschedule(found.id, person_id, dates, body["reason"], at),
    )


@section.operation("POST", "/contests/<contest_slug>/cancel", scope="staff", takes=ReasonBody, gives=ContestSchema)
def cancel(body: Mapping[str, Any], contest_slug: str) -> dict[str, Any]:
    """Call a contest off."""
    return _step(
        contest_slug, body, lambda found, person_id, at: service.cancel(found.id, person_id, body["reason"], at)
    )


@section.operation("GET", "/contests/<contest_slug>/funnel", scope="staff", gives=FunnelSchema)
def funnel(contest_slug: str) -> dict[str, Any]:
    """Read the funnel from visitor to customer; counts of one to four are hidden."""
    found = finding.team_contest(db.session(), contest_slug, *STAFF)
    return {"contest": found.slug, "steps": insights.funnel(db.session(), found.id)}


@section.operation("GET", "/contests/<contest_slug>/pick", scope="staff", gives=PickSchema)
def read_pick(contest_slug: str) -> dict[str, Any]:
    """Read the pick that stands, announced or not."""
    found = finding.team_contest(db.session(), contest_slug, "artist")
    standing = voting.standing_pick(db.session(), found.id)
    if standing is None:
        raise NotFound()
    return _pick(found, standing)


@section.operation("POST", "/contests/<contest_slug>/pick", scope="staff", takes=PickBody, gives=PickSchema, status=201)
def pick(body: Mapping[str, Any], contest_slug: str) -> dict[str, Any]:
    """Pick the winner, as the artist; ten minutes to undo it, then it is public."""
    moment, person = now(), bearer.person()
    found = finding.team_contest(db.session(), contest_slug, "artist")
    chosen = finding.public_design(db.session(), normalise(body["design"]), moment)
    pick_id = once.once(
        "api.pick",
        person.id,
        once.fingerprint(body),
        moment,
        lambda: picking.pick(found.id, chosen.id, person.id, body["reason"], moment),
        lambda session: queries.standing_pick_id(session, found.id),
    )
    return _shown_pick(found, pick_id)


@section.operation("POST", "/contests/<contest_slug>/pick/undo", scope="staff", gives=PickSchema)
def undo(contest_slug: str) -> dict[str, Any]:
    """Take the pick back within its ten minutes."""
    moment, person = now(), bearer.person()
    found = finding.team_contest(db.session(), contest_slug, "artist")

    def act() -> int:
        standing = voting.standing_pick(db.session(), found.id)
        if standing is None:
            raise NotFound()
        picking.undo_pick(standing.id, person.id, moment)
        return standing.id

    pick_id = once.once(
        "api.pick.undo",
        person.id,
        once.fingerprint(),
        moment,
        act,
        lambda session: queries.undone_pick_id(session, found.id),
    )
    return _shown_pick(found, pick_id)


def _step(slug: str, body: Mapping[str, Any], act: Callable[[ContestRow, int, datetime], object]) -> dict[str, Any]:
    moment, person = now(), bearer.person()
    found = finding.team_contest(db.session(), slug, *STAFF)

    def done() -> int:
        act(found, person.id, moment)
        return found.id

    once.once("api.contest.step", person.id, once.fingerprint(body), moment, done)
    return _shown(found.id, moment)


def _shown(contest_id: int, moment: datetime) -> dict[str, Any]:
    db.session.rollback()
    row = contests.contest(db.session(), contest_id)
    if row is None:
        raise NotFound()
    return words.contest(db.session(), row, moment)


def _shown_pick(found: ContestRow, pick_id: int) -> dict[str, Any]:
    db.session.rollback()
    row = pick_of(db.session(), pick_id)
    if row is None:
        raise NotFound()
    return _pick(found, row)


def _pick(found: ContestRow, row: PickRow) -> dict[str, Any]:
    same = ("reason", "picked_at", "undo_until", "undone_at", "announced_at")
    chosen = {name: getattr(row, name) for name in same}
    return {**chosen, "contest": found.slug, "design": queries.code(db.session(), row.submission_id)}
