"""Why a scene is not taken: stable codes, and a sentence for the person who drew it."""

from typing import Any

from webapp.kernel.refusal import N_, Refused

SENTENCES = {
    "scene-not-json": N_("This drawing could not be read. Reload the page: your last saved state comes back."),
    "scene-too-large": N_("This drawing holds too much. Remove a few layers or shorten a text."),
    "scene-duplicate-key": N_("This drawing says “%(key)s” twice in one place, so we cannot tell which is meant."),
    "scene-wrong-type": N_("“%(key)s” in this drawing is not of the kind it should be."),
    "scene-missing-key": N_("Something is missing in this drawing: “%(key)s”."),
    "scene-unknown-key": N_("This drawing holds something we do not know: “%(key)s”. Reload the page and try again."),
    "scene-out-of-range": N_("“%(key)s” must be between %(least)s and %(most)s."),
    "scene-not-one-of": N_("“%(value)s” is not something that “%(key)s” can be."),
    "scene-bad-colour": N_("A colour must look like #1a2b3c."),
    "scene-bad-id": N_("“%(key)s” must be made of small letters and digits, at most %(most)s of them."),
    "scene-duplicate-id": N_("Two layers of this drawing have the same id: “%(value)s”."),
    "scene-too-many-layers": N_("A drawing can have up to %(most)s layers. Remove one before you add another."),
    "scene-bad-length": N_("“%(key)s” must have between %(least)s and %(most)s characters."),
    "scene-bad-character": N_("The text contains a character that cannot be printed (%(names)s). Please type it anew."),
    "scene-too-many-lines": N_("A text can have up to %(most)s lines. Start a second text for the rest."),
    "scene-curved-lines": N_("A curved text has one line. Remove the line breaks, or the curve."),
    "scene-half-outline": N_("An outline needs both a colour and a width."),
    "scene-draws-nothing": N_("This shape has neither a colour nor an outline, so it cannot be seen."),
    "scene-bad-crop": N_("The crop must lie inside the picture and hold at least one pixel."),
    "scene-wrong-side": N_("This drawing belongs to another product or side."),
    "scene-unknown-asset": N_("A picture of this drawing is missing: “%(value)s”. Add it again, or remove its layer."),
    "scene-empty": N_("There is nothing in this drawing yet. Add a picture, a text or a shape."),
    "glyph-missing": N_(
        "The typeface %(font)s does not have: %(glyphs)s. Choose another typeface or other characters."
    ),
}


class SceneRefused(Refused):
    """A scene with a fault: `code` is a key of SENTENCES, `pointer` (a JSON pointer) says where it is."""

    def __init__(self, code: str, pointer: str, **details: Any) -> None:
        super().__init__(code, SENTENCES[code], 422, pointer=pointer, **details)

    @property
    def pointer(self) -> str:
        """Where in the JSON the fault is (RFC 6901); empty for the whole."""
        return str(self.details["pointer"])

    def sentence(self) -> str:
        """The English sentence, filled; pages translate `message` instead."""
        return self.message % self.details
