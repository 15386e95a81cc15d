"""Any colour a picture may come in, as 8-bit sRGB."""

import io

from PIL import Image, ImageCms

IGNORED = "ignored"
_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}
_SRGB = ImageCms.createProfile("sRGB")
_LAB = ImageCms.createProfile("LAB")


def eight_bit(image: Image.Image, peak: float | None = None) -> Image.Image:
    """`image` with 8 bits per channel and no palette; transparency becomes an alpha channel.

    Deeper samples are scaled by `peak`, the value that stands for white (see `peak_of`).
    """
    if image.mode in ("P", "PA") or image.info.get("transparency") is not None:
        return _unpacked(image)
    if image.mode == "1":
        return image.convert("L")
    if peak is not None:
        wide = image.convert("F")
        return wide.point(lambda value: value * (255 / peak) + 0.5).convert("L")
    return image if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK", "LAB") else image.convert(_plain(image))


def peak_of(image: Image.Image) -> float | None:
    """The sample value that stands for white in 16-bit, 32-bit and float pictures, else None.

    Float and 32-bit files do not say it: 1, 255 or 65535, the first that holds all samples, is
    taken; beyond that the largest sample.
    """
    if image.mode.startswith("I;16"):
        return 65535
    if image.mode not in ("I", "F"):
        return None
    most = float(image.getextrema()[1])  # type: ignore[arg-type]  # these modes have one band
    steps = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
    return next((step for step in steps if most <= step), most if most < float("inf") else 1.0)


def to_srgb(image: Image.Image, profile: bytes | None, gamma: float | None = None) -> tuple[Image.Image, str | None]:
    """`image` (8-bit) as RGB or RGBA in sRGB, and the name of the profile that was used.

    A profile that is broken or for another kind of colour is ignored: the name is "ignored".
    `gamma` is the file gamma of a PNG without a profile.
    """
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    base = image.convert(image.mode[:-1]) if alpha else image
    name = None
    if profile:
        base, name = _by_profile(base, profile)
    elif base.mode == "LAB":
        base = _transform(base, ImageCms.ImageCmsProfile(_LAB))
    elif gamma:
        base = _by_gamma(base.convert("RGB"), gamma)
    base = base.convert("RGB")
    if alpha:
        base.putalpha(alpha)
    return base, name


def _unpacked(image: Image.Image) -> Image.Image:
    clear = image.mode == "PA" or image.has_transparency_data
    if clear and image.mode in ("1", "L", "P", "PA", "RGB"):
        try:
            return image.convert("RGBA")
        except (ValueError, TypeError):  # a transparent colour that cannot be one in this mode
            pass
    bare = image.copy()
    bare.info.pop("transparency", None)
    return bare.convert("RGB") if bare.mode in ("P", "PA") else eight_bit(bare, peak_of(bare))


def _plain(image: Image.Image) -> str:
    return {"La": "LA", "RGBa": "RGBA"}.get(image.mode, "RGB")


def _by_profile(base: Image.Image, profile: bytes) -> tuple[Image.Image, str]:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        wanted = _MODES[source.profile.xcolor_space.strip()]
        if base.mode != wanted and (base.mode, wanted) != ("L", "RGB"):
            return base, IGNORED
        return _transform(base.convert(wanted), source), _name(source)
    except (ImageCms.PyCMSError, OSError, KeyError, ValueError, TypeError):
        return base, IGNORED


def _transform(base: Image.Image, source: ImageCms.ImageCmsProfile) -> Image.Image:
    made = ImageCms.profileToProfile(base, source, ImageCms.ImageCmsProfile(_SRGB), outputMode="RGB")
    return base if made is None else made


def _name(source: ImageCms.ImageCmsProfile) -> str:
    text = source.profile.profile_description or "unnamed"
    return "".join(letter for letter in text if letter.isprintable())[:80].strip() or "unnamed"


def _by_gamma(image: Image.Image, gamma: float) -> Image.Image:
    """Undo a PNG's stored gamma when it differs visibly from that of sRGB, as browsers do."""
    exponent = 1 / (gamma * 2.2)
    if not 0.1 <= exponent <= 10 or abs(exponent - 1) < 0.05:
        return image
    return image.point([round(255 * (value / 255) ** exponent) for value in range(256)] * 3)
