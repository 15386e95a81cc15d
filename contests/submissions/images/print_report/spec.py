"""What a picture would be printed on."""

from dataclasses import asdict, dataclass
from typing import Any

from contests import specs


@dataclass(frozen=True)
class PrintSpec:
    """A product of a contest as a printer sees it: the print box in cm, the ink limit, the cloth colours.

    `max_inks` is None where any number is printed (a poster); `colours` are '#RRGGBB'.
    """

    position: int
    kind: str
    title: str
    width_cm: float
    height_cm: float
    max_inks: int | None
    colours: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values, from which `from_json` makes an equal one."""
        return asdict(self) | {"colours": list(self.colours)}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "PrintSpec":
        """The inverse of `as_json`; raises TypeError or KeyError on anything else."""
        return cls(**{**values, "colours": tuple(values["colours"])})

    @classmethod
    def of_kind(cls, kind: str) -> "PrintSpec":
        """The spec of the preset product of `kind`; raises KeyError for kinds there are none of."""
        return cls.of_product(0, specs.product(kind))

    @classmethod
    def of_product(cls, position: int, product: dict[str, Any]) -> "PrintSpec":
        """The spec of a product as the wizard keeps it: kind, title, print_width_cm, … and colours of name and hex."""
        return cls(
            position=position,
            kind=product["kind"],
            title=product["title"],
            width_cm=product["print_width_cm"],
            height_cm=product["print_height_cm"],
            max_inks=product["max_inks"],
            colours=tuple(colour["hex"] for colour in product["colours"]),
        )
