"""The first acts: the contest is called, the pictures come in, the workers draw, the team looks, fans talk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from webapp.boot.rehearse import folder, taste
from webapp.boot.rehearse.client import Refusal
from webapp.boot.rehearse.folder import Found
from webapp.boot.rehearse.people import ARTIST
from webapp.boot.rehearse.stage import Stage
from webapp.kernel.now import now

PER_DESIGNER = 20
HEARTS = 5
TRIES = 6  # how often a picture is tried again whose worker died


@dataclass(frozen=True)
class Refused:
    """A picture that was not taken, and why; `where` is 'folder', 'door' or 'worker'."""

    file: str
    code: str
    reason: str
    where: str


@dataclass(frozen=True)
class Entries:
    """What became of the folder: codes of accepted designs by their number in it, and the refused files."""

    codes: dict[int, str]
    refused: list[Refused]


def call(stage: Stage) -> dict[str, Any]:
    """Make and publish the contest, and jump to its opening; return it."""
    contest: dict[str, Any] = stage.journal.once("contest", lambda: _publish(stage))
    return contest


def enter(stage: Stage, contest: dict[str, Any], found: Sequence[Found], limit: int) -> Entries:
    """Send every picture in, wait for the workers, let the team approve what came out well."""
    stage.jump(datetime.fromisoformat(contest["opens_at"]) + timedelta(minutes=1))
    sent = _send_all(stage, contest, found, limit)
    failed = _await_workers(stage, sent)
    refused = [Refused(found[n].name, *sent[n]["refused"]) for n in sent if "refused" in sent[n]]
    refused += [Refused(found[n].name, code, reason, "worker") for n, (code, reason) in failed.items()]
    codes = {n: entry["code"] for n, entry in sent.items() if "code" in entry and n not in failed}
    for n in stage.progress.each(sorted(codes), len(codes), "approving"):
        stage.journal.once(f"approved {n}", lambda n=n: _approve(stage, n, codes[n]))  # type: ignore[misc]
    return Entries(codes, sorted(refused, key=lambda each: each.file))


def talk(stage: Stage, codes: dict[int, str]) -> int:
    """Let fans comment; return how many comments there are."""
    said = taste.comments(stage.seed, len(stage.people.fans), sorted(codes))
    for number, (talker, design, words) in enumerate(stage.progress.each(said, len(said), "talking")):
        step = f"comment {number}"
        path, token = f"/designs/{codes[design]}/comments", stage.people.fans[talker]
        stage.journal.once(step, lambda p=path, t=token, w=words, s=step: _say(stage, p, t, w, s))  # type: ignore[misc]
    return len(said)


def _publish(stage: Stage) -> dict[str, Any]:
    client, token = stage.client, stage.people.staff
    body = {"artist": ARTIST, "preset": "open", "title": "Rehearsal"}
    slug = client.send("POST", token, "/contests", body, "contest")["slug"]
    opens = stage.journal.once("opens", lambda: (now() + timedelta(hours=1)).isoformat())
    begin = datetime.fromisoformat(opens)
    dates = {
        "opens_at": begin,
        "voting_at": begin + timedelta(days=14),
        "picking_at": begin + timedelta(days=21),
        "decide_by": begin + timedelta(days=60),
    }
    changes = {
        "brief": "A rehearsal on pictures of the operator's own. Nobody but invented fans will see it.",
        "designs_per_fan": PER_DESIGNER,
        "hearts": HEARTS,
        "shortlist_size": 20,
        **{name: at.isoformat() for name, at in dates.items()},
    }
    try:
        client.send("PATCH", token, f"/contests/{slug}", changes)
    except Refusal as refusal:
        if refusal.code != "published":  # it was published before this was killed
            raise
    published: dict[str, Any] = client.send("POST", token, f"/contests/{slug}/publish", step="publish")
    return published


def _send_all(stage: Stage, contest: dict[str, Any], found: Sequence[Found], limit: int) -> dict[int, dict[str, Any]]:
    """Send in every file; one designer's one after another, some designers at once."""
    with stage.progress.bar(len(found), "uploading") as bar:

        def send(first: int) -> dict[int, dict[str, Any]]:
            sent = {}
            for n in range(first, min(first + PER_DESIGNER, len(found))):
                sent[n] = stage.journal.once(f"sent {n}", lambda n=n: _send(stage, contest, n, found[n], limit))  # type: ignore[misc]
                bar.update()
            return sent

        parts = stage.all(send, range(0, len(found), PER_DESIGNER), "designers")
    return {n: entry for part in parts for n, entry in part.items()}


def _send(stage: Stage, contest: dict[str, Any], n: int, file: Found, limit: int) -> dict[str, Any]:
    from contests.submissions.images.refusals import Unacceptable

    if file.trouble:
        return {"refused": ["unreadable-file", f"The file can't be read: {file.trouble}.", "folder"]}
    if file.size > limit:
        return {
            "refused": ["too-many-bytes", Unacceptable("too-many-bytes", limit=limit // 1_000_000).sentence(), "door"]
        }
    try:
        data = folder.read(file)
    except OSError as error:
        return {"refused": ["unreadable-file", f"The file can't be read: {error.strerror}.", "folder"]}
    words = {
        "title": folder.title_of(file.name),
        "alt": f"A picture of the operator's, from the file {file.name}"[:400],
        "originality": "true",
        "rights_hash": contest["rights"]["hash"],
    }
    token = stage.people.designers[n // PER_DESIGNER]
    try:
        made = stage.client.upload(
            token, f"/contests/{contest['slug']}/designs", words, f"picture {n}", data, f"design {n}"
        )
    except Refusal as refusal:
        return {"refused": [refusal.code, refusal.title, "door"]}
    return {"code": made["code"]}


def _await_workers(stage: Stage, sent: dict[int, dict[str, Any]]) -> dict[int, tuple[str, str]]:
    """Wait until every picture is done or failed for good; return the reasons of those that failed."""
    failed: dict[int, tuple[str, str]] = {}
    waiting = [n for n in sorted(sent) if "code" in sent[n]]
    for n in stage.progress.each(waiting, len(waiting), "drawing"):
        why = stage.journal.once(f"drawn {n}", lambda n=n: _await(stage, n, sent[n]["code"]))  # type: ignore[misc]
        if why:
            failed[n] = (why[0], why[1])
    return failed


def _await(stage: Stage, n: int, code: str) -> list[str]:
    token = stage.people.designers[n // PER_DESIGNER]
    for attempt in range(TRIES):
        processing = stage.wait(f"the picture {code}", lambda: _drawn(stage, token, code))
        if processing["state"] == "done":
            return []
        if processing["code"] != "worker-died":
            return [processing["code"], processing["reason"]]
        try:
            stage.client.send("POST", token, f"/designs/{code}/retry", step=f"retry {n} {attempt}")
        except Refusal as refusal:
            if refusal.code != "not-failed":
                raise
    return [processing["code"], processing["reason"]]


def _drawn(stage: Stage, token: str, code: str) -> tuple[bool, Any]:
    processing = stage.client.get(token, f"/designs/{code}")["own"]["processing"]
    ready = processing["state"] in ("done", "failed")
    # While it waits, others' pictures are progress too: this one may be the last in the queue.
    return ready, processing if ready else stage.pictures_left()


def _approve(stage: Stage, n: int, code: str) -> bool:
    stage.client.send("POST", stage.people.staff, f"/designs/{code}/moderation", {"act": "approve"}, f"approve {n}")
    return True


def _say(stage: Stage, path: str, token: str, words: str, step: str) -> int:
    said: int = stage.client.send("POST", token, path, {"body": words}, step)["id"]
    return said
