"""Every message is in every catalogue, translated, with its placeholders; the catalogues are not stale."""

import importlib.util
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "webapp" / "translations").glob("*/LC_MESSAGES/messages.po"))


def _tool() -> object:
    spec = importlib.util.spec_from_file_location("translations", ROOT / "tools" / "translations.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = _tool()


@pytest.fixture(scope="module")
def source() -> object:
    return tool.collected()  # type: ignore[attr-defined]


def test_finnish_is_there() -> None:
    assert [file.parents[1].name for file in FILES] == ["fi"]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.parents[1].name)
def test_nothing_is_missing_or_stale(file: Path, source: object) -> None:
    catalogue = tool.merged(source, tool.read(file))  # type: ignore[attr-defined]
    assert tool.faults(catalogue) == []  # type: ignore[attr-defined]
    assert tool.text_of(catalogue) == file.read_text()  # type: ignore[attr-defined]


def test_a_missing_translation_and_a_lost_placeholder_are_seen(source: object) -> None:
    from babel.messages.catalog import Catalog

    broken = Catalog(locale="fi")
    broken.add("Hello", "")
    broken.add("by %(name)s", "tekijä")
    assert len(tool.faults(broken)) == 2  # type: ignore[attr-defined]


@pytest.mark.one_db
def test_a_finnish_reader_reads_finnish(app: Flask, client: object) -> None:
    page = client.get("/sign-in", headers={"Accept-Language": "fi"}).get_data(as_text=True)  # type: ignore[attr-defined]
    assert '<html lang="fi"' in page
    assert "Kirjaudu" in page
    assert "Sähköpostiosoitteesi" in page  # a label of a form, marked with _l
