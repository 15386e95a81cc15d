"""What lies in a results bundle, as bytes by file name. The same database gives the same bytes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from contests.ways import RULES
from voting import ballots_queries, counting
from voting.bundle import cells, verify
from voting.log import keys, page
from voting.methods.catalogue import METHODS
from voting.methods.result import plain
from voting.models import Round
from voting.statistics import Statistics
from webapp.accounts import queries as accounts

# What rooms above this one add, by file name: (session, contest id) -> a JSON value, None for nothing.
SECTIONS: dict[str, Callable[[Session, int], Any]] = {}
# Why ballots of a round were rejected: (session, round id) -> number by reason. Without it there is one reason.
REASONS: list[Callable[[Session, int], dict[str, int]]] = []

README = """The result of a contest, to be counted again by anybody.

python3 verify.py results.zip --digest SHA256     checks everything; needs Python 3.8 or newer and nothing else
                                                  (SHA256 stands on the result page and in the mail of the result)

contest.json   which contest this is, its dates and its designs
rules.json     how each round was voted in and counted, as it was fixed when voting opened
result.json    who could vote, what became of the ballots, the orders with and without held ballots, and the sums
               over all counted ballots from which the order follows
log.json       the published roots of the log of the votes, signed, and the proofs that it only grew
integrity.json why ballots were held or rejected, in numbers, and how many voters appealed
exposure.json  how often each design was shown, where it is known
manifest.json  the SHA-256 of every file
verify.py      the program; read it, it is short

There are no ballots in here: nine of ten would name their voter to somebody. docs/integrity.md of the software says
what this proves and what it can't.
"""


def files(session: Session, contest: ContestRow, label: str) -> dict[str, bytes]:
    """Return the files of a bundle; every round has to be counted, and its root `label` written."""
    rounds = session.execute(
        select(
            Round.id,
            Round.kind,
            Round.method,
            Round.budget,
            Round.places,
            Round.sealed_at,
            Round.closed_at,
            Round.result,
        )
        .where(Round.contest_id == contest.id)
        .order_by(Round.kind.desc())  # 'open' before 'final'
    ).all()
    logs = page.LogPage(contest.slug, contest.title, keys.published(session), page.build(session, contest.id))
    values: dict[str, Any] = {
        "contest.json": _contest(session, contest, rounds),
        "rules.json": {"rounds": [_rules(row, contest) for row in rounds]},
        "result.json": {"label": label, "rounds": [_result(session, row) for row in rounds]},
        "log.json": page.as_json(logs),
    }
    for name, section in SECTIONS.items():
        found = section(session, contest.id)
        if found is not None:
            values[name] = found
    packed = {name: verify.pretty(value) for name, value in values.items()}
    packed["README.txt"] = README.encode()
    packed["verify.py"] = Path(verify.__file__).read_bytes()
    packed["manifest.json"] = verify.manifest(packed)
    return packed


def _contest(session: Session, contest: ContestRow, rounds: Any) -> dict[str, Any]:
    artist = accounts.artist(session, contest.artist_id)
    counted = sorted({each["submission_id"] for row in rounds for each in row.result["order"]})
    shown = submissions.cards(session, counted)
    dates = ("published_at", "opens_at", "critique_at", "voting_at", "final_at", "picking_at")
    return {
        "id": contest.id,
        "name": contest.slug,
        "title": contest.title,
        "artist": artist.name if artist else "",
        "timezone": contest.timezone,
        "dates": {name: _iso(getattr(contest, name)) for name in dates},
        "changes": [
            {"at": _iso(each.at), "kind": each.kind, "before": each.before, "after": each.after}
            for each in contests.changes(session, contest.id)
        ],
        "designs": [{"id": each, "code": shown[each].code if each in shown else None} for each in counted],
    }


def _rules(row: Any, contest: ContestRow) -> dict[str, Any]:
    method = METHODS[row.method]
    return {
        "round": row.kind,
        "method": method.name,
        "method_version": row.result["version"],
        "variant": counting.VARIANTS.get(method.name, ""),
        "tie_rule": row.result["tie_rule"],
        "in_short": RULES[method.name].says,
        "in_full": method.rules,
        "hearts": row.budget if method.name == "approval" else None,
        "places": row.places,
        "shortlist": contest.shortlist_size,
        "seed_hash": contest.seed_hash,
    }


def _result(session: Session, row: Any) -> dict[str, Any]:
    published = row.result
    reasons = REASONS[0](session, row.id) if REASONS else {"rejected": published["rejected"]}
    return {
        "round": row.kind,
        "sealed_at": _iso(row.sealed_at),
        "closed_at": _iso(row.closed_at),
        "published": published,
        "rejected_by_reason": cells.merged(reasons),
        "with_held": _with_held(session, row),
    }


def _with_held(session: Session, row: Any) -> dict[str, Any] | None:
    """Return the sums with held ballots, from which the other order follows; None where few are held.

    The difference of the two sums is the sum of the held ballots alone: of few it would show single ones.
    """
    published = row.result
    if published["held"] < counting.FEW_HELD or published["with_held"] is None:
        return None
    designs = [each["submission_id"] for each in published["order"]]
    sums = Statistics(row.method, designs)
    states = (*ballots_queries.COUNTED, "held")
    sums.gather(choices for _number, choices in ballots_queries.current_ballots(session, row.id, states))
    found = counting.count(sums, published["size"] if row.kind == "open" else 1, published["seed"])
    return {"statistics": sums.as_json(), "table": plain(found.table), "rounds": plain(found.rounds)}


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
