"""What workers and the ticker do, measured in an application of this process."""

from __future__ import annotations

import time
from collections.abc import Callable

from bench.costs.cost import Cost
from bench.costs.site import SECRET, Site
from webapp.infra import telemetry
from webapp.infra.db import db

PEOPLE_TOLD = 5000


def folding(site: Site) -> tuple[str, Cost, int]:
    """What the ticker does for each version of a ballot: one place in the log, the totals."""
    from voting import jobs

    return "version folded", *_in_process(site, lambda: jobs.fold_open_rounds())


def telling(site: Site) -> tuple[str, Cost, int]:
    """A notice for each of many people, with the mail's row."""
    from bench.telling import people_of, told

    def tell() -> int:
        told(people_of(PEOPLE_TOLD, addresses=True), "bench:costs")
        return PEOPLE_TOLD

    return "notice with a mail, a person", *_in_process(site, tell)


def exporting(site: Site) -> tuple[str, Cost, int]:
    """A line of an export as CSV, which the database writes."""
    from bench import exports
    from preorders import queries as drops
    from preorders.exports import TEMPLATES
    from preorders.exports.writing import Wish
    from preorders.order_list import Filters

    lines = 20_000
    exports.fill(site.engine, lines)
    drop_id = int(site.ask("SELECT max(id) FROM drops"))

    def write() -> int:
        drop = drops.drop(db.session(), drop_id)
        assert drop is not None
        with site.engine.connect() as connection, (site.files / "out.csv").open("wb") as file:
            exports._write(connection, drop, Wish(TEMPLATES["orders"], "csv", Filters()), file)
        return lines

    return "line of an export", *_in_process(site, write)


def _in_process(site: Site, act: Callable[[], int]) -> tuple[Cost, int]:
    """Do it in an application of this process, as a worker would; return the cost of each and how many there were."""
    from webapp.boot.app import create_app
    from webapp.infra.settings import Settings

    environ = {"FANMADE_DATABASE_URL": site.url, "FANMADE_DATA": str(site.files), "FANMADE_SECRET_KEY": SECRET}
    app = create_app(Settings.from_env({**environ, "FANMADE_REDIS_URL": "redis://127.0.0.1:1/0"}))
    telemetry.configure("error")  # nobody is woken: there is no such Redis
    with app.app_context():
        before, worked = site.level(), time.process_time()
        number = act()
        worked, after = time.process_time() - worked, site.level()
        db.session.remove()
        db.engine.dispose()
    spent = {key: max(0.0, after[key] - before[key]) / number for key in ("database_ms", "rows", "journal_bytes")}
    return Cost(worker_ms=1000 * worked / number, **spent), number
