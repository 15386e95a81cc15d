"""Invented rounds: honest crowds of every kind, and attacks on them, made from a seed. Nothing here is measured."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from voting.signals.holding import PROGRAM_MARK
from voting.signals.voters import Voter

HOUR, DAY = 3600.0, 86400.0
DESIGNS = 24
MAILS = ("gmail.com", "icloud.com", "outlook.com", "hotmail.com", "yahoo.com", "gmx.de", "proton.me", "web.de")
MAIL_WEIGHTS = (45, 16, 9, 9, 8, 5, 3, 3)
FAR_AWAY = 90 * DAY


@dataclass
class World:
    """A round: its ballots, which of them belong to an attack, and which crowd the others came with."""

    seed: int
    fans: int = 4000
    voters: list[Voter] = field(default_factory=list)
    attack: set[int] = field(default_factory=set)
    crowd_of: dict[int, str] = field(default_factory=dict)
    targets: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        ranks = self.dice.sample(range(1, DESIGNS + 1), DESIGNS)
        self.liked = [1 / rank**0.7 for rank in ranks]
        self.tastes = [[w * self.dice.uniform(0.3, 2.5) for w in self.liked] for _ in range(5)]
        self.networks = [self.name("net") for _ in range(60)]  # mobile carriers: many fans behind one address
        self.agents = [self.name("agent") for _ in range(40)]
        self.agent_weights = [1 / (n + 1) for n in range(40)]
        self.days = 7

    def name(self, kind: str) -> str:
        """Return a hash nobody else has."""
        return f"{kind}{self.dice.getrandbits(48):012x}"

    def moment(self) -> float:
        """Return when a fan votes: by day rather than by night, and more on the first and last day."""
        while True:
            at = self.dice.random() * self.days * DAY
            hour = at % DAY / HOUR
            busy = 0.55 - 0.45 * math.cos((hour - 3) / 24 * 2 * math.pi)
            if self.dice.random() < busy * (1.0 if at < DAY or at > 6 * DAY else 0.6):
                return FAR_AWAY + at

    def choices(self, most: int = 5) -> tuple[int, ...]:
        """Return what a fan likes."""
        taste = self.dice.choice(self.tastes)
        wanted = self.dice.choices((1, 2, 3, 4, 5), (30, 20, 20, 10, 20))[0]
        found: set[int] = set()
        while len(found) < min(wanted, most):
            found.add(self.dice.choices(range(DESIGNS), taste)[0])
        return tuple(sorted(found))

    def fan(self, crowd: str, **known: object) -> Voter:
        """Add one ballot; what is not told is as with anybody."""
        dice = self.dice
        names = known.pop("names", None) or self.choices()
        said = str(list(names))  # type: ignore[call-overload]
        mail = dice.choices(MAILS, MAIL_WEIGHTS)[0] if dice.random() < 0.9 else self.name("mail") + ".example"
        throwaway = dice.random() < 0.012
        values: dict[str, object] = {
            "at": self.moment(),
            "prefix": dice.choice(self.networks) if dice.random() < 0.4 else self.name("home"),
            "device": self.name("device"),
            "agent": dice.choices(self.agents, self.agent_weights)[0],
            "domain": "throwaway.example" if throwaway else mail,
            "series": f"{dice.choice(('anna', 'mika', 'fan', 'leo', 'sara', 'max'))}#@{mail}"
            if dice.random() < 0.3
            else "",
            "throwaway": throwaway,
            "age": 0.01 if dice.random() < 0.55 else dice.uniform(24, 24 * 700),
        } | known
        voter = Voter(ballot=len(self.voters) + 1, names=names, said=said, **values)  # type: ignore[arg-type]
        self.voters.append(voter)
        self.crowd_of[voter.ballot] = crowd
        return voter

    def bot(self, **known: object) -> None:
        """Add one ballot of an attack."""
        self.attack.add(self.fan("attack", **known).ballot)


def honest(world: World) -> None:
    """Fill a world with fans, families, a stadium, school classes and a fan club."""
    dice = world.dice
    for _ in range(world.fans):
        world.fan("fans")
    for _ in range(world.fans // 8):
        age = dice.uniform(24 * 30, 24 * 900)
        world.fan("returning fans", age=age)
    for _ in range(world.fans // 25):
        _family(world)
    _stadium(world, world.fans // 3)
    for size in (dice.randint(22, 32), dice.randint(22, 32), dice.randint(16, 36)):
        _school_class(world, size)
    _fan_club(world, world.fans // 12)


def _family(world: World) -> None:
    dice, home, device = world.dice, world.name("home"), world.name("device")
    liked, at = dice.randrange(DESIGNS), world.moment()
    for _ in range(dice.randint(2, 5)):
        shared = device if dice.random() < 0.6 else world.name("device")
        names = tuple(sorted({liked, *world.choices(3)})) if dice.random() < 0.7 else world.choices()
        world.fan("families", prefix=home, device=shared, at=at + dice.uniform(0, 2 * HOUR), names=names)


def _stadium(world: World, size: int) -> None:
    dice, prefix = world.dice, world.name("stadium")
    begin = FAR_AWAY + 4 * DAY + 19 * HOUR
    for _ in range(size):
        age = 0.01 if dice.random() < 0.8 else dice.uniform(24, 9000)
        world.fan("stadium", prefix=prefix, at=begin + dice.uniform(0, 2 * HOUR), age=age)


def _school_class(world: World, size: int) -> None:
    dice, prefix, mate = world.dice, world.name("school"), world.dice.randrange(DESIGNS)
    lesson = FAR_AWAY + dice.randrange(5) * DAY + dice.uniform(8, 13) * HOUR
    lab = world.name("agent") if dice.random() < 0.4 else None
    for _ in range(size):
        names = (mate,) if dice.random() < 0.75 else tuple(sorted({mate, *world.choices(2)}))
        agent = {"agent": lab} if lab else {}
        world.fan("school class", prefix=prefix, at=lesson + dice.uniform(0, 900), names=names, age=0.01, **agent)


def _fan_club(world: World, size: int) -> None:
    dice, liked = world.dice, world.dice.randrange(DESIGNS)
    begin = FAR_AWAY + 2 * DAY + 17 * HOUR
    for _ in range(size):
        names = (liked,) if dice.random() < 0.6 else tuple(sorted({liked, *world.choices(3)}))
        links = frozenset({liked}) if dice.random() < 0.85 else frozenset()
        age = 0.01 if dice.random() < 0.85 else dice.uniform(24, 9000)
        world.fan("fan club", at=begin + dice.expovariate(1 / (2 * HOUR)), names=names, links=links, age=age)


def _plain(world: World) -> Iterator[int]:
    target = min(range(DESIGNS), key=lambda one: world.liked[one])
    world.targets.add(target)
    yield target


def few_addresses(world: World) -> None:
    """A script on three servers, a mailbox each time."""
    target, agent = next(_plain(world)), world.agents[0]
    places, begin = [world.name("server") for _ in range(3)], world.moment()
    for number in range(150):
        world.bot(prefix=places[number % 3], at=begin + number * 15.0, names=(target,), age=0.01, agent=agent)


def throwaway(world: World) -> None:
    """Throwaway mailboxes over a day, through many addresses."""
    target = next(_plain(world))
    for _ in range(120):
        known = {"domain": "throwaway.example", "throwaway": True, "series": ""}
        world.bot(prefix=world.name("proxy"), names=(target,), age=0.01, **known)


def one_browser(world: World) -> None:
    """One person, one browser, sixty mailboxes."""
    target, device, home = next(_plain(world)), world.name("device"), world.name("home")
    begin = world.moment()
    for number in range(60):
        world.bot(prefix=home, device=device, at=begin + number * 60.0, names=(target,), age=0.01)


def series(world: World) -> None:
    """Numbered mailboxes at a domain of one's own, with two decoys each."""
    target, domain = next(_plain(world)), "tickets.example"
    for _ in range(100):
        decoys = world.dice.sample(range(DESIGNS), 2)
        known = {"domain": domain, "series": f"user#@{domain}", "prefix": world.name("proxy")}
        world.bot(names=tuple(sorted({target, *decoys})), age=0.01, **known)


