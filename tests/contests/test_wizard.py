"""The wizard over HTTP, without script: nothing typed is lost, nothing foreign is reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import event

from contests import queries, service
from contests.phases import Phase
from tests.contests.team import BRIEF, draft, published, team
from webapp.infra.db import db

# The forms and words of pages; what they read and write is tested on both kinds of database with the services.
pytestmark = pytest.mark.one_db

FEE = {"territory": "europe", "term_years": "2", "fee": "250,50", "currency": "EUR", "royalty_percent": "5",
       "display_ends_days": "14", "credit": "y"}  # fmt: skip
TEE = {"p0-kind": "tee", "p0-title": "Tour tee", "p0-colours": ["#17151C", "#FFC83D"], "p0-sizes": ["S", "M"],
       "p0-print_width_cm": "30", "p0-print_height_cm": "40", "p0-max_inks": "4", "p0-price": "29.90",
       "p0-currency": "EUR", "index": "0"}  # fmt: skip
DATES = {"timezone": "Europe/Helsinki", "opens_at": "2027-03-04T12:00", "critique_at": "2027-03-20T12:00",
         "voting_at": "2027-03-25T12:00", "final_at": "", "picking_at": "2027-04-01T20:00",
         "decide_by": "2027-04-15T20:00", "designs_per_fan": "3", "hearts": "7",
         "shortlist_size": "4"}  # fmt: skip


@pytest.fixture
def made(app: Any, clock: Any, client: Any, sign_in: Callable[..., None]) -> Any:
    made = team(clock.now)
    sign_in(client, made.boss)
    return made


def stored(contest_id: int) -> queries.ContestRow:
    db.session.rollback()
    found = queries.contest(db.session, contest_id)
    assert found is not None
    return found


def url(made: Any, contest_id: int, step: str) -> str:
    return f"/team/{made.slug}/contests/{contest_id}/{step}"


def test_from_nothing_to_a_published_contest(client: Any, made: Any, clock: Any) -> None:
    answer = client.post(f"/team/{made.slug}/contests/new", data={"preset": "tee", "title": "Sea songs"})
    contest_id = int(urlsplit(answer.location).path.split("/")[-2])
    steps = [
        ("brief", {"brief_md": BRIEF, "prize": "Two tickets"}),
        ("products", {**TEE, "action": "save"}),
        ("rights", FEE),
        ("schedule", DATES),
    ]
    for step, data in steps:
        assert client.get(url(made, contest_id, step)).status_code == 200
        assert urlsplit(answer.location).path == url(made, contest_id, step)
        answer = client.post(url(made, contest_id, step), data=data)
    review = client.get(answer.location)
    assert "Still missing" not in review.text
    assert "<strong>four inks</strong>" in client.get(url(made, contest_id, "preview")).text
    assert client.post(url(made, contest_id, "publish")).status_code == 302
    contest = stored(contest_id)
    assert contest.phase(clock.now) is Phase.UPCOMING
    assert contest.opens_at
    assert contest.opens_at.isoformat() == "2027-03-04T10:00:00+00:00"
    assert contest.critique_at
    assert contest.final_at is None
    assert (contest.rights["fee_minor"], contest.rights["territory"]) == (25050, "europe")
    assert (contest.designs_per_fan, contest.hearts, contest.shortlist_size) == (3, 7, 4)
    [tee] = queries.products(db.session, contest_id)
    assert (tee.price_minor, tee.sizes, len(tee.colours)) == (2990, ["S", "M"], 2)


def test_the_review_lists_everything_missing_with_links(client: Any, made: Any, clock: Any) -> None:
    contest_id = service.create(made.artist, made.boss, "tee", "Sea songs", clock.now)
    service.set_products(contest_id, made.boss, [], clock.now)
    page = client.get(url(made, contest_id, "review")).text
    assert "At least one product" in page
    assert "A brief: what should fans draw" in page
    assert f'{url(made, contest_id, "products")}"' in page
    assert ">Publish<" not in page.replace("\n", "")


@pytest.mark.parametrize(
    ("step", "data", "kept", "message"),
    [
        ("brief", {"brief_md": "Too short", "prize": "A rare record"}, "A rare record", "between 20 and 20000"),
        ("rights", {**FEE, "fee": "much"}, 'value="much"', "Write an amount such as 300."),
        ("products", {**TEE, "p0-price": "cheap", "p0-title": "Rare tee"}, "Rare tee", "such as 29.90"),
        ("products", {**TEE, "p0-colours": []}, 'value="29.90"', "Choose at least one colour."),
        ("schedule", {**DATES, "timezone": "Mars/Base"}, "Mars/Base", "Choose a time zone from the list."),
        ("schedule", {**DATES, "voting_at": "2027-03-28T03:30"}, "2027-03-28T03:30", "clocks go forward"),
        ("schedule", {**DATES, "picking_at": "2027-03-01T20:00"}, "2027-03-01T20:00", "after the date above"),
        ("schedule", {**DATES, "opens_at": "soon", "hearts": "8"}, 'value="8"', "Not a valid datetime"),
        ("basics", {"title": "x"}, 'value="x"', "between 3 and 120"),
    ],
)
def test_what_is_wrong_is_shown_again_with_all_that_was_typed(
    client: Any, made: Any, clock: Any, step: str, data: dict[str, Any], kept: str, message: str
) -> None:
    contest_id = draft(made, clock.now)
    before = stored(contest_id)
    answer = client.post(url(made, contest_id, step), data={"action": "save", **data})
    assert answer.status_code == 422
    assert kept in answer.text
    assert message in answer.text
    assert stored(contest_id) == before


def test_products_are_added_and_removed_by_buttons(client: Any, made: Any, clock: Any) -> None:
    contest_id = draft(made, clock.now)
    here = url(made, contest_id, "products")
    assert client.post(here, data={**TEE, "action": "add-tote"}).location == here
    kinds = [product.kind for product in queries.products(db.session, contest_id)]
    assert kinds == ["tee", "tote"]
    page = client.get(here).text
    assert 'name="p1-title"' in page
    second = {name.replace("p0-", "p1-"): value for name, value in TEE.items() if name != "index"}
    both = {**TEE, **second, "p1-title": "Second", "index": ["0", "1"]}
    client.post(here, data={**both, "action": "remove-0"})
    assert [product.title for product in queries.products(db.session, contest_id)] == ["Second"]


def test_a_published_contest_s_steps_show_the_review(client: Any, made: Any, clock: Any) -> None:
    contest_id = published(made, clock.now)
    answer = client.post(url(made, contest_id, "brief"), data={"brief_md": "Something else altogether."})
    assert "Move dates" in answer.text
    assert stored(contest_id).brief_md == BRIEF


def test_only_dates_to_come_are_in_the_form_that_moves_them(client: Any, made: Any, clock: Any) -> None:
    contest_id = published(made, clock.now)
    contest = stored(contest_id)
    assert contest.voting_at
    clock.at(contest.voting_at + timedelta(days=1))
    page = client.get(url(made, contest_id, "reschedule")).text
    assert 'name="voting_at"' not in page
    assert 'name="picking_at"' in page
    values = {"picking_at": "2027-04-10T20:00", "decide_by": "2027-04-20T20:00", "final_at": ""}
    wrong = client.post(url(made, contest_id, "reschedule"), data={**values, "reason": "short"})
    assert wrong.status_code == 422
    assert "2027-04-10T20:00" in wrong.text
    reason = "The hall was booked twice."
    moved = client.post(url(made, contest_id, "reschedule"), data={**values, "reason": reason})
    assert moved.status_code == 302
    after = stored(contest_id)
    assert after.picking_at
    assert after.picking_at.isoformat() == "2027-04-10T17:00:00+00:00"
    assert after.voting_at == contest.voting_at
    assert reason in client.get(moved.location).text


def test_nothing_changed_is_said_and_a_repeated_hour_stays_itself(client: Any, made: Any, clock: Any) -> None:
    contest_id = draft(made, clock.now)
    second = datetime.fromisoformat("2027-10-31T03:30:00+02:00")
    service.update(contest_id, made.boss, clock.now, decide_by=second)
    service.publish(contest_id, made.boss, clock.now)
    contest = stored(contest_id)
    names = ("opens_at", "voting_at", "picking_at", "decide_by")
    page = client.get(url(made, contest_id, "reschedule")).text
    values = {name: page.split(f'name="{name}"')[1].split('value="')[1].split('"')[0] for name in names}
    answer = client.post(url(made, contest_id, "reschedule"), data={**values, "reason": "No change at all."})
    assert answer.status_code == 422
    assert "No date was changed." in answer.text
    assert stored(contest_id).decide_by == contest.decide_by


def test_calling_off_needs_a_reason(client: Any, made: Any, clock: Any) -> None:
    contest_id = published(made, clock.now)
    assert client.post(url(made, contest_id, "cancel"), data={"reason": ""}).status_code == 422
    assert client.post(url(made, contest_id, "cancel"), data={"reason": "The tour is off."}).status_code == 302
    assert stored(contest_id).cancel_reason == "The tour is off."
    assert client.get(url(made, contest_id, "cancel")).status_code == 409


def test_others_find_nothing_here(
    made: Any, clock: Any, new_client: Callable[[], Any], sign_in: Callable[..., None]
) -> None:
    contest_id, other = draft(made, clock.now), team(clock.now)
    fan, rival, stranger = new_client(), new_client(), new_client()
    sign_in(fan, made.fan)
    sign_in(rival, other.boss)
    for path in (url(made, contest_id, "brief"), f"/team/{made.slug}/contests/new"):
        assert fan.get(path).status_code == 404
        assert rival.get(path).status_code == 404
        assert stranger.get(path).status_code == 302
    # The rival's own address with a foreign number leads nowhere either.
    assert rival.get(url(other, contest_id, "brief")).status_code == 404
    assert rival.post(url(other, contest_id, "publish")).status_code == 404


def test_forms_need_their_token(client: Any, made: Any, clock: Any, csrf: None) -> None:
    contest_id = draft(made, clock.now)
    assert client.post(url(made, contest_id, "publish")).status_code == 400
    assert stored(contest_id).phase(clock.now) is Phase.DRAFT


def test_the_review_costs_the_same_with_many_changes(client: Any, made: Any, clock: Any) -> None:
    contest_id = published(made, clock.now)
    counts = []
    for _ in range(2):
        with counting() as seen:
            client.get(url(made, contest_id, "review"))
        counts.append(len(seen))
        for day in range(1, 6):
            late = stored(contest_id).decide_by
            assert late
            new = {"decide_by": late + timedelta(days=day)}
            service.reschedule(contest_id, made.boss, new, "One more day for all.", clock.now)
    assert counts[0] == counts[1]


class counting:
    """Collects the statements of a block."""

    def __enter__(self) -> list[str]:
        self.seen: list[str] = []
        event.listen(db.engine, "before_cursor_execute", self._see)
        return self.seen

    def __exit__(self, *error: object) -> None:
        event.remove(db.engine, "before_cursor_execute", self._see)

    def _see(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        self.seen.append(statement)
