"""What a file carries besides pixels. It is named for the record; none of it is kept."""

from PIL import Image

GPS, EXIF, XMP, IPTC = 34853, 34665, 700, 33723
_TIFF_WORDS = {270, 271, 272, 305, 306, 315, 316, 33432, 37510}
_INFO = {
    "exif": "exif",
    "icc_profile": "icc",
    "xmp": "xmp",
    "comment": "comment",
    "photoshop": "iptc",
    "Raw profile type exif": "exif",
    "XML:com.adobe.xmp": "xmp",
}


def found(image: Image.Image) -> set[str]:
    """Names of the kinds of metadata in a loaded `image`."""
    kinds = {name for key, name in _INFO.items() if image.info.get(key)}
    if getattr(image, "text", None):
        kinds.add("text")
    tags = _tags(image)
    if image.format == "TIFF":
        if tags & _TIFF_WORDS:
            kinds.add("text")
        if EXIF in tags:
            kinds.add("exif")
    elif tags:
        kinds.add("exif")
    for tag, name in ((GPS, "gps"), (XMP, "xmp"), (IPTC, "iptc")):
        if tag in tags:
            kinds.add(name)
    return kinds


def _tags(image: Image.Image) -> set[int]:
    try:
        return set(image.getexif())
    except Exception:  # Exif is anybody's bytes; that it cannot be read does not matter here
        return set()
