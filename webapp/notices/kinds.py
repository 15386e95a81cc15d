"""The kinds of notices: what each says, and whether it is mailed. Each room registers its own, in boot.wiring.

Texts are English sentences marked with `N_`, shown in the reader's language, `%(name)s` in them
filled from the notice's params.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext


@dataclass(frozen=True)
class Kind:
    """One kind of notice.

    `subject` and `line` say it, `button` leads to params['path']. `mail` is whether it is mailed to people
    who have not said otherwise; `transactional` kinds (an order, a role) are always mailed and can't be
    unsubscribed from. `title` names the kind among the preferences; it has no params.
    """

    name: str
    subject: str
    line: str
    button: str
    mail: bool = True
    transactional: bool = False
    title: str = ""


@dataclass(frozen=True)
class Words:
    """A notice in the reader's language."""

    subject: str
    line: str
    button: str


_kinds: dict[str, Kind] = {}
_used: set[str] = set()


class UnknownKind(LookupError):
    """No room has registered this kind of notice."""


def register(*kinds: Kind) -> None:
    """Add kinds; the same one twice is nothing, another one under a known name raises ValueError."""
    for kind in kinds:
        if _kinds.setdefault(kind.name, kind) != kind:
            raise ValueError(f"two kinds of notice are called {kind.name!r}")


def used(name: str) -> str:
    """Return `name` and remember that somebody sends it: `check` then asks for it at start-up."""
    _used.add(name)
    return name


def check() -> None:
    """Raise UnknownKind when a kind that is sent is not registered: at start-up, not in a worker at night."""
    missing = sorted(_used - _kinds.keys())
    if missing:
        raise UnknownKind(f"kinds of notice nobody registered: {', '.join(missing)}")


def get(name: str) -> Kind:
    """Return a kind; raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def every() -> list[Kind]:
    """Return all kinds in the order of their registration."""
    return list(_kinds.values())


def words(name: str, params: dict[str, Any]) -> Words:
    """Return what a notice says in the language of the moment.

    A kind that is no longer registered, or whose texts ask for more than an old notice holds, still
    says something: an inbox must not break over one line of it.
    """
    kind = _kinds.get(name)
    try:
        if kind is None:
            raise KeyError(name)
        filled = [str(gettext(text) % params) for text in (kind.subject, kind.line, kind.button)]
    except (KeyError, ValueError, TypeError):
        filled = [str(gettext("Something happened")), str(gettext("Have a look.")), str(gettext("Open"))]
    return Words(*filled)
