"""The public result as page and as JSON: published results and announced picks, nothing else."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from contests.queries import ContestRow
from contests.submissions import queries as submissions
from contests.submissions.queries import CardRow
from voting import picks_queries, results, tally
from voting.exposure import queries as exposure
from voting.picks_queries import PickRow
from voting.results import Result
from webapp.accounts import queries as accounts


@dataclass(frozen=True)
class ResultPage:
    """What the page shows; `rounds` is empty until the last round is counted. `cards` holds public designs."""

    artist_name: str
    rounds: list[Result]
    cards: dict[int, CardRow]
    finalists: list[int]
    standing: PickRow | None
    voided: list[PickRow]
    exposure: dict[str, dict[str, Any]]

    @property
    def last(self) -> Result | None:
        """The round that speaks for the fans."""
        return self.rounds[0] if self.rounds else None

    @property
    def fans_choice(self) -> list[CardRow]:
        """The designs the fans put first and that are still shown."""
        ids = self.last.fans_choice if self.last else ()
        return [self.cards[each] for each in ids if each in self.cards]


def build(session: Session, contest: ContestRow) -> ResultPage:
    """Return the page; the number of statements does not grow with designs or votes."""
    rounds = results.results(session, contest.id)
    picks = picks_queries.announced(session, contest.id)
    finalists = picks_queries.shortlist(session, contest.id)
    designs = {each.submission_id for each in rounds[-1].order} if rounds else set()
    designs |= {pick.submission_id for pick in picks} | set(finalists)
    shown = set(submissions.public_ids(session, contest.id))
    artist = accounts.artist(session, contest.artist_id)
    return ResultPage(
        artist_name=artist.name if artist else "",
        rounds=rounds,
        cards=submissions.cards(session, designs & shown),
        finalists=finalists,
        standing=next((pick for pick in picks if pick.stands), None),
        voided=[pick for pick in picks if pick.voided_at],
        exposure=exposure.reports(session, contest.id) if rounds else {},
    )


def tied(result: Result) -> list[tuple[int, int]]:
    """Return (rank, how many) for every rank that several designs with votes share."""
    sizes: dict[int, int] = {}
    for each in result.order:
        if each.votes:
            sizes[each.rank] = sizes.get(each.rank, 0) + 1
    return [(rank, size) for rank, size in sizes.items() if size > 1]


def as_json(contest: ContestRow, page: ResultPage) -> dict[str, Any]:
    """Return the same for scripts; before the count only when voting ends."""
    body: dict[str, Any] = {"contest": contest.slug, "closes_at": _iso(contest.picking_at), "closed": bool(page.rounds)}
    if not page.rounds:
        return body
    body["fans_choice"] = [card.code for card in page.fans_choice]
    body["artists_pick"] = None
    if page.standing and page.standing.submission_id in page.cards:
        code = page.cards[page.standing.submission_id].code
        body["artists_pick"] = {"code": code, "reason": page.standing.reason, "at": _iso(page.standing.announced_at)}
    body["rounds"] = [_round(each, page.cards, page.exposure.get(each.kind)) for each in page.rounds]
    return body


def _round(result: Result, cards: dict[int, CardRow], shown: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "kind": result.kind,
        "closed_at": _iso(result.closed_at),
        "method": result.method,
        "method_version": result.version,
        "way": result.way,
        "variant": result.variant,
        "tie_rule": result.tie_rule,
        "ending": result.ending,
        "eligible": result.eligible,
        "cast": result.cast,
        "held": result.held,
        "rejected": result.rejected,
        "counted": result.counted,
        "revised_at": result.revised_at,
        "ballots": result.ballots,
        "votes": result.votes,
        "votes_on_designs_that_left": result.set_aside,
        "order": [
            {"code": _code(each.submission_id, cards), "votes": each.votes, "rank": each.rank} for each in result.order
        ],
        "order_with_held": [{**each, "code": _code(each["submission_id"], cards)} for each in result.with_held or ()],
        "shortlist": [_code(each, cards) for each in result.shortlist],
        "codes": {str(each.submission_id): _code(each.submission_id, cards) for each in result.order},
        "statistics": result.statistics,
        "table": result.table,
        "rounds": list(result.rounds),
        "notes": list(result.notes),
        "more": result.more,
        "draw": _draw(result, cards),
        "seed": result.seed,
        "seed_hash": result.seed_hash,
        "contest_seed": result.contest_seed,
        "root": result.root,
        "exposure": shown,
    }


def _draw(result: Result, cards: dict[int, CardRow]) -> dict[str, Any] | None:
    if result.draw is None:
        return None
    lots = [
        {
            "code": _code(each, cards),
            "id": each,
            "lot": tally.lot(result.seed, each),
            "admitted": each in result.draw.admitted,
        }
        for each in result.draw.tied
    ]
    return {"places": result.draw.places, "lots": lots}


def _code(submission_id: int, cards: dict[int, CardRow]) -> str | None:
    return cards[submission_id].code if submission_id in cards else None


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
