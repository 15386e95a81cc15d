"""The pages around the pick in a real browser: no fault of accessibility, nothing wider than a small phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.voting import make
from tests.voting.test_look import address, faults
from voting import pick_links, service

pytestmark = pytest.mark.one_db
__all__ = ["address"]


def test_link_desk_and_record_are_accessible_in_both_themes(
    address: str, browser: Any, axe: Any, client: Any, sign_in: Any, clock: Any, run_jobs: Any
) -> None:
    made = make.scene(designs=3, shortlist_size=3)
    make.counted(made, 3, 2, 1)
    clock.at(made.closes + timedelta(hours=1))
    token = pick_links.make(made.contest_id, made.boss, "Aino", "", clock.now)
    sign_in(client, made.boss)
    client.post(f"/pick/{token}")
    desk = f"/pick-desk/{made.slug}"
    paths = [f"/pick/{token}", desk, f"{desk}?blind=0", f"{desk}/{made.codes[0]}"]
    paths.append(f"/team/{made.artist_slug}/contests/{made.contest_id}/pick-links")
    seen = [each for path in paths for each in faults(browser, axe, client, address, path)]
    service.pick(made.contest_id, made.designs[1], made.boss, "Its eyes follow you home.", clock.now)
    clock.advance(minutes=10)
    run_jobs()
    seen += faults(browser, axe, client, address, f"/c/{made.slug}/decision")
    assert seen == []
