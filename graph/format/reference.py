"""What people chose in a file, by the path to each node: order, line breaks, spelling, comments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import NamedNode

from graph.format.match import Named
from graph.turtle import FIRST, TYPE, Document, Node, Pair, Statement, Term

Path = tuple[str, ...]
"""A subject's name, then a predicate and an object's name for each step into the tree."""

ITEM = FIRST.value


@dataclass(frozen=True)
class Group:
    """A predicate of a paragraph with its objects: one place in the order of predicates."""

    predicate: NamedNode
    breaks: bool
    breaks_objects: bool
    """Whether each object but the first stands on a line of its own."""


@dataclass(frozen=True)
class Place:
    """Where a node stands, and how it is written."""

    group: int
    order: int
    breaks: bool
    node: Node


@dataclass(frozen=True)
class Paragraph:
    """How a subject is laid out."""

    order: int
    gap: bool
    bracketed: bool
    subject: Node
    types: frozenset[Term]


@dataclass(frozen=True)
class Comments:
    floating: tuple[tuple[str, ...], ...] = ()
    above_pair: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: str = ""
    opening: str = ""
    closing: tuple[str, ...] = ()


@dataclass
class Reference:
    """A document, taken apart by path."""

    paragraphs: dict[Path, Paragraph] = field(default_factory=dict)
    groups: dict[Path, list[Group]] = field(default_factory=dict)
    places: dict[Path, Place] = field(default_factory=dict)
    comments: dict[Path, Comments] = field(default_factory=dict)
    tail: tuple[tuple[str, ...], ...] = ()


def take_apart(document: Document, names: Named) -> Reference:
    """What the document chose; the paths carry the names given."""
    found = Reference(tail=_people_blocks(document.tail))
    for order, statement in enumerate(document.statements):
        _paragraph(found, statement, order, names)
    for prefix in document.prefixes:
        found.comments[prefix_path(prefix.name)] = Comments(
            _people_blocks(prefix.floating),
            before=people(prefix.before),
            after=prefix.after,
        )
    return found


def prefix_path(name: str) -> Path:
    return ("@prefix", name)


def _paragraph(found: Reference, statement: Statement, order: int, names: Named) -> None:
    subject = statement.subject
    if subject.term not in names.subjects:  # a labelled node that stands in brackets elsewhere
        above = (*(line for block in statement.floating for line in block), *statement.before)
        found.tail = (*_people_blocks((above,)), *found.tail)
        return
    path = (names.subjects[subject.term],)
    pairs, before, floating = statement.pairs, statement.before, statement.floating
    if statement.bracketed and subject.opening:
        before = (*before, subject.opening)
    closing = (*subject.closing, *statement.closing)
    if path in found.paragraphs:  # a subject's second paragraph joins its first
        above = (*(line for block in floating for line in block), *before)
        pairs = (replace(pairs[0], before=(*above, *pairs[0].before), breaks=True), *pairs[1:])
        earlier = found.comments[path]
        found.comments[path] = replace(earlier, closing=(*earlier.closing, *people(closing)))
    else:
        types = frozenset(o.node.term for p in pairs if p.predicate == TYPE for o in p.objects)
        found.paragraphs[path] = Paragraph(
            order, statement.gap, statement.bracketed, subject, types
        )
        found.comments[path] = Comments(
            _people_blocks(floating), before=people(before), closing=people(closing)
        )
    _pairs(found, pairs, path, subject.term, names)


def _pairs(
    found: Reference, pairs: Sequence[Pair], path: Path, subject: Term, names: Named
) -> None:
    groups = found.groups.setdefault(path, [])
    for pair in pairs:
        calls = dict(names.objects.get((subject, pair.predicate), ()))
        breaks_objects = len(pair.objects) > 1 and all(o.breaks for o in pair.objects[1:])
        groups.append(Group(pair.predicate, pair.breaks, breaks_objects))
        above = people(pair.before)
        for order, each in enumerate(pair.objects):
            below = (*path, pair.predicate.value, calls.get(each.node.term, ""))
            found.comments[below] = Comments(
                above_pair=above, before=people(each.before), after=each.after
            )
            above = ()
            found.places[below] = Place(len(groups) - 1, order, each.breaks, each.node)
            _inside(found, each.node, below, names)


def _inside(found: Reference, node: Node, path: Path, names: Named) -> None:
    found.comments[path] = replace(
        found.comments[path], opening=node.opening, closing=people(node.closing)
    )
    if node.kind == "anon":
        _pairs(found, node.pairs, path, node.term, names)
    calls = names.objects.get((node.term, FIRST), ())
    for order, item in enumerate(node.items):
        name = calls[order][1] if order < len(calls) else ""
        below = (*path, ITEM, name)
        found.comments[below] = Comments(before=people(item.before), after=item.after)
        found.places[below] = Place(0, order, item.breaks, item.node)
        _inside(found, item.node, below, names)


_GENERATED = re.compile(
    r"#{40,}"
    r"|###\s+\S+:\S*"
    r"|###\s+Generated by .*"
    r"|#    (Annotation properties|Annotations|Classes|Data properties|Datatypes"
    r"|General axioms|Individuals|Object Properties|Rules)"
    r"|# (baseURI|imports|prefix): \S+.*"
)


def generated(comment: str) -> bool:
    """Whether the OWL API or TopBraid writes such a comment of itself."""
    return _GENERATED.fullmatch(comment) is not None


def people(comments: Sequence[str]) -> tuple[str, ...]:
    """The comments without those of generators."""
    return tuple(comment for comment in comments if not generated(comment))


def _people_blocks(blocks: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(kept for block in blocks if (kept := people(block)))


def merged(first: Mapping[Path, Comments], second: Mapping[Path, Comments]) -> dict[Path, Comments]:
    """The comments of both, each once."""
    both = dict(first)
    for path, more in second.items():
        have = both.get(path, Comments())
        both[path] = Comments(
            tuple(dict.fromkeys((*have.floating, *more.floating))),
            tuple(dict.fromkeys((*have.above_pair, *more.above_pair))),
            tuple(dict.fromkeys((*have.before, *more.before))),
            have.after or more.after,
            have.opening or more.opening,
            tuple(dict.fromkeys((*have.closing, *more.closing))),
        )
    return both