def copies(world: World) -> None:
    """The same three designs again and again, from a dozen addresses."""
    target = next(_plain(world))
    others = [one for one in range(DESIGNS) if one != target]
    names = tuple(sorted({target, *world.dice.sample(others, 2)}))
    places = [world.name("server") for _ in range(12)]
    for number in range(150):
        world.bot(prefix=places[number % 12], names=names, age=0.01, at=world.moment())


def burst(world: World) -> None:
    """Two hundred in half an hour, an address each, one program that calls itself a browser."""
    target, agent, begin = next(_plain(world)), world.agents[7], world.moment()
    for _ in range(200):
        at = begin + world.dice.uniform(0, 1800)
        world.bot(prefix=world.name("proxy"), at=at, names=(target,), age=0.01, agent=agent)


def program(world: World) -> None:
    """A script that does not even say it is a browser, slowly."""
    target = next(_plain(world))
    agent = PROGRAM_MARK + world.name("")
    for _ in range(60):
        world.bot(prefix=world.name("proxy"), names=(target,), age=0.01, agent=agent)


def careful(world: World) -> None:
    """Aged accounts, spread addresses, mixed choices, slowly: what no rule can hold."""
    target = next(_plain(world))
    for _ in range(world.fans // 16):
        names = tuple(sorted({target, *world.dice.sample(range(DESIGNS), world.dice.randint(1, 4))}))
        age = world.dice.uniform(24 * 30, 24 * 400)
        at = FAR_AWAY + world.dice.random() * world.days * DAY
        world.bot(prefix=world.name("proxy"), names=names, age=age, at=at)


LAZY: dict[str, Callable[[World], None]] = {
    "few addresses": few_addresses,
    "throwaway mailboxes": throwaway,
    "one browser": one_browser,
    "numbered mailboxes": series,
    "copies": copies,
    "burst": burst,
    "program": program,
}
