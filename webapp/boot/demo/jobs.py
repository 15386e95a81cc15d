"""Draws the demo's pictures, one a job, and hands each to the ordinary pipeline. Any job may run twice."""

import hashlib

from flask import current_app
from sqlalchemy import select, update

from contests.submissions import jobs as pictures
from contests.submissions import originals
from contests.submissions.models import Revision
from webapp.accounts.models import Artist
from webapp.boot.demo import art, words
from webapp.boot.demo.designs import SIZE
from webapp.infra import queue
from webapp.infra.db import changed, db, transaction
from webapp.infra.storage import storage

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
    revisions = [revision_id for _turn, revision_id in sorted(told)]
    session.rollback()
    work = [("draw_portrait", each) for each in artists] + [("draw", each) for each in revisions]
    for number, (function, row_id) in enumerate(work):
        if not queue.enqueue("pictures", f"{__name__}.{function}", row_id):
            return number  # with Redis away the next turn tells it all
    return len(work)


def draw(revision_id: int) -> bool:
    """Draw the original of a revision unless it has one, then process it; return whether that finished it."""
    session = db.session()
    report = session.scalar(select(Revision.report).where(Revision.id == revision_id, Revision.original_key == ""))
    session.rollback()
    told = (report or {}).get("demo")
    if not told:
        return False
    data, name = _drawn(told["style"], told["seed"], told["upload"])
    original = originals.judged(data, name)
    originals.keep(original, data)
    with transaction() as writing:
        values = {
            "original_key": original.key,
            "original_sha256": original.sha256,
            "bytes": original.bytes,
            "format": original.header.format,
            "lease_until": None,
        }
        still = update(Revision).where(Revision.id == revision_id, Revision.original_key == "")
        changed(writing, still.values(**values))
    # In this job rather than a new one: a picture is shown when it is drawn, not after all are drawn.
    return pictures.process(revision_id)


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


def _drawn(style: str, seed: int, upload: str) -> tuple[bytes, str]:
    image, ground = art.draw(style, seed, SIZE), art.ground_for(style, seed)
    if upload == "photo":
        return art.as_phone_photo(image, seed, ground), "IMG_0412.jpg"
    if art.plan(style, seed).product == "poster":
        return art.as_upload(image, "png"), f"{style}.png"
    return art.as_upload(image, "jpeg", ground), f"{style}.jpg"
