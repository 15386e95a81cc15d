"""Use cases of the artist's pick: picked, undone within ten minutes, announced, in rare cases voided."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from contests import queries as contests
from contests import store as contests_store
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from voting import decisions, guarded, pick_links, pick_rules, picks_queries, picks_store, results, rules, tell
from voting.events import PickVoided, WinnerAnnounced, WinnerPicked
from voting.picks_queries import PickRow
from webapp.accounts import audit
from webapp.accounts import queries as accounts
from webapp.infra import outbox
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_, NotFound, Refused


def pick(
    contest_id: int,
    submission_id: int,
    person_id: int,
    reason: str,
    now: datetime,
    *,
    link_id: int | None = None,
    words: Mapping[int, str] | None = None,
) -> int:
    """Pick the winner and return the pick's id; nobody is told before the undo window is over.

    By a link, `person_id` is who made it: they answer for the pick. `words` are for the makers of other finalists,
    by design, sent with the announcement. The same pick sent again answers the same. Raises Refused when it is not
    the time, not a finalist, not this person's to decide, another pick stands, or the reason is missing.
    """
    reason = reason.strip()
    with transaction() as session:
        contest = _contest_of(session, contest_id, person_id, link_id, now)
        standing = picks_queries.standing_pick(session, contest_id)
        if standing:
            return _again(standing, submission_id)
        _require_pickable(session, contest, submission_id, reason, now)
        kind = pick_rules.kind_words(words or {}, picks_queries.shortlist(session, contest_id), submission_id)
        until = now + rules.UNDO
        pick_id = picks_store.add_pick(
            session,
            contest_id=contest_id,
            submission_id=submission_id,
            picked_by=person_id,
            reason=reason,
            picked_at=now,
            undo_until=until,
        )
        if pick_id is None:  # somebody of the team was faster by a moment
            raise _another_stands()
        picks_store.add_words(session, pick_id, kind)
        outbox.record(session, WinnerPicked(contest_id, pick_id), not_before=until)
        _note(session, contest, pick_id, person_id, link_id, "made", now)
        return pick_id


def undo_pick(pick_id: int, person_id: int, now: datetime, *, link_id: int | None = None) -> None:
    """Take a pick back; raises Refused('too-late') once its ten minutes are over."""
    with transaction() as session:
        found = picks_queries.pick(session, pick_id)
        if found is None:
            raise NotFound()
        # A link that ends meanwhile still takes back what it has just done.
        contest = _contest_of(session, found.contest_id, person_id, link_id, now - rules.UNDO)
        if found.undone_at:
            return
        if not picks_store.undo(session, pick_id, now):
            raise Refused("too-late", N_("The ten minutes are over: the pick is public now."))
        _note(session, contest, pick_id, person_id, link_id, "undone", now)


def announce(pick_id: int, now: datetime) -> bool:
    """Make a pick public once its window is over; return whether it was this call that did.

    A pick whose design has left the contest, or lost its licence, falls instead, and the artist picks anew.
    """
    with transaction() as session:
        found = picks_queries.pick(session, pick_id)
        contest = contests.contest(session, found.contest_id) if found else None
        if found is None or contest is None or not found.stands or found.announced_at or contest.cancelled_at:
            return False
        guarded.hold_pick(session, contest.id)
        design = submissions.by_id(session, found.submission_id)
        lost = guarded.held_back(session, [found.submission_id])
        if design is None or not submissions.is_public(design) or lost:
            picks_store.fall(session, pick_id, now)
            tell.pick_fell(session, contest.id, pick_id, now)
            audit.note(session, now, None, contest.artist_id, "pick.fell", f"contest:{contest.id}", pick=pick_id)
            return False
        if not picks_store.announce(session, pick_id, now):
            return False
        contests_store.decide(session, contest.id, now)
        decisions.keep(session, contest, pick_id)
        pick_links.forget_addresses(session, contest.id)
        outbox.record(session, WinnerAnnounced(contest.id, pick_id, found.submission_id))
        return True


def ask_void(pick_id: int, person_id: int, reason: str, now: datetime) -> None:
    """Ask, as its artist, to void an announced pick; everybody will read the reason if an operator agrees."""
    reason = reason.strip()
    with transaction() as session:
        found = picks_queries.pick(session, pick_id)
        if found is None:
            raise NotFound()
        contest = _contest_of(session, found.contest_id, person_id, None, now)
        if not reason or len(reason) > rules.REASON_LENGTH:
            raise Refused("reason-needed", N_("Please give the reason: everybody will read it."), 422)
        if not picks_store.ask_void(session, pick_id, person_id, reason):
            raise Refused("nothing-to-void", N_("Only a public pick that stands can be voided."))
        audit.note(session, now, person_id, contest.artist_id, "pick.void-asked", f"pick:{pick_id}", reason=reason)


def void_pick(pick_id: int, operator_id: int, now: datetime) -> None:
    """Void a pick its artist asked to void, as an operator: the contest goes back to picking.

    Raises Refused when nobody asked, or the one who asked is the same person: it takes two.
    """
    with transaction() as session:
        found = picks_queries.pick(session, pick_id)
        operator = accounts.person(session, operator_id)
        contest = contests.contest(session, found.contest_id) if found else None
        if found is None or contest is None or operator is None or not operator.is_operator:
            raise NotFound()
        if found.voided_at:
            return
        if not picks_store.void(session, pick_id, operator_id, now):
            raise Refused("two-people", N_("It takes two: the artist asks, and somebody else agrees."))
        contests_store.undecide(session, contest.id)
        outbox.record(session, PickVoided(contest.id, pick_id))
        audit.note(
            session,
            now,
            operator_id,
            contest.artist_id,
            "pick.voided",
            f"pick:{pick_id}",
            reason=found.void_reason,
        )


def note_to_self(contest_id: int, submission_id: int, owner: str, text: str, now: datetime) -> None:
    """Keep what somebody at the desk notes on a finalist for themselves; a blank text takes the note away.

    `owner` is 'person:<id>' or 'link:<id>', as the door of the desk says. Raises Refused.
    """
    kept = pick_rules.require_note(text)
    with transaction() as session:
        if submission_id not in picks_queries.shortlist(session, contest_id):
            raise Refused("not-a-finalist", N_("This design is not among the finalists."))
        picks_store.keep_note(session, owner, submission_id, kept, now)


def _note(
    session: Session, contest: ContestRow, pick_id: int, person_id: int, link_id: int | None, act: str, now: datetime
) -> None:
    """Write down who did it; by a link it was the artist, and the person is who sent the link."""
    about = f"contest:{contest.id}"
    if link_id is None:
        audit.note(session, now, person_id, contest.artist_id, f"pick.{act}", about, pick=pick_id)
        return
    pick_links.log(session, link_id, "picked" if act == "made" else act, pick_id, now)
    audit.note(session, now, person_id, contest.artist_id, f"pick.{act}-by-link", about, pick=pick_id, link=link_id)


def _contest_of(session: Session, contest_id: int, person_id: int, link_id: int | None, now: datetime) -> ContestRow:
    """Return the contest if the person is its artist, or the link good; to others it looks as if there were none."""
    if link_id is not None:
        return pick_links.require(session, contest_id, link_id, now)
    contest = contests.contest(session, contest_id)
    if contest is None or person_id not in accounts.team(session, contest.artist_id, "artist"):
        raise NotFound()
    return contest


def _require_pickable(session: Session, contest: ContestRow, submission_id: int, reason: str, now: datetime) -> None:
    counted = results.result(session, contest.id)
    voided = picks_queries.was_voided(session, contest.id)
    rules.require_picking(contest.phase(now), counted is not None, voided)
    design = submissions.by_id(session, submission_id)
    chosen = picks_queries.shortlist(session, contest.id)
    if submission_id not in chosen or design is None or not submissions.is_public(design):
        raise Refused("not-a-finalist", N_("This design is not among the finalists."))
    guarded.require_licence(session, submission_id)
    place = counted.placed(submission_id) if counted else None
    rules.require_reason(reason, place.rank if place else None)


def _again(standing: PickRow, submission_id: int) -> int:
    if standing.submission_id != submission_id:
        raise _another_stands()
    return standing.id


def _another_stands() -> Refused:
    return Refused("already-picked", N_("A pick stands already. Undo it first if you changed your mind."))
