"""Make a font lighter for the web: no features that no style sheet asks for, no kerning of rare letters.

    python tools/fewer_kerns.py IN.ttf OUT.ttf

Half of a heavy typeface's file may be the distances of pairs; here all characters stay, and the pairs of CORE.
"""

import sys

from fontTools import subset
from fontTools.ttLib import TTFont

FEATURES = ["kern", "locl", "rvrn", "tnum"]
CORE = frozenset(map(chr, range(0x21, 0x7F))) | frozenset("ÄÖÅäöåÉéÜü–—‘’“”…•€·")


def lighter(font: TTFont) -> None:
    """Take away from the font, in place, what its readers will not miss."""
    options = subset.Options(layout_features=FEATURES, name_IDs=["*"], notdef_outline=True)
    names = font.getBestCmap()
    whole = subset.Subsetter(options)
    whole.populate(unicodes=list(names))
    whole.subset(font)
    pairs = subset.Subsetter(options)
    pairs.glyphs = {glyph for code, glyph in names.items() if chr(code) in CORE}
    for lookup in font["GPOS"].table.LookupList.Lookup:
        lookup.subset_glyphs(pairs)


if __name__ == "__main__":
    read = TTFont(sys.argv[1], recalcTimestamp=False)
    lighter(read)
    read.save(sys.argv[2])
