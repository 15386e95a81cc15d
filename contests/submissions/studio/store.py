"""Every write on drawings, their pictures and the kit. The caller's transaction; no commit."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from contests.models import Contest
from contests.submissions.studio.models import KitItem, StudioAsset, StudioAssetUse, StudioDraft
from contests.submissions.studio.owners import Owner
from contests.submissions.studio.rows import DraftRow
from webapp.infra.db import changed, insert_many_once, insert_once


def add_draft(session: Session, owner: Owner, now: datetime, **values: Any) -> str:
    """Insert a drawing under a code nobody guesses; return the code."""
    code = secrets.token_hex(10)
    session.add(StudioDraft(code=code, created_at=now, updated_at=now, version=1, **owner.columns, **values))
    session.flush()
    return code


def save_draft(session: Session, draft_id: int, known: int, now: datetime, **values: Any) -> bool:
    """Write a drawing's next version; return False when it is not at the version `known` any more."""
    statement = update(StudioDraft).where(StudioDraft.id == draft_id, StudioDraft.version == known)
    return bool(changed(session, statement.values(version=known + 1, updated_at=now, **values)))


def bind(session: Session, draft_id: int, submission_id: int, version: int) -> None:
    """Remember the design that was made of a drawing, and of which version."""
    values = {"submission_id": submission_id, "finished_version": version}
    changed(session, update(StudioDraft).where(StudioDraft.id == draft_id).values(**values))


def drop_drafts(session: Session, ids: Iterable[int]) -> int:
    """Delete drawings; return how many there were."""
    return changed(session, delete(StudioDraft).where(StudioDraft.id.in_(list(ids))))


def hand_over(session: Session, device_id: str, person_id: int) -> int:
    """Give a browser's drawings and pictures to a person; return how many rows changed hands."""
    values = {"person_id": person_id, "device_id": None}
    return sum(
        changed(session, update(model).where(model.device_id == device_id).values(**values))
        for model in (StudioDraft, StudioAsset)
    )


def take_along(session: Session, draft: DraftRow, owner: Owner) -> None:
    """Hand over what the browser has when its person draws on without having come through the sign-in page."""
    if owner.person_id and draft.device_id:
        hand_over(session, owner.device_id, owner.person_id)


def add_asset(session: Session, now: datetime, **values: Any) -> int | None:
    """Insert a picture that waits for its proxy; return its id, or None when its wish stands already."""
    code = secrets.token_hex(8)
    fresh = {"state": "waiting", "failure_code": "", "report": {}, "attempts": 0}
    return insert_once(session, StudioAsset, code=code, created_at=now, **fresh, **values)


def use(session: Session, submission_id: int, asset_ids: Iterable[int]) -> None:
    """Remember that a design's scene names these pictures."""
    rows = [{"asset_id": each, "submission_id": submission_id} for each in sorted(set(asset_ids))]
    if rows:
        insert_many_once(session, StudioAssetUse, rows)


def unuse(session: Session, submission_id: int) -> None:
    """Forget what pictures a design's scene names: it was never sent in, and never will be."""
    changed(session, delete(StudioAssetUse).where(StudioAssetUse.submission_id == submission_id))


def hold_assets(session: Session, ids: Iterable[int]) -> set[int]:
    """Keep these pictures from being removed while this transaction lasts; return those that still stand."""
    standing = select(StudioAsset.id).where(StudioAsset.id.in_(list(ids)), StudioAsset.removed_at.is_(None))
    return set(session.scalars(standing.order_by(StudioAsset.id).with_for_update()))


def remove_assets(session: Session, ids: Iterable[int], now: datetime) -> None:
    """Let nobody see these pictures any more, unless a design has come to use them; their files go afterwards."""
    held = hold_assets(session, ids)
    unused = ~select(StudioAssetUse.id).where(StudioAssetUse.asset_id == StudioAsset.id).exists()
    statement = update(StudioAsset).where(StudioAsset.id.in_(held), unused)
    changed(session, statement.values(removed_at=now, wish=None))


def delete_asset(session: Session, asset_id: int) -> bool:
    """Delete the row of a removed picture; return False when it is gone already, or somebody uses it after all."""
    used = select(StudioAssetUse.id).where(StudioAssetUse.asset_id == asset_id).exists()
    gone = (StudioAsset.id == asset_id, StudioAsset.removed_at.is_not(None), ~used)
    return bool(changed(session, delete(StudioAsset).where(*gone)))


def hold_kit(session: Session, contest_id: int) -> None:
    """Let one contest's kit be changed by one member of the team after the other."""
    session.execute(select(Contest.id).where(Contest.id == contest_id).with_for_update(key_share=True))


def add_kit_picture(
    session: Session, contest_id: int, kind: str, label: str, asset_id: int, person_id: int, now: datetime
) -> None:
    """Lay a picture out for the fans; one that was taken away comes back."""
    values: dict[str, Any] = {"kind": kind, "label": label, "added_by": person_id, "added_at": now}
    if insert_once(session, KitItem, contest_id=contest_id, asset_id=asset_id, **values) is None:
        again = update(KitItem).where(KitItem.asset_id == asset_id)
        changed(session, again.values(removed_at=None, removed_by=None, **values))


def add_kit_value(session: Session, contest_id: int, kind: str, value: str, person_id: int, now: datetime) -> None:
    """Lay out a colour or a font; one that was taken away comes back."""
    values: dict[str, Any] = {"added_by": person_id, "added_at": now}
    place: dict[str, Any] = {"contest_id": contest_id, "kind": kind, "value": value}
    if insert_once(session, KitItem, label="", **place, **values) is None:
        again = update(KitItem).filter_by(**place).where(KitItem.removed_at.is_not(None))
        changed(session, again.values(removed_at=None, removed_by=None, **values))


def remove_kit(session: Session, contest_id: int, item_ids: Iterable[int], person_id: int, now: datetime) -> int:
    """Take things off the kit; return how many were there."""
    ids = list(item_ids)
    statement = update(KitItem).where(
        KitItem.contest_id == contest_id, KitItem.id.in_(ids), KitItem.removed_at.is_(None)
    )
    return changed(session, statement.values(removed_at=now, removed_by=person_id))


def in_kit(session: Session, contest_id: int, item_id: int) -> bool:
    """Return whether something is, or was, in the contest's kit."""
    found = select(KitItem.id).where(KitItem.contest_id == contest_id, KitItem.id == item_id)
    return session.scalar(found) is not None


def label_kit(session: Session, contest_id: int, item_id: int, label: str) -> bool:
    """Name a picture of the kit; return whether it is there."""
    here = update(KitItem).where(KitItem.contest_id == contest_id, KitItem.id == item_id, KitItem.asset_id.is_not(None))
    return bool(changed(session, here.values(label=label)))


def count_kit(session: Session, contest_id: int, kinds: Iterable[str]) -> int:
    """Return how many things of these kinds are laid out; exact only under `hold_kit`."""
    live = (KitItem.contest_id == contest_id, KitItem.kind.in_(list(kinds)), KitItem.removed_at.is_(None))
    return int(session.scalar(select(func.count()).select_from(KitItem).where(*live)) or 0)
