"""Sending in, and what moderators do: states, reasons, undo, races, who is told."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from contests.submissions import jobs, queries, rules, service
from tests.contests.submissions.stage import Stage, another_fan, design, sent_in, submit
from tests.pictures import png
from webapp.infra import outbox
from webapp.infra.db import db
from webapp.kernel.refusal import NotFound, Refused

STATES = ("pending", "approved", "held", "hidden")


def shown(stage: Stage) -> int:
    """A design that everybody can see."""
    submission_id = sent_in(stage)
    assert jobs.process(design(submission_id).latest.id)  # type: ignore[union-attr]
    service.moderate(submission_id, stage.moderator, "approve", "", "", stage.now)
    return submission_id


def test_a_design_is_public_once_sent_in_made_and_approved(stage: Stage) -> None:
    begun = service.begin(stage.contest, stage.fan, png(), "a.png", stage.now)
    submission_id = begun.submission_id
    with pytest.raises(NotFound):
        service.moderate(submission_id, stage.moderator, "approve", "", "", stage.now)
    submit(stage, submission_id)
    assert not queries.is_public(design(submission_id))
    service.moderate(submission_id, stage.moderator, "approve", "", "", stage.now)
    assert not queries.is_public(design(submission_id)), "no picture yet"
    assert jobs.process(begun.revision_id)
    assert queries.is_public(design(submission_id))
    assert queries.public_ids(db.session(), stage.contest) == [submission_id]
    card = queries.cards(db.session(), [submission_id])[submission_id]
    assert (card.title, card.nick, card.url) == ("Whale", "Fay", f"/D/{begun.code}")


@pytest.mark.one_db
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"title": "W"}, "title-length"),
        ({"title": "W" * 81}, "title-length"),
        ({"alt": "too short"}, "alt-length"),
        ({"alt": "x" * 401}, "alt-length"),
        ({"ai_use": "perhaps"}, "ai-use-unknown"),
        ({"rights_hash": "0" * 64}, "rights-changed"),
        ({"rights_hash": ""}, "rights-changed"),
    ],
)
def test_what_is_missing_is_said(stage: Stage, words: dict[str, str], code: str) -> None:
    begun = service.begin(stage.contest, stage.fan, png(), "a.png", stage.now)
    with pytest.raises(Refused) as refused:
        submit(stage, begun.submission_id, **words)
    assert refused.value.code == code
    assert design(begun.submission_id).submitted_at is None


def test_sending_in_twice_is_sending_in_once(stage: Stage) -> None:
    submission_id = sent_in(stage)
    submit(stage, submission_id, title="Another title")
    assert design(submission_id).title == "Whale"
    assert facts().count("SubmissionMade") == 1


def test_nobody_sends_in_what_is_not_theirs(stage: Stage) -> None:
    begun = service.begin(stage.contest, stage.fan, png(), "a.png", stage.now)
    with pytest.raises(NotFound):
        submit(stage, begun.submission_id, author=another_fan(stage.now))


@pytest.mark.parametrize(
    ("trusted", "age_band", "state"),
    [(True, "18+", "approved"), (True, "16-17", "pending"), (True, None, "pending"), (False, "18+", "pending")],
)
def test_designs_of_trusted_grown_ups_are_shown_at_once(
    stage: Stage, trusted: bool, age_band: str | None, state: str
) -> None:
    trusted_at = stage.now if trusted else None
    submission_id = sent_in(stage, author=another_fan(stage.now, trusted_at=trusted_at, age_band=age_band))
    assert design(submission_id).state == state
    acts = queries.acts_on(db.session(), submission_id)
    assert [(each.act, each.moderator_id, each.reason_code) for each in acts] == (
        [("approve", None, "trusted-author")] if state == "approved" else []
    )


def test_approving_may_trust_the_author(stage: Stage) -> None:
    service.moderate(sent_in(stage), stage.moderator, "approve", "", "", stage.now, trust=True)
    assert design(sent_in(stage)).state == "approved"


def test_hiding_needs_a_reason_and_restoring_brings_it_back(stage: Stage) -> None:
    submission_id = shown(stage)
    with pytest.raises(Refused) as refused:
        service.moderate(submission_id, stage.moderator, "hide", "", " ", stage.now)
    assert refused.value.code == "reason-missing"
    before = design(submission_id)
    service.moderate(submission_id, stage.moderator, "hide", "rights", "The logo is not yours.", stage.now)
    assert queries.public_ids(db.session(), stage.contest) == []
    service.moderate(submission_id, stage.moderator, "restore", "", "", stage.now)
    assert design(submission_id) == before
    assert [each.act for each in queries.acts_on(db.session(), submission_id)] == ["restore", "hide", "approve"]


def test_an_act_is_taken_back_once_and_only_the_newest(stage: Stage) -> None:
    submission_id = shown(stage)
    held = service.moderate(submission_id, stage.moderator, "hold", "unclear", "", stage.now)
    undo = service.undo(held, stage.moderator, stage.now)
    assert design(submission_id).state == "approved"
    assert queries.act(db.session(), undo).undoes_id == held  # type: ignore[union-attr]
    for act_id in (held, undo):
        with pytest.raises(Refused):
            service.undo(act_id, stage.moderator, stage.now)
    assert design(submission_id).state == "approved"


def test_of_two_moderators_the_faster_decides(stage: Stage) -> None:
    submission_id = shown(stage)
    service.moderate(submission_id, stage.moderator, "hide", "hurtful", "", stage.now)
    with pytest.raises(Refused) as refused:
        service.moderate(submission_id, stage.moderator, "hold", "unclear", "", stage.now)
    assert refused.value.code == "already-decided"


@pytest.mark.ordinarily("postgres")
def test_queues_count_what_waits(stage: Stage) -> None:
    waiting, approved = sent_in(stage), shown(stage)
    assert jobs.process(design(waiting).latest.id)  # type: ignore[union-attr]
    db.session.rollback()
    assert queries.pending_ids(db.session(), stage.artist) == [waiting]
    assert queries.counts_by_state(db.session(), stage.artist) == {"pending": 1, "approved": 1}
    assert queries.artist_of(db.session(), approved) == stage.artist
    assert queries.authors_of(db.session(), stage.contest) == [stage.fan]


def test_taken_back_is_gone_for_everybody(stage: Stage) -> None:
    submission_id = shown(stage)
    service.withdraw(submission_id, stage.fan, stage.now)
    service.withdraw(submission_id, stage.fan, stage.now)
    assert facts().count("SubmissionWithdrawn") == 1
    assert queries.public_ids(db.session(), stage.contest) == []
    assert queries.by_author(db.session(), stage.fan) == []
    assert queries.authors_of(db.session(), stage.contest) == []


@pytest.mark.ordinarily("postgres")
def test_a_page_of_cards_costs_the_same_for_any_number(stage: Stage) -> None:
    ids = [shown(stage) for _ in range(4)]
    db.session.rollback()
    with selects() as statements:
        assert list(queries.cards(db.session(), ids[:1])) == ids[:1]
        one = len(statements)
        assert sorted(queries.cards(db.session(), ids)) == ids
    assert (one, len(statements)) == (2, 4)


@contextlib.contextmanager
def selects() -> Iterator[list[str]]:
    """Collects the SELECT statements of the block."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@given(st.sampled_from(STATES), st.sampled_from([*rules.ACTS, "undo", "delete"]))
def test_each_act_leads_to_a_known_state_or_is_refused(state: str, act: str) -> None:
    if act in rules.ACTS and state in rules.ACTS[act][0]:
        reached = rules.after(act, state)
        assert reached in STATES
        assert reached != state
    else:
        with pytest.raises(Refused):
            rules.after(act, state)


def facts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(outbox.FactRow.name)))
