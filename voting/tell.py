"""Who hears of what: handlers of facts. Each may run twice; the dedupe key lets a notice out once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from contests import news
from contests import queries as contests
from contests.comments.suggestions import queries as suggestions
from contests.news import News
from contests.queries import ContestRow
from contests.submissions import followed
from contests.submissions import queries as submissions
from voting import audience, paths, pick_links, picks_queries, queries, results, rules
from voting.events import VotingEnds
from webapp.accounts import queries as accounts
from webapp.infra import outbox
from webapp.infra.db import transaction
from webapp.infra.markdown import plain
from webapp.kernel.now import now
from webapp.notices import store as notices
from webapp.notices import values

REMIND_BEFORE = (
    timedelta(days=1),
    timedelta(days=3),
)  # the nearer one first: only it is sent when both are past
SUGGESTED = 100  # characters of a suggestion that stand in a notice
LAST_CALL = timedelta(days=1)  # so long before a round ends those who have not voted are reminded, once


def voting_opened(contest_id: int) -> None:
    """Tell followers and designers that voting is open."""
    with transaction() as session:
        contest, words = _about(session, contest_id)
        people = {
            *accounts.followers(session, contest.artist_id),
            *submissions.authors_of(session, contest_id),
        }
        words["closes"] = values.at(rules.closes_at(rules.OPEN, contest.schedule), contest.timezone)
        words["path"] = paths.focus(contest.slug)
        notices.notify(session, people, "voting-open", f"voting-open:{contest_id}", words, now())
        _tell_followers(session, contest, "voting-open", f"voting-open:{contest_id}", words, people)


def round_closed(contest_id: int, round_id: int) -> None:
    """Tell finalists, everybody else who took part, and the artist what comes next; each once."""
    with transaction() as session:
        contest, words = _about(session, contest_id)
        finalists = _tell_finalists(session, contest, words)
        poll = queries.round_by_id(session, round_id)
        # A final has no new finalists: those of the open round hear of its result like everybody.
        told = finalists if poll and poll.kind == rules.OPEN else set()
        voters = set(queries.voters_of(session, contest_id)) - told
        others = audience.took_part(session, contest_id) - told - voters
        dedupe = f"round:{round_id}:voters"
        if results.result(session, contest_id) is None:
            words |= {"path": paths.focus(contest.slug)}
            words["closes"] = values.at(contest.picking_at, contest.timezone)
            notices.notify(session, voters | others, "final-open", dedupe, words, now())
            _tell_followers(session, contest, "final-open", dedupe, words, told)
            call_later(session, contest, rules.FINAL, now())
            return
        words["path"] = paths.result(contest.slug)
        notices.notify(session, voters, "result-out", dedupe, words, now())
        notices.notify(session, others, "result-out-others", dedupe, words, now())
        _tell_followers(session, contest, "result-out", dedupe, words, told)
        _tell_artist(session, contest, words, "pick-time", f"pick-time:{round_id}")


def winner_announced(contest_id: int, pick_id: int, submission_id: int) -> None:
    """Tell everybody who designed, commented or voted, each once and in words of their part."""
    with transaction() as session:
        contest, words = _about(session, contest_id)
        design = submissions.by_id(session, submission_id)
        found = picks_queries.pick(session, pick_id)
        if design is None or found is None or not found.stands:
            return  # voided before this was delivered
        words |= {"title": design.title, "path": paths.result(contest.slug)}
        people = audience.of_design(session, contest_id, submission_id)
        written_to = _send_words(session, pick_id, words) - people.author
        by_part = {
            "you-won": people.author,
            "winner-announced-voter": people.voted,
            "winner-announced-talker": people.commented,
            "winner-announced": people.others,
        }
        _tell_helpers(session, submission_id, people.author | written_to, f"pick:{pick_id}", words)
        for kind, group in by_part.items():  # who has just heard it in other words hears it once
            notices.notify(session, group - written_to, kind, f"pick:{pick_id}", words, now())
        heard = people.author | written_to
        fans = set(accounts.followers_of(session, "design", submission_id)) - heard
        notices.notify(session, fans, "winner-announced-design", f"pick:{pick_id}", words, now())
        _tell_followers(session, contest, "winner-announced", f"pick:{pick_id}", words, heard)


def pick_voided(contest_id: int, pick_id: int) -> None:
    """Tell everybody who took part that the artist chooses again."""
    with transaction() as session:
        contest, words = _about(session, contest_id)
        words["path"] = paths.result(contest.slug)
        people = audience.took_part(session, contest_id)
        notices.notify(session, people, "pick-voided", f"pick-voided:{pick_id}", words, now())
        _tell_followers(session, contest, "pick-voided", f"pick-voided:{pick_id}", words, people)


def pick_fell(session: Session, contest_id: int, pick_id: int, at: datetime) -> None:
    """Tell the artist, in the caller's transaction, that the picked design is gone."""
    contest, words = _about(session, contest_id)
    _tell_artist(session, contest, words, "pick-fell", f"pick-fell:{pick_id}", at)


