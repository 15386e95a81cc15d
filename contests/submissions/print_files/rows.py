"""What the queries on print files return: frozen values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contests.submissions.images.print_report import verdict_of


@dataclass(frozen=True)
class CallRow:
    """That a finalist may send a print file."""

    submission_id: int
    wanted: bool
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class PrintFileRow:
    """One print file; `picture` macros read `renditions` and `placeholder`."""

    id: int
    submission_id: int
    number: int
    wish: str | None
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
    placeholder: int
    report: dict[str, Any]
    print_report: list[dict[str, Any]]
    distance: int | None
    created_at: datetime
    done_at: datetime | None

    @property
    def source(self) -> str:
        """Return what it is made from, as of a revision: always an uploaded picture."""
        return "upload"

    @property
    def waiting(self) -> bool:
        """Return whether a worker still has to look at it."""
        return self.state in ("waiting", "processing")


@dataclass(frozen=True)
class Standing:
    """How a design stands for print: the report that counts, and the file it is about.

    `file` is the newest print file that a worker could use (None: the report is on the picture that
    was entered); `newest` the newest of all; `voted` the report on the picture that people vote for.
    """

    submission_id: int
    voted: list[dict[str, Any]]
    call: CallRow | None
    file: PrintFileRow | None
    newest: PrintFileRow | None

    @property
    def reports(self) -> list[dict[str, Any]]:
        """Return the report on the file that would be printed."""
        return self.file.print_report if self.file else self.voted

    @property
    def verdict(self) -> str:
        """Return the verdict on the product it suits least; '' where nothing was looked at yet."""
        return verdict_of(self.reports)

    @property
    def may_send(self) -> bool:
        """Return whether a print file is taken."""
        return self.call is not None and self.call.closed_at is None
