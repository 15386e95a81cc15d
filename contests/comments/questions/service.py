"""What fans and teams do with questions: ask, take back, vote, answer, merge. Each is one transaction."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.comments import store as comments
from contests.comments.questions import judging, queries, rules, store
from contests.comments.questions.events import QuestionAnswered, QuestionAsked, QuestionMerged
from contests.comments.questions.queries import QuestionRow
from contests.phases import PUBLIC
from contests.queries import ContestRow
from webapp.accounts import queries as accounts
from webapp.accounts.guardians import account
from webapp.infra import idempotency, outbox
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_, NotFound, Refused

SCOPE = "question.ask"


def ask(contest_id: int, author_id: int, words: str, now: datetime, key: str = "") -> int:
    """Ask the artist of a contest something; return the question's id, held or visible.

    The same words sent twice within a minute are one question. Raises Refused('question-length'), 'asking-closed',
    'too-many-questions', 'enough-open', 'suspended', 'asked-before' for what stands here word by word, or NotFound.
    """
    words = rules.check_words(words)
    with transaction() as session:
        author = queries.lock_author(session, author_id)
        if author is None or author.suspended_at:
            raise Refused("suspended", N_("This account is suspended."), 403)
        account.require(session, author_id, author.age_band)
        known = _claim(session, author_id, key, f"{contest_id}:{words}", now)
        if known:
            return known
        contest = _contest(session, contest_id, now)
        rules.check_asking(contest.phase(now))
        twin = queries.same_words(session, author_id, contest_id, words, now - rules.SAME_WITHIN)
        if twin:
            return twin
        if any(rules.same(words, other) for _number, other in queries.comparable(session, contest_id)):
            raise Refused("asked-before", N_("Somebody has asked exactly this. Give that question your vote."))
        recent = queries.asked_since(session, author_id, now - rules.FLOOD_WINDOW)
        rules.check_flood(recent, queries.open_of(session, author_id, contest_id))
        verdict = judging.judge(session, author_id, author, contest.artist_id, words, now)
        question_id = store.add(
            session,
            contest_id=contest_id,
            author_id=author_id,
            words=words,
            state="held" if verdict.rule else "visible",
            rule=verdict.rule,
            created_at=now,
        )
        judging.hold_alike(session, contest.artist_id, verdict.alike, now)
        if key:
            idempotency.fulfil(session, author_id, SCOPE, key, question_id)
        outbox.record(session, QuestionAsked(question_id))
    return question_id


def withdraw(question_id: int, author_id: int, now: datetime) -> None:
    """Take one's own question back, as long as nobody has answered it. A repeat changes nothing.

    Raises NotFound for another's, Refused('answered') or 'already-decided' for one that a moderator hid.
    """
    with transaction() as session:
        asked = queries.one(session, question_id)
        if asked is None or asked.author_id != author_id:
            raise NotFound()
        if asked.state == "withdrawn":
            return
        if asked.state == "hidden":
            raise Refused("already-decided", N_("A moderator has hidden this question: nobody sees it."))
        if not store.withdraw(session, question_id):
            raise Refused("answered", N_("It is answered: others read it now. It can't be taken back any more."))
        comments.resolve_reports(session, "question", question_id, None, "withdrawn", now)


def vote(question_id: int, voter_id: int, wanted: bool, now: datetime) -> QuestionRow:
    """Vote for a question, or take the vote back; return the question it counts for. A repeat changes nothing.

    A vote for what was merged counts where that stands. Raises NotFound for what nobody sees, Refused: asking-closed,
    own-question, on-the-team, answered.
    """
    with transaction() as session:
        asked = queries.one(session, question_id)
        queries.lock(session, {question_id, asked.merged_into_id or question_id} if asked else (), shared=True)
        found = queries.root_of(session, question_id)
        if found is None:
            raise NotFound()
        contest = _contest(session, found.contest_id, now)
        rules.check_asking(contest.phase(now))
        on_team = voter_id in accounts.team(session, found.artist_id)
        rules.check_vote(own=found.author_id == voter_id, on_team=on_team, answered=found.answered_at is not None)
        if wanted:
            store.add_vote(session, found.id, voter_id, now)
        else:
            store.remove_vote(session, found.id, voter_id)
    return found


def answer(question_id: int, by_id: int, role: str, body: str, replaces: int, now: datetime) -> bool:
    """Answer a question, or change the answer; return whether it was the first time.

    `role` is rules.ARTIST or TEAM, `replaces` the number of the version that the writer saw, 0 for none. Every version
    stays; only the first is told. Raises NotFound, Refused('answer-length'), 'answered-there' for a merged question,
    'changed-meanwhile'.
    """
    body = rules.check_answer(body)
    with transaction() as session:
        queries.lock(session, [question_id])
        asked = _visible(session, question_id, now)
        if asked.merged_into_id:
            raise Refused("answered-there", N_("This question is the same as another one: answer that one."))
        latest = asked.answer.number if asked.answer else 0
        if asked.answer and (asked.answer.body_md, latest) == (body, replaces):
            return False
        if latest != replaces:
            raise _changed()
        version = {"number": latest + 1, "by_id": by_id, "role": role, "body_md": body, "at": now}
        if not store.add_answer(session, question_id=question_id, **version):
            raise _changed()
        if latest:
            return False
        if not store.mark_answered(session, question_id, len(queries.votes_for(session, question_id)), now):
            raise _changed()
        outbox.record(session, QuestionAnswered(question_id))
    return True


def merge(question_id: int, into_id: int, by_id: int, now: datetime) -> None:
    """Say that a question is the same as another one of the contest, and is answered there.

    Its votes count there, once for each person, and so does who asked it. What was merged into it before goes along.
    Raises NotFound, Refused('not-the-same') for itself, another contest's or one that is merged, 'answered'.
    """
    with transaction() as session:
        queries.lock(session, [question_id, into_id])
        asked, into = _visible(session, question_id, now), _visible(session, into_id, now)
        if question_id == into_id or asked.contest_id != into.contest_id or into.merged_into_id:
            raise Refused("not-the-same", N_("Choose another question of this contest."), 422)
        if not store.merge(session, question_id, into_id, by_id, now):
            raise Refused("answered", N_("This question has an answer of its own, or was merged meanwhile."))
        store.follow(session, question_id, into_id)
        moved = store.move_votes(session, question_id, into_id, into.author_id)
        if asked.author_id != into.author_id:
            moved += store.add_vote(session, into_id, asked.author_id, now, given_to=question_id)
        store.want_more(session, into_id, moved)
        outbox.record(session, QuestionMerged(question_id))


def part(question_id: int, now: datetime) -> None:
    """Let a merged question stand by itself again, with the votes that were given to it. A repeat changes nothing."""
    with transaction() as session:
        asked = queries.one(session, question_id)
        into_id = asked.merged_into_id if asked else None
        if asked is None or into_id is None:
            return
        queries.lock(session, [question_id, into_id])
        if store.part(session, question_id):
            left = store.give_votes_back(session, question_id, into_id, asked.author_id)
            store.want_more(session, into_id, -left)


def similar(session: Session, contest_id: int, words: str) -> list[QuestionRow]:
    """Return questions of a contest that ask much the same, the likest first."""
    found = rules.alike(words, queries.comparable(session, contest_id))
    return queries.some(session, list(dict.fromkeys(found)))


def _claim(session: Session, author_id: int, key: str, request: str, now: datetime) -> int | None:
    if not key:
        return None
    wanted = hashlib.sha256(request.encode()).hexdigest()
    return idempotency.claim(session, author_id, SCOPE, key, wanted, now)[1]


def _contest(session: Session, contest_id: int, now: datetime) -> ContestRow:
    contest = contests.contest(session, contest_id)
    if contest is None or contest.phase(now) not in PUBLIC:
        raise NotFound()
    return contest


def _visible(session: Session, question_id: int, now: datetime) -> QuestionRow:
    asked = queries.one(session, question_id)
    if asked is None or asked.state != "visible":
        raise NotFound()
    _contest(session, asked.contest_id, now)
    return asked


def _changed() -> Refused:
    return Refused("changed-meanwhile", N_("Somebody of the team has answered meanwhile. Look again."))
