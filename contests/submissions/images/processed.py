"""What processing a picture gives: plain values that travel as JSON."""

from dataclasses import asdict, dataclass, field
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
class MadeMockup:
    """One mockup at one width, in both formats."""

    product: int
    kind: str
    side: str
    colour: str
    avif: Rendition
    jpeg: Rendition

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "MadeMockup":
        """The inverse of `dataclasses.asdict`."""
        return cls(**{**values, "avif": Rendition(**values["avif"]), "jpeg": Rendition(**values["jpeg"])})


@dataclass(frozen=True)
class PrintFile:
    """One print-ready PNG of a composed design; `dpi` at the size of its print box."""

    side: str
    width: int
    height: int
    dpi: int
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
    a file name like those of the renditions; `print_reports` one report for each spec that was asked
    for, `mockups` what was asked for of them; `prints` the print files of a composed design.
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
    print_reports: list[dict[str, Any]] = field(default_factory=list)
    mockups: list[MadeMockup] = field(default_factory=list)
    prints: list[PrintFile] = field(default_factory=list)

    @property
    def files(self) -> list[Rendition]:
        """Every picture that is served to everybody."""
        return [*self.renditions, self.share_card, *(f for each in self.mockups for f in (each.avif, each.jpeg))]

    def as_json(self) -> dict[str, Any]:
        """Plain values, from which `Processed.from_json` makes an equal one."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Processed":
        """The inverse of `as_json`; raises TypeError or KeyError on anything else."""
        made = {
            "renditions": [Rendition(**each) for each in values["renditions"]],
            "share_card": Rendition(**values["share_card"]),
            "print_reports": [dict(each) for each in values["print_reports"]],
            "mockups": [MadeMockup.from_json(each) for each in values["mockups"]],
            "prints": [PrintFile(**each) for each in values["prints"]],
        }
        return cls(**{**values, **made})
