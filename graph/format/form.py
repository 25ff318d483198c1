"""The one form of a Turtle file: its triples, in the order and layout of the file as it was.

The form is a function of the triples and of the file as git last had it. Subjects, predicates,
prefixes and comments that were there keep their place, their line breaks and their spelling; new
ones follow in the order of their IRIs, laid out as the paragraph most like them. What editors add
goes: ``owl:NamedIndividual``, declarations repeated from elsewhere, comments of generators. Lists
that are sets are sorted, unless the set is the same as before; property chains never.

So a file that a program has read and written again comes back to the same bytes. A file that git
does not have yet is its own reference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from graph.format.index import OWL, Index
from graph.format.match import matched, named
from graph.format.printer import Printer
from graph.format.reference import (
    Comments,
    Path,
    Reference,
    generated,
    merged,
    prefix_path,
    take_apart,
)
from graph.format.spelling import Spelling
from graph.tokens import TurtleError
from graph.turtle import (
    FIRST,
    REST,
    TYPE,
    Document,
    Subject,
    Term,
    Triple,
    comments,
    read,
)
from ontology import BASE

_INDIVIDUAL = NamedNode(OWL + "NamedIndividual")
_ONTOLOGY = NamedNode(OWL + "Ontology")
_ENTITIES = frozenset(
    NamedNode(iri)
    for iri in (
        OWL + "Class",
        OWL + "ObjectProperty",
        OWL + "DatatypeProperty",
        OWL + "AnnotationProperty",
        "http://www.w3.org/2000/01/rdf-schema#Datatype",
    )
)
_SYMMETRIC = frozenset(
    NamedNode(OWL + name)
    for name in (
        "differentFrom",
        "disjointWith",
        "equivalentClass",
        "equivalentProperty",
        "inverseOf",
        "propertyDisjointWith",
        "sameAs",
    )
)

Declarations = frozenset[tuple[Term, Term]]
"""Entities with the type that some other file declares."""


def format_turtle(
    current: bytes, previous: bytes | None, elsewhere: Declarations = frozenset()
) -> bytes:
    """The one form of a Turtle file.

    ``previous`` is the file as git last had it, None if git does not have it; ``elsewhere`` are the
    declarations of the other files, which an editor repeats. The text has the triples of
    ``current`` without what editors add, and every comment that a person wrote in it; where a
    program has dropped the comments, those of ``previous`` come back. Raises TurtleError for what
    is no Turtle.
    """
    now = read(current)
    said = comments(current)
    before = _previous(current, now, previous)
    by_person = [comment for comment in said if not generated(comment)]
    by_editor = len(by_person) < len(said)
    by_program = by_editor or (before is not None and not by_person)
    origin = before or now
    old = Index(origin.triples())
    repeated = elsewhere | _supplied(now, old) if by_editor and before else frozenset()
    triples = _cleaned(now, old if before else None, repeated)
    graph = named(Index(triples))
    reference = take_apart(origin, named(old))
    if before is not None:
        graph = matched(graph.index, named(old))
    mine = take_apart(now, graph)
    if not by_program:
        remarks, tail = mine.comments, mine.tail
    else:
        remarks = merged(reference.comments, mine.comments)
        tail = tuple(dict.fromkeys((*reference.tail, *mine.tail)))
    spelling = Spelling(origin.namespaces(), now.namespaces())
    new = before is None
    printer = Printer(graph, reference, remarks, spelling, sorts=new, by_editor=by_editor and new)
    body = _body(printer, reference, mine, remarks, by_program)
    head = _head(origin, now, spelling, remarks, keeps=not (by_editor and new), adds=not by_program)
    lost = Counter(by_person) - Counter(comments(_joined(head, body, tail)))
    if lost:
        tail = (*tail, tuple(lost.elements()))
    text = _joined(head, body, tail)
    if _meaning(current) != _meaning_of(now.triples()) or _meaning(text) != _meaning_of(triples):
        raise TurtleError("not formatted: the text would not hold the triples of the file")
    return text


def in_form(current: bytes, previous: bytes | None, elsewhere: Declarations = frozenset()) -> bool:
    """Whether the file is in its one form. Raises TurtleError for what is no Turtle."""
    return format_turtle(current, previous, elsewhere) == current


def declarations(turtle: bytes) -> Declarations:
    """The classes, properties and datatypes that a file declares. Raises TurtleError."""
    return frozenset((s, o) for s, p, o in read(turtle).triples() if p == TYPE and o in _ENTITIES)


def _previous(current: bytes, now: Document, previous: bytes | None) -> Document | None:
    """The file as it was, with the namespaces that its prefixes have been given since."""
    if previous is None:
        return None
    try:
        before = read(previous)
        bound = now.namespaces()
        for name, namespace in before.namespaces().items():
            given = bound.get(name, namespace)
            if given != namespace and not _mentions(now, namespace, given):
                old, new = f"<{namespace}>".encode(), f"<{given}>".encode()
                before = read(previous := previous.replace(old, new))
    except TurtleError:
        return None
    return before


def _mentions(document: Document, namespace: str, instead: str) -> bool:
    """Whether the first namespace is still in use where the second does not account for it."""
    return any(
        isinstance(term, NamedNode)
        and term.value.startswith(namespace)
        and not (instead.startswith(namespace) and term.value.startswith(instead))
        for triple in document.triples()
        for term in triple
    )


def _supplied(now: Document, old: Index) -> Declarations:
    """Bare declarations of terms that the file used before and did not declare (the OWL API
    declares whatever it meets)."""
    index = Index(now.triples())
    met = {term for triple in old.triples for term in triple}
    return frozenset(
        (s, o)
        for s, p, o in index.triples
        if p == TYPE and o in _ENTITIES and s in met and len(index.about[s]) == 1
    )


def _cleaned(now: Document, old: Index | None, repeated: Declarations) -> list[Triple]:
    """The triples without what editors add, statements that have no direction turned back."""
    triples = dict.fromkeys(now.triples())
    known = frozenset(old.triples) if old else frozenset()
    about = Index(triples).about
    kept = []
    for triple in triples:
        s, p, o = triple
        if p == TYPE and (o == _INDIVIDUAL or ((s, o) in repeated and triple not in known)):
            continue
        if o == _ONTOLOGY and isinstance(s, BlankNode) and len(about[s]) == 1:
            continue  # the OWL API gives a file that has no header an empty one
        if p in _SYMMETRIC and not isinstance(o, Literal):
            turned = Triple(o, p, s)
            if turned in known and triple not in known and turned not in triples:
                triple = turned
        kept.append(triple)
    return kept


def _body(
    printer: Printer,
    reference: Reference,
    mine: Reference,
    remarks: dict[Path, Comments],
    by_program: bool,
) -> list[tuple[list[str], bool]]:
    """The paragraphs, each with whether a blank line stands before it."""
    names, index = printer.graph.subjects, printer.index
    known = reference.paragraphs
    subjects = sorted(
        ((subject, (names[subject],)) for subject in index.subjects),
        key=lambda entry: (
            known[entry[1]].order if entry[1] in known else len(known) + len(mine.paragraphs),
            index.key(entry[0]),
        ),
    )
    written = {path for _, path in subjects}
    carried: dict[Path, tuple[tuple[str, ...], ...]] = {}
    orphans: tuple[tuple[str, ...], ...] = ()
    for path in (reference if by_program else mine).paragraphs:
        blocks = (*orphans, *remarks[path].floating)
        orphans = () if path in written else blocks
        carried[path] = blocks
    paragraphs: list[tuple[list[str], bool]] = []
    before = None
    for subject, path in subjects:
        blocks = carried.get(path, remarks.get(path, Comments()).floating)
        paragraphs.extend((list(block), True) for block in blocks)
        lines = printer.paragraph(subject, path)
        at = known.get(path)
        follows = at is not None and before is not None and before.order == at.order - 1
        single = bool(paragraphs) and len(lines) == len(paragraphs[-1][0]) == 1
        dense = follows and single and at is not None and not at.gap
        paragraphs.append((lines, blocks != () or not dense))
        before = at
    paragraphs.extend((list(block), True) for block in orphans)
    return paragraphs


def _head(
    origin: Document,
    now: Document,
    spelling: Spelling,
    remarks: dict[Path, Comments],
    keeps: bool,
    adds: bool,
) -> list[tuple[list[str], bool]]:
    """The prefixes that the text needs, in the order of the origin, then new ones by name.

    ``keeps``: those of the origin that the text does not need as well, unless a person took them
    away; ``adds``: those that a person has added.
    """
    theirs, ours = origin.namespaces(), now.namespaces()
    gaps = {prefix.name: prefix.gap for prefix in origin.prefixes}
    names = [
        name for name in theirs if name in spelling.used or (keeps and (not adds or name in ours))
    ]
    names += sorted(name for name in ours if name not in theirs and (name in spelling.used or adds))
    head: list[tuple[list[str], bool]] = []
    for name in names:
        comments = remarks.get(prefix_path(name), Comments())
        head.extend((list(block), True) for block in comments.floating)
        line = f"@prefix {name}: <{spelling.namespaces[name]}> ."
        if comments.after:
            line += f"    {comments.after}"
        gap = bool(comments.floating) or gaps.get(name, False)
        head.append(([*comments.before, line], gap))
    if spelling.relative and origin.base is not None:
        head.append(([f"@base <{origin.base}> ."], False))
    return head


def _joined(
    head: list[tuple[list[str], bool]],
    body: list[tuple[list[str], bool]],
    tail: Iterable[Iterable[str]],
) -> bytes:
    text: list[str] = []
    for part in (head, body, [(list(block), True) for block in tail]):
        for at, (lines, gap) in enumerate(part):
            if text and (gap or at == 0):
                text.append("")
            text.extend(lines)
    return ("\n".join(text) + "\n").encode() if text else b""


_MEMBER = NamedNode("urn:x-legation:member")


def _meaning(turtle: bytes) -> frozenset[str]:
    quads = pyoxigraph.parse(turtle, pyoxigraph.RdfFormat.TURTLE, base_iri=BASE)
    return _meaning_of(Triple(q.subject, q.predicate, q.object) for q in quads)


def _meaning_of(triples: Iterable[Triple]) -> frozenset[str]:
    """The triples with canonical blank nodes (RDFC-1.0), a list that is a set as its members."""
    index = Index(triples)
    cells: dict[Term, Subject] = {}
    for head, items in index.lists.items():
        if index.is_set(head) and not isinstance(head, Literal):
            cell: Term = head
            for _ in items:
                cells[cell] = head
                cell = index.about[cell][REST][0]
    dataset = pyoxigraph.Dataset()
    for s, p, o in index.triples:
        if s not in cells:
            dataset.add(Quad(s, p, o))
        elif p == FIRST:
            dataset.add(Quad(cells[s], _MEMBER, o))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(map(str, dataset))
