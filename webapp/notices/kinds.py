"""The kinds of notices: what each says, and whether it is mailed. Each room registers its own, in boot.listening.

Texts are English sentences marked with `N_`, shown in the reader's language, `%(name)s` in them
filled from the notice's params; dates, money and words in those are written out when they are read
(`values`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_login import current_user

from webapp.kernel.refusal import N_
from webapp.notices import paces, values

ZONE = "reader_zone"  # the param that carries the clock of a mail's reader
VARIANT = "variant"  # the param that names the variant, as the notice itself names the family


@dataclass(frozen=True)
class Kind:
    """One kind of notice.

    `subject` and `line` say it, `button` leads to params['path']. `mail` is whether it is mailed to people
    who have not said otherwise; `transactional` kinds (an order, a role) are always mailed and can't be
    unsubscribed from. `title` names the kind among the preferences; it has no params.

    `digest` kinds, what people follow, are mailed once a day, all together, to who has not said otherwise.

    `variant_of` names the kind that says the same fact to others in other words: of all variants a person
    gets one, and one preference covers them.
    """

    name: str
    subject: str
    line: str
    button: str
    mail: bool = True
    transactional: bool = False
    title: str = ""
    variant_of: str = ""
    digest: bool = False

    @property
    def pace(self) -> str:
        """Return how soon it is mailed to people who have not said otherwise."""
        if self.digest:
            return paces.DAILY
        return paces.AT_ONCE if self.mail or self.transactional else paces.NEVER

    @property
    def family(self) -> str:
        """Return the name that variants share: what is told once, and chosen once among the preferences."""
        return self.variant_of or self.name


@dataclass(frozen=True)
class Words:
    """A notice in the reader's language."""

    subject: str
    line: str
    button: str


# What kinds are about: the preferences are folded by it. The order is that of the page.
CONTESTS, DESIGNS, TALK = N_("Contests and votes"), N_("My designs"), N_("What people say")
DROPS, YOUNG, OTHER = N_("Drops and orders"), N_("My guardian"), N_("Everything else")
TOPICS = (CONTESTS, DESIGNS, TALK, DROPS, YOUNG, OTHER)

_kinds: dict[str, Kind] = {}
_topics: dict[str, str] = {}  # by the names of kinds
_used: set[str] = set()


class UnknownKind(LookupError):
    """No room has registered this kind of notice."""


def register(*kinds: Kind, topic: str = OTHER) -> None:
    """Add kinds about a topic of TOPICS; the same one twice is nothing, another one of its name raises ValueError."""
    for kind in kinds:
        _topics[kind.name] = topic
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


def choices() -> list[Kind]:
    """Return the kinds that stand among the preferences: variants are chosen with the kind they vary."""
    return [kind for kind in every() if kind.transactional or not kind.variant_of]


def by_topic(found: Iterable[tuple[Kind, str]]) -> list[tuple[str, list[tuple[Kind, str]]]]:
    """Return kinds, each with its pace, by what they are about; topics with none are left out."""
    rows = list(found)
    about = [(topic, [row for row in rows if _topics.get(row[0].name, OTHER) == topic]) for topic in TOPICS]
    return [(topic, those) for topic, those in about if those]


def words(name: str, params: dict[str, Any]) -> Words:
    """Return what a notice says in the language of the moment, its dates on the reader's clock.

    A kind that is no longer registered, or whose texts ask for more than an old notice holds, still
    says something: an inbox must not break over one line of it.
    """
    kind = _kinds.get(params.get(VARIANT, name), _kinds.get(name))
    try:
        if kind is None:
            raise KeyError(name)
        zone = params.get(ZONE) or (current_user.timezone if current_user and current_user.is_authenticated else "")
        known = values.shown(params, zone)
        filled = [str(gettext(text) % known).strip() for text in (kind.subject, kind.line, kind.button)]
    except (KeyError, ValueError, TypeError):
        filled = [str(gettext("Something happened")), str(gettext("Have a look.")), str(gettext("Open"))]
    return Words(*filled)


def title(name: str) -> str:
    """Return what a kind is about, in the language of the moment."""
    kind = _kinds.get(name)
    return str(gettext(kind.title or kind.button)) if kind else str(gettext("Other notices"))
