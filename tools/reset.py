"""Forget the data of an embedded installation: ``make reset``. Needs nothing but Python."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from webapp.boot import data_folder


def main(folder: Path) -> int:
    """Delete the folder if it is ours and nothing runs in it; returns the exit code."""
    try:
        found = data_folder.forget(folder)
    except data_folder.FolderRefused as error:
        print(f"reset: {error}", file=sys.stderr)
        return 1
    print(f"{folder} is forgotten." if found else f"{folder} does not exist: nothing to forget.")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
