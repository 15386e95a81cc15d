"""What the API gives: the shapes of its answers."""

from typing import Any

import marshmallow as ma
from marshmallow import fields


class Given(ma.Schema):
    """An answer's shape; fields are given in the order they are written down."""


def list_of(schema: type[ma.Schema]) -> Any:
    """Return the field of a list of such answers."""
    return fields.List(fields.Nested(schema), required=True)


def page_of(schema: type[ma.Schema]) -> type[ma.Schema]:
    """Return the shape of one page of items; `next` is what to send as `after` for more, null at the end."""
    name = f"{schema.__name__}Page"
    return type(name, (Given,), {"items": list_of(schema), "next": fields.String(required=True, allow_none=True)})


class FaultSchema(Given):
    """One fault of a request."""

    field = fields.String(required=True)
    message = fields.String(required=True)


class ProblemSchema(Given):
    """Why something could not be done (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    errors = fields.List(fields.Nested(FaultSchema))


class ArtistSchema(Given):
    """An artist, in short."""

    slug = fields.String(required=True)
    name = fields.String(required=True)


class RoleSchema(Given):
    """What somebody is for an artist."""

    artist = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)


class MeSchema(Given):
    """Whom the token speaks for."""

    display_name = fields.String(required=True)
    email = fields.String(required=True)
    language = fields.String(required=True)
    age_band = fields.String(required=True, allow_none=True)
    operator = fields.Boolean(required=True)
    scopes = fields.List(fields.String(), required=True)
    roles = list_of(RoleSchema)


class ColourSchema(Given):
    """A colour by name and value."""

    name = fields.String(required=True)
    hex = fields.String(required=True)


class ContestProductSchema(Given):
    """What the winner will be printed on."""

    kind = fields.String(required=True)
    title = fields.String(required=True)
    colours = list_of(ColourSchema)
    sizes = fields.List(fields.String(), required=True)
    print_width_cm = fields.Integer(required=True)
    print_height_cm = fields.Integer(required=True)
    max_inks = fields.Integer(required=True, allow_none=True)
    price_minor = fields.Integer(required=True)
    currency = fields.String(required=True)


class TermSchema(Given):
    """One line of the rights card."""

    label = fields.String(required=True)
    sentence = fields.String(required=True)


class RightsSchema(Given):
    """The rights card; send its hash back to agree to it."""

    hash = fields.String(required=True)
    terms = list_of(TermSchema)


class ContestCardSchema(Given):
    """A contest in a list."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    artist = fields.Nested(ArtistSchema, required=True)
    phase = fields.String(required=True)
    opens_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    voting_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    picking_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    decide_by = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    url = fields.String(required=True)


class ContestSchema(ContestCardSchema):
    """A contest with its terms."""

    preset = fields.String(required=True)
    brief = fields.String(required=True)
    prize = fields.String(required=True)
    timezone = fields.String(required=True)
    critique_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    final_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    designs_per_fan = fields.Integer(required=True)
    hearts = fields.Integer(required=True)
    shortlist_size = fields.Integer(required=True)
    method = fields.String(required=True)
    final_method = fields.String(required=True)
    rank_places = fields.Integer(required=True)
    seed_hash = fields.String(required=True)
    cancel_reason = fields.String(required=True, allow_none=True)
    rights = fields.Nested(RightsSchema, required=True)
    products = list_of(ContestProductSchema)
    drop = fields.String(required=True, allow_none=True)


class RenditionSchema(Given):
    """One size of a picture."""

    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    avif = fields.String(required=True)
    jpeg = fields.String(required=True)


class ProcessingSchema(Given):
    """How far the workers are with a picture: waiting, processing, done or failed (with the reason)."""

    revision = fields.Integer(required=True)
    state = fields.String(required=True)
    code = fields.String(required=True)
    reason = fields.String(required=True)


