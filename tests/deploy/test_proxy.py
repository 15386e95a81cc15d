"""The proxy's configuration agrees with what the webs do."""

from __future__ import annotations

import base64
import hashlib
import http.client
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from webapp.accounts.blueprints import operator
from webapp.boot.commands import run
from webapp.boot.stack import free_port

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy" / "nginx"
NGINX, DOOR, DOOR_PAGES = ((DEPLOY / name).read_text() for name in ("fanmade.conf", "door.conf", "door-pages.conf"))
PROGRAM = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
TONGUES = [
    ("", "en"), ("fi", "fi"), ("FI", "fi"), ("fil,en;q=0.5", "en"), ("de-DE,de;q=0.9", "en"), ("sv, fi;q=0.5", "fi"),
    ("fi-FI,fi;q=0.9,en;q=0.8", "fi"), ("en-GB,en;q=0.9,fi;q=0.8", "en"), ("sv-FI,sv;q=0.9,en;q=0.8", "en"),
]  # fmt: skip


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


@pytest.mark.parametrize(("asked", "answered"), TONGUES)
def test_who_waits_at_the_door_reads_the_first_language_of_ours(asked: str, answered: str) -> None:
    """By the expression itself, which Python reads as nginx does; test_the_door_itself has the program."""
    ((expression, language),) = re.findall(r'"~\*(\S+)"\s+(fi);', DOOR)
    assert (language if re.search(expression, asked, re.IGNORECASE) else "en") == answered


def test_the_page_at_the_door_has_the_one_style_that_is_allowed() -> None:
    ((style,),) = [re.findall(r"map \"\" \$door_style \{\s+default '([^']*)';", DOOR)]
    allowed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{allowed}'" in DOOR_PAGES
    assert DOOR.count("<style>$door_style</style>") == 2


if PROGRAM:  # a proxy is no part of the product: tried where there is one

    def test_the_door_itself(tmp_path: Path) -> None:
        with nginx(tmp_path) as port:
            assert asked(port, {"Cookie": "fanmade=x"})[0] == 200, "who is inside never waits"
            assert asked(port, {})[0] == 200, "one newcomer an hour comes in"
            for language, answered in TONGUES:
                status, headers, text = asked(port, {"Accept-Language": language} if language else {})
                assert (status, headers["Retry-After"], headers["Content-Language"]) == (503, "20", answered)
                assert headers["Content-Type"] == "text/html; charset=utf-8" and headers["Vary"] == "Accept-Language"
                assert f'lang="{answered}"' in text and ("Teitä on nyt paljon" in text) is (answered == "fi")
                assert "<style>body{" in text and "$" not in text and "\\" not in text
            assert asked(port, {"Cookie": "fanmade=x"})[0] == 200
            assert asked(port, {}, "POST")[0] == 200, "a post is never thrown away"


@contextmanager
def nginx(folder: Path) -> Iterator[int]:
    """Run the door before a site that says yes to everything, with one newcomer let in within two minutes."""
    port, site = free_port("127.0.0.1"), free_port("127.0.0.1")
    door = DOOR.replace("rate=500r/s", "rate=1r/m")
    pages = DOOR_PAGES.replace(" burst=1000", "")
    assert (door, pages) != (DOOR, DOOR_PAGES) and "burst" not in pages
    (folder / "nginx.conf").write_text(
        f"""daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}}
        http {{ access_log off; upstream fanmade {{ server 127.0.0.1:{site}; }}
        {"".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))}
        {door}
        server {{ listen 127.0.0.1:{port}; {pages} }}
        server {{ listen 127.0.0.1:{site}; location / {{ return 200 in; }} }} }}"""
    )
    process = subprocess.Popen([str(PROGRAM), "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        for _ in range(100):
            with suppress(OSError):
                asked(port, {"Cookie": "fanmade=x"})
                break
            assert process.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def asked(port: int, headers: dict[str, str], method: str = "GET") -> tuple[int, http.client.HTTPMessage, str]:
    """Status, headers and text of an answer."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as link:
        link.request(method, "/c/tee", headers=headers)
        answer = link.getresponse()
        return answer.status, answer.headers, answer.read().decode()
