"""Libraries are loaded without their docstrings, and do what they did."""

import subprocess
import sys

import pytest

from webapp.boot import undocumented

pytestmark = pytest.mark.one_db

SOURCE = """
def told():
    'What it does.'
    def inner():
        'And within.'
        return 'said'
    return inner, 'said'

def untold():
    return 'said'

class Kept:
    'A class.'
    def told(self):
        'A method.'
        assert self is None, 'it stays'

words = lambda: 'said'
sums = ['said' + each for each in 'ab']
"""


def test_functions_lose_what_they_say_of_themselves_and_nothing_else() -> None:
    names: dict[str, object] = {}
    exec(undocumented.bare(compile(SOURCE, "a library", "exec")), names)
    told, untold, kept, words = (names[name] for name in ("told", "untold", "Kept", "words"))
    inner, said = told()  # type: ignore[operator]
    assert (told.__doc__, inner.__doc__, kept.told.__doc__) == (".", ".", ".")  # type: ignore[attr-defined]
    assert (said, inner(), untold(), words()) == ("said",) * 4  # type: ignore[operator]
    assert (untold.__doc__, words.__doc__, names["sums"]) == (None, None, ["saida", "saidb"])
    with pytest.raises(AssertionError, match="it stays"):
        kept().told()  # type: ignore[operator]


def test_libraries_are_bare_and_what_the_api_tells_is_not() -> None:
    program = """
from webapp.boot import undocumented
with undocumented.loading():
    import wsgiref.headers, webapp.kernel.codes, webapp.api.section
import wsgiref.util
print(wsgiref.headers.Headers.setdefault.__doc__, wsgiref.headers.Headers.__doc__, webapp.kernel.codes.__doc__[:5])
print(webapp.api.section.Section.operation.__doc__[:8], wsgiref.util.guess_scheme.__doc__[:6])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [". . Short", "Register Return"]
