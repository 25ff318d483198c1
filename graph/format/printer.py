"""Triples to text, laid out as the reference lays out what it knows and its like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode

from graph.format.match import Named
from graph.format.reference import ITEM, Comments, Group, Path, Place, Reference
from graph.format.spelling import Spelling
from graph.turtle import FIRST, TYPE, Term

WIDTH = 100
INDENT = 4
_SILENT = Comments()


class Lines:
    """Text that grows by pieces, each after a space or on a line of its own."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.now = ""
        self.comment = ""

    def put(self, piece: str, indent: int, breaks: bool = False) -> None:
        if breaks or self.comment:
            self.end()
        self.now += f" {piece}" if self.now else " " * indent + piece

    def alone(self, comments: tuple[str, ...], indent: int) -> None:
        """Comments on lines of their own; what follows starts a line."""
        if comments:
            self.end()
            self.done.extend(" " * indent + comment for comment in comments)

    def end(self) -> None:
        if self.comment:
            self.now += "    " + self.comment
        if self.now:
            self.done.append(self.now)
        self.now = self.comment = ""

    @property
    def indent(self) -> int:
        """The indentation of the line that is being written."""
        return len(self.now) - len(self.now.lstrip(" "))

    def fits(self, piece: str, indent: int) -> bool:
        before = len(self.now.rpartition("\n")[2]) + len(" ") if self.now else indent
        return before + len(piece) <= WIDTH - len(" ;")


@dataclass(frozen=True)
class _Line:
    """A predicate with its objects, about to be printed."""

    predicate: NamedNode
    breaks: bool
    breaks_objects: bool
    objects: list[tuple[Term, Path, Place | None]]


@dataclass(frozen=True)
class _Like:
    """A paragraph or bracket of the reference, as a pattern for new ones."""

    path: Path
    types: frozenset[Term]
    predicates: frozenset[NamedNode]


