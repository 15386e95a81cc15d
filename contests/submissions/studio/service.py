"""What people do with drawings: begin, save, throw away, take over, finish. Each is one transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.phases import PUBLIC
from contests.queries import ContestRow
from contests.submissions.studio import contents, letting_go, owners, queries, remixes, rules, store
from contests.submissions.studio.assets import upload
from contests.submissions.studio.contents import Content
from contests.submissions.studio.finishing import finish, reopen
from contests.submissions.studio.owners import Owner
from contests.submissions.studio.rows import AssetRow, DraftRow
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

__all__ = ["Saved", "Stale", "begin", "claim", "discard", "finish", "remix", "reopen", "save", "upload"]


@dataclass(frozen=True)
class Saved:
    """A drawing as the server has it now."""

    code: str
    version: int
    at: datetime


class Stale(Refused):
    """The drawing was changed elsewhere since; `draft` is what stands."""

    def __init__(self, draft: DraftRow) -> None:
        message = N_("This drawing was changed in another window or on another device.")
        super().__init__("stale", message, 409)
        self.draft = draft


def begin(contest_id: int, owner: Owner, said: Mapping[str, Any], now: datetime, remix: str = "") -> Saved:
    """Keep a new drawing; with `remix`, a design's code, its source is credited. Saying it twice keeps it once.

    Raises Refused when the contest takes no designs, for what is no drawing of its products, or when the
    owner has too many.
    """
    content = contents.checked(db.session(), contest_id, said)
    source = remixes.source(db.session(), contest_id, remix, owner.person_id) if remix else None
    return _begin(contest_id, owner, content, remixes.credited(source, owner.person_id), now)


def remix(contest_id: int, owner: Owner, design_code: str, now: datetime) -> Saved:
    """Begin a drawing with what another design shows, where its author allows it."""
    source = remixes.source(db.session(), contest_id, design_code, owner.person_id)
    content = remixes.content(contest_id, source, owner, now)
    return _begin(contest_id, owner, content, remixes.credited(source, owner.person_id), now)


def save(code: str, owner: Owner, known: int, said: Mapping[str, Any], now: datetime) -> Saved:
    """Keep the next version of a drawing that the sender knows as version `known`.

    The same drawing again changes nothing, whatever version it names. Raises Stale when another save was
    faster, NotFound for another's drawing, Refused for what is no drawing.
    """
    draft = _draft(db.session(), code, owner)
    content = contents.checked(db.session(), draft.contest_id, said)
    with transaction() as session:
        draft = _draft(session, code, owner)
        if content.same_as(draft):
            return Saved(code, draft.version, draft.updated_at)
        contents.require_known(content, _drawable(session, content, draft.contest_id, _designs(draft), draft, owner))
        store.take_along(session, draft, owner)
        if not store.save_draft(session, draft.id, known, now, **content.columns):
            raise Stale(_draft(session, code, owner))
    return Saved(code, known + 1, now)


def discard(code: str, owner: Owner, now: datetime) -> None:
    """Throw a drawing away, with the pictures that nothing else needs. A design made of it stays as it is."""
    with transaction() as session:
        draft = _draft(session, code, owner)
        letting_go.of_draft(session, draft, now)


def claim(person_id: int, device_id: str, now: datetime) -> str | None:
    """Give the browser's drawings and pictures to the person who has just signed in. Safe to repeat."""
    browser = Owner(None, device_id)
    has_any = queries.has_any(db.session(), browser)
    db.session.rollback()
    if has_any:
        with transaction() as session:
            owners.hold(session, browser)
            store.hand_over(session, device_id, person_id)
    return None


def _begin(contest_id: int, owner: Owner, content: Content, remix_of_id: int | None, now: datetime) -> Saved:
    with transaction() as session:
        owners.hold(session, owner)
        contest = _contest(session, contest_id, now)
        rules.require_drawing(contest.phase(now), contest.critique_at or contest.voting_at, contest.timezone)
        for draft in queries.open_drafts(session, owner, contest_id):
            if draft.version == 1 and draft.remix_of_id == remix_of_id and content.same_as(draft):
                return Saved(draft.code, draft.version, draft.updated_at)
        designs = [remix_of_id] if remix_of_id else []
        contents.require_known(content, _drawable(session, content, contest_id, designs, None, owner))
        rules.require_draft_room(queries.used(session, owner, contest_id).drafts)
        code = store.add_draft(session, owner, now, contest_id=contest_id, remix_of_id=remix_of_id, **content.columns)
    return Saved(code, 1, now)


def _drawable(
    session: Session,
    content: Content,
    contest_id: int,
    designs: Collection[int],
    draft: DraftRow | None,
    owner: Owner,
) -> dict[str, AssetRow]:
    kept = queries.codes_in(draft.front) | queries.codes_in(draft.back) if draft else set()
    return queries.drawable(session, content.codes, contest_id, designs, kept, owner)


def _designs(draft: DraftRow) -> list[int]:
    return [each for each in (draft.remix_of_id, draft.submission_id) if each]


def _draft(session: Session, code: str, owner: Owner) -> DraftRow:
    draft = queries.draft(session, code, owner)
    if draft is None:
        raise NotFound()
    return draft


def _contest(session: Session, contest_id: int, now: datetime) -> ContestRow:
    contest = contests.contest(session, contest_id)
    if contest is None or contest.phase(now) not in PUBLIC:
        raise NotFound()
    return contest
