"""The page most of a rush gets at one instant: the edition is gone. Written once for each drop and language.

What differs by reader, that is what was typed and where it is sent again, is put in afterwards.
"""

from collections.abc import Mapping

from flask import render_template
from flask_babel import get_locale, gettext
from markupsafe import escape

from preorders.ordering import SOLD_OUT
from preorders.rows import DropRow

MOST = 200  # texts of some 2 KB each
HERE, TYPED = "\x00here\x00", "\x00typed\x00"
_kept: dict[tuple[str, str, str, bool], str] = {}


def page(drop: DropRow, waits: bool, here: str, typed: Mapping[str, str]) -> str:
    """Return the page; `waits`: there is a waitlist to join, `here` is where `typed` can be sent once more."""
    key = (str(get_locale()), drop.slug, drop.title, waits)
    text = _kept.get(key)
    if text is None:
        places = {"waits": waits, "here": HERE, "typed": TYPED}
        text = render_template("preorders/gone.html", drop=drop, trouble=gettext(SOLD_OUT), **places)
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = text
    # Parted, not replaced: nothing that somebody typed is taken for such a place.
    before, _, rest = text.partition(HERE)
    between, _, after = rest.partition(TYPED)
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in typed.items()
    )
    return f"{before}{escape(here)}{between}{fields}{after}"
