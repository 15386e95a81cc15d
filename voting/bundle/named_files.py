"""The bundles that results name. A lost one is not made anew by itself: it has to be the published bytes."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from voting.bundle import making
from voting.bundle.models import ResultBundle
from webapp.infra.named_files import Holder, Named, rows


def _bundles(session: Session) -> Iterator[Named]:
    found = select(ResultBundle.id, ResultBundle.sha256, ResultBundle.label, ResultBundle.contest_id)
    for row in rows(session, found.order_by(ResultBundle.id)):
        yield Named(making.key(row.sha256), row.id, f"bundle '{row.label}' of contest {row.contest_id}")


HOLDERS = (Holder("bundles of results", _bundles),)
