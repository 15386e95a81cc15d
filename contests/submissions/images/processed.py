"""What processing a picture gives: plain values that travel as JSON."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Rendition:
    """One file made of a picture; `kind` is AVIF or JPEG, `bytes` its length."""

    width: int
    height: int
    kind: str
    name: str
    bytes: int


@dataclass(frozen=True)
class Processed:
    """A picture that was accepted, and everything made of it.

    `width` and `height` are upright; `format` and `mode` are those of the original; `icc` is the
    name of its colour profile (None without one, "ignored" when it is broken or for other colours);
    `metadata_found` names what the original carried besides pixels, none of which is in any file
    made of it; `placeholder` is a colour class 0..63; `dhash` holds eight hashes of 16 hex digits:
    upright, turned by 90, 180 and 270 degrees, then the same of the mirror image; `share_card` is
    a file name like those of the renditions.
    """

    original_sha256: str
    recipe_version: int
    format: str
    width: int
    height: int
    mode: str
    frames: int
    icc: str | None
    orientation_applied: bool
    metadata_removed: bool
    metadata_found: list[str]
    has_alpha: bool
    renditions: list[Rendition]
    placeholder: int
    dhash: list[str]
    share_card: Rendition

    def as_json(self) -> dict[str, Any]:
        """Plain values, from which `Processed.from_json` makes an equal one."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Processed":
        """The inverse of `as_json`; raises TypeError or KeyError on anything else."""
        made = {
            "renditions": [Rendition(**each) for each in values["renditions"]],
            "share_card": Rendition(**values["share_card"]),
        }
        return cls(**{**values, **made})
