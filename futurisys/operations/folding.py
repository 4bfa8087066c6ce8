"""Which groups to fold, so that none that is small can be told from what is shown.

Beside the groups of two fields, those of each alone can be asked for: what their totals have more
than the groups that are shown is known too. A hidden group is then an edge between a level of the
one field and a level of the other, and its value follows from the totals exactly where it is a
bridge: an edge that no cycle of hidden groups passes through. So what is hidden has no bridge, and
no total has fewer than `SMALLEST` people in it. The time that takes is that of sorting the groups:
whoever may predict can name as many as there are predictions.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from itertools import chain

SMALLEST = 10
# Of a random mark: two sets of edges that differ have the same sum once in 2 ** 128.
MARK_BITS = 128

Cell = tuple[Hashable, ...]
Vertex = tuple[int, Hashable]
Ends = Mapping[Cell, tuple[Vertex, Vertex]]


def folded(people: Mapping[Cell, int]) -> set[Cell]:
    """The groups that are not shown: those under `SMALLEST`, and what hides them.

    people: how many there are in each group; a group is one level of each of one or two fields.
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
    """The two totals that each group is part of; levels that are not shown alone are one level."""
    width = len(next(iter(people)))
    if width == 1:
        return dict.fromkeys(people, ((0, ""), (1, "")))
    shown = []
    for position in range(width):
        alone: Counter[Cell] = Counter()
        for cell, count in people.items():
            alone[(cell[position],)] += count
        shown.append(alone.keys() - folded(alone))
    # A level that is shown is a tuple, and so never the level of those that are not.
    one, other = (
        {cell: (cell[i],) if (cell[i],) in shown[i] else "" for cell in people} for i in (0, 1)
    )
    return {cell: ((0, one[cell]), (1, other[cell])) for cell in people}


def _closed(must: Collection[Cell], smallest_first: Iterable[Cell], ends: Ends) -> set[Cell]:
    """The groups of `must`, each on a cycle of what is returned, closed by the smallest others."""
    forest = _Forest(sorted(smallest_first, key=lambda cell: cell not in must), ends)
    covers = forest.covers()
    closing = {covers.get(cell, cell) for cell in must}
    return closing | forest.on_cycles(closing)


def _short(people: Mapping[Cell, int], hidden: Iterable[Cell], ends: Ends) -> set[Vertex]:
    """The totals that tell of fewer than `SMALLEST` people among what is hidden."""
    missing: Counter[Vertex] = Counter()
    for cell in hidden:
        for end in ends[cell]:
            missing[end] += people[cell]
    return {end for end, count in missing.items() if count < SMALLEST}


def _one_each(short: Collection[Vertex], cells: Iterable[Cell], ends: Ends) -> dict[Vertex, Cell]:
    """The first of the groups that is part of each total, where there is one."""
    found: dict[Vertex, Cell] = {}
    for cell in cells:
        for end in ends[cell]:
            if end in short:
                found.setdefault(end, cell)
    return found


class _Forest:
    """A spanning forest of edges, the first that can be taken: `tree` and the `others`.

    Each of the others closes one cycle, with the way between its ends through the forest.
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
        # From each vertex to the root: the edge and the vertex it leads to, how far from the root.
        self._way: dict[Vertex, tuple[Cell, Vertex] | None] = {}
        self._depth: dict[Vertex, int] = {}
        self._root()

    def covers(self) -> dict[Cell, Cell]:
        """For each edge of the tree, the first other edge whose cycle passes through it."""
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
        """The edges of the tree on the cycles that these other edges close."""
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
        """Walk through each tree from one of its vertices."""
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
    """Where a chain of vertices ends, each on the way made to lead further."""
    while vertex in joined:
        joined[vertex] = joined.get(joined[vertex], joined[vertex])
        vertex = joined[vertex]
    return vertex
