"""Files without a row, and rows whose file is gone.

The storage is listed before the rows are read, so that a file which a row names since then is not taken for lost. Files
that were set aside are compared once more with rows that may have come meanwhile, and brought back if one names them.
"""

import itertools
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from webapp.boot.audit import lost
from webapp.boot.audit.findings import NAMED, Finding, Plan, some
from webapp.boot.audit.holders import BY_NAME, HOLDERS
from webapp.boot.audit.shelf import Missing, Shelf, shelf
from webapp.infra.db import db, transaction
from webapp.infra.storage import Stored, storage

PROBES = "probe/"
CHECK = "files"
_BATCH = 500


def look(plan: Plan) -> Iterator[Finding]:
    """Compare the storage with the rows, both ways."""
    with shelf() as kept:
        kept.put(_files())
        _read_rows(kept)
        yield from _lonely(kept, plan)
        yield from _missing(kept, plan)


def _files() -> Iterator[Stored]:
    return (each for each in storage().listing() if not each.key.startswith((lost.PLACE, PROBES)))


def _read_rows(kept: Shelf) -> None:
    kept.forget_names()
    for holder in HOLDERS:
        kept.name(holder.name, holder.named(db.session()))
    db.session.rollback()
    kept.compare()


def _lonely(kept: Shelf, plan: Plan) -> Iterator[Finding]:
    # By the machine's clock, as files' dates are; the site's own may be shifted.
    before = datetime.fromtimestamp(time.time(), UTC) - plan.grace
    names, number, size, moved = list[str](), 0, 0, list[str]()
    for key, length in kept.lonely(before.timestamp()):
        number, size = number + 1, size + length
        names += [key] if len(names) < NAMED else []
        if plan.repair and (target := lost.set_aside(key, plan.at, before)):
            moved.append(target)
    if not number:
        return
    what = f"{number:,} files ({size:,} bytes) belong to no row: {some(names, number)}"
    if not plan.repair:
        yield Finding(CHECK, what, todo="--repair sets them aside, where they are kept for 30 days")
        return
    back = _brought_back(kept, moved)
    yield Finding(CHECK, what, f"{len(moved) - back:,} set aside under {lost.PLACE}; {back:,} were needed after all")


def _brought_back(kept: Shelf, moved: list[str]) -> int:
    """Look at the rows once more: what one of them names by now goes back to its place."""
    if not moved:
        return 0
    _read_rows(kept)
    wanted = [each for each in moved if kept.is_named(each.removeprefix(lost.PLACE).partition("/")[2])]
    for each in wanted:
        lost.bring_back(each)
    return len(wanted)


def _missing(kept: Shelf, plan: Plan) -> Iterator[Finding]:
    """What came after the listing, or lies among what was set aside, is there after all."""
    if next(kept.missing(), None) is None:
        return
    kept.put_aside(lost.whereabouts())
    for holder, group in itertools.groupby(kept.missing(), key=lambda each: each.holder):
        gone = (each for each in group if not storage().exists(each.key))
        while batch := list(itertools.islice(gone, _BATCH)):
            yield from _gone(holder, batch, kept, plan)


def _gone(holder: str, gone: list[Missing], kept: Shelf, plan: Plan) -> Iterator[Finding]:
    places = {each.key: kept.aside(each.key) for each in gone}
    if found := [each for each in gone if places[each.key]]:
        what = f"{holder}: {_named(found)} lie under {lost.PLACE}"
        for each in found if plan.repair else ():
            lost.bring_back(str(places[each.key]))
        yield Finding(
            CHECK, what, "brought back" if plan.repair else "", "" if plan.repair else "--repair fetches them"
        )
    if rest := [each for each in gone if not places[each.key]]:
        yield _again(holder, rest, plan)


def _again(holder: str, gone: list[Missing], plan: Plan) -> Finding:
    what, again = f"{holder}: not in the storage: {_named(gone)}", BY_NAME[holder].again
    if again is None:
        return Finding(CHECK, what, todo=BY_NAME[holder].advice)
    if not plan.repair:
        return Finding(CHECK, what, todo="--repair lets them be made again, or asked for again")
    with transaction() as session:
        number = again(session, sorted({each.row for each in gone}), plan.at)
    return Finding(CHECK, what, f"scheduled anew for {number} rows")


def _named(gone: list[Missing]) -> str:
    return some([f"{each.what} ({each.key})" for each in gone[:NAMED]], len(gone))
