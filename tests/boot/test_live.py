"""A whole installation under the supervisor, looked at with a browser."""

import os
import signal
import time
import urllib.request

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.one_db]


def ready(server) -> bool:
    try:
        with urllib.request.urlopen(f"{server.base_url}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def until(condition, seconds: float = 40.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.1)


def test_every_part_is_ready_and_killed_ones_are_ready_again(live_server):
    until(lambda: ready(live_server))
    before = live_server.supervisor.pids()
    assert set(before) == {
        "parent",
        "redis",
        "web",
        "ticker",
        *(f"worker-{q}" for q in ("outbox", "mail", "pictures", "exports")),
    }
    for name in ("redis", "web", "worker-mail"):
        os.kill(before[name], signal.SIGKILL)
    until(lambda: all(live_server.supervisor.pids()[name] != before[name] for name in ("redis", "web", "worker-mail")))
    until(lambda: ready(live_server))


def test_the_browser_sees_the_site(page, live_server):
    page.goto("/healthz")
    assert page.inner_text("body") == "ok"
    assert page.viewport_size == {"width": 390, "height": 844}
    assert page.url.startswith(live_server.base_url)


@pytest.mark.viewport(1280, 800)
def test_accessibility_faults_are_found(page, axe):
    page.set_content("<html lang=en><title>t</title><main><h1>Hi</h1><img src='data:,'></main>")
    assert page.viewport_size == {"width": 1280, "height": 800}
    assert [fault.split(":")[0] for fault in axe(page)] == ["image-alt"]
    page.set_content("<html lang=en><title>t</title><main><h1>Hi</h1></main>")
    assert axe(page) == []
