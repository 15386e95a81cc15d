"""What is wanted of a picture besides its renditions: print reports, and mockups on products."""

from dataclasses import asdict, dataclass, field
from typing import Any

MOST_MOCKUPS = 40
"""So many pairs of side and colour are drawn for one revision: first come the first colours of each product."""
REPORT_WIDTH = 2600
"""The print report looks at a picture of about this width: thin lines survive, memory stays bounded."""
REPORT_PIXELS = 14_000_000
SECONDS_EACH = 1.2
"""What one mockup in all its sizes and formats may take at most, added to the time limits of the child."""


@dataclass(frozen=True)
class MockupOrder:
    """One side of one product in one colour; sizes of the print box in cm, `colour` as #RRGGBB."""

    product: int
    kind: str
    side: str
    colour: str
    width_cm: int
    height_cm: int

    def name(self, sha256: str, recipe_version: int, width: int, ext: str) -> str:
        """The file name of this mockup: the same for the same original, recipe and product, for ever."""
        box = f"{self.kind}-{self.side}-{self.width_cm}x{self.height_cm}-{self.colour.lstrip('#').lower()}"
        return f"{sha256}-r{recipe_version}-{box}-{width}.{ext}"


@dataclass(frozen=True)
class Extras:
    """`specs` are `print_report.PrintSpec`s as JSON values, one report is made for each."""

    specs: tuple[dict[str, Any], ...] = ()
    mockups: tuple[MockupOrder, ...] = ()

    @property
    def seconds(self) -> int:
        """CPU seconds this adds to what a picture may take."""
        return round(len(self.mockups) * SECONDS_EACH + len(self.specs) * 2)

    def as_json(self) -> dict[str, Any]:
        """Plain values, from which `Extras.from_json` makes an equal one."""
        return {"specs": list(self.specs), "mockups": [asdict(each) for each in self.mockups]}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Extras":
        """The inverse of `as_json`."""
        return cls(tuple(values["specs"]), tuple(MockupOrder(**each) for each in values["mockups"]))


@dataclass(frozen=True)
class ComposeOrder:
    """A studio document (`scene.document`), its hash, the file of each asset by the asset's id.

    `dpi` is that of the print files at the size of the product's print box.
    """

    document: dict[str, Any]
    sha256: str
    files: dict[str, str] = field(default_factory=dict)
    dpi: int = 300

    def as_json(self) -> dict[str, Any]:
        """Plain values, from which `ComposeOrder.from_json` makes an equal one."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "ComposeOrder":
        """The inverse of `as_json`."""
        return cls(**values)
