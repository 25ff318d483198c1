"""Transitive closure and transitive reduction.

Going round by round (semi-naive) costs a round for every link of the longest chain; that is right
for shallow relations. A deep or dense one is condensed instead: Tarjan's strongly connected
components, then the successors of each component from those of its neighbours.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from itertools import pairwise
from typing import TypeVar

from graph.reasoning import arrays
from graph.reasoning.arrays import Ints

Node = TypeVar("Node", bound=Hashable)

_ROUNDS = 6
_GROWTH = 4


def close(edges: Ints) -> Ints:
    """The transitive closure of a set of pairs, the pairs included."""
    reached = delta = edges
    for _ in range(_ROUNDS):
        _, count = arrays.spans(edges, arrays.right(delta))
        if int(count.sum()) > _GROWTH * (len(reached) + 256):
            break
        rows, targets = arrays.expand(edges, arrays.right(delta))
        found = arrays.sort(arrays.pack(arrays.left(delta)[rows], targets))
        delta = arrays.difference(found, reached)
        if not len(delta):
            return reached
        reached = arrays.union(reached, delta)
    return _condense(edges)


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
