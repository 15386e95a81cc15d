"""HEIC and AVIF containers, read box by box: sizes, turns and colours, before any decoder is let near them.

Everything in a file is somebody's claim: numbers are bounded, references followed once, and what
contradicts itself raises `Broken`.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_BOXES = 20_000
_PICTURES = {b"hvc1", b"hev1", b"av01", b"grid", b"iovl", b"iden", b"jpeg", b"unci", b"vvc1", b"avc1", b"j2k1", b"tmap"}
Box = tuple[bytes, int, int]


class Broken(ValueError):
    """The boxes do not make sense."""


@dataclass
class Item:
    """One item of the file: a coded picture, a derived one (a grid, an overlay), or metadata."""

    kind: bytes = b""
    hidden: bool = False
    properties: list[bytes] = field(default_factory=list)
    """Raw properties in their order, each with its four-letter type in front."""


@dataclass
class Still:
    """The still pictures of a file; `uses` maps an item to those it is made of."""

    primary: int
    items: dict[int, Item]
    uses: dict[int, list[int]]
    attached: set[int]
    """Items that belong to another one: tiles, thumbnails, depth and alpha planes, metadata."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height that the primary picture claims, before it is turned; raises Broken when it claims none."""
        for size in self.sizes({self.primary}):
            return size
        raise Broken("the primary picture does not say its size")

    @property
    def turned(self) -> bool:
        """Whether the primary picture is rotated or mirrored when it is shown."""
        kinds = self.items[self.primary].properties
        return any(each[:4] == b"imir" or (each[:4] == b"irot" and each[4:5] not in (b"", b"\0")) for each in kinds)

    @property
    def colour(self) -> tuple[int, int] | None:
        """Code points of primaries and transfer (ITU-T H.273) of the primary picture, if it names them."""
        for each in self.items[self.primary].properties:
            if each[:8] == b"colrnclx" and len(each) >= 14:
                return struct.unpack(">HH", each[8:12])
        return None

    @property
    def frames(self) -> int:
        """How many pictures a person would count."""
        shown = [n for n, item in self.items.items() if item.kind in _PICTURES and not item.hidden]
        return max(1, len([n for n in shown if n not in self.attached]))

    def sizes(self, among: set[int] | None = None) -> list[tuple[int, int]]:
        """Claimed sizes of the primary picture and of all it is made of (or of the items `among`)."""
        found = []
        for number in among or self._needed():
            for each in self.items[number].properties if number in self.items else ():
                if each[:4] == b"ispe" and len(each) >= 16:
                    found.append(struct.unpack(">II", each[8:16]))
        return found

    def _needed(self) -> set[int]:
        seen: set[int] = set()
        ahead = [self.primary]
        while ahead:
            number = ahead.pop()
            if number not in seen:
                seen.add(number)
                ahead += self.uses.get(number, [])
        return seen


def still(data: bytes) -> Still:
    """What the `meta` box of `data` says; raises Broken when there is none, or it is damaged."""
    try:
        return _still(data)
    except (struct.error, IndexError) as error:
        raise Broken(str(error)) from None


def _still(data: bytes) -> Still:
    found = {kind: (at, end) for kind, at, end in boxes(data, 0, len(data))}
    if b"meta" not in found:
        raise Broken("no meta box")
    at, end = found[b"meta"]
    inside = {kind: (a, e) for kind, a, e in boxes(data, at + 4, end)}
    if b"pitm" not in inside or b"iprp" not in inside:
        raise Broken("no primary picture")
    items = _items(data, *inside[b"iinf"]) if b"iinf" in inside else {}
    _properties(data, *inside[b"iprp"], items)
    uses, attached = _references(data, *inside[b"iref"]) if b"iref" in inside else ({}, set())
    start = inside[b"pitm"][0]
    primary = _number(data, start + 4, 2 if data[start] == 0 else 4)
    if primary not in items:
        raise Broken("the primary picture is not there")
    return Still(primary, items, uses, attached)


def boxes(data: bytes, at: int, end: int) -> Iterator[Box]:
    """Each box of data[at:end] as (type, where its body begins, where it ends), cut off at `end`."""
    for _ in range(MOST_BOXES):
        if at + 8 > end:
            return
        length, kind, body = _number(data, at, 4), data[at + 4 : at + 8], at + 8
        if length == 1:
            length, body = _number(data, at + 8, 8), at + 16
        after = end if length == 0 else at + length
        if after < body:
            return
        yield kind, body, min(after, end)
        at = after
    raise Broken("too many boxes")


def _items(data: bytes, at: int, end: int) -> dict[int, Item]:
    start = at + (6 if data[at] == 0 else 8)
    found: dict[int, Item] = {}
    for kind, body, _after in boxes(data, start, end):
        if kind != b"infe" or data[body] < 2:
            continue
        wide = 2 if data[body] == 2 else 4
        hidden = bool(data[body + 3] & 1)
        found[_number(data, body + 4, wide)] = Item(data[body + 6 + wide : body + 10 + wide], hidden)
    return found


def _properties(data: bytes, at: int, end: int, items: dict[int, Item]) -> None:
    inside = list(boxes(data, at, end))
    shared = [kind + data[a:e] for name, b, f in inside if name == b"ipco" for kind, a, e in boxes(data, b, f)]
    for name, body, after in inside:
        if name != b"ipma":
            continue
        version, long = data[body], data[body + 3] & 1
        wide, step = (2 if version < 1 else 4), 2 if long else 1
        entries, place = min(_number(data, body + 4, 4), MOST_BOXES), body + 8
        for _ in range(entries):
            if place >= after:
                break
            number, many = _number(data, place, wide), data[place + wide]
            place += wide + 1
            for _each in range(many):
                index = _number(data, place, step) & (0x7FFF if long else 0x7F)
                place += step
                if 0 < index <= len(shared):
                    items.setdefault(number, Item()).properties.append(shared[index - 1])


def _references(data: bytes, at: int, end: int) -> tuple[dict[int, list[int]], set[int]]:
    wide = 2 if data[at] == 0 else 4
    uses: dict[int, list[int]] = {}
    attached: set[int] = set()
    for kind, body, after in boxes(data, at + 4, end):
        source, many = _number(data, body, wide), _number(data, body + wide, 2)
        start = body + wide + 2
        targets = [_number(data, start + n * wide, wide) for n in range(many) if start + (n + 1) * wide <= after]
        if kind == b"dimg":
            uses.setdefault(source, []).extend(targets)
            attached.update(targets)
        elif kind in (b"thmb", b"auxl", b"cdsc"):
            attached.add(source)
            if kind == b"auxl":  # an alpha plane is decoded along with its picture
                for target in targets:
                    uses.setdefault(target, []).append(source)
    return uses, attached


def _number(data: bytes, at: int, wide: int) -> int:
    if at < 0 or at + wide > len(data):
        raise Broken("a box ends too early")
    return int.from_bytes(data[at : at + wide], "big")
