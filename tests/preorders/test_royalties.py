"""Who is owed what: the arithmetic by property, and a drop from the shares to the frozen statements."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from contests.submissions.credits import store as credits
from preorders import queries as drops
from preorders import service as ordering
from preorders.royalties import queries, rules, service, tell
from preorders.royalties.account import account
from preorders.royalties.rules import Sold, Terms
from tests.preorders import make
from tests.preorders.make import DAY, HOME, NOW
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import NotFound, Refused
from webapp.notices.models import Notice


@given(
    pieces=st.integers(0, 10_000),
    net=st.integers(0, 10**9),
    each=st.integers(0, 5_000),
    rate=st.integers(0, 10_000),
    cuts=st.lists(st.integers(1, 9_999), max_size=6, unique=True),
)
def test_parts_add_up_to_what_is_owed(pieces: int, net: int, each: int, rate: int, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), 10_000]
    shares = [(who, "designer", high - low) for who, (low, high) in enumerate(itertools.pairwise(edges))]
    sold, terms = Sold(pieces, net), Terms(each, rate)
    found = rules.parts(sold, terms, shares)
    whole = rules.owed(sold, terms)
    assert sum(part.amount_minor for part in found) == whole
    for part in found:
        assert abs(part.amount_minor - whole * part.share_bp / 10_000) < 1


def test_a_rate_is_rounded_half_up() -> None:
    assert [rules.owed(Sold(1, net), Terms(0, 1000)) for net in (4, 5, 14, 15)] == [0, 1, 1, 2]
    with pytest.raises(ValueError, match="whole"):
        rules.parts(Sold(1, 1), Terms(1, 0), [(1, "designer", 9_999)])


@pytest.fixture
def story(app: Flask, clock: Any) -> tuple[make.Story, int, int]:
    """A drop that pays 10 % and 50 cents a piece, a helper with a quarter of it; two tees and an album sold."""
    clock.at(NOW)
    told = make.story()
    helper, first, second, third = make.people(4)
    with transaction() as session:
        share = credits.offer(session, told.submission_id, told.designer_id, helper, "suggestion", 2500, NOW)
        assert credits.answer(session, share, True, NOW)
    drop_id = make.drop(
        told=told,
        contest_id=told.contest_id,
        submission_id=told.submission_id,
        bundle=True,
        royalty_bp=1000,
        royalty_minor=50,
    )
    ordering.place(drop_id, first, [make.tee(drop_id)], HOME, "key-00001", NOW)
    ordering.place(drop_id, second, [make.bundle(drop_id)], HOME, "key-00002", NOW)
    gone = ordering.place(drop_id, third, [make.tee(drop_id)], HOME, "key-00003", NOW)
    ordering.cancel(gone.id, third, NOW)
    return told, drop_id, helper


def test_only_pieces_of_the_edition_that_stand_are_paid_for(story: tuple[make.Story, int, int]) -> None:
    _told, drop_id, _helper = story
    drop = drops.drop(db.session(), drop_id)
    assert drop
    found = account(db.session(), drop)
    tee_in_bundle = 4500 - 1857  # 4500 split by 2990 : 2100
    assert found.sold == Sold(2, 2990 + tee_in_bundle)
    assert found.total_minor == 2 * 50 + 563  # a tenth of 5633, half up
    assert [(line.role, line.amount_minor) for line in found.lines] == [("designer", 497), ("suggestion", 166)]
    assert not found.frozen


def test_statements_are_frozen_once_and_told(story: Any, clock: Any, run_jobs: Callable[..., int]) -> None:
    told, drop_id, helper = story
    assert service.freeze(drop_id, NOW) == []  # not before it is closed
    with transaction() as session:
        drop = session.get(drops.Drop, drop_id)
        assert drop
        drop.locked_at = drop.closed_at = NOW + DAY
    assert len(service.freeze(drop_id, NOW + DAY)) == 2
    assert service.freeze(drop_id, NOW + DAY) == []
    db.session.rollback()
    [mine] = queries.of_person(db.session(), helper)
    assert (mine.pieces, mine.amount_minor, mine.role) == (2, 166, "suggestion")
    db.session.rollback()
    service.paid_out(mine.id, told.artist_id, told.staff_id, NOW)
    with pytest.raises(Refused):
        service.paid_out(mine.id, told.artist_id, told.staff_id, NOW)
    with pytest.raises(NotFound):
        service.paid_out(mine.id, told.artist_id + 1, told.staff_id, NOW)
    tell.drop_closed(drop_id)
    tell.drop_closed(drop_id)
    db.session.rollback()
    rows = db.session.scalars(select(Notice.recipient_id).where(Notice.kind == "royalty-ready"))
    assert sorted(rows) == sorted([told.designer_id, helper])


def test_the_pages_and_the_export(
    story: Any, new_client: Callable[[], Any], sign_in: Callable[..., None], clock: Any
) -> None:
    told, drop_id, helper = story
    staff, fan = new_client(), new_client()
    sign_in(staff, told.staff_id)
    sign_in(fan, helper)
    page = f"/team/night-line/drops/{drop_id}/royalties"
    assert "6.63" in staff.get(page).get_data(as_text=True)
    assert fan.get(page).status_code == 404
    taken = staff.post(f"{page}/export")
    assert taken.status_code == 200
    assert '"suggestion","25"' in taken.get_data(as_text=True)
    assert fan.get("/royalties").status_code == 200
