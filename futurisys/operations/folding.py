"""Which groups to hide, so that no group of fewer than `SMALLEST` people can be worked out.

Whoever sees groups by two fields can ask for the groups by each field alone, and subtract: a total
less the groups that are shown is what the hidden ones add up to. Draw each hidden group as an edge
between its level of the first field and its level of the second. Its value follows from the totals
exactly where that edge is a bridge, on no cycle of hidden groups. So every hidden group is put on a
cycle, and the hidden groups of each total have at least `SMALLEST` people together. The time taken
is that of sorting the groups, for a caller can make as many levels as there are predictions.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from itertools import chain

SMALLEST = 10
# The length of a random mark: the marks of two different sets of edges agree once in 2 ** 128.
MARK_BITS = 128

Cell = tuple[Hashable, ...]
Vertex = tuple[int, Hashable]
Ends = Mapping[Cell, tuple[Vertex, Vertex]]


def folded(people: Mapping[Cell, int]) -> set[Cell]:
    """The groups to hide: those of fewer than `SMALLEST` people, and others that protect them.

    people: how many there are in each group; a group is a tuple of the levels of one or two fields.
    """
    must = {cell for cell, count in people.items() if count < SMALLEST}
    if not must:
        return set()
    ends = _ends(people)
    forest = _Forest(ends, ends)
    bridges = forest.tree - forest.on_cycles(forest.others)
    if must & bridges:
        return set(people)
    smallest_first = sorted(people.keys() - bridges, key=lambda cell: (people[cell], repr(cell)))
    while True:
        hidden = _closed(must, smallest_first, ends)
        short = _short(people, hidden, ends)
        more = _one_each(short, (cell for cell in smallest_first if cell not in hidden), ends)
        if len(more) < len(short):
            return set(people)
        if not short:
            return hidden
        must |= set(more.values())


def _ends(people: Mapping[Cell, int]) -> Ends:
    """The two totals that each group counts in; levels hidden when alone share one."""
    width = len(next(iter(people)))
    if width == 1:
        return dict.fromkeys(people, ((0, ""), (1, "")))
    shown = []
    for position in range(width):
        alone: Counter[Cell] = Counter()
        for cell, count in people.items():
            alone[(cell[position],)] += count
        shown.append(alone.keys() - folded(alone))
    # A shown level is a tuple, so it is never equal to "", which stands for all the hidden ones.
    one, other = (
        {cell: (cell[i],) if (cell[i],) in shown[i] else "" for cell in people} for i in (0, 1)
    )
    return {cell: ((0, one[cell]), (1, other[cell])) for cell in people}


def _closed(must: Collection[Cell], smallest_first: Iterable[Cell], ends: Ends) -> set[Cell]:
    """The groups of `must`, with the smallest others that put each of them on a cycle."""
    forest = _Forest(sorted(smallest_first, key=lambda cell: cell not in must), ends)
    covers = forest.covers()
    closing = {covers.get(cell, cell) for cell in must}
    return closing | forest.on_cycles(closing)


def _short(people: Mapping[Cell, int], hidden: Iterable[Cell], ends: Ends) -> set[Vertex]:
    """The totals whose hidden groups have fewer than `SMALLEST` people together."""
    missing: Counter[Vertex] = Counter()
    for cell in hidden:
        for end in ends[cell]:
            missing[end] += people[cell]
    return {end for end, count in missing.items() if count < SMALLEST}


def _one_each(short: Collection[Vertex], cells: Iterable[Cell], ends: Ends) -> dict[Vertex, Cell]:
    """For each of the `short` totals, the first group that counts in it, if there is one."""
    found: dict[Vertex, Cell] = {}
    for cell in cells:
        for end in ends[cell]:
            if end in short:
                found.setdefault(end, cell)
    return found


class _Forest:
    """The edges in order, split into a spanning forest (`tree`) and the rest (`others`).

    An edge goes into the forest unless it would close a cycle there; each of the others closes one,
    with the path through the forest between its two ends.
    """

    def __init__(self, edges: Iterable[Cell], ends: Ends) -> None:
        self._ends = ends
        self.tree: set[Cell] = set()
        self.others: list[Cell] = []
        joined: dict[Vertex, Vertex] = {}
        for edge in edges:
            one, other = (_top(joined, end) for end in ends[edge])
            if one == other:
                self.others.append(edge)
            else:
                joined[one] = other
                self.tree.add(edge)
        # Of each vertex: the edge to its parent and the parent, None at a root; its depth.
        self._way: dict[Vertex, tuple[Cell, Vertex] | None] = {}
        self._depth: dict[Vertex, int] = {}
        self._root()

    def covers(self) -> dict[Cell, Cell]:
        """For each forest edge on a cycle, the first of the others whose cycle it is on."""
        found: dict[Cell, Cell] = {}
        above: dict[Vertex, Vertex] = {}
        for edge in self.others:
            one, other = (_top(above, end) for end in self._ends[edge])
            while one != other:
                if self._depth[one] < self._depth[other]:
                    one, other = other, one
                if step := self._way[one]:
                    found[step[0]], above[one] = edge, step[1]
                one = _top(above, one)
        return found

    def on_cycles(self, closing: Iterable[Cell]) -> set[Cell]:
        """The forest edges on the cycles that these of the others close.

        Each marks both of its ends, and an edge is on a cycle where marks below it do not cancel.
        """
        marks = dict.fromkeys(self._way, 0)
        for edge in closing:
            mark = secrets.randbits(MARK_BITS)
            for end in self._ends[edge]:
                marks[end] ^= mark
        found = set()
        for vertex, step in reversed(self._way.items()):
            if step and marks[vertex]:
                found.add(step[0])
                marks[step[1]] ^= marks[vertex]
        return found

    def _root(self) -> None:
        """Find each vertex's parent and depth, breadth first from one vertex of each tree."""
        links: dict[Vertex, list[tuple[Cell, Vertex]]] = defaultdict(list)
        for edge in self.tree:
            one, other = self._ends[edge]
            links[one].append((edge, other))
            links[other].append((edge, one))
        for root in chain.from_iterable(map(self._ends.__getitem__, [*self.tree, *self.others])):
            if root in self._way:
                continue
            self._way[root], self._depth[root] = None, 0
            queue = [root]
            for vertex in queue:
                for edge, other in links[vertex]:
                    if other not in self._way:
                        self._way[other] = (edge, vertex)
                        self._depth[other] = self._depth[vertex] + 1
                        queue.append(other)


def _top(joined: dict[Vertex, Vertex], vertex: Vertex) -> Vertex:
    """The end of a vertex's chain; each vertex passed is linked further along, to save time."""
    while vertex in joined:
        joined[vertex] = joined.get(joined[vertex], joined[vertex])
        vertex = joined[vertex]
    return vertex
