"""A directed acyclic graph drawn in layers, as the coordinates of an SVG. Pure.

What is below a box stands in a lower layer than it. Each box hangs in a tree from one of those
above it; leaves take columns from left to right and a box stands over the middle of its tree, so
that no two boxes touch. The other edges cross where they must.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten, wrap

WIDTH = 172
"""Of a box, in pixels."""
_GAP = 14
_BETWEEN = 44
"""Pixels between layers."""
_LINE = 16
_PAD = 9
_LETTERS = 25
"""That fit in a line of a box."""
_LINES = 5


@dataclass(frozen=True)
class Box:
    """A box with its lines of text; ``x`` and ``y`` are its upper left corner."""

    x: int
    y: int
    height: int
    lines: tuple[str, ...]
    kind: str

    def baselines(self) -> list[tuple[int, str]]:
        """The lines with the height of each."""
        return [(self.y + _PAD + 12 + place * _LINE, line) for place, line in enumerate(self.lines)]


@dataclass(frozen=True)
class Edge:
    """A line from the foot of a box to the head of one below."""

    x1: int
    y1: int
    x2: int
    y2: int

    @property
    def path(self) -> str:
        """As the data of an SVG path."""
        middle = (self.y1 + self.y2) // 2
        return f"M{self.x1},{self.y1} C{self.x1},{middle} {self.x2},{middle} {self.x2},{self.y2}"


@dataclass(frozen=True)
class Drawing:
    """Boxes and edges, and how much room they take, in pixels."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    box_width: int = WIDTH


def draw(
    root: str, below: Mapping[str, Sequence[str]], boxes: Mapping[str, tuple[str, str]]
) -> Drawing:
    """Draw what hangs from `root`. `boxes` gives the text and the kind of each node."""
    order = _topological(root, below)
    layer = dict.fromkeys(order, 0)
    for node in order:
        for child in below.get(node, ()):
            layer[child] = max(layer[child], layer[node] + 1)
    tree: dict[str, list[str]] = {node: [] for node in order}
    hung: set[str] = set()
    for node in order:
        for child in below.get(node, ()):
            if child not in hung and layer[child] == layer[node] + 1:
                hung.add(child)
                tree[node].append(child)
    column = _columns(root, tree)
    lines = {node: _wrapped(boxes[node][0]) for node in order}
    height = {node: 2 * _PAD + _LINE * len(lines[node]) for node in order}
    tops: list[int] = []
    y = 0
    for depth in range(max(layer.values()) + 1):
        tops.append(y)
        y += max(height[node] for node in order if layer[node] == depth) + _BETWEEN
    left = {node: round(column[node] * (WIDTH + _GAP)) for node in order}
    return Drawing(
        width=max(left.values()) + WIDTH,
        height=y - _BETWEEN,
        boxes=tuple(
            Box(left[node], tops[layer[node]], height[node], lines[node], boxes[node][1])
            for node in order
        ),
        edges=tuple(
            Edge(
                left[node] + WIDTH // 2,
                tops[layer[node]] + height[node],
                left[child] + WIDTH // 2,
                tops[layer[child]],
            )
            for node in order
            for child in below.get(node, ())
        ),
    )


def _topological(root: str, below: Mapping[str, Sequence[str]]) -> list[str]:
    """The nodes that hang from the root, each after all that are above it."""
    done: dict[str, None] = {}
    work = [(root, False)]
    while work:
        node, finished = work.pop()
        if finished:
            done[node] = None
        elif node not in done:
            work.append((node, True))
            work.extend((child, False) for child in below.get(node, ()) if child not in done)
    return list(reversed(done))


def _columns(root: str, tree: Mapping[str, Sequence[str]]) -> dict[str, float]:
    column: dict[str, float] = {}
    free = 0
    work = [(root, False)]
    while work:
        node, finished = work.pop()
        if not tree[node]:
            column[node] = free
            free += 1
        elif finished:
            column[node] = (column[tree[node][0]] + column[tree[node][-1]]) / 2
        else:
            work.append((node, True))
            work.extend((child, False) for child in reversed(tree[node]))
    return column


def _wrapped(text: str) -> tuple[str, ...]:
    short = shorten(
        text, _LETTERS * _LINES - _LETTERS // 2, placeholder=" …”" if text[:1] == "“" else " …"
    )
    return tuple(wrap(short, _LETTERS))