class Printer:
    """Prints the paragraphs of a graph."""

    def __init__(
        self,
        graph: Named,
        reference: Reference,
        comments: Mapping[Path, Comments],
        spelling: Spelling,
        sorts: bool,
        by_editor: bool,
    ) -> None:
        """``sorts``: sort lists that are sets even where the reference has another order.

        ``by_editor``: an editor laid the reference out, so the line breaks in its lists mean
        nothing.
        """
        self.graph, self.index = graph, graph.index
        self.reference, self.comments, self.spelling = reference, comments, spelling
        self.sorts, self.by_editor = sorts, by_editor
        self.patterns: dict[str, list[_Like]] = defaultdict(list)
        for path, groups in reference.groups.items():
            predicates = frozenset(group.predicate for group in groups)
            if len(path) == 1:
                types = reference.paragraphs[path].types
            else:
                pairs = reference.places[path].node.pairs
                types = frozenset(
                    o.node.term for pair in pairs if pair.predicate == TYPE for o in pair.objects
                )
            self.patterns[_slot(path)].append(_Like(path, types, predicates))

    def paragraph(self, subject: Term, path: Path) -> list[str]:
        """The lines of a subject, the comments directly above it first."""
        known = self.reference.paragraphs.get(path)
        anonymous = isinstance(subject, BlankNode) and self.index.used[subject] == 0
        bracketed = known is not None and known.bracketed and anonymous
        comments = self.comments.get(path, _SILENT)
        out = Lines()
        out.alone(comments.before, 0)
        if bracketed:
            out.put("[", 0)
        elif anonymous and not (known is not None and known.subject.text):
            out.put("[]", 0)
        else:
            out.put(self.spelling.of(subject, known.subject if known else None), 0)
        self._lines(out, self._groups(subject, path), INDENT, first_breaks=False)
        if comments.closing:
            if not bracketed:
                out.now += " ;"
            out.alone(comments.closing, INDENT)
        comment, out.comment = out.comment, ""
        end = "] ." if bracketed else "."
        out.put(end, INDENT if not bracketed else 0)
        out.comment = comment
        out.end()
        return out.done

    def _lines(self, out: Lines, lines: list[_Line], indent: int, first_breaks: bool) -> None:
        for at, line in enumerate(lines):
            above = self.comments.get(line.objects[0][1], _SILENT).above_pair
            for _, path, _ in line.objects[1:]:
                above += self.comments.get(path, _SILENT).above_pair
            out.alone(above, indent)
            breaks = line.breaks if at else first_breaks
            predicate = "a" if line.predicate == TYPE else self.spelling.fresh(line.predicate)
            out.put(predicate, indent, breaks)
            for order, (term, path, place) in enumerate(line.objects):
                comments = self.comments.get(path, _SILENT)
                out.alone(comments.before, indent + INDENT)
                if place is not None:
                    breaks = place.breaks and (order > 0 or place.order == 0)
                else:
                    breaks = order > 0 and (
                        line.breaks_objects or not out.fits(self._flat(term, path), indent + INDENT)
                    )
                self._node(out, term, path, indent + INDENT, breaks)
                if order < len(line.objects) - 1:
                    out.put(",", indent + INDENT)
                elif at < len(lines) - 1:
                    out.put(";", indent)
                out.comment = comments.after

    def _node(self, out: Lines, term: Term, path: Path, indent: int, breaks: bool) -> None:
        place = self.reference.places.get(path)
        if breaks:
            out.end()  # so that what follows is measured against a line of its own
        if term in self.index.lists:
            self._list(out, term, path, indent, breaks)
        elif not self.index.nested(term):
            out.put(self.spelling.of(term, place.node if place else None), indent, breaks)
        elif term not in self.index.about:
            out.put("[]", indent, breaks)
        else:
            self._brackets(out, term, path, indent, breaks)

    def _brackets(self, out: Lines, term: Term, path: Path, indent: int, breaks: bool) -> None:
        place = self.reference.places.get(path)
        lines = self._groups(term, path)
        comments = self.comments.get(path, _SILENT)
        pattern = self.reference.groups.get(self._pattern(term, path), [])
        node = place.node if place is not None and place.node.kind == "anon" else None
        like = self.reference.places.get(self._pattern(term, path))
        closes = like is not None and like.node.closes_on_new_line
        tall = closes or any(group.breaks for group in pattern)
        changed = node is None or any(at is None for line in lines for _, _, at in line.objects)
        first = closes
        if node is not None and (tall or not changed):
            first = bool(pattern) and lines[0].breaks
        elif not tall:
            tall = not out.fits(self._flat(term, path), indent)
            lines = [_Line(x.predicate, tall, x.breaks_objects, x.objects) for x in lines]
            closes = first = tall
        out.put("[", indent, breaks)
        base = out.indent
        out.comment = comments.opening
        self._lines(out, lines, base + INDENT, first)
        out.alone(comments.closing, base + INDENT)
        out.put("]", base, closes)

    def _list(self, out: Lines, head: Term, path: Path, indent: int, breaks: bool) -> None:
        items = self.items(head, path)
        if not items:
            out.put("()", indent, breaks)
            return
        comments = self.comments.get(path, _SILENT)
        place = self.reference.places.get(path)
        node = place.node if place is not None and place.node.kind == "list" else None
        node = None if self.by_editor else node
        places = [self.reference.places.get(below) for _, below in items]
        kept = node is not None and [at.order for at in places if at] == list(
            range(len(node.items))
        )
        kept = kept and len(items) == len(node.items if node else ())
        tall = node is not None and any(item.breaks for item in node.items)
        if not kept:
            tall = tall or not out.fits(self._flat(head, path), indent)
        closes = node.closes_on_new_line if kept and node is not None else tall
        out.put("(", indent, breaks)
        base = out.indent
        out.comment = comments.opening
        for (item, below), at in zip(items, places, strict=True):
            about = self.comments.get(below, _SILENT)
            out.alone(about.before, base + INDENT)
            self._node(out, item, below, base + INDENT, at.breaks if kept and at else tall)
            out.comment = about.after
        out.alone(comments.closing, base + INDENT)
        out.put(")", base, closes)

    def items(self, head: Term, path: Path) -> list[tuple[Term, Path]]:
        """The items of a list: a set in the order of the reference, or sorted if it changed."""
        items = [
            (term, (*path, ITEM, name)) for term, name in self.graph.objects.get((head, FIRST), ())
        ]
        if self.index.is_set(head):
            place = self.reference.places.get(path)
            places = [self.reference.places.get(below) for _, below in items]
            same = place is not None and len(place.node.items) == len(items) and all(places)
            if same and not self.sorts:
                return sorted(items, key=lambda item: self.reference.places[item[1]].order)
            return sorted(items, key=lambda item: self.index.key(item[0]))
        return items

    def _groups(self, term: Term, path: Path) -> list[_Line]:
        """The predicates of a node with their objects, in the order in which they are printed."""
        pattern = self.reference.groups.get(self._pattern(term, path), [])
        numbers: dict[NamedNode, list[int]] = defaultdict(list)
        for number, group in enumerate(pattern):
            numbers[group.predicate].append(number)
        slots: dict[tuple[int, str], list[tuple[Term, Path, Place | None]]] = defaultdict(list)
        predicates: dict[tuple[int, str], NamedNode] = {}
        for predicate in self.index.about[term]:
            fresh: list[tuple[Term, Path, Place | None]] = []
            placed: list[tuple[Place, Term, Path]] = []
            for each, name in self.graph.objects[term, predicate]:
                below = (*path, predicate.value, name)
                if (place := self.reference.places.get(below)) is None:
                    fresh.append((each, below, None))
                else:
                    placed.append((place, each, below))
            for place, each, below in sorted(placed, key=lambda entry: entry[0].order):
                slots[place.group, ""].append((each, below, place))
                predicates[place.group, ""] = predicate
            known = numbers.get(predicate, [])
            empty = [number for number in known if (number, "") not in slots]
            fresh.sort(key=lambda entry: self.index.key(entry[0]))
            for count, entry in enumerate(fresh):
                if len(known) == 1:
                    slot = (known[0], "")
                elif empty:
                    slot = (empty.pop(0), "")
                elif known:
                    slot = (known[-1], f"{count:06}")
                else:
                    slot = (len(pattern), "" if predicate == TYPE else predicate.value)
                slots[slot].append(entry)
                predicates[slot] = predicate
        return self._in_order(slots, predicates, pattern)

    def _in_order(
        self,
        slots: Mapping[tuple[int, str], list[tuple[Term, Path, Place | None]]],
        predicates: Mapping[tuple[int, str], NamedNode],
        pattern: list[Group],
    ) -> list[_Line]:
        lines = []
        before = -1
        for slot in sorted(slots):
            number = slot[0]
            breaks, breaks_objects = True, False
            if number < len(pattern):
                breaks_objects = pattern[number].breaks_objects
                if not slot[1]:
                    breaks = any(group.breaks for group in pattern[before + 1 : number + 1])
            before = number
            lines.append(_Line(predicates[slot], breaks, breaks_objects, slots[slot]))
        return lines

    def _pattern(self, term: Term, path: Path) -> Path:
        """The path of the node itself if the reference has it, else of the one most like it."""
        if path in self.reference.groups:
            return path
        pairs = self.index.about.get(term, {})
        types = frozenset(pairs.get(TYPE, ()))
        best, best_score = path, (False, 0.5)
        for like in self.patterns.get(_slot(path), ()):
            shared = len(like.predicates & pairs.keys()) / len(like.predicates | pairs.keys())
            score = (bool(types) and like.types == types, shared)
            if score >= best_score:
                best, best_score = like.path, score
        return best

    def _flat(self, term: Term, path: Path) -> str:
        """The node on one line."""
        if term in self.index.lists:
            items = [self._flat(item, below) for item, below in self.items(term, path)]
            return f"( {' '.join(items)} )" if items else "()"
        if not self.index.nested(term):
            place = self.reference.places.get(path)
            return self.spelling.of(term, place.node if place else None)
        parts = []
        for line in self._groups(term, path) if term in self.index.about else []:
            predicate = "a" if line.predicate == TYPE else self.spelling.fresh(line.predicate)
            objects = [self._flat(each, below) for each, below, _ in line.objects]
            parts.append(f"{predicate} {' , '.join(objects)}")
        return f"[ {' ; '.join(parts)} ]" if parts else "[]"


def _slot(path: Path) -> str:
    """What kind of node a path leads to: a paragraph, or what stands after some predicate."""
    return path[-2] if len(path) > 1 else ""
