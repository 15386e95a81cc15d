"""Starting from another design: who may, what of it is taken over, and who is credited."""

from datetime import datetime

from sqlalchemy.orm import Session

from contests.submissions import queries as submissions
from contests.submissions.images.header import Header
from contests.submissions.images.scene import as_json, document
from contests.submissions.originals import Original
from contests.submissions.queries import DesignRow, RevisionRow
from contests.submissions.studio import assets, contents, owners, queries, rules
from contests.submissions.studio.contents import Content
from contests.submissions.studio.owners import Owner
from contests.submissions.studio.rows import AssetRow
from webapp.infra.db import db, transaction
from webapp.infra.storage import storage
from webapp.kernel import codes
from webapp.kernel.refusal import NotFound


def source(session: Session, contest_id: int, design_code: str, person_id: int | None) -> DesignRow:
    """Return the design of a code that this person may start from; raises Refused when they may not."""
    design = submissions.design(session, codes.normalise(design_code))
    if design is None or design.withdrawn_at or design.revision is None:
        raise NotFound()
    is_own = person_id is not None and design.author_id == person_id
    same_contest = design.contest_id == contest_id
    rules.require_remixable(design.allow_remix, submissions.is_public(design), same_contest, is_own)
    return design


def credited(source: DesignRow | None, person_id: int | None) -> int | None:
    """Return the id of the design that is credited: one's own needs no thanks, but passes on whose it came from."""
    if source is None:
        return None
    return source.remix_of_id if source.author_id == person_id else source.id


def content(contest_id: int, source: DesignRow, owner: Owner, now: datetime) -> Content:
    """Return what a drawing begun from `source` starts with: its scenes or, of an upload, the picture alone."""
    revision = source.revision
    if revision is None:
        raise NotFound()
    if revision.source == "studio":
        drawn = document.parse(storage().get(revision.original_key))
        sides = {side: as_json(scene) for side, scene in drawn.sides.items()}
        product = contents.product_at(db.session(), contest_id, drawn.product)
        colour = rules.require_colour(drawn.colour, contents.colours_of(product))
        return Content(drawn.product, colour, sides.get("front"), sides.get("back"))
    return _one_layer(contest_id, revision, _picture(contest_id, revision, owner, now))


def _one_layer(contest_id: int, revision: RevisionRow, asset: AssetRow) -> Content:
    """The whole picture, as large as the print box of the first product holds it, at its top."""
    product = contents.products_of(db.session(), contest_id)[0]
    size = contents.size_of(product)
    scale = min(size.w / revision.width, size.h / revision.height)
    layer = {"id": "start", "t": "img", "a": asset.code, "x": size.w / 2, "y": revision.height * scale / 2}
    scene = {"v": 1, "template": product.kind, "side": "front", "w": size.w, "h": size.h}
    said = {"product": product.position, "colour": contents.colours_of(product)[0], "front": None, "back": None}
    said["front"] = {**scene, "layers": [{**layer, "k": max(0.01, min(50, scale)), "r": 0}]}
    return contents.checked(db.session(), contest_id, said)


def _picture(contest_id: int, revision: RevisionRow, owner: Owner, now: datetime) -> AssetRow:
    """The original of an upload as a picture of this owner's: the same file, shown through a proxy like any other."""
    header = Header(revision.format, revision.width, revision.height, 1, "")
    key, size = revision.original_key, revision.bytes
    original = Original(key, revision.original_sha256, size, revision.original_name, header)
    with transaction() as session:
        owners.hold(session, owner)
        wish = assets.wish_of(contest_id, f"{owner.name} design", original.sha256)
        if known := assets.again(session, wish):
            return known
        used = queries.used(session, owner, contest_id)
        rules.require_asset_room(used.assets, used.bytes, original.bytes)
        return assets.add(session, contest_id, original, wish, now, owner)