def contest_lapsed(contest_id: int) -> None:
    """Tell everybody who took part, and the artist, that no winner was picked in time."""
    with transaction() as session:
        contest, words = _about(session, contest_id)
        words["path"] = paths.result(contest.slug)
        people = audience.took_part(session, contest_id) | set(accounts.team(session, contest.artist_id, "artist"))
        dedupe = f"lapsed:{contest_id}:{contest.decide_by}"
        notices.notify(session, people, "contest-lapsed", dedupe, words, now())
        _tell_followers(session, contest, "contest-lapsed", dedupe, words, people)


def remind_to_pick() -> None:
    """Remind artists three days and one day before their pick is due."""
    from webapp.infra.db import db

    moment = now()
    due = [each.id for each in picks_queries.to_remind(db.session(), moment)]
    db.session.rollback()
    for contest_id in due:
        _remind(contest_id, moment)


def voting_ends(contest_id: int, kind: str) -> None:
    """Remind those who take part or follow, and have not voted, that a round ends within a day.

    Recorded a day before the end as it stood then: when the end has moved since, another call is on its way.
    """
    with transaction() as session:
        contest, words = _about(session, contest_id)
        closes, moment = rules.closes_at(kind, contest.schedule), now()
        if contest.cancelled_at or closes is None or not closes - LAST_CALL <= moment < closes:
            return
        poll = queries.round_of(session, contest_id, kind)
        people = audience.took_part(session, contest_id) | set(accounts.followers(session, contest.artist_id))
        voted = audience.have_voted(session, poll.id) if poll else set()
        words |= {"path": paths.focus(contest.slug), "closes": values.at(closes, contest.timezone)}
        notices.notify(session, people - voted, "voting-ends-soon", f"{kind}:{contest_id}", words, moment)
        _tell_followers(session, contest, "voting-ends-soon", f"{kind}:{contest_id}", words, people | voted)


def call_later(session: Session, contest: ContestRow, kind: str, moment: datetime) -> None:
    """Record, in the caller's transaction, that those who have not voted are to be reminded a day before the end.

    Nothing when the end is nearer than two days: the same people have just been told until when they may vote.
    """
    closes = rules.closes_at(kind, contest.schedule)
    if closes and closes - moment >= 2 * LAST_CALL:
        outbox.record(session, VotingEnds(contest.id, kind), not_before=closes - LAST_CALL)


def contest_rescheduled(contest_id: int, change_id: int) -> None:
    """Tell those who took part of new dates; who follows as well hears of them once."""
    with transaction() as session:
        _tell_who_took_part(session, contest_id, news.rescheduled(session, contest_id, change_id))
        contest, moment = contests.contest(session, contest_id), now()
        if contest and contest.voting_told_at:
            poll = queries.current_round(session, contest_id)
            call_later(session, contest, poll.kind if poll else rules.OPEN, moment)


def contest_cancelled(contest_id: int) -> None:
    """Tell those who took part that the contest was called off; who follows as well hears of it once."""
    with transaction() as session:
        _tell_who_took_part(session, contest_id, news.cancelled(session, contest_id))


