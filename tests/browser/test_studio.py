"""The studio: by touch, by keyboard alone, through a reload, without network, from two devices at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import keys, looks
from tests.browser.clicks import Hand, code_for
from tests.browser.site import Site
from tests.pictures import corners, saved, turned
from tests.tiers import WHOLE

Window = Callable[..., Any]
OPEN = "songbook-cover"
Point = tuple[float, float]


@pytest.fixture
def studio(window: Window) -> Callable[..., Any]:
    """`studio()` opens an empty studio on a phone with a touch screen; keywords are those of the window."""

    def opened(key: str | None = None, **options: Any) -> Any:
        page = window(key, has_touch=True, **options)
        page.goto(f"/c/{OPEN}/studio")
        page.locator(".studio-ready").wait_for()
        return page

    return opened


class Fingers:
    """Real touches, as a screen reports them."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)

    def slide(self, *paths: tuple[Point, Point], steps: int = 6) -> None:
        """Put one finger down for each path, move all along, lift them."""
        self._send("touchStart", [start for start, _ in paths])
        for step in range(1, steps + 1):
            self._send("touchMove", [_between(*path, step / steps) for path in paths])
        self._send("touchEnd", [])
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def tap(self, point: Point) -> None:
        """A short touch."""
        self.slide((point, point), steps=1)

    def _send(self, kind: str, points: list[Point]) -> None:
        touches = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def _between(start: Point, end: Point, share: float) -> Point:
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def middle(target: Any) -> Point:
    """The middle of an element on the screen."""
    box = target.bounding_box()
    return (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def stored(page: Any) -> dict[str, Any]:
    """What the server has of the drawing, once everything is saved."""
    expect(page.locator("#saved[data-kind=saved]")).to_contain_text("Saved")
    code = re.search(r"draft=(\w+)", page.url)
    assert code, page.url
    found: dict[str, Any] = page.request.get(f"/studio/drafts/{code[1]}").json()
    return found


def layers(page: Any) -> list[dict[str, Any]]:
    """The layers of the front, as the server has them."""
    found: list[dict[str, Any]] = stored(page)["front"]["layers"]
    return found


def write(page: Any, text: str) -> None:
    """Add a text by the tray and leave its sheet open."""
    page.get_by_role("button", name="Text", exact=True).click()
    page.get_by_role("textbox", name="Your words").fill(text)


def upload(page: Any, size: tuple[int, int] = (1600, 1200)) -> None:
    """Choose a picture in the window that the Upload button opens, and wait for the server's copy of it."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload").click()
    picture = {"name": "idea.png", "mimeType": "image/png", "buffer": saved(corners(*size), "PNG")}
    chooser.value.set_files(picture)
    page.locator("image[href^='/studio/pictures/']").wait_for(state="attached", timeout=40_000)


def test_a_design_by_touch_from_nothing_to_the_desk(site: Site, studio: Callable[..., Any]) -> None:
    page = studio()
    fingers, hand = Fingers(page), Hand(page)
    upload(page)
    (before,) = layers(page)
    on_it = middle(page.locator("[data-id]"))
    fingers.slide((on_it, (on_it[0] - 40, on_it[1] - 90)))
    (moved,) = layers(page)
    assert moved["x"] < before["x"] - 200
    assert moved["y"] < before["y"] - 500
    x, y = middle(page.locator("[data-id]"))
    fingers.slide(((x - 30, y), (x - 60, y - 30)), ((x + 30, y), (x + 60, y + 30)))
    (pinched,) = layers(page)
    assert pinched["k"] > moved["k"] * 1.8
    assert 20 < pinched["r"] < 60
    knob = middle(page.locator("[data-knob=turn]"))
    fingers.slide((knob, (knob[0] + 90, knob[1] - 60)))
    assert abs(layers(page)[0]["r"] - pinched["r"]) > 10
    page.get_by_role("button", name="Undo").tap()
    assert layers(page) == [pinched]
    hand.click("button", "Next")
    expect(page.get_by_role("heading", name="Before you go on")).to_be_visible()
    hand.click("button", "Go on")
    page.wait_for_url("**/sign-in**")
    address = f"{before['a']}@example.org"
    with hand.signing_in():
        hand.type("E-mail address", address)
        hand.click("button", re.compile("code", re.I))
        hand.type(re.compile("code", re.I), code_for(site.mailbox, address))
    page.wait_for_url(re.compile("/(finish|welcome|age|you)"), timeout=20_000)
    assert hand.own.clicks == 2  # besides Upload


def test_a_drawing_is_sent_in_with_six_clicks_title_and_description(site: Site, studio: Callable[..., Any]) -> None:
    page = studio("noor")
    hand = Hand(page)
    hand.click("button", "Text")
    page.keyboard.type("KITCHEN RADIO")
    hand.click("button", "Next")
    hand.click("button", "Go on")
    page.wait_for_url("**/draft")
    hand.type("Title", "Kitchen radio")
    hand.type("What would you tell a friend on the phone?", "Two words in tall letters, nothing else")
    hand.tap(page.get_by_text("I made this"))
    hand.tap(page.get_by_text("I agree to the rights card"))
    expect(page.locator("#picture-status")).to_have_attribute("data-state", "done", timeout=60_000)
    assert page.locator("#picture-status img").first.bounding_box()["width"] >= 120
    hand.click("button", "Send it in")
    page.wait_for_url(re.compile(r"/D/\w{5}$"))
    assert (hand.own.clicks, hand.own.fields) == (6, 2)


def test_one_finger_beside_the_canvas_scrolls_the_sheet(studio: Callable[..., Any]) -> None:
    page = studio()
    write(page, "SCROLL")
    page.get_by_role("button", name="Look", exact=True).click()
    x, y = middle(page.locator("#sheet"))
    Fingers(page).slide(((x, y + 60), (x, y - 90)))
    page.wait_for_function("document.getElementById('sheet').scrollTop > 30")


def test_the_studio_by_keyboard_alone(studio: Callable[..., Any]) -> None:
    page = studio()
    press, status = page.keyboard.press, page.locator("#status")
    keys.tab_to(page, page.get_by_role("button", name="Text", exact=True))
    press("Enter")
    page.keyboard.type("TOUR")
    press("Escape")  # out of the sheet: the focus is back on what opened it
    expect(page.get_by_role("button", name="Text", exact=True)).to_be_focused()
    keys.tab_to(page, page.get_by_role("button", name="Shapes"))
    press("Enter")
    keys.tab_to(page, page.get_by_role("button", name="Star"))
    press("Enter")
    while not page.evaluate("document.activeElement.id === 'stage'"):
        press("Shift+Tab")
    press("Enter")
    expect(page.locator("[data-id]:focus")).to_have_attribute(
        "aria-label", re.compile(r"^Star, 1\d(\.\d)? by 1\d(\.\d)? cm, 2 of 2$")
    )
    text, star = layers(page)
    millimetre = stored(page)["front"]["w"] / 420
    press("ArrowRight")
    expect(status).to_contain_text("0.1 cm right, 0 cm down from the middle")
    press("Shift+ArrowDown")
    press("+")
    press("]")
    expect(status).to_contain_text("Turned by 5 degrees")
    press("PageDown")
    expect(status).to_contain_text("Now layer 1 of 2")
    lower, upper = layers(page)
    assert (lower["id"], upper["id"]) == (star["id"], text["id"])
    assert lower["x"] == pytest.approx(star["x"] + 1.3 * millimetre, abs=0.2)
    assert lower["y"] == pytest.approx(star["y"] + 13 * millimetre, abs=0.2)
    assert lower["k"] == pytest.approx(star["k"] * 1.05, abs=0.001)
    assert lower["r"] == 5
    press("Tab")
    expect(page.locator("[data-id]:focus")).to_have_attribute("aria-label", re.compile("^Text ‘TOUR’, .*2 of 2$"))
    press("Control+d")
    assert len(layers(page)) == 3
    press("Delete")
    expect(status).to_contain_text("Deleted")
    press("Control+z")
    expect(status).to_contain_text("Undone")
    press("Control+y")
    assert [each["id"] for each in layers(page)] == [star["id"], text["id"]]
    press("Shift+Tab")
    press("Enter")
    expect(page.get_by_role("heading", name="Star")).to_be_focused()
    press("Escape")
    expect(page.locator("[data-id]:focus")).to_have_attribute("aria-label", re.compile("^Star"))
    press("Escape")
    expect(page.locator("#stage")).to_be_focused()
    for _ in range(14):
        press("Control+z")
    expect(status).to_contain_text("Nothing to undo")
    expect(page.locator("[data-id]")).to_have_count(0)


def test_sixty_steps_go_back_and_forth(studio: Callable[..., Any]) -> None:
    page = studio()
    write(page, "STEP")
    page.get_by_role("button", name="Place", exact=True).click()
    start = layers(page)
    for way in ["To the left", "To the right"] * 31:
        page.evaluate("name => document.querySelector(`[aria-label='${name}']`).click()", way)
    end = layers(page)
    for _ in range(62):
        page.evaluate("document.getElementById('do-undo').click()")
    assert layers(page) == start
    for _ in range(62):
        page.evaluate("document.getElementById('do-redo').click()")
    assert layers(page) == end


def test_a_reload_loses_nothing_even_what_was_not_sent(studio: Callable[..., Any]) -> None:
    page = studio()
    write(page, "KEEP")
    (first,) = layers(page)
    page.route("**/studio/drafts/*", lambda route: route.abort())
    page.get_by_role("textbox", name="Your words").fill("KEEP ME")
    expect(page.locator("#saved")).to_have_text("Saved on your phone")
    page.reload()
    expect(page.locator("[data-id]")).to_have_attribute("aria-label", re.compile("^Text ‘KEEP ME’"))
    page.unroute("**/studio/drafts/*")
    page.evaluate("dispatchEvent(new Event('online'))")
    assert layers(page) == [{**first, "s": "KEEP ME"}]
    page.goto(f"/c/{OPEN}/studio")  # without the drawing's name: this browser knows which one it was
    expect(page.locator("[data-id]")).to_have_attribute("aria-label", re.compile("^Text ‘KEEP ME’"))


def test_drawing_goes_on_without_network_and_is_sent_later(studio: Callable[..., Any]) -> None:
    page = studio()
    write(page, "TUNNEL")
    stored(page)
    page.context.set_offline(True)
    page.get_by_role("textbox", name="Your words").fill("TUNNEL END")
    expect(page.locator("#saved")).to_have_text("Saved on your phone")
    page.context.set_offline(False)
    assert layers(page)[0]["s"] == "TUNNEL END"


@pytest.mark.parametrize(("choice", "left"), [("Keep mine", "HERE"), ("Take the other", "THERE")])
def test_what_was_drawn_on_two_devices_is_the_persons_choice(
    choice: str, left: str, studio: Callable[..., Any]
) -> None:
    page = studio()
    write(page, "BOTH")
    said = stored(page)
    other = {**said, "front": {**said["front"], "layers": [{**said["front"]["layers"][0], "s": "THERE"}]}}
    token = page.request.get("/csrf").json()["token"]
    answer = page.request.post(f"/studio/drafts/{said['code']}", data=other, headers={"X-CSRFToken": token})
    assert answer.ok, answer.text()
    page.get_by_role("textbox", name="Your words").fill("HERE")
    page.get_by_role("button", name=choice).click()
    expect(page.locator("[data-id]")).to_have_attribute("aria-label", re.compile(f"^Text ‘{left}’"))
    assert layers(page)[0]["s"] == left


def test_the_question_of_two_devices_comes_back_until_it_is_answered(studio: Callable[..., Any]) -> None:
    page = studio()
    write(page, "BOTH")
    said = stored(page)
    token = page.request.get("/csrf").json()["token"]
    other = {**said, "front": {**said["front"], "layers": [{**said["front"]["layers"][0], "s": "THERE"}]}}
    assert page.request.post(f"/studio/drafts/{said['code']}", data=other, headers={"X-CSRFToken": token}).ok
    field, question = page.get_by_role("textbox", name="Your words"), page.locator("#sheet-conflict")
    field.fill("HERE")
    question.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Text", exact=True).click()
    field.fill("MORE")
    expect(page.locator("#saved")).to_have_text("Changed on another device")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Go on").click()
    question.get_by_role("button", name="Keep mine").click()
    assert [each["s"] for each in layers(page)] == ["HERE", "MORE"]


def test_a_phones_photo_stands_upright_before_the_server_has_looked(studio: Callable[..., Any]) -> None:
    page = studio()
    page.route("**/studio/assets/*", lambda route: route.abort())
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload").click()
    chooser.value.set_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": turned(6, "JPEG", 600, 900)})
    shown = page.locator("image[href^='blob:']")
    expect(shown).to_have_attribute("width", "600")
    expect(shown).to_have_attribute("height", "900")


def test_a_picture_is_sent_again_when_the_page_was_open_for_too_long(studio: Callable[..., Any]) -> None:
    page = studio()
    refused = {"code": "csrf", "message": "Too long."}
    page.route("**/studio/assets", lambda route: route.fulfill(status=400, json=refused), times=1)
    upload(page)
    assert [each["t"] for each in layers(page)] == ["img"]


def test_nothing_the_editor_makes_is_refused(studio: Callable[..., Any]) -> None:
    """Awkward words, every shape, values beyond the limits: each is taken by the server as it is."""
    page = studio()
    write(page, "Zoë 👩‍👩‍👧 \u202e\u0007 ﷽\n" + "x\n" * 12 + "y" * 300)
    page.get_by_label("Bend").fill("180")
    for shape in ("Box", "Circle", "Star", "Heart", "Bolt", "Triangle", "Line"):
        page.get_by_role("button", name="Shapes").click()
        page.get_by_role("button", name=shape, exact=True).click()
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("button", name="Place", exact=True).click()
    for label, value in (("Sideways", "99999"), ("Up and down", "-1e9"), ("Width", "0"), ("Angle", "-7200.5")):
        field = page.get_by_role("textbox", name=re.compile(f"^{label}"))
        field.fill(value)
        field.press("Enter")
    made = layers(page)
    assert len(made) == 8
    assert made[0]["s"].startswith("Zoë")


def test_forty_layers_are_enough_and_it_says_so(studio: Callable[..., Any]) -> None:
    page = studio()
    write(page, "MANY")
    for _ in range(40):
        page.evaluate("document.querySelector('[data-do=duplicate]').click()")
    expect(page.locator("#status")).to_contain_text("40 layers, the most")
    assert len(layers(page)) == 40


def test_pictures_are_cropped_tinted_and_made_one_bit(studio: Callable[..., Any]) -> None:
    page = studio()
    upload(page)
    expect(page.locator("#note")).to_contain_text("Sharp up to 20 cm wide")
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("group", name="Tint").get_by_role("button", name="Colour #d81159").click()
    expect(page.locator("image")).to_have_attribute("href", re.compile("^blob:"))
    page.get_by_role("button", name="Pure black and white").click()
    page.get_by_role("button", name="Crop").click()
    fingers = Fingers(page)
    x, y = middle(page.locator("[data-knob=crop-left]"))
    fingers.slide(((x, y), (x + 30, y)))
    (made,) = layers(page)
    assert (made["tint"], made["th"]) == ("#d81159", 128)
    assert made["c"][0] > 100
    assert made["c"][1:] == [0, 1600, 1200]
    page.get_by_role("button", name="Whole picture").click()
    assert "c" not in layers(page)[0]


def test_layers_are_selected_together_grouped_renamed_and_locked(studio: Callable[..., Any]) -> None:
    page = studio()
    write(page, "ONE")
    write(page, "TWO")
    page.get_by_role("button", name="Layers").click()
    page.locator("#sheet-layers").get_by_role("button", name="Select several").click()
    rows = page.locator("#layers")
    rows.get_by_role("button", name="Text ‘ONE’", exact=True).click()
    page.locator("#sheet-layers").get_by_role("button", name="Group", exact=True).click()
    below, above = layers(page)
    assert below["g"] == above["g"]
    page.get_by_role("button", name="Duplicate").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    groups = [each["g"] for each in layers(page)]
    assert groups == [below["g"]] * 2 + [groups[-1]] * 2
    assert groups[-1] != below["g"]
    page.locator("#sheet-layers").get_by_role("button", name="Select several").click()
    rows.get_by_role("button", name="Rename: Text ‘ONE’").first.click()
    page.get_by_role("textbox", name="Name of the layer").fill("Top line")
    page.keyboard.press("Enter")
    expect(rows.get_by_role("button", name="Rename: Top line")).to_be_focused()
    rows.get_by_role("button", name="Lock: Top line").click()
    named = next(each for each in layers(page) if each.get("n") == "Top line")
    assert named["lock"] is True


def test_the_editor_says_what_the_print_will_lack(studio: Callable[..., Any]) -> None:
    page = studio()
    page.get_by_role("button", name="The back", exact=True).click()
    upload(page, (60, 40))
    expect(page.locator("#note")).to_contain_text("Idea only at this size")
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("button", name="Place", exact=True).click()
    field = page.get_by_role("textbox", name=re.compile("^Sideways"))
    field.fill("500")
    field.press("Enter")
    page.get_by_role("button", name="Next").click()
    found = page.locator("#findings")
    expect(found).to_contain_text("Idea only at this size")
    expect(found).to_contain_text("outside of the print")
    expect(found).to_contain_text("The front is empty")
    page.get_by_role("button", name="Front", exact=True).click()
    found.get_by_role("button", name=re.compile("outside of the print")).click()
    expect(page.get_by_role("button", name="The back", exact=True)).to_have_attribute("aria-pressed", "true")


LOOKS = looks.MORE if WHOLE else looks.LOOKS


@pytest.mark.parametrize("width", sorted({width for width, *_ in LOOKS}))
def test_every_sheet_stands_the_test_of_axe(width: int, studio: Callable[..., Any]) -> None:
    page = studio(viewport={"width": width, "height": 844})
    write(page, "LOOK")
    sheets = ["Words", "Look", "Place", "Kit", "Shapes", "Layers", "Garment", "Next"]
    here = [(theme, rules) for at, theme, rules in LOOKS if at == width]
    faults: list[str] = []
    for name in sheets:
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_timeout(250)
        for theme, rules in here:
            page.emulate_media(color_scheme=theme)
            found = [*looks.measured(page), *looks.faults(page, rules)]
            faults += [f"{name} {width} {theme}: {each}" for each in found]
    assert faults == []


def test_without_script_it_says_so_and_shows_the_other_door(window: Window) -> None:
    page = window(java_script_enabled=False)
    page.goto(f"/c/{OPEN}/studio")
    page.get_by_role("link", name="Send in a picture instead").click()
    expect(page).to_have_url(re.compile(f"/c/{OPEN}/enter|/sign-in"))
