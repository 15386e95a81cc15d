"""What the studio shows is what the server prints: each scene drawn by both, compared pixel by pixel."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image, ImageChops

from contests.submissions.images import compose, scene
from tests import scenes, services

ORIGIN = "http://studio.test"
STATIC = services.ROOT / "webapp" / "static"
CLOTH = "#7b8794"
"""A middle grey below both pictures: white ink, black ink and nothing differ from each other on it."""
LEAST_PSNR = 32.0
MOST_OFF = 0.005
FAR = 64
TYPES = {".js": "text/javascript", ".json": "application/json", ".woff2": "font/woff2"}
_PREPARE = """async assets => {
  const at = name => import(`/static/js/studio/${name}.js`);
  const [{Type}, {Pictures}, {Drawing, picture}] = await Promise.all(['type', 'pictures', 'render'].map(at));
  const read = async name => (await fetch(`/static/studio/${name}.json`)).json();
  const [{fonts}, {shapes}] = await Promise.all([read('fonts'), read('shapes')]);
  const drawing = new Drawing(new Type(fonts, new URL('/static/', location)), new Pictures(assets), shapes);
  window.show = async (scene, width) => {
    await drawing.ready(scene);
    document.body.replaceChildren(picture(scene, drawing, width));
    await Promise.all([...document.images].map(each => each.decode()));
    await Promise.all([...document.querySelectorAll('image')].map(each => each.decode?.()));
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  };
}"""
Shown = Callable[..., Image.Image]


@pytest.fixture(scope="module")
def shown(browser: Any) -> Iterator[Shown]:
    """Draws a scene with the studio's own module, at the size of its print box or so many times smaller."""
    context = browser.new_context(base_url=ORIGIN, device_scale_factor=1)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.route("**/*", _answer)
    page.goto("/")
    assets = {name: _facts(name) for name in scenes.ASSETS}
    page.evaluate(_PREPARE, assets)

    def draw(said: dict[str, Any], times: int = 1) -> Image.Image:
        width, height = said["w"] // times, said["h"] // times
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("([scene, width]) => show(scene, width)", [said, width])
        return Image.open(io.BytesIO(page.locator("svg").first.screenshot())).convert("RGB")

    yield draw
    context.close()
    assert faults == []


def _facts(name: str) -> dict[str, Any]:
    width, height = scenes.asset(name).size
    return {"url": f"/assets/{name}.png", "w": width, "h": height, "state": "done"}


def _answer(route: Any) -> None:
    """The page, the studio's static files, and the pictures of the scenes."""
    path = route.request.url.removeprefix(ORIGIN)
    if path.startswith("/static/"):
        file = STATIC / path.removeprefix("/static/")
        route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
    elif path.startswith("/assets/"):
        data = io.BytesIO()
        scenes.asset(path.removeprefix("/assets/").removesuffix(".png")).save(data, "PNG")
        route.fulfill(body=data.getvalue(), content_type="image/png")
    else:
        route.fulfill(
            body=f"<!doctype html><html><style>body{{margin:0;background:{CLOTH}}}svg{{display:block}}</style>",
            content_type="text/html",
        )


def printed(said: dict[str, Any]) -> Image.Image:
    """The server's print of the scene, on the same cloth."""
    made = compose.side(scene.parse(said), scenes.asset)
    cloth = Image.new("RGBA", made.size, CLOTH)
    cloth.alpha_composite(made)
    return cloth.convert("RGB")


def compared(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """How alike two pictures are (PSNR, dB), and which share of the pixels differs by more than FAR in a channel."""
    assert one.size == other.size
    off = ImageChops.difference(one, other)
    counts = off.histogram()
    squares = sum((i % 256) ** 2 * count for i, count in enumerate(counts)) / (3 * off.width * off.height)
    worst = ImageChops.lighter(ImageChops.lighter(*off.split()[:2]), off.getchannel("B")).histogram()
    psnr = 10 * math.log10(255**2 / squares) if squares else math.inf
    return psnr, sum(worst[FAR + 1 :]) / (off.width * off.height)


def alike(one: Image.Image, other: Image.Image) -> bool:
    """Whether nobody would call them different."""
    psnr, off = compared(one, other)
    return psnr >= LEAST_PSNR and off <= MOST_OFF


def test_there_are_scenes_enough() -> None:
    assert len(scenes.names()) >= 20


@pytest.mark.parametrize("name", scenes.names())
def test_the_browser_shows_what_the_server_prints(name: str, shown: Shown) -> None:
    said = scenes.load(name)
    psnr, off = compared(shown(said), printed(said))
    assert psnr >= LEAST_PSNR, f"{psnr:.1f} dB"
    assert off <= MOST_OFF, f"{off:.2%} of the pixels are far off"


def test_a_real_print_is_what_the_small_canvas_of_a_phone_showed(shown: Shown) -> None:
    said, times = scenes.load("everything"), 5
    grown = [
        {**each, "x": each["x"] * times, "y": each["y"] * times, "k": each["k"] * times} for each in said["layers"]
    ]
    real = {**said, "w": said["w"] * times, "h": said["h"] * times, "layers": grown}
    assert (real["w"], real["h"]) == (4500, 5400)
    assert alike(shown(real, times), printed(real).reduce(times))


def test_a_layer_in_another_place_is_noticed(shown: Shown) -> None:
    said = scenes.load("everything")
    moved = {**said, "layers": [{**layer, "x": layer["x"] + 12} for layer in said["layers"]]}
    assert not alike(shown(moved), printed(said))


def test_a_layer_in_another_colour_is_noticed(shown: Shown) -> None:
    said = scenes.load("shapes-filled")
    inked = {**said, "layers": [{**layer, "c": "#808080"} if "c" in layer else layer for layer in said["layers"]]}
    assert not alike(shown(inked), printed(said))
