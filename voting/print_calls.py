"""The shortlist asks for print files, a winner ends that for the others. Handlers of facts; each may run twice."""

from contests.submissions import queries as submissions
from contests.submissions.print_files import queries as print_files
from contests.submissions.print_files import store
from voting import picks_queries
from webapp.infra.db import transaction
from webapp.kernel.now import now
from webapp.notices import store as notices


def round_closed(contest_id: int, round_id: int) -> None:
    """RoundClosed: let every finalist send a print file; ask those whose picture isn't ready for print, once."""
    with transaction() as session:
        shown = submissions.by_ids(session, picks_queries.shortlist(session, contest_id))
        finalists = {each.id: each for each in shown.values() if submissions.is_public(each)}
        standings = print_files.standings(session, list(finalists))
        for submission_id, design in sorted(finalists.items()):
            wanted = standings[submission_id].verdict != "ready"
            if store.open_call(session, submission_id, wanted, now()) and wanted:
                params = {"title": design.title, "path": f"/designs/{design.code}/print-file"}
                dedupe = f"print-file-wanted:{submission_id}"
                notices.notify(session, [design.author_id], "print-file-wanted", dedupe, params, now())


def winner_announced(contest_id: int, pick_id: int, submission_id: int) -> None:
    """WinnerAnnounced: nothing is printed from the others; the winner's file is taken until its drop is locked."""
    with transaction() as session:
        found = picks_queries.pick(session, pick_id)
        if found is not None and found.stands:
            store.close_others(session, contest_id, submission_id, now())


def pick_voided(contest_id: int, pick_id: int) -> None:
    """PickVoided: any finalist may be the winner again."""
    with transaction() as session:
        standing = picks_queries.standing_pick(session, contest_id)
        if standing is None:
            store.reopen(session, contest_id)
