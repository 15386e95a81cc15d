"""What the queries on designs return: frozen values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class RevisionRow:
    """One revision. `picture` macros read `renditions` and `placeholder`."""

    id: int
    submission_id: int
    number: int
    original_key: str
    original_sha256: str
    original_name: str
    bytes: int
    format: str
    width: int
    height: int
    state: str
    failure_code: str
    attempts: int
    renditions: list[dict[str, Any]]
    share_card_key: str | None
    placeholder: int
    dhash: str
    report: dict[str, Any]
    source: str
    mockups: list[dict[str, Any]]
    print_files: list[dict[str, Any]]
    print_report: list[dict[str, Any]]
    created_at: datetime
    done_at: datetime | None


@dataclass(frozen=True)
class DesignRow:
    """A submission with its author's name, the revision people see, and the newest one.

    `revision` is None until a first picture is finished; `latest` may still wait or have failed.
    """

    id: int
    contest_id: int
    author_id: int
    author_name: str
    code: str
    title: str
    alt: str
    description: str
    ai_use: str
    state: str
    rights_hash: str
    current_revision_id: int | None
    created_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    withdrawn_at: datetime | None
    waits_since: datetime | None
    remix_of_id: int | None
    allow_remix: bool
    revision: RevisionRow | None
    latest: RevisionRow | None

    @property
    def waits_for_guardian(self) -> bool:
        """Return whether its author sent it in, and their guardian is asked first."""
        return self.waits_since is not None and self.submitted_at is None and self.withdrawn_at is None

    @property
    def url(self) -> str:
        """Return the design's address within the site."""
        return f"/D/{self.code}"

    @property
    def nick(self) -> str:
        """Return the author's name as cards call it."""
        return self.author_name


@dataclass(frozen=True)
class CardRow:
    """What a card shows. It stands for its own `revision`, as the card macro reads it."""

    id: int
    contest_id: int
    author_id: int
    author_name: str
    code: str
    title: str
    alt: str
    state: str
    revision_id: int
    width: int
    height: int
    renditions: list[dict[str, Any]]
    placeholder: int
    share_card_key: str | None

    @property
    def revision(self) -> "CardRow":
        """Return what the picture macro draws."""
        return self

    @property
    def url(self) -> str:
        """Return the design's address within the site."""
        return f"/D/{self.code}"

    @property
    def nick(self) -> str:
        """Return the author's name as cards call it."""
        return self.author_name


@dataclass(frozen=True)
class ActRow:
    """One moderation act."""

    id: int
    at: datetime
    artist_id: int
    moderator_id: int | None
    subject_id: int
    act: str
    reason_code: str
    reason: str
    state_before: str
    undoes_id: int | None


@dataclass(frozen=True)
class Lookalike:
    """Another design, and how many of 64 bits its picture differs by, turned or mirrored.

    `contest` is the title of an earlier contest of the artist, '' for the same contest.
    """

    submission_id: int
    code: str
    distance: int
    contest: str = ""

    @property
    def likeness(self) -> str:
        """Return 'same', 'very' or 'some': what the distance says in words."""
        return "same" if self.distance <= 4 else "very" if self.distance <= 8 else "some"


@dataclass(frozen=True)
class Usage:
    """What one fan has in one contest: open drafts, designs sent in (or kept for a guardian), bytes of originals."""

    drafts: int
    submitted: int
    bytes: int


@dataclass(frozen=True)
class Standing:
    """What decides how an author is treated."""

    trusted_at: datetime | None
    age_band: str | None
    country: str | None
    suspended_at: datetime | None
