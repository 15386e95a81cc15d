"""Every SELECT on drawings, their pictures and the kit."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from contests.submissions.models import Revision, Submission
from contests.submissions.queries import public
from contests.submissions.studio.models import KitItem, StudioAsset, StudioAssetUse, StudioDraft
from contests.submissions.studio.owners import Owner
from contests.submissions.studio.rows import AssetRow, Credit, DraftRow, KitRow, Used
from webapp.accounts import queries as people

MOST_CREDITS = 8
"""How far back a chain of remixes is credited on one page."""


def draft(session: Session, code: str, owner: Owner) -> DraftRow | None:
    """Return this owner's drawing of a code; another's does not exist."""
    found = _drafts(session, StudioDraft.code == code, owner.owns(StudioDraft))
    return found[0] if found else None


def draft_of(session: Session, submission_id: int) -> DraftRow | None:
    """Return the drawing that a design was made of, or None."""
    found = _drafts(session, StudioDraft.submission_id == submission_id)
    return found[0] if found else None


def open_drafts(session: Session, owner: Owner, contest_id: int | None = None) -> list[DraftRow]:
    """Return an owner's drawings that no design was made of yet, the latest touched first."""
    where = [owner.owns(StudioDraft), StudioDraft.submission_id.is_(None)]
    if contest_id is not None:
        where.append(StudioDraft.contest_id == contest_id)
    return _drafts(session, *where)


def has_any(session: Session, owner: Owner) -> bool:
    """Return whether an owner has a drawing or a picture."""
    return any(
        session.scalar(select(model.id).where(owner.owns(model)).limit(1)) is not None
        for model in (StudioDraft, StudioAsset)
    )


def asset(session: Session, code: str) -> AssetRow | None:
    """Return the picture of a code, whosever it is."""
    found = _assets(session, StudioAsset.code == code)
    return found[0] if found else None


def asset_by_id(session: Session, asset_id: int) -> AssetRow | None:
    """Return the picture of an id, removed or not."""
    row = session.execute(select(*_columns(StudioAsset, AssetRow)).where(StudioAsset.id == asset_id)).first()
    return AssetRow(**row._mapping) if row else None


def wished(session: Session, wish: str) -> AssetRow | None:
    """Return the picture that an earlier upload of the same bytes by the same owner made."""
    found = _assets(session, StudioAsset.wish == wish)
    return found[0] if found else None


def drawable(
    session: Session,
    codes: Collection[str],
    contest_id: int,
    designs: Collection[int],
    kept: Collection[str],
    owner: Owner,
) -> dict[str, AssetRow]:
    """Return those pictures of `codes` that this owner may draw with in a contest, by code.

    Those are their own, those of the artist's kit, and those that `designs` (what is remixed, what is
    drawn again) use; of the kit also what was taken away, where the drawing has it already (`kept`).
    """
    if not codes:
        return {}
    laid_out = StudioAsset.id.in_(select(KitItem.asset_id).where(KitItem.removed_at.is_(None)))
    had = and_(_in_kit(), StudioAsset.code.in_(kept))
    allowed = or_(owner.owns(StudioAsset), laid_out, had, _used_by(designs))
    found = _assets(session, StudioAsset.code.in_(codes), StudioAsset.contest_id == contest_id, allowed)
    return {row.code: row for row in found}


def may_see(session: Session, asset: AssetRow, owner: Owner) -> bool:
    """Return whether an owner may see a picture.

    Theirs, and the kit's; else that of a design which may be remixed, or which they made or remix.
    """
    if asset.is_kit or asset.device_id == owner.device_id or (owner.person_id and asset.person_id == owner.person_id):
        return True
    source = aliased(StudioDraft)
    remixing = select(source.id).where(source.remix_of_id == StudioAssetUse.submission_id, owner.owns(source))
    open_to = or_(
        and_(public(), Submission.allow_remix.is_(True)), Submission.author_id == owner.person_id, remixing.exists()
    )
    uses = select(StudioAssetUse.id).join(Submission, Submission.id == StudioAssetUse.submission_id)
    return session.scalar(uses.where(StudioAssetUse.asset_id == asset.id, open_to).limit(1)) is not None


def used(session: Session, owner: Owner, contest_id: int) -> Used:
    """Return how much an owner has; exact only under the lock of `owners.hold`."""
    drafts = select(func.count()).select_from(StudioDraft)
    drafts = drafts.where(owner.owns(StudioDraft), StudioDraft.submission_id.is_(None))
    mine = (owner.owns(StudioAsset), StudioAsset.contest_id == contest_id, StudioAsset.removed_at.is_(None))
    row = session.execute(select(func.count(), func.coalesce(func.sum(StudioAsset.bytes), 0)).where(*mine)).one()
    return Used(int(session.scalar(drafts) or 0), int(row[0]), int(row[1]))


def kit(session: Session, contest_id: int, kinds: Collection[str] = (), removed: bool = False) -> list[KitRow]:
    """Return a contest's kit in the order it was laid out; with `removed` what was taken away as well."""
    where = [KitItem.contest_id == contest_id]
    if kinds:
        where.append(KitItem.kind.in_(kinds))
    if not removed:
        where.append(KitItem.removed_at.is_(None))
    rows = session.execute(
        select(KitItem.id, KitItem.kind, KitItem.label, KitItem.value, KitItem.added_at, KitItem.removed_at)
        .add_columns(KitItem.asset_id)
        .where(*where)
        .order_by(KitItem.id)
    ).all()
    pictures = {
        each.id: each for each in _assets(session, StudioAsset.id.in_([r.asset_id for r in rows if r.asset_id]))
    }
    return [
        KitRow(row.id, row.kind, row.label, row.value, row.added_at, row.removed_at, pictures.get(row.asset_id or 0))
        for row in rows
    ]