class DesignCardSchema(Given):
    """A public design in a list."""

    code = fields.String(required=True)
    title = fields.String(required=True)
    alt = fields.String(required=True)
    author = fields.String(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    renditions = list_of(RenditionSchema)
    url = fields.String(required=True)


class OwnSchema(Given):
    """What only the author and the moderators see of a design."""

    state = fields.String(required=True)
    submitted_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    processing = fields.Nested(ProcessingSchema, required=True, allow_none=True)


class DesignSchema(DesignCardSchema):
    """A design; `own` is there for its author and the moderators only."""

    contest = fields.String(required=True)
    description = fields.String(required=True)
    ai_use = fields.String(required=True)
    own = fields.Nested(OwnSchema, required=True, allow_none=True)


class CommentSchema(Given):
    """A comment; `body` is Markdown."""

    id = fields.Integer(required=True)
    author = fields.String(required=True)
    body = fields.String(required=True)
    parent_id = fields.Integer(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True, format="iso")
    edited_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    state = fields.String(required=True)
    reactions = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class ReactionsSchema(Given):
    """How many reacted to a comment with each word, and which of them the reader has said."""

    reactions = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    mine = fields.List(fields.String(), required=True)


class FollowedSchema(Given):
    """Something the token's person follows; `title` and `url` are empty while it is not shown."""

    kind = fields.String(required=True)
    key = fields.String(required=True)
    title = fields.String(required=True)
    url = fields.String(required=True)
    since = fields.AwareDateTime(required=True, format="iso")


class FollowingSchema(Given):
    """All that the token's person follows, the latest first."""

    items = list_of(FollowedSchema)


class AnswerSchema(Given):
    """An answer in Markdown; `by` is artist or team, `edited_at` is null for the first version."""

    body = fields.String(required=True)
    by = fields.String(required=True)
    version = fields.Integer(required=True)
    answered_at = fields.AwareDateTime(required=True, format="iso")
    edited_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


class QuestionSchema(Given):
    """A question to an artist; `wanted`, how many fans voted for it, is null until it is answered."""

    id = fields.Integer(required=True)
    author = fields.String(required=True)
    words = fields.String(required=True)
    asked_at = fields.AwareDateTime(required=True, format="iso")
    state = fields.String(required=True)
    voted = fields.Boolean(required=True)
    wanted = fields.Integer(required=True, allow_none=True)
    answer = fields.Nested(AnswerSchema, required=True, allow_none=True)


class PromiseSchema(Given):
    """The site's signed promise that a version of a ballot will be in the log (docs/integrity.md says how to check it).

    `contest` is the contest's number, `ballot` the ballot's public number; `commitment` fixes the choices and hides
    them; `received_at` is given to the microsecond, as it is signed. `public_key` and `signature` are hexadecimal.
    """

    contest = fields.Integer(required=True)
    round = fields.String(required=True)
    ballot = fields.Integer(required=True)
    version = fields.Integer(required=True)
    commitment = fields.String(required=True)
    received_at = fields.String(required=True)
    public_key = fields.String(required=True)
    signature = fields.String(required=True)


def _promise() -> Any:
    """The promise for the reader's ballot as it stands; null while they have none."""
    return fields.Nested(PromiseSchema, required=True, allow_none=True)


class StandingSchema(Given):
    """How a design stands with the voter, the hearts left, and the promise for the ballot as it stands."""

    design = fields.String(required=True)
    state = fields.String(required=True)
    left = fields.Integer(required=True)
    budget = fields.Integer(required=True)
    promise = _promise()


class WishSchema(Given):
    """In which size the reader would wear a design (null: they didn't say), and the sizes it is made in."""

    design = fields.String(required=True)
    size = fields.String(required=True, allow_none=True)
    sizes = fields.List(fields.String(), required=True)


class PairSchema(Given):
    """Two designs and the better one; `winner` is null when the pair was skipped."""

    one = fields.String(required=True)
    other = fields.String(required=True)
    winner = fields.String(required=True, allow_none=True)


class BallotSchema(Given):
    """The reader's own hearts in a contest's present round."""

    contest = fields.String(required=True)
    designs = fields.List(fields.String(), required=True)
    left = fields.Integer(required=True)
    budget = fields.Integer(required=True)
    promise = _promise()


class MarksSchema(Given):
    """The reader's own ballot of stars, places or pairs in a contest's present round.

    `order` holds the ranked designs, the best first; `stars` and `pairs` what was rated and compared. `state` is
    'counted', or 'none' while the ballot is blank.
    """

    contest = fields.String(required=True)
    way = fields.String(required=True)
    method = fields.String(required=True)
    places = fields.Integer(required=True)
    state = fields.String(required=True)
    stars = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    order = fields.List(fields.String(), required=True)
    pairs = list_of(PairSchema)
    promise = _promise()


class PlacedSchema(Given):
    """A design's place; `code` is null when the design is no longer shown."""

    code = fields.String(required=True, allow_none=True)
    rank = fields.Integer(required=True)
    votes = fields.Integer(required=True)


class ResultSchema(Given):
    """The counted result of a contest's last round."""

    contest = fields.String(required=True)
    kind = fields.String(required=True)
    closed_at = fields.AwareDateTime(required=True, format="iso")
    method = fields.String(required=True)
    version = fields.Integer(required=True)
    ending = fields.String(required=True)
    ballots = fields.Integer(required=True)
    votes = fields.Integer(required=True)
    order = list_of(PlacedSchema)
    shortlist = fields.List(fields.String(), required=True)
    fans_choice = fields.List(fields.String(), required=True)
    winner = fields.String(required=True, allow_none=True)
    seed = fields.String(required=True)
    seed_hash = fields.String(required=True)


class PickSchema(Given):
    """The artist's pick as the team sees it; public once announced."""

    contest = fields.String(required=True)
    design = fields.String(required=True)
    reason = fields.String(required=True)
    picked_at = fields.AwareDateTime(required=True, format="iso")
    undo_until = fields.AwareDateTime(required=True, format="iso")
    undone_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    announced_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")


class ActSchema(Given):
    """A moderator's act and what it led to."""

    id = fields.Integer(required=True)
    design = fields.String(required=True)
    act = fields.String(required=True)
    state = fields.String(required=True)


class StepSchema(Given):
    """A step of the funnel; a count of one to four is null."""

    name = fields.String(required=True)
    count = fields.Integer(required=True, allow_none=True)


class FunnelSchema(Given):
    """From visitor to customer."""

    contest = fields.String(required=True)
    steps = list_of(StepSchema)


class SentSchema(Given):
    """How many orders were marked as sent."""

    drop = fields.String(required=True)
    sent = fields.Integer(required=True)
