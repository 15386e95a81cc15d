"""The tree of RFC 6962: the well-known tree of eight leaves by value, and everything else against the definition."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voting.merkle import proofs, verify
from voting.merkle.growing import Growing
from voting.merkle.hashing import EMPTY, leaf_hash, node_hash

# The test tree of certificate-transparency: eight leaves, the root after each, and some of its proofs.
LEAVES = [
    bytes.fromhex(each)
    for each in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
G = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
INCLUSION = [  # (index, size, path)
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [D, E, ROOTS[4]]),
    (2, 3, [ROOTS[2]]),
    (1, 5, [ROOTS[1], B, D]),
]
CONSISTENCY = [  # (old, new, path)
    (1, 1, []),
    (1, 8, [A, B, C]),
    (6, 8, [F, E, ROOTS[4]]),
    (2, 5, [B, D]),
    (6, 7, [F, G, ROOTS[4]]),
]
Damaged = Iterator[tuple[str, tuple]]
SOME = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")
HASHES = [leaf_hash(each) for each in LEAVES]


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word; `leaves` are hashes already."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def stored(leaves: list[bytes]) -> proofs.Node:
    """Every full subtree of a tree, as a store would hand them out."""
    nodes = {(0, position): each for position, each in enumerate(leaves)}
    nodes |= {(level, position): found for level, position, found in Growing().extend(leaves)}
    return lambda level, position: nodes[level, position]


def unhex(path: list[str]) -> list[bytes]:
    return [bytes.fromhex(each) for each in path]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_of_the_known_tree(size: int):
    assert proofs.root(size, stored(HASHES)).hex() == ROOTS[size]
    growing = Growing()
    growing.extend(HASHES[:size])
    assert growing.root().hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_known_inclusion_proofs_are_made_and_believed_and_no_damaged_one_is(index: int, size: int, path: list[str]):
    assert proofs.inclusion(index, size, stored(HASHES)) == unhex(path)
    good = (HASHES[index], index, size, unhex(path), bytes.fromhex(ROOTS[size]))
    assert verify.inclusion(*good)
    assert [what for what, bad in damaged_inclusion(*good) if verify.inclusion(*bad)] == []


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_known_consistency_proofs_are_made_and_believed_and_no_damaged_one_is(old: int, new: int, path: list[str]):
    assert proofs.consistency(old, new, stored(HASHES)) == unhex(path)
    good = (old, new, unhex(path), bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]))
    assert verify.consistency(*good)
    if path:
        assert [what for what, bad in damaged_consistency(*good) if verify.consistency(*bad)] == []


def damaged_inclusion(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> Damaged:
    """The ways in which certificate-transparency damages a proof."""
    for wrong in (index - 1, index + 1, index ^ 2, -1, size, 2**64, True, 0.0, None):
        if wrong != index or type(wrong) is not int:
            yield f"index {wrong}", (leaf, wrong, size, path, root)
    for wrong in (size * 2, size // 2, 0, -size, None):
        yield f"size {wrong}", (leaf, index, wrong, path, root)
    for wrong in (b"WrongLeaf", b"", SOME, EMPTY, leaf[:-1], leaf + b"\0", leaf.hex()):
        yield "leaf", (wrong, index, size, path, root)
    for wrong in (EMPTY, SOME, b"", root[:-1], root.hex()):
        yield "root", (leaf, index, size, path, wrong)
    for what, steps in damaged_path(path, root):
        yield what, (leaf, index, size, steps, root)


def damaged_consistency(old: int, new: int, path: list[bytes], before: bytes, after: bytes) -> Damaged:
    for wrong in (old - 1, old + 1, old ^ 2, 0, -1, new, new + 1, None):
        if wrong != old:
            yield f"old {wrong}", (wrong, new, path, before, after)
    for wrong in (new * 2, new // 2, old, 0, -new, None):
        yield f"new {wrong}", (old, wrong, path, before, after)
    for wrong in (b"WrongRoot", SOME, EMPTY, after, b""):
        yield "old root", (old, new, path, wrong, after)
    for wrong in (b"WrongRoot", SOME, EMPTY, before, b""):
        yield "new root", (old, new, path, before, wrong)
    yield "swapped", (old, new, path, after, before)
    yield "no path", (old, new, [], before, after)
    for what, steps in [*damaged_path(path, before), *damaged_path(path, after)]:
        yield what, (old, new, steps, before, after)


def damaged_path(path: list[bytes], root: bytes) -> Iterator[tuple[str, list]]:
    for more in (b"", root, SOME, *path[:1]):
        yield "trailing", [*path, more]
        yield "preceding", [more, *path]
    for place, each in enumerate(path):
        yield f"bit of {place}", [*path[:place], bytes([each[0] ^ 8]) + each[1:], *path[place + 1 :]]
        yield f"without {place}", path[:place] + path[place + 1 :]
        yield f"hex in {place}", [*path[:place], each.hex(), *path[place + 1 :]]
    if len(path) > 1:
        yield "inserted", [path[0], SOME, *path[1:]]
        yield "backwards", path[::-1]


@pytest.mark.parametrize(("index", "size"), [(0, 0), (0, 1), (1, 0), (2, 1)])
def test_nothing_stands_in_an_empty_tree_nor_beyond_its_end(index: int, size: int):
    for leaf, root in ((SOME, b""), (b"", EMPTY), (SOME, EMPTY), (b"", b""), (EMPTY, EMPTY)):
        assert not verify.inclusion(leaf, index, size, [], root) or (index, size, leaf) == (0, 1, root)


@pytest.mark.parametrize(
    ("old", "new", "before", "after", "path", "good"),
    [
        (0, 0, b"one", b"two", [], False),
        (1, 1, b"one", b"two", [], False),
        (0, 0, b"one", b"one", [], True),  # equal sizes, equal roots: there is nothing to prove
        (1, 1, b"two", b"two", [], True),
        (0, 1, b"one", b"two", [], False),  # from an empty tree nothing can be proven
        (0, 1, EMPTY, SOME, [], False),
        (1, 0, b"one", b"two", [], False),
        (2, 1, b"one", b"two", [], False),
        (1, 2, b"one", b"two", [], False),
        (0, 0, EMPTY, b"two", [], False),
        (1, 1, EMPTY, b"two", [], False),
        (0, 0, EMPTY, EMPTY, [EMPTY], False),
        (0, 1, EMPTY, EMPTY, [EMPTY], False),
        (1, 1, EMPTY, EMPTY, [EMPTY], False),
    ],
)
def test_odd_sizes(old: int, new: int, before: bytes, after: bytes, path: list[bytes], good: bool):
    assert verify.consistency(old, new, path, before, after) is good


def test_no_proof_is_made_for_what_is_not_there():
    node = stored(HASHES)
    for index, size in ((-1, 8), (8, 8), (0, 0)):
        with pytest.raises(ValueError):
            proofs.inclusion(index, size, node)
    for old, new in ((0, 8), (9, 8), (-1, 3)):
        with pytest.raises(ValueError):
            proofs.consistency(old, new, node)
    with pytest.raises(ValueError):
        Growing(3, [SOME])


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 70), st.data())
def test_roots_and_proofs_are_those_of_the_definition(size: int, data: st.DataObject):
    leaves = [leaf_hash(bytes([each])) for each in range(size)]
    node = stored(leaves)
    root = naive_root(leaves)
    assert proofs.root(size, node) == root
    index = data.draw(st.integers(0, size - 1))
    path = proofs.inclusion(index, size, node)
    assert verify.inclusion(leaves[index], index, size, path, root)
    assert len(path) <= size.bit_length()
    old = data.draw(st.integers(1, size))
    proof = proofs.consistency(old, size, node)
    assert verify.consistency(old, size, proof, naive_root(leaves[:old]), root)
    other = data.draw(st.integers(0, size - 1))
    assert verify.inclusion(leaves[index], other, size, path, root) is (other == index)
    assert not verify.consistency(old, size, proof, naive_root(leaves[:old]), node_hash(root, root))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=8))
def test_a_tree_grows_in_any_steps_from_what_is_kept(steps: list[int]):
    leaves = [leaf_hash(bytes([each])) for each in range(sum(steps))]
    nodes: dict[tuple[int, int], bytes] = {}
    size = 0
    for step in steps:
        growing = Growing(size, [nodes[key] for key in proofs.peaks(size)])
        fresh = leaves[size : size + step]
        nodes |= {(0, size + place): each for place, each in enumerate(fresh)}
        new = growing.extend(fresh)
        assert len(new) <= step + size.bit_length()  # linear in what is appended
        nodes |= {(level, position): found for level, position, found in new}
        size += step
        assert growing.root() == naive_root(leaves[:size])
    assert size == 0 or len(proofs.needed(lambda node: proofs.inclusion(0, size, node))) <= 2 * size.bit_length()
