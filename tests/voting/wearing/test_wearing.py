"""Who would wear it: one wish a person and design, a stranger's waits, nobody reads totals before the close."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from tests.voting.make import NOW, Scene, person, scene
from voting.wearing import queries, service
from voting.wearing.forecast import VOTED, WORN, forecast, learned
from voting.wearing.models import WouldWear
from webapp.infra.db import db
from webapp.kernel.refusal import Refused


def _sizes(made: Scene) -> dict[str, int]:
    db.session.rollback()
    found = queries.wishes(db.session(), made.designs[:1]).get(made.designs[0])
    return dict(found.sizes) if found else {}


def _refused(act: Any) -> str:
    try:
        act()
    except Refused as refused:
        return refused.code
    return ""


def _two_sizes(made: Scene) -> None:
    from contests.models import ContestProduct
    from webapp.infra.db import transaction

    with transaction() as session:
        session.query(ContestProduct).filter_by(contest_id=made.contest_id).update({"sizes": ["L", "S", "M"]})


def test_one_wish_a_person_changed_and_taken_back(app: Flask) -> None:
    made, fan = scene(), person()
    _two_sizes(made)
    assert service.wear(made.designs[0], fan, "d", "S", NOW) == "counted"
    assert service.wear(made.designs[0], fan, "d", "L", NOW) == "counted"
    service.wear(made.designs[0], person(), "d", "M", NOW)
    assert list(_sizes(made).items()) == [("M", 1), ("L", 1)]
    assert service.take_back(made.designs[0], fan, "d", NOW) == "none"
    assert _sizes(made) == {"M": 1}


def test_what_is_refused(app: Flask) -> None:
    made, fan = scene(), person()
    assert _refused(lambda: service.wear(made.designs[0], fan, "d", "XS", NOW)) == "no-such-size"
    assert _refused(lambda: service.wear(made.designs[0], made.designers[0], "d", "M", NOW)) == "own-design-worn"
    assert _refused(lambda: service.wear(made.designs[0], fan, "d", "M", made.closes)) == "voting-closed"
    assert _refused(lambda: service.take_back(made.designs[0], fan, "d", made.closes)) == "voting-closed"
    assert _sizes(made) == {}


def test_a_strangers_wish_counts_after_signing_in_and_the_later_one_stands(app: Flask) -> None:
    made, fan = scene(), person()
    _two_sizes(made)
    service.wear(made.designs[0], fan, "", "S", NOW)
    assert service.wear(made.designs[0], None, "device", "L", NOW + timedelta(minutes=1)) == "pending"
    service.wear(made.designs[1], None, "device", "M", NOW)
    assert _sizes(made) == {"S": 1}
    assert service.claim(fan, "device", NOW + timedelta(minutes=2)) is None
    service.claim(fan, "device", NOW + timedelta(minutes=3))
    assert _sizes(made) == {"L": 1}
    service.wear(made.designs[0], None, "device", "M", NOW - timedelta(minutes=5))  # said before: the later one stands
    service.claim(fan, "device", NOW)
    assert _sizes(made) == {"L": 1}
    assert db.session.scalar(select(func.count()).select_from(WouldWear)) == 2


def test_a_wish_that_was_never_in_time_is_forgotten(app: Flask) -> None:
    made, author = scene(), None
    service.wear(made.designs[0], author, "late", "M", NOW)
    service.claim(person(), "late", made.closes + timedelta(minutes=11))
    service.wear(made.designs[0], None, "own", "M", NOW)
    service.claim(made.designers[0], "own", NOW)
    assert _sizes(made) == {}
    assert db.session.scalar(select(func.count()).select_from(WouldWear)) == 0


def test_one_tap_on_the_page_without_script(client: Any, clock: Any, sign_in: Any) -> None:
    made, fan = scene(), person()
    clock.at(NOW)
    path = f"/D/{made.codes[0]}"
    page = client.get(path).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    form = {"csrf_token": token.group(1) if token else "", "size": "M"}
    answer = client.post(path + "/wear", data=form)
    assert answer.status_code == 303 and answer.headers["Location"].endswith(path + "#wear")
    page = client.get(path).text
    assert "Kept in this browser." in page and 'value="withdraw" aria-pressed="true"' in page
    sign_in(client, fan)
    part = client.post(path + "/wear", data=form, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith("<section") and "Noted." in part
    bad = client.post(path + "/wear", data={**form, "size": "9"}, headers={"Accept": "application/json"})
    assert (bad.status_code, bad.json["code"]) == (422, "no-such-size")
    assert _sizes(made) == {"M": 1}
    assert client.post("/D/NOPE99/wear", data=form).status_code == 404


def test_the_forecast_holds_what_it_promises() -> None:
    """Drawn from the belief itself, four of five outcomes lie within, or more: never clearly less."""
    luck = random.Random(5)
    for worn, voted in ((0, 40), (30, 100), (100, 300)):
        found = forecast(worn, voted)
        inside = 0
        for _ in range(600):
            rate, other = luck.betavariate(*WORN), luck.betavariate(*VOTED)
            bought = sum(luck.random() < rate for _ in range(worn))
            bought += sum(luck.random() < other for _ in range(voted))
            inside += found.low <= bought <= found.high
        assert inside >= 600 * 0.77, (worn, voted, inside)


def test_the_forecast_learns_but_one_drop_does_not_convince() -> None:
    assert (forecast(0, 0).low, forecast(0, 0).high) == (0, 0)
    before = forecast(100, 0)
    after = forecast(100, 0, past_worn=[(400, 360)] * 5)
    assert after.low > before.low and after.high - after.low < before.high - before.low
    assert learned(WORN, [(400, 400)]) == learned(WORN, [(20, 20)])
    assert forecast(10, 10).high <= 20
    assert forecast(80, 0).share(20, 80) == (forecast(80, 0).low // 4, -(-forecast(80, 0).high // 4))
