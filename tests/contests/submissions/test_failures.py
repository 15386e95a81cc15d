"""A failure is said so that its author can act on it."""

from types import SimpleNamespace
from typing import Any

import pytest

from contests.submissions import failures


def failed(code: str, source: str) -> Any:
    return SimpleNamespace(state="failed", failure_code=code, source=source, report={})


@pytest.mark.one_db
@pytest.mark.parametrize(
    ("code", "source", "words"),
    [
        ("too-complex", "studio", "too many large pictures"),
        ("out-of-memory", "studio", "too many large pictures"),
        ("too-complex", "upload", "plain PNG or JPEG"),
        ("worker-died", "studio", "Nothing is lost"),
    ],
)
def test_a_drawing_has_no_file_to_save_anew(app, code, source, words):
    with app.test_request_context():
        assert words in failures.sentence(failed(code, source))
