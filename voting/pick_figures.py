"""More evidence for a pick, from the lives of the designs: who shares the credit, and how far finalists travelled."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from flask_babel import gettext
from sqlalchemy.orm import Session

from contests.submissions.credits import queries as credit_queries
from contests.submissions.finalists import queries as finalists
from voting.pick_evidence import Figure
from voting.result_tables import number


def credit(session: Session, contest_id: int, ids: Collection[int]) -> Mapping[int, Iterable[Figure]]:
    """Return who shares a design's credit beside its maker; one statement. A source of evidence."""
    shares = defaultdict(list)
    for row in credit_queries.of_designs(session, ids):
        shares[row.submission_id].append(gettext("%(name)s (%(percent)s %%)", name=row.name, percent=row.percent))
    return {design: [Figure(gettext("Credit shared with"), ", ".join(each))] for design, each in shares.items()}


def travels(session: Session, contest_id: int, ids: Collection[int]) -> Mapping[int, Iterable[Figure]]:
    """Return how often a finalist's code was scanned and its wallpaper taken; one statement. A source of evidence."""
    return {
        design: [
            Figure(
                gettext("Code scanned, wallpaper taken"),
                gettext("%(scans)s times, %(taken)s times", scans=number(each.scans), taken=number(each.wallpapers)),
            )
        ]
        for design, each in finalists.counts(session, ids).items()
    }
