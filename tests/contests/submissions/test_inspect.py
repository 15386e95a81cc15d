"""`fanmade inspect`: the same verdicts as an upload, for people and for machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.pictures import broken_idat, heic, png, tagged, turned
from webapp.boot.cli import main


def inspect(*arguments: object) -> Any:
    return CliRunner().invoke(main, ["inspect", *map(str, arguments)])


def test_each_file_gets_a_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = {"a.png": png(), "turned.jpg": turned(6), "phone.heic": heic(), "broken.png": broken_idat()}
    for name, data in files.items():
        Path(name).write_bytes(data)
    answer = inspect(*files, "--json")
    assert answer.exit_code == 0
    verdicts = [json.loads(line) for line in answer.output.splitlines()]
    assert [each["file"] for each in verdicts] == list(files)
    assert [each["verdict"] for each in verdicts] == ["accepted", "accepted", "refused", "refused"]
    assert [each["reason"] for each in verdicts] == [None, None, "corrupt", "corrupt"]
    assert verdicts[1]["orientation_applied"] is True
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(files), "nothing is written"


def test_people_read_a_sentence(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.jpg", tmp_path / "bad.txt"
    good.write_bytes(tagged("JPEG"))
    bad.write_bytes(b"hello there\n" * 20)
    answer = inspect(good, bad)
    assert answer.exit_code == 0
    first, *advice, second = answer.output.splitlines()
    assert any("Too small to print" in line for line in advice)
    assert "accepted, JPEG 64×48 RGB" in first
    assert "removed" in first
    assert "refused (not-a-picture) This file is not a picture." in second


def test_a_file_that_cannot_be_read_gets_a_verdict_too(tmp_path: Path) -> None:
    answer = inspect(tmp_path / "missing.png", "--json")
    assert answer.exit_code == 0
    said = json.loads(answer.output)
    assert (said["verdict"], said["reason"], said["print"]) == ("refused", "unreadable-file", None)


def test_the_print_report_is_that_of_the_product(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(600, 800))
    for product, wanted in (((), "tee"), (("--product", "poster"), "poster")):
        said = json.loads(inspect(tmp_path / "a.png", "--json", *product).output)
        assert said["print"]["kind"] == wanted
    assert inspect(tmp_path / "a.png", "--product", "spoon").exit_code == 2


def test_the_caps_are_those_of_the_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "big.png"
    file.write_bytes(png(1200, 1000))
    monkeypatch.setenv("FANMADE_MAX_PIXELS_MP", "1")
    assert json.loads(inspect(file, "--json").output)["reason"] == "too-many-pixels"
    monkeypatch.setenv("FANMADE_MAX_PIXELS_MP", "none")
    assert inspect(file).exit_code == 1
