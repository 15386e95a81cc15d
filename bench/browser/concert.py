"""A crowded concert: 400 kbit/s, 400 ms there and back, a phone four times slower than this machine."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Callable, Iterator
from typing import Any

BITS, LATENCY_MS, SLOWER = 400_000, 400, 4
PHONE = {"width": 390, "height": 844}

# What the page tells of itself; installed before its first line runs.
_WATCH = """(() => {
  window.seen = {lcp: 0, cls: 0, inp: 0};
  const watch = (type, take, more) => new PerformanceObserver(list => list.getEntries().forEach(take))
    .observe({type, buffered: true, ...more});
  watch('largest-contentful-paint', each => { seen.lcp = each.startTime; });
  watch('layout-shift', each => { if (!each.hadRecentInput) seen.cls += each.value; });
  watch('event', each => { if (each.interactionId) seen.inp = Math.max(seen.inp, each.duration); },
        {durationThreshold: 16});
})()"""

# From the finger on the heart until the button says that it is pressed.
_FEEDBACK = """selector => new Promise(done => {
  const heart = document.querySelector(selector);
  let began = 0;
  heart.addEventListener('pointerdown', event => { began = event.timeStamp; }, {once: true, capture: true});
  new MutationObserver((changes, observer) => {
    observer.disconnect();
    requestAnimationFrame(() => done(performance.now() - began));
  }).observe(heart.closest('form') || heart, {attributes: true, childList: true, subtree: true});
  window.armed = true;
})"""


@contextlib.contextmanager
def phone(browser: Any, url: str, cookie: dict[str, Any] | None = None, *, network: bool = True) -> Iterator[Any]:
    """A page in a fresh browser of that phone, with an empty cache."""
    context = browser.new_context(base_url=url, viewport=PHONE, device_scale_factor=2, locale="en-GB", has_touch=True)
    try:
        if cookie:
            context.add_cookies([{**cookie, "url": url}])
        page = context.new_page()
        page.add_init_script(_WATCH)
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        if network:
            speed = BITS / 8
            session.send("Network.enable")
            session.send(
                "Network.emulateNetworkConditions",
                {"offline": False, "latency": LATENCY_MS, "downloadThroughput": speed, "uploadThroughput": speed},
            )
        yield page
    finally:
        context.close()


def shown(browser: Any, url: str, path: str, runs: int) -> dict[str, float]:
    """Medians of `runs` first visits by a stranger: LCP in ms, CLS."""

    def visit() -> dict[str, float]:
        with phone(browser, url) as page:
            page.goto(path, wait_until="networkidle", timeout=90_000)
            seen: dict[str, float] = page.evaluate("() => window.seen")
            return {"LCP": seen["lcp"], "CLS": seen["cls"]}

    return _medians(visit, runs)


def pressed(browser: Any, url: str, path: str, cookie: dict[str, Any], runs: int) -> dict[str, float]:
    """Medians of `runs` hearts given and taken back on a slow phone: until it shows, and INP, both in ms.

    Every second one is pressed with the network gone.
    """

    def press(offline: bool) -> dict[str, float]:
        with phone(browser, url, cookie, network=False) as page:
            page.goto(path, wait_until="networkidle", timeout=90_000)
            page.context.set_offline(offline)
            heart = "button.heart"
            told = page.evaluate_handle(f"selector => ({{found: ({_FEEDBACK})(selector)}})", heart)
            page.locator(heart).first.tap()
            shown_after = float(told.evaluate("async each => await each.found"))
            page.wait_for_timeout(700)
            inp = float(page.evaluate("() => window.seen.inp"))
            page.context.set_offline(False)
            return {"feedback": shown_after, "INP": inp}

    online = _medians(lambda: press(False), runs)
    offline = _medians(lambda: press(True), runs)
    return {"feedback": online["feedback"], "INP": online["INP"], "offline": offline["feedback"]}


def _medians(measure: Callable[[], dict[str, float]], runs: int) -> dict[str, float]:
    found = [measure() for _ in range(runs)]
    return {name: statistics.median(each[name] for each in found) for name in found[0]}