def _tell_who_took_part(session: Session, contest_id: int, told: News | None) -> None:
    if told:
        people = audience.took_part(session, contest_id)
        notices.notify(session, people, told.kind, told.dedupe, told.params, now())
        followers = set(accounts.followers_of(session, "contest", contest_id))
        followers -= people | set(accounts.followers(session, told.artist_id))  # they hear of it by other handlers
        notices.notify(session, followers, f"{told.kind}-followed", told.dedupe, told.params, now())


def _remind(contest_id: int, moment: datetime) -> None:
    with transaction() as session:
        contest, words = _about(session, contest_id)
        if contest.decide_by is None:
            return
        before = next((each for each in REMIND_BEFORE if moment >= contest.decide_by - each), None)
        if before:
            dedupe = f"pick-reminder:{contest_id}:{contest.decide_by:%Y%m%d%H%M}:{before.days}"
            _tell_artist(session, contest, words, "pick-reminder", dedupe, moment)
            pick_links.remind(session, contest, words["artist"], before.days, moment)


def _send_words(session: Session, pick_id: int, words: dict[str, Any]) -> set[int]:
    """Send the artist's kind words to makers of finalists; return to whom: they hear of the winner with them."""
    kind = picks_queries.words_of(session, pick_id)
    designs = submissions.cards(session, kind).values()
    for design in designs:
        about = {**words, "title": design.title, "winner": words["title"], "word": kind[design.id]}
        notices.notify(session, [design.author_id], "finalist-word", f"pick:{pick_id}:{design.id}", about, now())
    return {design.author_id for design in designs}


def _tell_helpers(session: Session, submission_id: int, but: set[int], dedupe: str, words: dict[str, Any]) -> None:
    """Tell those whose suggestion was taken up that the design has won, with what they suggested."""
    for person_id, body in suggestions.accepted_words(session, submission_id).items():
        if person_id not in but:
            told = {**words, "words": plain(body, SUGGESTED)}
            notices.notify(session, [person_id], "winner-announced-helper", dedupe, told, now())


def _tell_finalists(session: Session, contest: ContestRow, words: dict[str, Any]) -> set[int]:
    """Tell the authors of the shortlist, once a design; return who they are."""
    shortlist = submissions.cards(session, picks_queries.shortlist(session, contest.id)).values()
    for design in shortlist:
        about = {**words, "title": design.title, "path": paths.result(contest.slug)}
        notices.notify(session, [design.author_id], "finalist", f"finalist:{design.id}", about, now())
        _tell_fans(session, design.id, about)
    return {design.author_id for design in shortlist}


def _tell_followers(
    session: Session, contest: ContestRow, kind: str, dedupe: str, words: dict[str, Any], heard: set[int]
) -> None:
    """Tell who follows the contest, but for those who heard of it for what they did there."""
    followers = set(accounts.followers_of(session, "contest", contest.id)) - heard
    notices.notify(session, followers, f"{kind}-followed", dedupe, words, now())


def _tell_fans(session: Session, submission_id: int, about: dict[str, Any]) -> None:
    """Tell who follows a design that it is a finalist."""
    design = submissions.by_id(session, submission_id)
    if design:
        words = {"path": about["path"], "artist": about["artist"]}
        followed.tell_followers(session, design, "followed-design-finalist", f"finalist:{design.id}", **words)


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
    by = values.at(contest.decide_by, contest.timezone)
    words = {**words, "path": paths.desk(slug, contest.id), "decide_by": by}
    people: Iterable[int] = accounts.team(session, contest.artist_id, "artist")
    notices.notify(session, people, kind, dedupe, words, at or now())


def _about(session: Session, contest_id: int) -> tuple[ContestRow, dict[str, Any]]:
    contest = contests.contest(session, contest_id)
    if contest is None:
        raise LookupError(f"contest {contest_id}")
    artist = accounts.artist(session, contest.artist_id)
    return contest, {"contest": contest.title, "artist": artist.name if artist else ""}
