"""What the queries on drawings return: frozen values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

SIDES = ("front", "back")


@dataclass(frozen=True)
class DraftRow:
    """A drawing in the making; `front` and `back` are scenes or None."""

    id: int
    code: str
    contest_id: int
    person_id: int | None
    device_id: str | None
    product: int
    colour: str
    front: dict[str, Any] | None
    back: dict[str, Any] | None
    version: int
    finished_version: int | None
    remix_of_id: int | None
    submission_id: int | None
    created_at: datetime
    updated_at: datetime

    @property
    def layers(self) -> int:
        """Return how many layers are drawn, on all sides."""
        return sum(len(scene["layers"]) for scene in (self.front, self.back) if scene)


@dataclass(frozen=True)
class AssetRow:
    """A picture that drawings are made of."""

    id: int
    code: str
    contest_id: int
    person_id: int | None
    device_id: str | None
    original_key: str
    sha256: str
    bytes: int
    width: int
    height: int
    proxy_key: str | None
    state: str
    failure_code: str
    report: dict[str, Any]
    attempts: int
    removed_at: datetime | None

    @property
    def is_kit(self) -> bool:
        """Return whether the artist laid it out for everybody."""
        return self.person_id is None and self.device_id is None


@dataclass(frozen=True)
class KitRow:
    """One thing of an artist's kit, with its picture when it is one."""

    id: int
    kind: str
    label: str
    value: str | None
    added_at: datetime
    removed_at: datetime | None
    asset: AssetRow | None


@dataclass(frozen=True)
class Credit:
    """A design that another one was begun from. `code` is None when it is not to be seen any more."""

    title: str
    nick: str
    code: str | None


@dataclass(frozen=True)
class Used:
    """What one owner has: open drawings everywhere, pictures and their bytes in one contest."""

    drafts: int
    assets: int
    bytes: int
