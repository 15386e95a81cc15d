"""python -m contests.submissions.images FILE...: one JSON verdict a line."""

import json
import sys
from pathlib import Path

from contests.submissions.images.verdict import verdict_on


def main(files: list[str]) -> int:
    """Print a verdict on each file; 0 when every file got one, 2 when none was named."""
    if not files:
        print("usage: python -m contests.submissions.images FILE...", file=sys.stderr)
        return 2
    for name in files:
        print(json.dumps(verdict_on(Path(name)), ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
