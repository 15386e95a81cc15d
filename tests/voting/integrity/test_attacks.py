"""The small version of `python -m bench.attacks`: lazy farms are held, honest crowds are not, whatever the order."""

from __future__ import annotations

from bench import attacks, crowds
from bench.crowds import World
from voting.signals import mailboxes, odds
from voting.signals.look import look


def test_lazy_attacks_are_held_and_honest_crowds_are_not():
    lines, _there, wrongly = attacks.measure(worlds=1, fans=2500)
    assert attacks.met(lines, wrongly), attacks.table(lines, _there, wrongly)


def test_the_same_ballots_in_another_order_give_the_same_findings():
    world = World(5, fans=400)
    crowds.honest(world)
    crowds.throwaway(world)
    assert look(world.voters) == look(world.voters[::-1])
    assert look(world.voters).held
    assert look(world.voters[-30:]).held == {}  # too few to say what is usual


def test_one_mailbox_has_many_spellings():
    one = {mailboxes.one_mailbox(each) for each in ("Fan.A@gmail.com", "fana+vote@googlemail.com", "f.a.n.a@GMAIL.com")}
    assert one == {"fana@gmail.com"}
    assert mailboxes.one_mailbox("a.b@example.org") != mailboxes.one_mailbox("ab@example.org")
    assert mailboxes.is_throwaway("mailinator.com")
    assert mailboxes.is_throwaway("x.mailinator.com")
    assert not mailboxes.is_throwaway("gmail.com")
    assert mailboxes.series_of("bot17@example.org") == mailboxes.series_of("bot3@example.org") == "bot#@example.org"


def test_chances_are_bounds_and_false_discoveries_are_rare():
    exact = sum(0.3**k * 0.7 ** (10 - k) * [1, 10, 45, 120, 210, 252, 210, 120, 45, 10, 1][k] for k in range(8, 11))
    assert exact <= odds.at_least(8, 10, 0.3) < 0.02
    assert odds.at_least(2, 10, 0.3) == 1.0
    assert odds.believed([0.001, 0.04, 0.9, 0.012], 0.05) == [True, False, False, True]
    assert odds.together([0.01, 0.02, 0.5], 2) == 0.04
