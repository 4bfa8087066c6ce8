"""Which groups to fold, so that none that is small can be told from what is shown.

Beside the groups of two fields, those of each alone can be asked for: what their totals have more
than the groups that are shown is known too. A hidden group is then an edge between a level of the
one field and a level of the other, and its value follows from the totals exactly where it is a
bridge: an edge that no cycle of hidden groups passes through.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping

SMALLEST = 10

Cell = tuple[Hashable, ...]
Margins = list[dict[Cell, Hashable]]


def folded(people: Mapping[Cell, int]) -> set[Cell]:
    """The groups that are not shown: those under `SMALLEST`, and what hides them.

    people: how many there are in each group; a group is one level of each of one or two fields.
    """
    hidden = {cell for cell, count in people.items() if count < SMALLEST}
    margins = _margins(people)
    while exposed := _exposed(people, margins, hidden):
        told = (exposed - hidden) or (people.keys() - hidden)
        if not told:
            break
        hidden.add(min(told, key=lambda cell: (people[cell], repr(cell))))
    return hidden


def _margins(people: Mapping[Cell, int]) -> Margins:
    """For each known set of totals, the total that each group is part of."""
    if not people or len(next(iter(people))) == 1:
        return [dict.fromkeys(people, "")]
    margins: Margins = []
    for position in (0, 1):
        alone: Counter[Cell] = Counter()
        for cell, count in people.items():
            alone[(cell[position],)] += count
        unseen = folded(alone)
        margins.append(
            {cell: "" if (cell[position],) in unseen else (cell[position],) for cell in people}
        )
    return margins


def _exposed(people: Mapping[Cell, int], margins: Margins, hidden: set[Cell]) -> set[Cell]:
    """The groups of a total that tells of fewer than `SMALLEST` people; none where all is well."""
    known = _bridges({cell: ((0, margins[0][cell]), (1, margins[-1][cell])) for cell in hidden})
    for cell in known:
        if people[cell] < SMALLEST:
            return {c for c in people if any(margin[c] == margin[cell] for margin in margins)}
    for margin in margins:
        missing: Counter[Hashable] = Counter()
        for cell in hidden - known:
            missing[margin[cell]] += people[cell]
        for total, count in missing.items():
            if count < SMALLEST:
                return {cell for cell in people if margin[cell] == total}
    return set()


def _bridges(ends: Mapping[Cell, tuple[Hashable, Hashable]]) -> set[Cell]:
    """The edges, given with their two ends, that no cycle passes through.

    Each edge beside a spanning tree closes one cycle: a tree edge that is on none is a bridge.
    """
    links: dict[Hashable, list[tuple[Cell, Hashable]]] = defaultdict(list)
    for edge, (one, other) in ends.items():
        links[one].append((edge, other))
        links[other].append((edge, one))
    way: dict[Hashable, tuple[Cell, Hashable] | None] = {}
    for root in links:
        if root not in way:
            way[root] = None
            queue = [root]
            for vertex in queue:
                for edge, other in links[vertex]:
                    if other not in way:
                        way[other] = (edge, vertex)
                        queue.append(other)
    tree = {step[0] for step in way.values() if step}
    cycles = dict.fromkeys(links, 0)
    for number, edge in enumerate(ends.keys() - tree):
        for end in ends[edge]:
            cycles[end] ^= 1 << number
    found = set()
    for vertex, step in reversed(way.items()):
        if step:
            edge, parent = step
            cycles[parent] ^= cycles[vertex]
            if not cycles[vertex]:
                found.add(edge)
    return found
