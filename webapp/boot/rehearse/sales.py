"""The last acts: staff fill in and open the drop, fans order until it is sold out, staff lock and export."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from webapp.boot.rehearse import taste
from webapp.boot.rehearse.client import Refusal
from webapp.boot.rehearse.stage import Stage
from webapp.boot.rehearse.taste import Wish
from webapp.kernel.now import now

SCARCE = 3  # pieces of the first variant: so that a size sells out, not the edition alone
FILES = (
    ("orders", "csv"),
    ("orders", "xlsx"),
    ("orders", "json"),
    ("size-run", "csv"),
)


def open_drop(stage: Stage, contest: dict[str, Any]) -> dict[str, Any]:
    """Fill the draft in, publish it, jump to its opening; return it with what it offers."""
    slug = stage.client.get(stage.people.staff, f"/contests/{contest['slug']}")["drop"]
    path, token = f"/drops/{slug}", stage.people.staff
    if not stage.journal.has("drop"):
        opens = datetime.fromisoformat(
            stage.journal.once("drop opens", lambda: (now() + timedelta(hours=1)).isoformat())
        )
        draft = stage.client.get(token, path)
        if draft["phase"] == "draft":
            stage.client.send("PATCH", token, path, _terms(stage, draft, opens))
        stage.client.send("POST", token, f"{path}/publish", step="publish drop")
        stage.jump(opens + timedelta(minutes=1))
        # Told, not only open: a drop that is locked before anybody was told is never told of.
        stage.wait("the opening", lambda: ((told := stage.opening_told(slug)), told))
        stage.journal.note("drop", slug)
    drop: dict[str, Any] = stage.client.get(token, path)
    return drop


def order(stage: Stage, drop: dict[str, Any]) -> dict[str, str]:
    """Let fans order, one after another, until the edition is gone; return refusal code or 'placed' by buyer.

    One after another, because who gets the last piece must not depend on which worker was killed.
    """
    variants = [variant["id"] for product in drop["products"] for variant in product["variants"]]
    wanted = taste.wishes(stage.seed, len(stage.people.fans))
    answers: dict[str, str] = {}
    for wish in stage.progress.each(wanted, len(wanted), "ordering"):
        step = f"order {wish.buyer}"
        answers[step] = stage.journal.once(step, lambda w=wish, s=step: _order(stage, drop["slug"], variants, w, s))  # type: ignore[misc]
        if wish.changes_mind and answers[step].startswith("FM"):
            number, token = answers[step], stage.people.fans[wish.buyer]
            stage.journal.once(f"cancel {wish.buyer}", lambda n=number, t=token: _cancel(stage, n, t))  # type: ignore[misc]
    return answers


def ship(stage: Stage, drop: dict[str, Any]) -> None:
    """Lock the drop, note the production, send the parcels; let everybody hear."""
    path, token = f"/drops/{drop['slug']}", stage.people.staff
    if not stage.journal.has("shipped"):
        told = {"told": True, "reason": "The window of a rehearsal is short."}
        stage.client.send("POST", token, f"{path}/lock", told, "lock")
        stage.client.send("POST", token, f"{path}/produce", step="produce")
        stage.client.send("POST", token, f"{path}/ship", {"tracking": "REHEARSAL"}, "ship")
        stage.journal.note("shipped", True)


def export(stage: Stage, drop: dict[str, Any], out: Path) -> list[Path]:
    """Take every export of the orders and leave the files in `out`."""
    out.mkdir(parents=True, exist_ok=True)
    made = []
    for template, kind in FILES:
        data = stage.client.call("GET", stage.people.staff, f"/drops/{drop['slug']}/exports/{template}.{kind}")
        path = out / f"{template}.{kind}"
        path.write_bytes(data)
        made.append(path.absolute())
    return made


def _terms(stage: Stage, draft: dict[str, Any], opens: datetime) -> dict[str, Any]:
    wanted = sum(wish.quantity for wish in taste.wishes(stage.seed, len(stage.people.fans)))
    first = draft["products"][0]["variants"][0]["id"]
    return {
        "story": "What the rehearsal chose.",
        "edition_cap": max(1, wanted * 4 // 5),
        "per_person": 3,
        "opens_at": opens.isoformat(),
        "closes_at": (opens + timedelta(days=14)).isoformat(),
        "caps": [{"variant_id": first, "cap": SCARCE}],
    }


def _order(stage: Stage, slug: str, variants: list[int], wish: Wish, step: str) -> str:
    body = {
        "items": [{"variant_ids": [variants[wish.variant % len(variants)]], "quantity": wish.quantity}],
        "contact": {
            "name": f"Fan {wish.buyer + 1}",
            "line1": f"{wish.buyer + 1} Stage Street",
            "postcode": "00100",
            "city": "Helsinki",
            "country": "FI",
        },
    }
    try:
        placed: str = stage.client.send("POST", stage.people.fans[wish.buyer], f"/drops/{slug}/preorders", body, step)[
            "number"
        ]
    except Refusal as refusal:
        if refusal.code not in ("sold-out", "size-sold-out"):
            raise
        return refusal.code
    return placed


def _cancel(stage: Stage, number: str, token: str) -> bool:
    stage.client.send("DELETE", token, f"/preorders/{number}")
    return True
