"""The same methods the slow way, straight from their definitions: for elections of a handful of ballots."""

from fractions import Fraction
from itertools import pairwise, permutations, product


def place(paper, design):
    """Return the place of a design on a paper; unranked designs come after all ranked ones."""
    return next((place for place, group in enumerate(paper) if design in group), len(paper))


def prefer(ranked, one, other):
    """Return how many ballots rank one before other."""
    return sum(count for paper, count in ranked.items() if place(paper, one) < place(paper, other))


def borda(ranked, size):
    """Return the points: the average over all ways of breaking a paper's ties by order."""
    points = dict.fromkeys(range(size), Fraction(0))
    for paper, count in ranked.items():
        rest = tuple(design for design in range(size) if place(paper, design) == len(paper))
        orders = linear([*paper, *([rest] if rest else [])])
        for order in orders:
            for position, design in enumerate(order):
                points[design] += Fraction(count * (size - 1 - position), len(orders))
    return points


def linear(groups):
    """Return all orders that break the ties of a ranking."""
    return [sum(parts, ()) for parts in product(*(tuple(permutations(group)) for group in groups))]


def schulze(ranked, size, strength):
    """Return the winners, the strongest path found by trying every path."""
    links = {
        (a, b): strength(prefer(ranked, a, b), prefer(ranked, b, a))
        for a, b in permutations(range(size), 2)
        if prefer(ranked, a, b) > prefer(ranked, b, a)
    }

    def best(a, b):
        others = [design for design in range(size) if design not in (a, b)]
        paths = [(a, *middle, b) for n in range(len(others) + 1) for middle in permutations(others, n)]
        return max(
            (min(links[step] for step in pairwise(path)) for path in paths if set(pairwise(path)) <= set(links)),
            default=0,
        )

    return {a for a in range(size) if not any(best(b, a) > best(a, b) for b in range(size) if b != a)}


def expanded(ranked):
    """Return [linear order, value] for each way of breaking the ties of each paper."""
    papers = []
    for paper, count in ranked.items():
        orders = linear(paper)
        papers += [[order, Fraction(count, len(orders))] for order in orders]
    return papers


def tops(papers, standing):
    """Return what each design standing has, every paper counted for its first design that stands."""
    votes = dict.fromkeys(standing, Fraction(0))
    for order, value in papers:
        top = next((design for design in order if design in standing), None)
        if top is not None:
            votes[top] += value
    return votes


def irv(ranked, size):
    """Return the winners by the documented tie rules, every round counted anew, every tie broken in every way."""
    papers = expanded(ranked)

    def winners(standing, history):
        votes = tops(papers, standing)
        low = [design for design in votes if votes[design] == min(votes.values())]
        for earlier in history[::-1]:
            least = min(earlier[design] for design in low)
            low = [design for design in low if earlier[design] == least]
        if set(low) == standing:
            return set(standing)
        others = [votes[design] for design in standing if design not in low]
        if len(low) == 1 or sum(votes[design] for design in low) < min(others):
            return winners(standing - set(low), [*history, votes])
        return set().union(*(winners(standing - {design}, [*history, votes]) for design in low))

    return winners(set(range(size)), [])


class Tie(Exception):
    """The slow count meets a tie: not what it is for."""


def stv(ranked, size, seats):
    """Return the elected; raises Tie when any choice is not clear."""
    papers = [[order, value, None] for order, value in expanded(ranked)]
    quota = sum(ranked.values()) // (seats + 1) + 1
    running, elected, waiting, kept = set(range(size)), [], [], {}

    def give():
        for paper in papers:
            if paper[2] is None:
                paper[2] = next((design for design in paper[0] if design in running), "nobody")

    def has(design):
        return kept.get(design, sum((value for _o, value, holder in papers if holder == design), Fraction(0)))

    give()
    while True:
        all_in = len(running) + len(elected) <= seats
        for design in sorted(running, key=has, reverse=True):
            if all_in or has(design) >= quota:
                elected.append(design)
                waiting.append(design)
        running -= set(elected)
        if len(elected) >= seats or not running:
            return set(elected)
        waiting = [design for design in waiting if has(design) > quota]
        if waiting:
            chosen = only(max, waiting, has)
            waiting.remove(chosen)
            ratio = (has(chosen) - quota) / has(chosen)
            kept[chosen] = Fraction(quota)
        else:
            chosen, ratio = only(min, running, has), Fraction(1)
            running.discard(chosen)
        for paper in papers:
            if paper[2] == chosen:
                paper[1:] = [paper[1] * ratio, None]
        give()


def only(pick, designs, value):
    """Return the one design with the extreme value; raises Tie when there are two."""
    extreme = pick(value(design) for design in designs)
    found = [design for design in designs if value(design) == extreme]
    if len(found) > 1:
        raise Tie
    return found[0]


def star(scored, size):
    """Return the winners of one round; raises Tie when the two finalists aren't clear by sums."""
    total = {design: sum(paper[design] * count for paper, count in scored.items()) for design in range(size)}
    order = sorted(total, key=total.get, reverse=True)
    if size > 2 and total[order[1]] == total[order[2]]:
        raise Tie
    one, other = order[:2]
    ahead = sum(count * ((paper[one] > paper[other]) - (paper[one] < paper[other])) for paper, count in scored.items())
    if ahead == 0 and total[one] == total[other]:
        raise Tie
    return {one} if ahead > 0 or (ahead == 0 and total[one] > total[other]) else {other}
