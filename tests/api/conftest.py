"""A small world to speak with: an artist with a team, some fans, each with a token."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests import pictures

ALL = ("read", "submit", "comment", "follow", "vote", "preorder", "staff")
CONTACT = {"name": "Maija M", "line1": "Katu 1", "postcode": "00100", "city": "Helsinki", "country": "FI"}


@dataclass
class Speaker:
    """Somebody who speaks JSON with a token of theirs."""

    client: Any
    person_id: int
    token: str

    def __call__(self, method: str, path: str, body: Any = None, key: str = "", **options: Any) -> Any:
        """Make a request; `path` is below /api/v1."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= {"Idempotency-Key": key} if key else {}
        if body is not None:
            options["json"] = body
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **options)

    def upload(self, path: str, key: str = "", data: bytes | None = None, **words: str) -> Any:
        """Send a picture with words."""
        picture = (io.BytesIO(data if data is not None else pictures.png()), "mine.png")
        return self("POST", path, key=key, data={**words, "picture": picture}, content_type="multipart/form-data")


class World:
    """People and a contest, made through the same services as the pages use."""

    def __init__(self, app: Any, clock: Any, new_client: Callable[[], Any], run_jobs: Callable[..., int]) -> None:
        from webapp.accounts import store
        from webapp.infra.db import transaction

        self.clock, self.new_client, self.run_jobs = clock, new_client, run_jobs
        self.numbers = itertools.count(1)
        with transaction() as session:
            self.artist_id = store.add_artist(session, "lumi", "Lumi", clock.now)
            self.foreign_id = store.add_artist(session, "other", "Other", clock.now)
        self.artist = self.somebody("artist")
        self.staff = self.somebody("merch_staff", "moderator")
        self.fan, self.other = self.somebody(), self.somebody()
        self.stranger = Speaker(new_client(), 0, "")

    def somebody(self, *roles: str, scopes: tuple[str, ...] = ALL, artist_id: int = 0, **columns: Any) -> Speaker:
        """Make a person with these roles and a token."""
        from webapp.accounts import store, tokens
        from webapp.infra.db import transaction

        number = next(self.numbers)
        columns = {"age_band": "18+", "timezone": "Europe/Helsinki", **columns}
        with transaction() as session:
            person_id = store.add_person(
                session, f"p{number}@example.org", f"Person {number}", self.clock.now - timedelta(days=9), **columns
            )
            for role in roles:
                store.add_member(session, artist_id or self.artist_id, person_id, role, self.clock.now)
        token = tokens.create(person_id, "test", list(scopes), self.clock.now)
        return Speaker(self.new_client(), person_id, token)

    def contest(self, publish: bool = True) -> dict[str, Any]:
        """Make a contest that opens in an hour; returns it as the API shows it."""
        made = self.staff("POST", "/contests", {"artist": "lumi", "preset": "tee", "title": "Winter tee"}).json
        now = self.clock.now
        dates = {
            "opens_at": now + timedelta(hours=1),
            "voting_at": now + timedelta(hours=2),
            "picking_at": now + timedelta(hours=3),
            "decide_by": now + timedelta(days=3),
        }
        changes = {name: at.isoformat() for name, at in dates.items()}
        changes |= {"brief": "Draw us the winter, please, in two inks.", "hearts": 2}
        edited = self.staff("PATCH", f"/contests/{made['slug']}", changes)
        assert edited.status_code == 200, edited.json
        if not publish:
            return edited.json
        published = self.staff("POST", f"/contests/{made['slug']}/publish")
        assert published.status_code == 200, published.json
        return published.json

    def words(self, contest: dict[str, Any], title: str = "Frost") -> dict[str, str]:
        """The words of a design."""
        return {
            "title": title,
            "alt": "Four squares of frost on dark cloth",
            "originality": "true",
            "rights_hash": contest["rights"]["hash"],
        }

    def open_contest(self) -> dict[str, Any]:
        """A contest that takes designs."""
        contest = self.contest()
        self.clock.advance(hours=1, minutes=1)
        return contest

    def design(self, contest: dict[str, Any], author: Speaker, approve: bool = True, title: str = "Frost") -> str:
        """Send a design in, let the workers draw it, approve it; returns its code."""
        answer = author.upload(f"/contests/{contest['slug']}/designs", **self.words(contest, title))
        assert answer.status_code == 201, answer.json
        code = answer.json["code"]
        self.run_jobs()
        if approve:
            acted = self.staff("POST", f"/designs/{code}/moderation", {"act": "approve"})
            assert acted.status_code == 201, acted.json
        return str(code)

    def voting(self, designs: int = 1) -> tuple[dict[str, Any], list[str]]:
        """A contest in its vote, with public designs of one fan."""
        contest = self.open_contest()
        codes = [self.design(contest, self.fan, title=f"Frost {n}") for n in range(designs)]
        self.clock.advance(hours=1)
        return contest, codes

    def counted(self) -> tuple[dict[str, Any], list[str]]:
        """A contest whose vote is counted: the first design has two hearts, the second one."""
        from voting import jobs

        contest, codes = self.voting(2)
        for voter, code in ((self.other, codes[0]), (self.artist, codes[0]), (self.artist, codes[1])):
            assert voter("PUT", f"/designs/{code}/vote").status_code == 200
        self.clock.advance(hours=1, minutes=15)
        jobs.close_due()
        self.run_jobs()
        return contest, codes

    def drop(self) -> dict[str, Any]:
        """An open drop of ten pieces, at most two each."""
        from preorders import jobs

        contest, codes = self.counted()
        path = f"/contests/{contest['slug']}"
        assert self.artist("POST", f"{path}/pick", {"design": codes[0], "reason": "It is cold."}).status_code == 201
        self.clock.advance(minutes=11)
        self.run_jobs()
        slug = self.staff("GET", path).json["drop"]
        now = self.clock.now
        changes = {
            "edition_cap": 10,
            "per_person": 2,
            "opens_at": (now + timedelta(minutes=1)).isoformat(),
            "closes_at": (now + timedelta(days=2)).isoformat(),
        }
        assert self.staff("PATCH", f"/drops/{slug}", changes).status_code == 200
        assert self.staff("POST", f"/drops/{slug}/publish").status_code == 200
        self.clock.advance(minutes=2)
        jobs.open_due()
        self.run_jobs()
        return dict(self.staff("GET", f"/drops/{slug}").json)


@pytest.fixture
def world(app: Any, clock: Any, new_client: Any, run_jobs: Any) -> World:
    """People with tokens, no contest yet."""
    return World(app, clock, new_client, run_jobs)
