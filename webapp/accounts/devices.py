"""What a browser calls itself, in words for people. Pure.

Own and small on purpose: a list of sessions needs "Firefox, Android", not versions of everything that ever was.
"""

import re

# The first that fits: most browsers also claim to be others, so the more particular ones stand first.
_BROWSERS = (
    ("Instagram", "Instagram"),
    ("FBAN|FBAV", "Facebook"),
    ("musical_ly|BytedanceWebview|TikTok", "TikTok"),
    ("SamsungBrowser", "Samsung Internet"),
    ("DuckDuckGo|Ddg/", "DuckDuckGo"),
    ("YaBrowser", "Yandex"),
    ("Vivaldi", "Vivaldi"),
    (r"OPR/|Opera|OPT/", "Opera"),
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"FxiOS|Firefox/", "Firefox"),
    (r"CriOS|Chrome/|Chromium/", "Chrome"),
    (r"Version/[\d.]+.*Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone|iPod", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh|Mac OS X", "Mac"),
    ("Linux|X11", "Linux"),
)


def device_of(user_agent: str) -> tuple[str, str]:
    """Return (browser, system), each empty when the words don't say: ("Firefox", "Android")."""
    return _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)


def should_tell(devices_before: int, on_team: bool, always: bool) -> bool:
    """Return whether a sign-in from a device never seen before is told by mail to the person.

    Always to teams and operators and to those who ask for it; to everybody else at the first such device only, which
    is the second one: an account was made with the first.
    """
    return on_team or always or devices_before == 1


def _first(known: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in known if re.search(pattern, text)), "")