def laid_out(session: Session, contest_id: int) -> set[int]:
    """Return the ids of the pictures in a contest's kit."""
    live = select(KitItem.asset_id).where(KitItem.contest_id == contest_id, KitItem.removed_at.is_(None))
    return {asset_id for asset_id in session.scalars(live) if asset_id}


def credits(session: Session, source_id: int | None) -> list[Credit]:
    """Return what a design was begun from, and what that was begun from, nearest first; three statements."""
    if source_id is None:
        return []
    chain = (
        select(Submission.id, Submission.remix_of_id, literal_column("0").label("step"))
        .where(Submission.id == source_id)
        .cte("chain", recursive=True)
    )
    before = aliased(Submission)
    chain = chain.union_all(
        select(before.id, before.remix_of_id, chain.c.step + 1).where(
            before.id == chain.c.remix_of_id, chain.c.step < MOST_CREDITS - 1
        )
    )
    rows = session.execute(
        select(Submission.author_id, Submission.title, Submission.code, public().label("is_public"))
        .join(chain, chain.c.id == Submission.id)
        .order_by(chain.c.step)
    ).all()
    names = people.names(session, {row.author_id for row in rows})
    return [Credit(row.title, names[row.author_id], row.code if row.is_public else None) for row in rows]


def stale_drafts(session: Session, before: datetime, limit: int) -> list[int]:
    """Return drawings that no person has, untouched since `before`."""
    stale = (StudioDraft.person_id.is_(None), StudioDraft.updated_at < before)
    return list(session.scalars(select(StudioDraft.id).where(*stale).order_by(StudioDraft.id).limit(limit)))


def idle_assets(session: Session, before: datetime, limit: int, after: int = 0) -> list[AssetRow]:
    """Return pictures sent in before `before` that no design uses, and that are not of a kit, by id."""
    in_use = exists().where(StudioAssetUse.asset_id == StudioAsset.id)
    where = (StudioAsset.created_at < before, StudioAsset.id > after, ~_in_kit(), ~in_use)
    return _assets(session, *where, limit=limit)


def unused(session: Session, codes: Collection[str]) -> list[AssetRow]:
    """Return those pictures of `codes` that no design uses, and that are not of a kit."""
    in_use = exists().where(StudioAssetUse.asset_id == StudioAsset.id)
    return _assets(session, StudioAsset.code.in_(codes), ~_in_kit(), ~in_use)


def named_by_drafts(session: Session, owners: Iterable[AssetRow]) -> set[str]:
    """Return the codes of pictures that drawings of the same owners name."""
    rows = list(owners)
    persons = {row.person_id for row in rows if row.person_id}
    devices = {row.device_id for row in rows if row.device_id}
    theirs = or_(StudioDraft.person_id.in_(persons), StudioDraft.device_id.in_(devices))
    scenes = session.execute(select(StudioDraft.front, StudioDraft.back).where(theirs))
    return {code for row in scenes for scene in row if scene for code in codes_in(scene)}


def codes_in(scene: dict[str, Any] | None) -> set[str]:
    """Return the codes of the pictures that a scene names."""
    return {layer["a"] for layer in scene["layers"] if layer["t"] == "img"} if scene else set()


def removed_assets(session: Session, limit: int) -> list[int]:
    """Return pictures that are to go."""
    gone = select(StudioAsset.id).where(StudioAsset.removed_at.is_not(None))
    return list(session.scalars(gone.order_by(StudioAsset.id).limit(limit)))


def has_file(session: Session, key: str) -> bool:
    """Return whether a picture has this file; exact only under `owners.hold_file`."""
    return session.scalar(select(StudioAsset.id).where(StudioAsset.original_key == key).limit(1)) is not None


def others_with(session: Session, asset: AssetRow) -> bool:
    """Return whether another picture has the same file; exact only under `owners.hold_file`."""
    same = (StudioAsset.sha256 == asset.sha256, StudioAsset.id != asset.id)
    return session.scalar(select(StudioAsset.id).where(*same).limit(1)) is not None


def scene_document(session: Session, revision_id: int) -> str | None:
    """Return the storage key of the document a revision was composed from; None for an upload."""
    drawn = (Revision.id == revision_id, Revision.source == "studio")
    return session.scalar(select(Revision.original_key).where(*drawn))


def _in_kit() -> ColumnElement[bool]:
    return and_(StudioAsset.person_id.is_(None), StudioAsset.device_id.is_(None))


def _used_by(designs: Collection[int]) -> ColumnElement[bool]:
    uses = select(StudioAssetUse.asset_id).where(StudioAssetUse.submission_id.in_(designs))
    return StudioAsset.id.in_(uses)


def _drafts(session: Session, *where: ColumnElement[bool]) -> list[DraftRow]:
    # Columns, not entities: a conditional UPDATE of this transaction must be seen by the next read.
    statement = select(*_columns(StudioDraft, DraftRow)).where(*where)
    rows = session.execute(statement.order_by(StudioDraft.updated_at.desc(), StudioDraft.id.desc()))
    return [DraftRow(**row._mapping) for row in rows]


def _assets(session: Session, *where: ColumnElement[bool], limit: int | None = None) -> list[AssetRow]:
    statement = select(*_columns(StudioAsset, AssetRow)).where(*where, StudioAsset.removed_at.is_(None))
    return [AssetRow(**row._mapping) for row in session.execute(statement.order_by(StudioAsset.id).limit(limit))]


def _columns(model: type[Any], row: type[Any]) -> list[Any]:
    return [getattr(model, field.name) for field in fields(row)]
