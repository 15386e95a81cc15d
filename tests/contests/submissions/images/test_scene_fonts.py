"""The studio's typefaces are what fonts.json says they are, and Pillow sets text as browsers do."""

import json
import struct

import pytest
from fontTools.ttLib import TTFont
from PIL import ImageFont, features

from contests.submissions.images.fonts import FONTS, STATIC, require_raqm

LISTED = {facts["id"]: facts for facts in json.loads((STATIC / "studio" / "fonts.json").read_text())["fonts"]}


@pytest.mark.parametrize("name", FONTS)
def test_facts_are_those_of_the_file(name: str) -> None:
    font, file = FONTS[name], TTFont(FONTS[name].path, lazy=True)
    assert (font.ascent, font.descent, font.units_per_em) == (
        file["hhea"].ascent,
        file["hhea"].descent,
        file["head"].unitsPerEm,
    )
    covered = {code for first, last in font.covers for code in range(first, last + 1)}
    printable = {code for code in file.getBestCmap() if code >= 0x20 and not 0x7F <= code <= 0x9F}
    assert covered == printable


@pytest.mark.parametrize("name", FONTS)
def test_the_browser_gets_the_same_tables(name: str) -> None:
    """A WOFF2 says how many tables it holds and how long they were: nothing was left out of it."""
    web = (STATIC / LISTED[name]["url"]).read_bytes()
    full = FONTS[name].path.read_bytes()
    signature, flavour, length, tables = struct.unpack(">4sIIH", web[:14])
    assert (signature, flavour, length) == (b"wOF2", 0x00010000, len(web))
    signed = any(full[12 + 16 * i : 16 + 16 * i] == b"DSIG" for i in range(struct.unpack(">H", full[4:6])[0]))
    assert tables == struct.unpack(">H", full[4:6])[0] - signed
    assert (STATIC / "vendor" / "licences" / "studio" / f"{name}.txt").stat().st_size > 1000


def test_there_are_enough_and_they_write_finnish() -> None:
    assert len(FONTS) >= 12
    assert not [name for name, font in FONTS.items() if font.missing("Åäö ÄÖ é – “quoted” 0123456789 &!?")]
    assert FONTS["anton"].missing("a日b日\n") == ["日"]


def test_the_files_stay_small() -> None:
    assert sum(file.stat().st_size for file in (STATIC / "vendor" / "fonts" / "studio").iterdir()) < 2_500_000


def test_kerning_needs_raqm() -> None:
    require_raqm()
    with_kerning, without = (
        ImageFont.truetype(FONTS["anton"].path, 100, layout_engine=engine).getlength("AVATAR To Wave")
        for engine in (ImageFont.Layout.RAQM, ImageFont.Layout.BASIC)
    )
    assert with_kerning != without


def test_without_raqm_nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check_feature", lambda name: False)
    with pytest.raises(RuntimeError, match="RAQM"):
        require_raqm()
