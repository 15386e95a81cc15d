"""What the queries of the pages return: frozen values."""

from dataclasses import dataclass

from contests.queries import ContestRow
from contests.ways import HEARTS


@dataclass(frozen=True)
class Place:
    """A contest and whose it is."""

    contest: ContestRow
    artist_slug: str
    artist_name: str
    brand_colour: str


@dataclass(frozen=True)
class Face:
    """A public design: whose it is, and all that its card's text depends on, in words and of its picture."""

    id: int
    author_id: int
    words: tuple[str, str, str, str]
    picture: tuple[object, ...]


@dataclass(frozen=True)
class Sample:
    """A few designs of a contest, and how many public ones it has."""

    whole: int
    ids: list[int]


@dataclass(frozen=True)
class Spent:
    """What one voter has given in a round: hearts of a budget, or so many designs rated, ranked or pairs compared."""

    spent: int
    budget: int
    way: str = HEARTS

    @property
    def left(self) -> int:
        """Return how many hearts are left; other ways have no budget."""
        return max(0, self.budget - self.spent)
