"""The whole rehearsal, from the folder to the report."""

import contextlib
import hashlib
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from webapp.boot.audit.findings import Plan as Audit
from webapp.boot.audit.run import audit
from webapp.boot.rehearse import calls, checks, folder, people, sales, votes
from webapp.boot.rehearse.calls import Entries
from webapp.boot.rehearse.client import Client, Refusal, Unreachable
from webapp.boot.rehearse.folder import Found
from webapp.boot.rehearse.journal import Journal
from webapp.boot.rehearse.progress import Progress
from webapp.boot.rehearse.report import Report
from webapp.boot.rehearse.stage import Stage, Stuck, patiently, running
from webapp.kernel.now import now

JOURNAL = "rehearsal.jsonl"
YOUNG = timedelta(hours=1)
"""Files so young an audit leaves alone; a rehearsal takes less."""


@dataclass(frozen=True)
class Plan:
    """What is rehearsed: with which pictures, seed and crowd; `data` None means a folder that is forgotten.

    `database` is the address of an empty one to rehearse on; None: a file in the folder.
    """

    pictures: Path
    seed: int
    voters: int
    out: Path
    data: Path | None
    keep: bool
    database: str | None = None


class AnotherRehearsal(Exception):
    """The data folder belongs to a rehearsal of other pictures, another seed or another crowd."""


def rehearse(plan: Plan, environ: Mapping[str, str], progress: Progress) -> Report:
    """Play the story and return what was found. Raises CannotStart or AnotherRehearsal."""
    begun, report = time.monotonic(), Report()
    found = folder.look(plan.pictures)
    report.pictures = len(found)
    if not found:
        report.finished = True
        progress.say(f"There is no file in {plan.pictures}: nothing to rehearse.")
        return report
    with _ended_by_signals(), _data(plan, progress) as data:
        mark = _mark_of(plan, found)
        _require_same(data / JOURNAL, mark)
        progress.say(f"A scratch installation starts in {data}")
        with running(data, environ, plan.database) as (app, supervisor, clock):
            journal = Journal(data / JOURNAL)
            journal.once("plan", lambda: mark)
            designers = (len(found) + calls.PER_DESIGNER - 1) // calls.PER_DESIGNER
            crowd = patiently(app, lambda: people.settle(app, designers, plan.voters))
            client = Client(supervisor.base_url, plan.seed)
            stage = Stage(app, supervisor, client, clock, journal, crowd, progress, plan.seed)
            try:
                _play(stage, found, plan.out, report)
            except (Refusal, Unreachable, Stuck) as error:
                report.problems.append(f"the story stopped: {error}")
    report.seconds = round(time.monotonic() - begun, 1)
    return report


def _play(stage: Stage, found: Sequence[Found], out: Path, report: Report) -> None:
    limit = stage.app.config["SETTINGS"].max_upload_bytes
    contest = calls.call(stage)
    entries = calls.enter(stage, contest, found, limit)
    _note_entries(report, entries)
    report.comments = calls.talk(stage, entries.codes)
    given = votes.vote(stage, contest, entries.codes)
    result = votes.close(stage, contest)
    _note_result(report, stage, result, found, entries)
    winner = votes.pick(stage, contest, result, entries.codes)
    drop, answers, files = None, {}, []
    if winner:
        report.winner = next(place for place in report.tally if place["code"] == winner)
        drop = sales.open_drop(stage, contest)
        answers = sales.order(stage, drop)
        sales.ship(stage, drop)
        files = sales.export(stage, drop, out)
        report.exports = [str(path) for path in files]
    stage.settle()
    known = list(report.problems)

    def check() -> None:
        report.problems = list(known)
        _check(report, contest, drop, entries, given, result, answers, files)

    patiently(stage.app, check)
    report.problems += _left_behind(stage)
    report.finished = True


def _left_behind(stage: Stage) -> list[str]:
    """Repair what killed processes left, as an operator would, and return what is still to find afterwards."""
    for repair in (True, False):
        plan = Audit(repair, now(), YOUNG)
        found = patiently(stage.app, lambda plan=plan: [each for _, found in audit(plan) for each in found])  # type: ignore[misc]
        stage.settle()
    return [f"audit, {each.check}: {each.what}" for each in found]


def _note_entries(report: Report, entries: Entries) -> None:
    report.accepted = len(entries.codes)
    report.refused = [
        {"file": each.file, "reason": each.code, "message": each.reason, "where": each.where}
        for each in entries.refused
    ]


def _note_result(
    report: Report, stage: Stage, result: dict[str, Any], found: Sequence[Found], entries: Entries
) -> None:
    files = {code: (n, found[n].name) for n, code in entries.codes.items()}
    places = [
        {"file": files[each["code"]][1], "code": each["code"], "rank": each["rank"], "votes": each["votes"]}
        for each in result["order"]
        if each["code"] in files
    ]
    # Equals by their place in the folder: how the installation orders them is chance.
    report.tally = sorted(places, key=lambda each: (each["rank"], files[each["code"]][0]))
    report.votes, report.voters = result["votes"], result["ballots"]


def _check(
    report: Report,
    contest: dict[str, Any],
    drop: dict[str, Any] | None,
    entries: Entries,
    given: dict[str, int],
    result: dict[str, Any],
    answers: dict[str, str],
    files: Sequence[Path],
) -> None:
    from contests import queries as contests
    from preorders import queries as drops
    from webapp.infra.db import db

    session = db.session()
    row = contests.by_slug(session, contest["slug"])
    assert row is not None
    report.problems += checks.pictures(session, entries.codes.values())
    report.problems += checks.votes(session, row.id, given, result)
    sold = drops.by_slug(session, drop["slug"]) if drop else None
    if sold:
        report.problems += checks.orders(session, sold.id, answers)
        report.problems += checks.exports(session, sold.id, files)
        standing = checks.standing(session, sold.id)
        report.preorders, report.pieces, report.cancelled = standing
        report.sold_out = sum(1 for answer in answers.values() if not answer.startswith("FM"))
    report.problems += checks.told(session, row.id, sold is not None)
    report.mails = checks.mails(session)


def _mark_of(plan: Plan, found: Sequence[Found]) -> str:
    told = [plan.seed, plan.voters, *((each.name, each.size) for each in found)]
    return hashlib.sha256(repr(told).encode("utf-8", "replace")).hexdigest()


def _require_same(path: Path, mark: str) -> None:
    """Refuse to go on with somebody else's story; asked before anything is started."""
    if path.exists() and Journal(path).get("plan") not in (None, mark):
        raise AnotherRehearsal(
            f"{path.parent} holds a rehearsal of other pictures, another seed or other voters. Name another --data."
        )


@contextlib.contextmanager
def _data(plan: Plan, progress: Progress) -> Iterator[Path]:
    """Give the scratch folder: the one that was named, or a new one that is removed afterwards."""
    if plan.data:
        yield plan.data
        return
    made = Path(tempfile.mkdtemp(prefix="fanmade-rehearsal-"))
    try:
        yield made
    finally:
        if plan.keep:
            progress.say(f"The scratch installation is kept in {made}")
        else:
            shutil.rmtree(made, ignore_errors=True)


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Turn the signals that end a program into an exception: every process is ended on the way out."""

    def end(number: int, _frame: object) -> None:
        # A second one must not interrupt the cleaning up.
        for each in wanted:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, end) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
