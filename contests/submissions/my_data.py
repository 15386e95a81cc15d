"""What designs keep of people: designs, drawings, pictures, and credit in the designs of others."""

import re
from collections.abc import Iterable

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import Session

from contests.submissions import forgetting
from contests.submissions.credits.models import CreditShare
from contests.submissions.models import Revision, Submission
from contests.submissions.print_files.models import PrintFile
from contests.submissions.studio.models import KitItem, StudioAsset, StudioDraft
from webapp.accounts.my_data import tables
from webapp.accounts.my_data.rooms import Chapter, File, Holding, Kept, Room, Rows
from webapp.kernel.refusal import N_

_WORK = ("original_key", "lease_until", "attempts", "renditions", "share_card_key", "mockups", "print_files")


def revisions_of(session: Session, person_id: int) -> Rows:
    """Return every version of somebody's designs."""
    return tables.rows(session, Revision, Revision.submission_id.in_(_designs(person_id)), hidden=_WORK)


def print_files_of(session: Session, person_id: int) -> Rows:
    """Return what somebody sent for the print."""
    return tables.rows(session, PrintFile, PrintFile.submission_id.in_(_designs(person_id)), hidden=_WORK)


def files_of(session: Session, person_id: int) -> Iterable[File]:
    """Yield the files somebody sent in by design and version, each with its widest picture; and what they drew with."""
    yield from _pictures(session, person_id, Revision, "v")
    yield from _pictures(session, person_id, PrintFile, "print-")
    assets = select(StudioAsset.code, StudioAsset.original_key).where(
        StudioAsset.person_id == person_id, StudioAsset.removed_at.is_(None)
    )
    for row in session.execute(assets.order_by(StudioAsset.id)):
        yield File(f"pictures/drawing-{row.code}", row.original_key)


def _pictures(session: Session, person_id: int, model: type, what: str) -> Iterable[File]:
    made: type[Revision] = model
    source = Revision.source if model is Revision else literal("upload").label("source")
    rows = select(Submission.code, made.number, made.original_key, made.original_name, made.format, source)
    rows = rows.add_columns(made.renditions)
    rows = rows.join(Submission, Submission.id == made.submission_id).where(Submission.author_id == person_id)
    for row in session.execute(rows.order_by(made.id)):
        name = f"pictures/{row.code}-{what}{row.number}"
        yield File(f"{name}.{_ending(row.source, row.format, row.original_name)}", row.original_key)
        if row.renditions and row.renditions[-1].get("jpeg"):
            yield File(f"{name}-shown.jpg", row.renditions[-1]["jpeg"])


def _ending(source: str, picture_format: str, sent_as: str) -> str:
    """Return how an original's name ends: what it was found to be; while it is not, or failed, what it was sent as."""
    if source == "studio":
        return "json"
    said = re.search(r"\.([a-z0-9]{1,5})$", sent_as.lower())
    return picture_format.lower() or (said[1] if said else "bin")


def kept(session: Session, person_id: int) -> list[Kept]:
    """Return what stays: designs that won or are printed, and standing shares of credit."""
    found = []
    stay = forgetting.staying(session, session.scalars(_designs(person_id)).all())
    for row in session.execute(select(Submission.title, Submission.code).where(Submission.id.in_(stay))):
        sentence = N_(
            "Your design “%(title)s” (%(code)s): it won or is printed, as you agreed when you sent it in. "
            "It is by “a fan” now."
        )
        found.append(Kept(sentence, {"title": row.title, "code": row.code}))
    shares = select(CreditShare.id).where(CreditShare.person_id == person_id, CreditShare.state == "accepted")
    if session.scalar(shares.limit(1)):
        found.append(Kept(N_("Your share of the credit in designs of others, as “a fan”: shares have to add up.")))
    used = select(StudioAsset.id).where(StudioAsset.person_id == person_id, StudioAsset.removed_at.is_(None))
    if session.scalar(used.limit(1)):
        found.append(Kept(N_("Pictures of yours that a design which stays was drawn with, without your name.")))
    return found


def _designs(person_id: int) -> Select[int]:
    return select(Submission.id).where(Submission.author_id == person_id)


ROOM = Room(
    "designs",
    holdings=(
        Holding(Submission.author_id, "step", "designs"),
        Holding(CreditShare.person_id, "step", "credit"),
        Holding(StudioDraft.person_id, "step", "drawings", ("device_id",)),
        Holding(
            StudioAsset.person_id, "step", "drawing_pictures", ("device_id", "wish", "lease_until", "original_key")
        ),
        Holding(KitItem.added_by, "kept"),
        Holding(KitItem.removed_by, "kept"),
    ),
    chapters=(Chapter("design_versions", revisions_of), Chapter("print_files", print_files_of)),
    files=files_of,
    steps=(forgetting.forget_designs, forgetting.forget_drawings, forgetting.forget_credit),
    gone=(N_("Your designs that did not win and are not printed, your drawings, and their pictures and file names."),),
    kept=kept,
)
