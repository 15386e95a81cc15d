"""Draw what a mockup is made of: the maps of each garment, the studio's drawings of it and templates.json.

    python tools/shade_maps.py [--only tee-front] [--drawings]

Everything is drawn by this code from its own numbers; the same code gives the same bytes.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from cloth.drawings import drawing  # noqa: E402
from cloth.garments import garments  # noqa: E402
from cloth.maps import write  # noqa: E402

from contests.submissions.images.templates import BOARD, TEMPLATES  # noqa: E402

MAPS = ROOT / "contests" / "submissions" / "images" / "mockups" / "maps"
STUDIO = ROOT / "webapp" / "static" / "studio"


def templates_json() -> str:
    """Return the templates as the studio in the browser reads them."""
    sides = {kind: {name: t.as_json() for name, t in by_side.items()} for kind, by_side in TEMPLATES.items()}
    return json.dumps({"v": 1, "board": list(BOARD), "kinds": sides}, indent=1) + "\n"


def write_drawings(folder: Path = STUDIO) -> None:
    """Write templates.json and the drawings into `folder`."""
    (folder / "garments").mkdir(parents=True, exist_ok=True)
    (folder / "templates.json").write_text(templates_json(), encoding="utf-8")
    for name, garment in garments().items():
        text = drawing(garment, sheet=name.startswith("poster"))
        (folder / "garments" / f"{name}.svg").write_text(text, encoding="utf-8")


def code() -> str:
    """Return the fingerprint of the code that draws maps."""
    total = hashlib.sha256()
    for path in sorted((ROOT / "tools" / "cloth").glob("*.py")):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def write_maps(name: str, folder: Path = MAPS) -> None:
    """Write the maps of one garment, and into drawn.json which code drew which bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = folder / "drawn.json"
    drawn = json.loads(listed.read_text(encoding="utf-8")) if listed.exists() else {}
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in write(name, folder)}
    drawn[name] = {"code": code(), "files": files}
    listed.write_text(json.dumps(drawn, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    """Write what is asked for, everything by default."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=sorted(garments()), help="one garment and side")
    parser.add_argument("--drawings", action="store_true", help="no maps")
    options = parser.parse_args()
    write_drawings()
    if not options.drawings:
        for name in [options.only] if options.only else sorted(garments()):
            write_maps(name)


if __name__ == "__main__":
    main()
