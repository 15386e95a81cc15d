"""Why a picture is not accepted: stable codes, and a sentence for the person who sent it."""

from typing import Any

from webapp.kernel.refusal import N_, Refused

SENTENCES = {
    "empty-file": N_("This file is empty. Please pick it again, or save it once more first."),
    "not-a-picture": N_("This file is not a picture. Please send a PNG or JPEG."),
    "format-svg": N_("SVG drawings cannot be sent yet. Please save yours as a PNG and send that."),
    "format-heic": N_(
        "We cannot read this HEIC photo. Please share it as a JPEG "
        "(iPhone: Settings, Camera, Formats, Most Compatible) or send a screenshot."
    ),
    "format-bmp": N_("This is a BMP picture. Open it in any drawing app, save it as a PNG and send that."),
    "format-icon": N_("This is an icon file. Please send the picture it was made from, as a PNG."),
    "format-jpeg2000": N_("This is a JPEG 2000 picture. Please save it as a PNG or an ordinary JPEG."),
    "format-jxl": N_("This is a JPEG XL picture. Please save it as a PNG or an ordinary JPEG."),
    "format-hdr": N_("This picture holds light beyond what a screen shows (HDR). Please save it as a PNG."),
    "format-texture": N_("This is a texture of a game or a 3D program. Please save it as a PNG."),
    "format-pdf": N_("This is a PDF. Please save the page as a PNG and send that."),
    "format-zip": N_("This is a packed folder or a document. Please send the picture itself."),
    "format-html": N_("This is a web page, not a picture. Save the picture itself and send that."),
    "format-video": N_("This is a video. Please send one still picture, as PNG or JPEG."),
    "format-layers": N_("This file belongs to a drawing program. Please export it as a PNG and send that."),
    "format-raw": N_("This is a raw camera file. Please export it as a JPEG and send that."),
    "format-unknown": N_("We cannot read this kind of picture. Please save it as a PNG or JPEG."),
    "too-many-bytes": N_("This file is larger than %(limit)s MB. Save it a bit smaller and send it again."),
    "too-many-pixels": N_(
        "This picture has more than %(limit)s million pixels. Please make it smaller and send it again."
    ),
    "side-too-long": N_("One side of this picture is longer than %(limit)s pixels. Please make it smaller."),
    "zero-size": N_("This picture has no width or no height. Please save it again."),
    "truncated": N_("The end of this file is missing. Perhaps a copy stopped early: send it again."),
    "corrupt": N_("This file is damaged. Open it in a drawing app, save it again, and retry."),
    "rare-variant": N_("This file is stored in a rare way that we cannot open. Please save it as a plain PNG or JPEG."),
    "too-complex": N_("This picture takes too long to open. Save it as a plain PNG or JPEG and send that."),
    "out-of-memory": N_("This picture needs too much memory to open. Please make it smaller and send it again."),
    "scene-refused": N_(
        "This drawing could not be made into a picture. Open it in the studio, change something and finish it again."
    ),
    "decoder-crashed": N_("This file made our picture reader stop. Please save it as a new PNG or JPEG."),
}


class Unacceptable(Refused):
    """The picture cannot be taken; `code` is a key of SENTENCES, `details` fill its sentence."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code, SENTENCES[code], 422, **details)

    def sentence(self) -> str:
        """The English sentence, filled; pages translate `message` instead."""
        return self.message % self.details
