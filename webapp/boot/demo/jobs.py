"""Draws the demo's pictures, one a job, and hands each to the ordinary pipeline. Any job may run twice."""

import hashlib
from typing import Any

from flask import current_app
from sqlalchemy import Select, String, cast, select, update

from contests import queries as contests
from contests.submissions import jobs as pictures
from contests.submissions import originals, rebuilding
from contests.submissions import queries as submissions
from contests.submissions.models import Remake, Revision
from webapp.accounts.models import Artist
from webapp.boot.demo import art, drawings, words
from webapp.boot.demo.designs import FIRST, SIZE
from webapp.infra import queue
from webapp.infra.db import changed, db, insert_many_once, transaction
from webapp.infra.storage import storage
from webapp.kernel.now import now

PORTRAITS = {words.ARTIST["slug"]: 4, words.SECOND["slug"]: 9}  # the seed of each artist's portrait
PORTRAIT_SIZE = (720, 720)


def draw_missing() -> int:
    """Wake the queue for every picture that has not been drawn; return how many. Also a task of the ticker.

    The order is that in which people see them: portraits, the first of each wall, then wall by wall.
    """
    if current_app.config["SETTINGS"].production:
        return 0
    session = db.session()
    faceless = select(Artist.id).where(Artist.slug.in_(PORTRAITS), Artist.portrait_key.is_(None))
    artists = list(session.scalars(faceless.order_by(Artist.id)))
    missing = select(Revision.id, Revision.report).where(Revision.state == "waiting", Revision.original_key == "")
    told = [(row.report["demo"]["turn"], row.id) for row in session.execute(missing) if "demo" in row.report]
    bare = list(session.scalars(_bare()))
    revisions = [revision_id for _turn, revision_id in sorted(told)]
    session.rollback()
    work = [("draw_portrait", each) for each in artists] + [("draw", each) for each in revisions]
    for number, (function, row_id) in enumerate(work):
        if not queue.enqueue("pictures", f"{__name__}.{function}", row_id):
            return number  # with Redis away the next turn tells it all
    if bare and not work:
        hang_on_products(bare)
    return len(work)


def hang_on_products(revision_ids: list[int]) -> None:
    """Wish for the mockups and print reports of pictures that were drawn in a hurry, in the background."""
    new = {"asked_at": now(), "attempts": 0, "failure_code": ""}
    with transaction() as session:
        insert_many_once(session, Remake, [{"revision_id": each, **new} for each in revision_ids])
    rebuilding.feed()


def draw(revision_id: int) -> bool:
    """Draw the original of a revision unless it has one, then process it; return whether that finished it."""
    session = db.session()
    report = session.scalar(select(Revision.report).where(Revision.id == revision_id, Revision.original_key == ""))
    session.rollback()
    told = (report or {}).get("demo")
    if not told:
        return False
    original, data = _original(revision_id, told)
    originals.keep(original, data)
    with transaction() as writing:
        values = {
            "original_key": original.key,
            "original_sha256": original.sha256,
            "bytes": original.bytes,
            "format": original.header.format,
            "width": original.header.width,
            "height": original.header.height,
            "lease_until": None,
        }
        still = update(Revision).where(Revision.id == revision_id, Revision.original_key == "")
        changed(writing, still.values(**values))
    # In this job rather than a new one: a picture is shown when it is drawn, not after all are drawn.
    return pictures.process(revision_id, bare=told["turn"] > FIRST)


def draw_portrait(artist_id: int) -> None:
    """Draw an artist's portrait and let the page show it."""
    artist = db.session().get(Artist, artist_id)
    slug = artist.slug if artist and artist.portrait_key is None else ""
    db.session.rollback()
    if slug not in PORTRAITS:
        return
    data = art.as_upload(art.portrait(PORTRAITS[slug], PORTRAIT_SIZE), "jpeg")
    name = hashlib.sha256(data).hexdigest()
    key = f"renditions/{name[:2]}/{name}-r1-{PORTRAIT_SIZE[0]}.jpg"
    storage().put(key, data)
    with transaction() as session:
        changed(session, update(Artist).where(Artist.id == artist_id).values(portrait_key=key))


def _original(revision_id: int, told: dict[str, Any]) -> tuple[originals.Original, bytes]:
    """Draw what a revision's report tells: a drawing of the studio, or a picture as somebody would send it."""
    if "drawing" in told:
        session = db.session()
        submission_id = session.scalar(select(Revision.submission_id).where(Revision.id == revision_id))
        product = contests.products(session, submissions.contest_of(session, submission_id or 0) or 0)[0]
        session.rollback()
        return drawings.original(told["drawing"], product)
    data, name = _drawn(told["style"], told["seed"], told["upload"])
    return originals.judged(data, name), data


def _bare() -> Select[Any]:
    """Finished pictures without mockups that nobody has wished anew, in the order in which they were made."""
    wished = select(Remake.id).where(Remake.revision_id == Revision.id)
    bare = cast(Revision.mockups, String) == "[]"
    return select(Revision.id).where(Revision.state == "done", bare, ~wished.exists()).order_by(Revision.done_at)


def _drawn(style: str, seed: int, upload: str) -> tuple[bytes, str]:
    image, ground = art.draw(style, seed, SIZE), art.ground_for(style, seed)
    if upload == "photo":
        return art.as_phone_photo(image, seed, ground), "IMG_0412.jpg"
    if art.plan(style, seed).product == "poster":
        return art.as_upload(image, "png"), f"{style}.png"
    return art.as_upload(image, "jpeg", ground), f"{style}.jpg"
