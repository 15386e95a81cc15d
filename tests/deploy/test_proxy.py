"""The proxy's configuration agrees with what the webs do."""

from __future__ import annotations

import re
from pathlib import Path

from webapp.accounts.blueprints import operator
from webapp.boot.commands import run

ROOT = Path(__file__).resolve().parents[2]
NGINX = (ROOT / "deploy" / "nginx" / "fanmade.conf").read_text()


def _location(path: str) -> str:
    """What is said of the requests for an address: the first expression that fits, else what is said of all."""
    found: list[tuple[str, str, str]] = re.findall(r"location (?:(~|=) )?(\S+) \{(.*?)\n    \}", NGINX, re.DOTALL)
    fitting = [said for how, place, said in found if how == "~" and re.search(place, path)]
    return [*fitting, *(said for _how, place, said in found if place == "/")][0]


def test_it_hangs_up_before_the_webs_do() -> None:
    idle = re.search(r"keepalive_timeout (\d+)s;", NGINX)
    kept = re.search(r'"--keep-alive", "(\d+)"', Path(run.__file__).read_text())
    assert idle and kept and int(idle[1]) < int(kept[1])


def test_pages_are_compressed_but_where_people_are_looked_for() -> None:
    assert re.search(r"^    gzip on;$", NGINX, re.MULTILINE)
    for path in ("/", "/c/tee/designs", "/D/0KKS2", "/settings", "/media/renditions/a.avif", "/teamwork"):
        assert "gzip off" not in _location(path), path
    for path in ("/team/aino/drops/1/orders", f"{operator.url_prefix or '/operator'}/system"):
        assert "gzip off" in _location(path), path
