"""Facts about submissions."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class RevisionUploaded(Fact):
    """An original is stored and waits for its renditions."""

    revision_id: int


@dataclass(frozen=True)
class RevisionProcessed(Fact):
    """All renditions of a revision stand."""

    revision_id: int


@dataclass(frozen=True)
class RevisionFailed(Fact):
    """A picture could not be used; the revision says why."""

    revision_id: int


@dataclass(frozen=True)
class SubmissionMade(Fact):
    """A fan sent a design in."""

    submission_id: int


@dataclass(frozen=True)
class SubmissionModerated(Fact):
    """A moderator approved, held, hid or restored a design; `act_id` says who and why."""

    submission_id: int
    act_id: int


@dataclass(frozen=True)
class SubmissionWithdrawn(Fact):
    """Its author took a design back."""

    submission_id: int
