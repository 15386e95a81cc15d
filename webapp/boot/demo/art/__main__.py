"""``python -m webapp.boot.demo.art OUT.png [SEED]`` writes the contact sheet."""

import sys

from .sheet import contact_sheet

if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    contact_sheet(sys.argv[1], seed=int(sys.argv[2]) if len(sys.argv) == 3 else 1)
