"""The pictures of a scene, opened one at a time, no larger than the print can show, and kept while they are small."""

import math
from collections import Counter
from collections.abc import Callable

from contests.submissions.images.compose.pictures import Asset
from contests.submissions.images.scene.layers import Img, Scene

FULL_PIXELS = 12_000_000
MOST_PIXELS = 24_000_000
KEPT_PIXELS = 16_000_000

Factor = Callable[[int, int], int]
Decode = Callable[[str, Factor], Asset]


class Shelf:
    """Opens the assets of `scene` for its layers, in their order.

    `decode(asset id, factor)` gives the picture divided by about `factor(width, height)` of the
    original. Up to FULL_PIXELS it is 1; above, twice what the print shows is enough, and
    MOST_PIXELS is all that memory allows.
    """

    def __init__(self, scene: Scene, decode: Decode) -> None:
        images = [layer for layer in scene.layers if isinstance(layer, Img)]
        self._left = Counter(layer.asset for layer in images)
        self._largest = {layer.asset: max(each.k for each in images if each.asset == layer.asset) for layer in images}
        self._decode = decode
        self._kept: dict[str, Asset] = {}

    def __call__(self, layer: Img) -> Asset:
        """The picture of this layer; each layer asks once."""
        name = layer.asset
        asset = self._kept.pop(name, None) or self._decode(name, self._factor(name))
        self._left[name] -= 1
        if self._left[name] > 0 and self._pixels() + _pixels(asset) <= KEPT_PIXELS:
            self._kept[name] = asset
        return asset

    def _factor(self, name: str) -> Factor:
        def factor(width: int, height: int) -> int:
            pixels = width * height
            if pixels <= FULL_PIXELS:
                return 1
            return max(1, math.ceil(math.sqrt(pixels / MOST_PIXELS)), int(1 / (2 * self._largest[name])))

        return factor

    def _pixels(self) -> int:
        return sum(_pixels(asset) for asset in self._kept.values())


def _pixels(asset: Asset) -> int:
    return asset.picture.width * asset.picture.height
