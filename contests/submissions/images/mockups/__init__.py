"""Pictures of a design on a garment: believable cloth of any colour, drawn from committed maps. Pure.

`mockup` makes one picture, `Wearer` several colours of one design. See docs/mockups.md for the maps and the formula.
"""

from contests.submissions.images.mockups.wearer import PLACES, SHAPE, Wearer, mockup

__all__ = ["PLACES", "SHAPE", "Wearer", "mockup"]
