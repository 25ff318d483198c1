"""Transitive closure and transitive reduction.

A shallow relation is closed round by round, each of which makes the paths twice as long. A deep or
dense one is condensed instead: Tarjan's strongly connected components, then the successors of each
component from those of its neighbours.

A closed relation that changes is not closed anew: a pair that comes or goes concerns the pairs from
what reaches its left member to what its right member reaches, and no others.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import TypeVar

from graph.reasoning import arrays
from graph.reasoning.arrays import Ints

Node = TypeVar("Node", bound=Hashable)

_ROUNDS = 4
_GROWTH = 4
_CHUNK = 1 << 20
"""So many pairs are made at a time, before what is known is left out."""


def close(edges: Ints) -> Ints:
    """The transitive closure of a set of pairs, the pairs included."""
    reached = delta = edges
    for _ in range(_ROUNDS):
        start, count = arrays.spans(reached, arrays.right(delta))
        if int(count.sum()) > _GROWTH * (len(reached) + 256):
            break
        rows, at = arrays.ranges(start, count)
        found = arrays.pack(arrays.left(delta)[rows], arrays.right(reached[at]))
        delta = arrays.difference(arrays.sort(found), reached)
        if not len(delta):
            return reached
        reached = arrays.union(reached, delta)
    return _condense(edges)


def through(pairs: Ints, closed: Ints, turned: Ints) -> Ints:
    """The pairs that a path through one of the given pairs connects, these included.

    The rest of the path is in ``closed``, a closed relation; ``turned`` is that turned round.
    """
    rows, before = arrays.expand(turned, arrays.left(pairs))
    starts = arrays.pack(before, arrays.right(pairs)[rows])
    return onward(arrays.sort(arrays.concat([pairs, starts])), closed)


def onward(starts: Ints, closed: Ints) -> Ints:
    """Pairs, and those that they make with the pairs of a closed relation."""
    found = [starts]
    for part in _pieces(starts, closed):
        rows, after = arrays.expand(closed, arrays.right(part))
        found.append(arrays.sort(arrays.pack(arrays.left(part)[rows], after)))
    return arrays.sort(arrays.concat(found))


def _pieces(starts: Ints, closed: Ints) -> Iterator[Ints]:
    """The pairs in pieces, none of which goes on to many more than ``_CHUNK`` pairs."""
    _, count = arrays.spans(closed, arrays.right(starts))
    total = count.cumsum()
    cuts = total.searchsorted(range(_CHUNK, int(total[-1]) if len(total) else 0, _CHUNK)).tolist()
    for low, high in pairwise([0, *cuts, len(starts)]):
        if low < high:
            yield starts[low:high]


def extend(pairs: Ints, closed: Ints, turned: Ints) -> Ints:
    """The transitive closure of a closed relation and further pairs, but for what is known.

    ``closed`` holds the pairs already, and ``turned`` is that turned round.
    """
    heads, tails = arrays.sort(arrays.right(pairs)), arrays.sort(arrays.left(pairs))
    rows, after = arrays.expand(closed, heads)
    links = arrays.pack(heads[rows], after)[arrays.member(tails, after)]
    skeleton = close(arrays.union(pairs, arrays.difference(links, pairs)))
    return arrays.difference(through(skeleton, closed, turned), closed)


def _condense(edges: Ints) -> Ints:
    sources = arrays.left(edges)
    bounds = arrays.groups(sources).tolist()
    targets = arrays.right(edges)
    neighbours = {int(sources[low]): targets[low:high].tolist() for low, high in pairwise(bounds)}
    successors: dict[int, Ints] = {}  # by component; a component before those that reach it
    component_of: dict[int, int] = {}
    parts = []
    for number, component in enumerate(components(neighbours, neighbours)):
        for node in component:
            component_of[node] = number
        cyclic = len(component) > 1 or component[0] in neighbours.get(component[0], ())
        beyond = {component_of[t] for node in component for t in neighbours.get(node, ())}
        beyond.discard(number)
        reach = [successors[other] for other in beyond]
        direct = [t for node in component for t in neighbours.get(node, ())]
        if cyclic:
            direct += component
        reached = arrays.sort(arrays.concat([arrays.array(direct), *reach]))
        successors[number] = reached
        parts += [arrays.pack(node, reached) for node in component if len(reached)]
    return arrays.sort(arrays.concat(parts))


def components(
    nodes: Iterable[Node], neighbours: Mapping[Node, Collection[Node]]
) -> Iterable[list[Node]]:
    """Strongly connected components (Tarjan 1972), each after all that it reaches.

    Nodes that only occur as neighbours are visited too. The recursion is an explicit stack.
    """
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    open_: list[Node] = []
    done: set[Node] = set()
    for root in nodes:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        open_.append(root)
        work = [(root, iter(neighbours.get(root, ())))]
        while work:
            node, rest = work[-1]
            for other in rest:
                if other not in index:
                    index[other] = low[other] = len(index)
                    open_.append(other)
                    work.append((other, iter(neighbours.get(other, ()))))
                    break
                if other not in done:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == index[node]:
                    component: list[Node] = []
                    while not component or component[-1] != node:
                        component.append(open_.pop())
                    done.update(component)
                    yield component


def reduce(above: Mapping[int, set[int]]) -> list[tuple[int, int]]:
    """The fewest steps that give a closed hierarchy back.

    ``above`` is transitively closed: what is above each node (itself or not). The nodes of an
    equivalence cycle are kept together: a ring through the cycle, and steps from its first member.
    """
    ring: dict[int, list[int]] = {}
    for node, over in above.items():
        equal = [other for other in over if other != node and node in above.get(other, ())]
        ring[node] = sorted([node, *equal]) if equal else [node]
    steps = []
    for node, over in above.items():
        cycle = ring[node]
        if len(cycle) > 1:
            steps.append((node, cycle[(cycle.index(node) + 1) % len(cycle)]))
            if node != cycle[0]:
                continue
        beyond = [other for other in over if other not in cycle]
        beyond.sort(key=lambda other: (-len(above.get(other, ())), other))
        covered: set[int] = set()
        for other in beyond:
            if other not in covered:
                steps.append((node, ring.get(other, [other])[0]))
                covered.update(above.get(other, ()), ring.get(other, [other]))
    return steps
