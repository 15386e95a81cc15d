"""The acts in the middle: fans vote by their taste, the vote closes and is counted, the artist picks."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from webapp.boot.rehearse import taste
from webapp.boot.rehearse.calls import HEARTS
from webapp.boot.rehearse.client import Refusal
from webapp.boot.rehearse.stage import Stage

REASON = "Everybody at the rehearsal kept coming back to this one."


def vote(stage: Stage, contest: dict[str, Any], codes: dict[int, str]) -> dict[str, int]:
    """Let every fan vote, some of them changing their mind; return the votes each design must have."""
    ballots = taste.votes(stage.seed, len(stage.people.fans), sorted(codes), HEARTS)
    if not stage.journal.has("voted"):
        stage.jump(datetime.fromisoformat(contest["voting_at"]) + timedelta(minutes=1))
        stage.all(lambda n: _vote(stage, n, ballots[n], codes), range(len(ballots)), "voting")
        stage.journal.note("voted", True)
    counts: Counter[str] = Counter(dict.fromkeys(codes.values(), 0))
    for n, ballot in enumerate(ballots):
        back = taste.taken_back(stage.seed, n, ballot)
        counts.update(codes[design] for design in ballot if design != back)
    return dict(counts)


def close(stage: Stage, contest: dict[str, Any]) -> dict[str, Any]:
    """Jump beyond the close and wait for the count; return the result."""
    path = f"/contests/{contest['slug']}/result"

    def look() -> tuple[bool, Any]:
        try:
            return True, stage.client.get(stage.people.staff, path)
        except Refusal as refusal:
            return False, refusal.code

    if not stage.journal.has("result"):
        stage.jump(datetime.fromisoformat(contest["picking_at"]) + timedelta(minutes=11))
    result: dict[str, Any] = stage.journal.once("result", lambda: stage.wait("the result", look))
    return result


def pick(stage: Stage, contest: dict[str, Any], result: dict[str, Any], codes: dict[int, str]) -> str | None:
    """Let the artist pick whom the fans put first, wait the ten minutes; return the winner's code.

    Among equals the one that stands first in the folder: no chance, and no number of the database.
    """
    finalists = set(result["shortlist"])
    best = [each["code"] for each in result["order"] if each["code"] in finalists]
    if not best:
        return None
    first = min(each["rank"] for each in result["order"] if each["code"] in finalists)
    tied = {each["code"] for each in result["order"] if each["code"] in finalists and each["rank"] == first}
    winner = next(codes[n] for n in sorted(codes) if codes[n] in tied)
    path = f"/contests/{contest['slug']}/pick"
    body = {"design": winner, "reason": REASON}
    picked = stage.journal.once("picked", lambda: stage.client.send("POST", stage.people.artist, path, body, "pick"))
    if not stage.journal.has("announced"):
        stage.jump(datetime.fromisoformat(picked["undo_until"]) + timedelta(seconds=5))
        stage.wait("the announcement", lambda: _announced(stage, contest["slug"]))
        stage.journal.note("announced", True)
    return winner


def _vote(stage: Stage, n: int, ballot: list[int], codes: dict[int, str]) -> None:
    token, back = stage.people.fans[n], taste.taken_back(stage.seed, n, ballot)
    for design in ballot:
        stage.client.send("PUT", token, f"/designs/{codes[design]}/vote")
    if back is not None:
        stage.client.send("DELETE", token, f"/designs/{codes[back]}/vote")


def _announced(stage: Stage, slug: str) -> tuple[bool, Any]:
    winner = stage.client.get(stage.people.staff, f"/contests/{slug}/result")["winner"]
    drop = stage.client.get(stage.people.staff, f"/contests/{slug}")["drop"]
    return bool(winner and drop), (winner, drop)
