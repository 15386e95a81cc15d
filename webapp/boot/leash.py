"""Start one program so that it cannot outlive the process that asked for it.

Run as a script: ``python -I -S leash.py PARENT_PID PROGRAM ARG…``. On Linux the kernel is asked to
send SIGTERM to this process when its parent dies, even by ``kill -9``; then the program takes this process
over and inherits that promise. A script, because the alternative (``preexec_fn``) runs Python between fork
and exec, which may hang in a program that has threads. Few imports: it runs before every child.
"""

import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def hold(parent: int, by: int = signal.SIGTERM) -> None:
    """See that this process ends with its parent, by a signal; ends it here when the parent has died already."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, by)
    if os.getppid() != parent:
        sys.exit(1)


def main(argv: list[str]) -> None:
    """Take the parent's pid and a command line; replace this process by the command. Does not return."""
    hold(int(argv[0]))
    os.execvp(argv[1], argv[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
