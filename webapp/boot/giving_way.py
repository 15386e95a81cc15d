"""Work that can wait gives way to what people wait for: the same processors serve both."""

import contextlib
import os
import sys
from pathlib import Path

NICENESS = 10
_SESSION = Path("/proc/self/autogroup")


def give_way() -> None:
    """Let others go first on the processors from now on, as far as the system allows; never raises.

    Linux shares them out by session before it looks at single processes. So what a timer began, which nobody can
    stop at a keyboard, also gets a session of its own and has that one give way.
    """
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    if sys.stdin is not None and sys.stdin.isatty():
        return
    with contextlib.suppress(OSError):
        if os.getsid(0) != os.getpid():
            os.setsid()
        _SESSION.write_text(str(NICENESS))
