"""From rows to what the API's schemas show."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext
from sqlalchemy.orm import Session

from contests import queries as contests
from contests import rights
from contests.comments.reactions import queries as reactions
from contests.phases import PUBLIC
from contests.queries import ContestRow
from contests.submissions import failures
from contests.submissions import queries as submissions
from contests.submissions.queries import CardRow, DesignRow, RevisionRow
from preorders import queries as drops
from preorders.rows import DropRow
from webapp.accounts import queries as people
from webapp.api import bearer
from webapp.api.bearer import STAFF
from webapp.infra.templating import picture_url


def site(path: str) -> str:
    """Return the full address of a page; what is one already stays."""
    return f"{current_app.config['SETTINGS'].base_url}{path}" if path.startswith("/") else path


def artists(session: Session, ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Return artists in short, by id; one statement for a whole list."""
    return {row.id: {"slug": row.slug, "name": row.name} for row in people.artists_by_id(session, ids).values()}


def contest_cards(session: Session, rows: Sequence[ContestRow], now: datetime) -> list[dict[str, Any]]:
    """Return contests for a list."""
    known = artists(session, (row.artist_id for row in rows))
    return [_contest_card(row, known[row.artist_id], now) for row in rows]


def _contest_card(row: ContestRow, artist: dict[str, str], now: datetime) -> dict[str, Any]:
    dates = {name: getattr(row, name) for name in ("opens_at", "voting_at", "picking_at", "decide_by")}
    return {
        "slug": row.slug,
        "title": row.title,
        "artist": artist,
        "phase": row.phase(now).value,
        "url": site(f"/c/{row.slug}"),
        **dates,
    }


def contest(session: Session, row: ContestRow, now: datetime) -> dict[str, Any]:
    """Return a contest with its terms."""
    same: tuple[str, ...] = ("preset", "prize", "timezone", "critique_at", "final_at", "designs_per_fan")
    same += ("hearts", "shortlist_size", "method", "final_method", "rank_places", "seed_hash", "cancel_reason")
    terms = [{"label": label, "sentence": sentence} for label, sentence in rights.card(row.rights, gettext)]
    drop = drops.of_contest(session, row.id)
    shown = drop and (drop.published_at or bearer.in_team(row.artist_id, *STAFF))
    return {
        **contest_cards(session, [row], now)[0],
        **{name: getattr(row, name) for name in same},
        "brief": row.brief_md,
        "rights": {"hash": row.rights_hash or rights.hash_of(row.rights), "terms": terms},
        "products": contests.products(session, row.id),
        "drop": drop.slug if drop and shown else None,
    }


def may_see_contest(row: ContestRow, now: datetime) -> bool:
    """Return whether the reader may know of a contest: drafts are the team's."""
    return row.phase(now) in PUBLIC or bearer.in_team(row.artist_id, *STAFF, "moderator")


def design_card(row: CardRow | DesignRow) -> dict[str, Any]:
    """Return a design for a list."""
    revision: Any = row.revision
    sizes = revision.renditions if revision else []
    return {
        "code": row.code,
        "title": row.title,
        "alt": row.alt,
        "author": row.author_name,
        "width": revision.width if revision else 0,
        "height": revision.height if revision else 0,
        "renditions": [rendition(size) for size in sizes],
        "url": site(row.url),
    }


def rendition(size: dict[str, Any]) -> dict[str, Any]:
    """Return one size of a picture with its addresses."""
    places = {kind: site(picture_url(size[kind])) for kind in ("avif", "jpeg")}
    return {"width": size["w"], "height": size["h"], **places}


def design(session: Session, row: DesignRow) -> dict[str, Any]:
    """Return a design, with what is its author's and the moderators' to know when they ask."""
    return designs_inside(session, [row])[0]


def designs_inside(session: Session, rows: Sequence[DesignRow]) -> list[dict[str, Any]]:
    """Return several designs like `design`; one statement for a whole list."""
    homes = contests.by_ids(session, (row.contest_id for row in rows))
    return [_design(row, homes.get(row.contest_id)) for row in rows]


def _design(row: DesignRow, found: ContestRow | None) -> dict[str, Any]:
    return {
        **design_card(row),
        "contest": found.slug if found else "",
        "description": row.description,
        "ai_use": row.ai_use,
        "own": own(row) if found and may_see_inside(row, found.artist_id) else None,
    }


def may_see_inside(row: DesignRow, artist_id: int) -> bool:
    """Return whether the reader is the author or one of the team's moderators."""
    viewer = bearer.viewer()
    return (viewer is not None and viewer.id == row.author_id) or bearer.in_team(artist_id, "moderator")


def own(row: DesignRow) -> dict[str, Any]:
    """Return how far a design has come."""
    return {
        "state": row.state if row.submitted_at else "waits-for-guardian" if row.waits_for_guardian else "draft",
        "submitted_at": row.submitted_at,
        "withdrawn_at": row.withdrawn_at,
        "processing": processing(row.latest) if row.latest else None,
    }


def processing(revision: RevisionRow) -> dict[str, Any]:
    """Return how far the workers are with the newest picture."""
    return {
        "revision": revision.number,
        "state": revision.state,
        "code": revision.failure_code,
        "reason": failures.sentence(revision),
    }


def comments(session: Session, rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Return comments with the names of their authors."""
    found = list(rows)
    names = people.names(session, {row.author_id for row in found})
    bars = reactions.of_comments(session, [row.id for row in found])
    said = {row.id: counted(bars.get(row.id, [])) for row in found}
    return [
        {**row._mapping, "author": names[row.author_id], "body": row.body_md, "reactions": said[row.id]}
        for row in found
    ]


def counted(bar: reactions.Bar) -> dict[str, int]:
    """Return how many reacted with each word."""
    return {each.word: each.count for each in bar if each.count}


def drop_cards(session: Session, rows: Sequence[DropRow], now: datetime) -> list[dict[str, Any]]:
    """Return drops for a list."""
    known = artists(session, (row.artist_id for row in rows))
    return [_drop_card(row, known[row.artist_id], now) for row in rows]


def _drop_card(row: DropRow, artist: dict[str, str], now: datetime) -> dict[str, Any]:
    same = ("slug", "title", "currency", "opens_at", "closes_at")
    return {
        **{name: getattr(row, name) for name in same},
        "artist": artist,
        "phase": row.phase(now).value,
        "url": site(f"/drops/{row.slug}"),
    }


def designs(session: Session, ids: Iterable[int]) -> list[dict[str, Any]]:
    """Return public designs in the order of `ids`."""
    wanted = list(ids)
    cards = submissions.cards(session, wanted)
    return [design_card(cards[each]) for each in wanted if each in cards]
