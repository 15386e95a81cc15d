"""Going back after signing in never leads off the site."""

import itertools
from urllib.parse import urljoin, urlsplit

import pytest

from webapp.accounts.returning import safe_next

OUTSIDE = [
    "evil.example",
    "//evil.example",
    "https://evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "data:,x",
]
BEFORE = [
    "",
    "/",
    "//",
    "///",
    "/\\",
    "\\",
    "\\\\",
    "/\t/",
    "/\n/",
    "\t//",
    " //",
    "/%09/",
    "/./",
    "/..//",
    "/%2e%2e//",
]
MORE = [
    "/\x00/evil.example",
    "/\u0085/evil.example",
    "/%5cevil.example\\",
    "//[::1",
    "/a//evil.example",
    "http://[x",
    "?",
    "",
]


@pytest.mark.parametrize("target", [a + b for a, b in itertools.product(BEFORE, OUTSIDE)] + MORE)
def test_hostile_targets_stay_here(target):
    found = safe_next(target)
    # What a browser makes of it: tabs and line feeds dropped, backslashes turned, dots walked.
    seen = found.translate({9: None, 10: None, 13: None}).replace("\\", "/")
    assert urlsplit(urljoin("https://here.example/sign-in", seen)).netloc == "here.example"
    assert found.startswith("/")
    assert not found.startswith("//")


@pytest.mark.parametrize("target", ["/", "/c/tour", "/c/tour/designs?page=2&q=a%20b#grid", "/D/7K3QX", "/a/björk"])
def test_own_pages_are_returned_to(target):
    assert safe_next(target) == target


def test_nothing_is_home():
    assert safe_next(None) == safe_next("") == "/"
    assert safe_next("/" + "a" * 2000) == "/"
