"""A drawing becomes a design, or a design's next version: its document is stored and the workers compose it."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.phases import PUBLIC
from contests.submissions import queries as submissions
from contests.submissions import rules as design_rules
from contests.submissions import service as designs
from contests.submissions.images.header import Header
from contests.submissions.images.scene import document, parse
from contests.submissions.images.scene.document import Asset, Document
from contests.submissions.originals import Original
from contests.submissions.queries import DesignRow
from contests.submissions.studio import contents, owners, queries, rules, store
from contests.submissions.studio.owners import Owner
from contests.submissions.studio.rows import AssetRow, DraftRow
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

FORMAT = "SCENE"
"""The format of an original that is a document instead of a picture."""


def finish(code: str, owner: Owner, now: datetime) -> str:
    """Make a design of a drawing, or the next version of the one that was made of it; return the design's code.

    Finishing the same version twice makes one. Raises Refused when the contest takes no designs, the fan has
    no room left, nothing is drawn, or a picture is not ready.
    """
    draft = _draft(db.session(), code, owner)
    pictures = _pictures(db.session(), draft, owner)
    original, data = _document(db.session(), draft, pictures)

    def write(session: Session) -> str:
        assert owner.person_id is not None
        owners.hold(session, owner)
        current = _draft(session, code, owner)
        if current.version != draft.version:
            raise Refused("changed-meanwhile", N_("The drawing has changed meanwhile. Look at it and finish it again."))
        design = _design(session, current)
        if design and current.finished_version == current.version:
            return design.code
        _require_open(session, current, design, now)
        if store.hold_assets(session, [each.id for each in pictures]) != {each.id for each in pictures}:
            raise Refused("picture-failed", N_("A picture of this drawing is not here any more. Take it off first."))
        begun = _write(session, current, design, owner.person_id, original, now)
        store.take_along(session, current, owner)
        store.bind(session, current.id, begun[0], current.version)
        store.use(session, begun[0], [each.id for each in pictures])
        return begun[1]

    return designs.with_original(original, data, write)


def reopen(submission_id: int, person_id: int, now: datetime) -> str:
    """Return the code of the drawing that a design was made of, to draw on; raises Refused once it is locked."""
    with transaction() as session:
        design = submissions.by_id(session, submission_id)
        draft = queries.draft_of(session, submission_id)
        if design is None or draft is None or design.author_id != person_id or design.withdrawn_at:
            raise NotFound()
        contest = contests.contest(session, design.contest_id)
        if contest is None:
            raise NotFound()
        design_rules.require_revising(contest.phase(now), design.submitted_at is not None)
        return draft.code


def _write(
    session: Session, draft: DraftRow, design: DesignRow | None, person_id: int, original: Original, now: datetime
) -> tuple[int, str]:
    if design:
        designs.add_version(session, design.id, person_id, original, now, source="studio")
        return design.id, design.code
    begun = designs.add_design(session, draft.contest_id, person_id, original, now, "studio", draft.remix_of_id)
    return begun.submission_id, begun.code


def _design(session: Session, draft: DraftRow) -> DesignRow | None:
    """The design made of a drawing; one that was taken back is none any more."""
    design = submissions.by_id(session, draft.submission_id) if draft.submission_id else None
    return design if design and not design.withdrawn_at else None


def _require_open(session: Session, draft: DraftRow, design: DesignRow | None, now: datetime) -> None:
    contest = contests.contest(session, draft.contest_id)
    if contest is None or contest.phase(now) not in PUBLIC:
        raise NotFound()
    sent_in = design is not None and design.submitted_at is not None
    until = contest.voting_at if sent_in else contest.critique_at or contest.voting_at
    rules.require_drawing(contest.phase(now), until, contest.timezone, bound=sent_in)


def _pictures(session: Session, draft: DraftRow, owner: Owner) -> list[AssetRow]:
    """The pictures the drawing names, all of them ready."""
    content = contents.of_draft(draft)
    bound = [each for each in (draft.remix_of_id, draft.submission_id) if each]
    known = queries.drawable(session, content.codes, draft.contest_id, bound, content.codes, owner)
    contents.require_known(content, known)
    rules.require_ready([asset.state for asset in known.values()])
    return list(known.values())


def _document(session: Session, draft: DraftRow, pictures: list[AssetRow]) -> tuple[Original, bytes]:
    """The document as an original: its place in storage and its bytes."""
    rules.require_something(draft.layers)
    product = contents.product_at(session, draft.contest_id, draft.product)
    made = Document(
        product=draft.product,
        kind=product.kind,
        colour=draft.colour.lower(),
        front=parse(draft.front) if draft.front else None,
        back=parse(draft.back) if draft.back else None,
        assets={each.code: Asset(each.sha256, each.width, each.height, each.original_key) for each in pictures},
    )
    data = document.canonical(made)
    document.parse(data)  # a crop that leaves its picture, for one, shows only now
    sha256, size = hashlib.sha256(data).hexdigest(), contents.size_of(product)
    key = f"originals/{sha256[:2]}/{sha256}"
    return Original(key, sha256, len(data), "", Header(FORMAT, size.w, size.h, 1, "RGBA")), data


def _draft(session: Session, code: str, owner: Owner) -> DraftRow:
    draft = queries.draft(session, code, owner)
    if draft is None:
        raise NotFound()
    return draft
