"""Who hears of what: handlers of facts. Each may run twice; the dedupe key lets a notice out once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.comments import queries as comments
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from voting import paths, picks_queries, queries, results, rules
from webapp.accounts import queries as accounts
from webapp.infra.db import transaction
from webapp.kernel.now import now
from webapp.notices import store as notices

REMIND_BEFORE = (
    timedelta(days=1),
    timedelta(days=3),
)  # the nearer one first: only it is sent when both are past


def voting_opened(contest_id: int) -> None:
    """Tell followers and designers that voting is open."""
    with transaction() as session:
        contest, words = _about(session, contest_id)
        people = {
            *accounts.followers(session, contest.artist_id),
            *submissions.authors_of(session, contest_id),
        }
        words["closes"] = rules.instant(rules.closes_at(rules.OPEN, contest.schedule), contest.timezone)
        words["path"] = paths.focus(contest.slug)
        notices.notify(session, people, "voting-open", f"voting-open:{contest_id}", words, now())


def round_closed(contest_id: int, round_id: int) -> None:
    """Tell finalists, voters and the artist what comes next."""
    with transaction() as session:
        contest, words = _about(session, contest_id)
        _tell_finalists(session, contest, words, round_id)
        voters = queries.voters_of(session, contest_id)
        if results.result(session, contest_id) is None:
            words |= {"path": paths.focus(contest.slug)}
            words["closes"] = rules.instant(contest.picking_at, contest.timezone)
            notices.notify(session, voters, "final-open", f"round:{round_id}:voters", words, now())
            return
        words["path"] = paths.result(contest.slug)
        notices.notify(session, voters, "result-out", f"round:{round_id}:voters", words, now())
        _tell_artist(session, contest, words, "pick-time", f"pick-time:{round_id}")


def winner_announced(contest_id: int, pick_id: int, submission_id: int) -> None:
    """Tell everybody who designed, commented or voted; the winner's author gets words of their own."""
    with transaction() as session:
        contest, words = _about(session, contest_id)
        design = submissions.by_id(session, submission_id)
        found = picks_queries.pick(session, pick_id)
        if design is None or found is None or not found.stands:
            return  # voided before this was delivered
        words |= {"title": design.title, "path": paths.result(contest.slug)}
        dedupe = f"pick:{pick_id}"
        notices.notify(session, [design.author_id], "you-won", dedupe, words, now())
        others = took_part(session, contest_id) - {design.author_id}
        notices.notify(session, others, "winner-announced", dedupe, words, now())


def pick_voided(contest_id: int, pick_id: int) -> None:
    """Tell everybody who took part that the artist chooses again."""
    with transaction() as session:
        contest, words = _about(session, contest_id)
        words["path"] = paths.result(contest.slug)
        people = took_part(session, contest_id)
        notices.notify(session, people, "pick-voided", f"pick-voided:{pick_id}", words, now())


def pick_fell(session: Session, contest_id: int, pick_id: int, at: datetime) -> None:
    """Tell the artist, in the caller's transaction, that the picked design is gone."""
    contest, words = _about(session, contest_id)
    _tell_artist(session, contest, words, "pick-fell", f"pick-fell:{pick_id}", at)


def contest_lapsed(contest_id: int) -> None:
    """Tell everybody who took part, and the artist, that no winner was picked in time."""
    with transaction() as session:
        contest, words = _about(session, contest_id)
        words["path"] = paths.result(contest.slug)
        people = took_part(session, contest_id) | set(accounts.team(session, contest.artist_id, "artist"))
        notices.notify(session, people, "contest-lapsed", f"lapsed:{contest_id}:{contest.decide_by}", words, now())


def remind_to_pick() -> None:
    """Remind artists three days and one day before their pick is due."""
    from webapp.infra.db import db

    moment = now()
    due = [each.id for each in picks_queries.to_remind(db.session(), moment)]
    db.session.rollback()
    for contest_id in due:
        _remind(contest_id, moment)


def took_part(session: Session, contest_id: int) -> set[int]:
    """Return everybody who designed, commented or voted in a contest."""
    designed = submissions.authors_of(session, contest_id)
    commented = comments.commenters_of(session, contest_id)
    return {*designed, *commented, *queries.voters_of(session, contest_id)}


def _remind(contest_id: int, moment: datetime) -> None:
    with transaction() as session:
        contest, words = _about(session, contest_id)
        if contest.decide_by is None:
            return
        before = next((each for each in REMIND_BEFORE if moment >= contest.decide_by - each), None)
        if before:
            dedupe = f"pick-reminder:{contest_id}:{contest.decide_by:%Y%m%d%H%M}:{before.days}"
            _tell_artist(session, contest, words, "pick-reminder", dedupe, moment)


def _tell_finalists(session: Session, contest: ContestRow, words: dict[str, Any], round_id: int) -> None:
    for design in submissions.cards(session, picks_queries.shortlist(session, contest.id)).values():
        about = {**words, "title": design.title, "path": paths.result(contest.slug)}
        notices.notify(session, [design.author_id], "finalist", f"finalist:{design.id}", about, now())


def _tell_artist(
    session: Session,
    contest: ContestRow,
    words: dict[str, Any],
    kind: str,
    dedupe: str,
    at: datetime | None = None,
) -> None:
    artist = accounts.artist(session, contest.artist_id)
    slug = artist.slug if artist else ""
    by = rules.instant(contest.decide_by, contest.timezone)
    words = {**words, "path": paths.desk(slug, contest.id), "decide_by": by}
    people: Iterable[int] = accounts.team(session, contest.artist_id, "artist")
    notices.notify(session, people, kind, dedupe, words, at or now())


def _about(session: Session, contest_id: int) -> tuple[ContestRow, dict[str, Any]]:
    contest = contests.contest(session, contest_id)
    if contest is None:
        raise LookupError(f"contest {contest_id}")
    artist = accounts.artist(session, contest.artist_id)
    return contest, {"contest": contest.title, "artist": artist.name if artist else ""}
