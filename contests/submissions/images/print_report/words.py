"""Reports in words: what is the matter, and what to do about it."""

from typing import Any, NamedTuple

from webapp.kernel.refusal import N_


class Sentence(NamedTuple):
    """One finding for a page: 'ok', 'advice' or 'problem', a msgid for gettext, and the values in it."""

    level: str
    msgid: str
    values: dict[str, Any]


VERDICTS = {
    "ready": (N_("Ready for print"), N_("A printer can start with this file.")),
    "usable": (N_("Usable"), N_("It can be printed. A few things would come out better after a change.")),
    "idea": (N_("Idea only"), N_("Fine to vote for. To print it, we will need a larger or fuller file.")),
}
_WORDS = {
    "resolution-good": N_("Sharp at %(width_cm)s × %(height_cm)s cm: %(dpi)s dots per inch."),
    "resolution-soft": N_(
        "A little soft at %(width_cm)s × %(height_cm)s cm: %(dpi)s dots per inch. It is sharp up to %(max_width_cm)s cm"
        " wide. If you have it larger, send that."
    ),
    "resolution-low": N_(
        "Too small to print at %(width_cm)s × %(height_cm)s cm: %(dpi)s dots per inch. Max %(max_width_cm)s cm wide."
        " As an idea it is fine. Send the large original if you have it; blowing up this one won't help."
    ),
    "inks-good": N_("Colours to print: %(inks)s."),
    "inks-over": N_(
        "It needs %(inks)s colours, and this product has %(limit)s. Merge colours that are nearly the same,"
        " or drop one."
    ),
    "inks-full-colour": N_(
        "It has as many colours as a photo, and this product is printed with %(limit)s. Flat areas of few colours work"
        " best here."
    ),
    "semi-transparent": N_(
        "%(percent)s %% of it is half see-through. Ink is there or not: use full colours, or dots for soft shadows."
    ),
    "lines-thin": N_(
        "The thinnest lines are %(thinnest_mm)s mm and may break in print. Make them %(least_mm)s mm or more."
    ),
    "lines-good": N_("Lines are strong enough: %(thinnest_mm)s mm or more."),
    "drowns": N_(
        "On this colour most of it disappears: %(colour)s. Add a light or dark outline, or leave that colour out."
    ),
    "background": N_(
        "It has a plain background (%(colour)s) that would be printed as a box. If you don't want a box, send a PNG"
        " with a transparent background."
    ),
    "out-of-gamut": N_("%(percent)s %% of it glows more than ink can. Expect these colours to come out calmer."),
    "edge": N_("It reaches the edge of the print. Keep words and faces half a centimetre away from it."),
    "blank": N_("There is nothing to see in this picture. Did the right layer come along?"),
}
_ANY_NUMBER = N_("Full colour: this product is printed with any number of colours.")


def sentences(report: dict[str, Any]) -> list[Sentence]:
    """The findings of one report, worst first. Findings this version doesn't know are left out."""
    told = [each for each in report.get("findings", ()) if each["code"] in _WORDS]
    return [Sentence(each["level"], _msgid(each), each["values"]) for each in told]


def verdict_words(report: dict[str, Any]) -> tuple[str, str]:
    """Two msgids: the verdict's name, and what it means."""
    return VERDICTS[report["verdict"]]


def _msgid(finding: dict[str, Any]) -> str:
    if finding["code"] == "inks-full-colour" and not finding["values"]["limit"]:
        return _ANY_NUMBER
    return _WORDS[finding["code"]]
