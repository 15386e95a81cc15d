"""The poster: a sheet that was rolled once, hanging a finger's breadth off the wall at its lower corners."""

from cloth.fields import blurred, calc, level, noise, plus, shape, times, warped
from cloth.folds import Fold, pressed
from cloth.garments import Garment
from cloth.light import lit, volume
from cloth.sewing import ramp
from PIL import Image

Drawn = tuple[Image.Image, Image.Image, Image.Image, None, tuple[float, float]]


def poster(garment: Garment, side: str) -> Drawn:
    """Return light, mask, the height of the sheet, nothing before it, and how strong its two shadows are."""
    mask = shape(*garment.cloth)
    rolled = ramp((120, 0.0), (330, 26.0), (760, 30.0), (1120, 18.0), (1360, 40.0))
    waves = warped(noise(f"poster-{side}", 420, 620, 8), "poster-w", 80)
    height = blurred(blurred(plus(rolled, times(waves, level(60))), 60), 34)
    curl = pressed(
        [
            Fold(((1200, 1180), (1090, 1250), (1010, 1330), (940, 1480)), 150, 30),
            Fold(((0, 1260), (110, 1300), (180, 1350), (230, 1480)), 110, 16),
        ]
    )
    height = plus(height, blurred(curl, 24))
    edge = volume(mask, 3, 1.6)
    light = calc(lambda f: 1.0 + (f["a"] - 1.0) * 0.8, a=lit(plus(height, edge), 0.004))
    return light, mask, times(height, level(0.5)), None, (0.55, 0.75)
