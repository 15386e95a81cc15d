"""What a team does with the kit of a contest. Each is one transaction, with a line in the audit log."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.submissions.images.fonts import FONTS
from contests.submissions.studio import assets, queries, rules, store
from contests.submissions.studio.rows import AssetRow
from webapp.accounts import audit
from webapp.infra import quotas
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_, NotFound, Refused

PICTURES = rules.KIT_KINDS
LABEL_LENGTH = 60


def add_picture(contest_id: int, person_id: int, kind: str, label: str, data: bytes, name: str, now: datetime) -> None:
    """Lay a logo or a sticker out: a PNG, so that it can be transparent. The same file twice is one.

    Raises Unacceptable for the picture's own faults, Refused for another format or a full kit.
    """
    original = assets.judged(data, name)
    if original.header.format != "PNG":
        raise Refused("not-a-png", N_("Logos and stickers are PNG files: only they can be see-through."), 422)

    def write(session: Session) -> AssetRow:
        store.hold_kit(session, contest_id)
        wish = assets.wish_of(contest_id, "kit", original.sha256)
        asset = assets.again(session, wish)
        if asset is None or asset.id not in queries.laid_out(session, contest_id):
            rules.require_kit_room(store.count_kit(session, contest_id, PICTURES), rules.KIT_PICTURES)
        asset = asset or assets.add(session, contest_id, original, wish, now, None)
        store.add_kit_picture(session, contest_id, kind, label, asset.id, person_id, now)
        _note(session, contest_id, person_id, now)
        return asset

    with quotas.counted([quotas.person(person_id), quotas.contest(contest_id)], original.bytes, now):
        assets.keeping(original, data, write)


def add_colour(contest_id: int, person_id: int, colour: str, now: datetime) -> None:
    """Add a colour to the palette. Raises Refused for what is none, or when the palette is full."""
    value = rules.palette_colour(colour)
    with transaction() as session:
        store.hold_kit(session, contest_id)
        if value in {item.value for item in queries.kit(session, contest_id, ("colour",))}:
            return
        rules.require_kit_room(store.count_kit(session, contest_id, ("colour",)), rules.KIT_COLOURS)
        store.add_kit_value(session, contest_id, "colour", value, person_id, now)
        _note(session, contest_id, person_id, now)


def choose_fonts(contest_id: int, person_id: int, fonts: Collection[str], now: datetime) -> None:
    """Offer these fonts and no others; none chosen, or all, offers all."""
    if set(fonts) - set(FONTS):
        raise Refused("unknown-font", N_("There is no such font."), 422)
    wanted = set() if set(fonts) == set(FONTS) else set(fonts)
    with transaction() as session:
        store.hold_kit(session, contest_id)
        before = {item.value: item.id for item in queries.kit(session, contest_id, ("font",)) if item.value}
        store.remove_kit(session, contest_id, [before[font] for font in set(before) - wanted], person_id, now)
        for font in sorted(wanted - set(before)):
            store.add_kit_value(session, contest_id, "font", font, person_id, now)
        if wanted != set(before):
            _note(session, contest_id, person_id, now)


def label(contest_id: int, person_id: int, item_id: int, text: str, now: datetime) -> None:
    """Name a picture of the kit, with 1 to 60 characters; raises NotFound, Refused('bad-label')."""
    with transaction() as session:
        if not store.in_kit(session, contest_id, item_id):
            raise NotFound()
        if not 0 < len(text) <= LABEL_LENGTH:
            raise Refused("bad-label", N_("A name has 1 to 60 characters."), 422)
        if not store.label_kit(session, contest_id, item_id, text):
            raise NotFound()
        _note(session, contest_id, person_id, now)


def remove(contest_id: int, person_id: int, item_id: int, now: datetime) -> None:
    """Take something off the kit. Drawings that use it keep it. Saying it twice does it once. Raises NotFound."""
    with transaction() as session:
        if not store.in_kit(session, contest_id, item_id):
            raise NotFound()
        if store.remove_kit(session, contest_id, [item_id], person_id, now):
            _note(session, contest_id, person_id, now)


def _note(session: Session, contest_id: int, person_id: int, now: datetime) -> None:
    contest = contests.contest(session, contest_id)
    if contest is None:
        raise NotFound()
    audit.note(session, now, person_id, contest.artist_id, "contest.kit", f"contest:{contest_id}")
