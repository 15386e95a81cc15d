#!/bin/sh
# Runs a Python that is new enough: $PYTHON when set, else the newest one found.
# Usage: sh tools/python.sh [ARGUMENT…]    Fails with one line when there is none.

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3 python3.14}; do
    if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c "$new_enough" 2>/dev/null; then
        exec "$candidate" "$@"
    fi
done

if [ -n "$PYTHON" ]; then
    echo "$PYTHON is not Python 3.11 or newer. Name another: PYTHON=/path/to/python3.12 make run" >&2
else
    echo "Python 3.11 or newer is needed and none was found. Debian, Ubuntu: apt install python3 python3-venv" >&2
fi
exit 1
