"""Turtle as people write it: terms with the comments, the lines and the order they stand in.

pyoxigraph tells which triples a file holds, but not where, nor what stands beside them. This reader
keeps that: ``graph.format`` needs it to give people back their own layout, and ``graph.sources`` to
name the line of a finding. It reads RDF 1.1 Turtle (§6.5) that pyoxigraph has found valid; the
triple terms of RDF 1.2 are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal as OneOf
from typing import NamedTuple
from urllib.parse import urljoin

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode

from graph.tokens import Token, TurtleError, tokens, unescaped, unquoted
from ontology import BASE

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE, FIRST, REST, NIL = (NamedNode(RDF + name) for name in ("type", "first", "rest", "nil"))

Subject = NamedNode | BlankNode
Term = Subject | Literal


class Triple(NamedTuple):
    s: Subject
    p: NamedNode
    o: Term


@dataclass(frozen=True)
class Node:
    """A term in its place: a name or literal, ``[ … ]`` with pairs, ``( … )`` with items."""

    kind: OneOf["term", "anon", "list"]
    term: Term
    text: str = ""
    pairs: tuple[Pair, ...] = ()
    items: tuple[Object, ...] = ()
    opening: str = ""
    """The comment that ends the line of the opening bracket."""
    closing: tuple[str, ...] = ()
    """Comments on lines of their own before the closing bracket."""
    closes_on_new_line: bool = False


@dataclass(frozen=True)
class Object:
    """An object of a predicate, or an item of a list."""

    node: Node
    breaks: bool
    """Whether it starts a line."""
    before: tuple[str, ...] = ()
    """Comments on lines of their own before it."""
    after: str = ""
    """The comment that ends its line."""


@dataclass(frozen=True)
class Pair:
    """A predicate with its objects."""

    predicate: NamedNode
    objects: tuple[Object, ...]
    breaks: bool
    before: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statement:
    """A subject with its pairs."""

    subject: Node
    pairs: tuple[Pair, ...]
    line: int
    gap: bool
    """Whether a blank line stands before it."""
    bracketed: bool = False
    """Whether it is written ``[ … ] .``, without a predicate outside the brackets."""
    floating: tuple[tuple[str, ...], ...] = ()
    """Blocks of comments before it that blank lines set apart."""
    before: tuple[str, ...] = ()
    """Comments directly above it."""
    closing: tuple[str, ...] = ()
    """Comments on lines of their own before its full stop."""


@dataclass(frozen=True)
class Prefix:
    name: str
    namespace: str
    before: tuple[str, ...] = ()
    after: str = ""
    floating: tuple[tuple[str, ...], ...] = ()
    gap: bool = False


@dataclass(frozen=True)
class Document:
    prefixes: tuple[Prefix, ...]
    statements: tuple[Statement, ...]
    base: str | None
    """The base that the file declares; without one, Legation's own."""
    tail: tuple[tuple[str, ...], ...]
    """Blocks of comments after the last statement."""

    def triples(self) -> Iterator[Triple]:
        """Every triple, in the order of the file; blank nodes are those of the tree."""
        for statement in self.statements:
            yield from _triples_of_pairs(statement.subject, statement.pairs)

    def namespaces(self) -> dict[str, str]:
        return {prefix.name: prefix.namespace for prefix in self.prefixes}


def _triples_of_pairs(node: Node, pairs: tuple[Pair, ...]) -> Iterator[Triple]:
    subject = node.term
    if isinstance(subject, Literal):
        return
    for pair in pairs:
        for each in pair.objects:
            yield Triple(subject, pair.predicate, each.node.term)
            yield from _triples_of_node(each.node)


def _triples_of_node(node: Node) -> Iterator[Triple]:
    if node.kind == "anon":
        yield from _triples_of_pairs(node, node.pairs)
    if node.kind != "list" or isinstance(node.term, Literal):
        return
    cell: Subject = node.term
    for index, item in enumerate(node.items):
        yield Triple(cell, FIRST, item.node.term)
        yield from _triples_of_node(item.node)
        last = index == len(node.items) - 1
        following: Subject = NIL if last else BlankNode()
        yield Triple(cell, REST, following)
        cell = following


def subject_lines(turtle: bytes) -> dict[str, int]:
    """The line, from 1, on which each IRI is first a subject. Raises TurtleError."""
    lines: dict[str, int] = {}
    for statement in read(turtle).statements:
        if isinstance(statement.subject.term, NamedNode):
            lines.setdefault(statement.subject.term.value, statement.line)
    return lines


def read(turtle: bytes) -> Document:
    """The concrete syntax tree of a Turtle file.

    Raises TurtleError with one line that names the place, for what pyoxigraph refuses as well.
    """
    try:
        text = turtle.decode()
        list(pyoxigraph.parse(turtle, pyoxigraph.RdfFormat.TURTLE, base_iri=BASE))
    except UnicodeDecodeError as error:
        line = turtle.count(b"\n", 0, error.start) + 1
        raise TurtleError(f"line {line}: not UTF-8") from error
    except SyntaxError as error:
        why = re.sub(r"^Parser error at line .*?: ", "", " ".join(str(error.msg).split()))
        raise TurtleError(f"line {error.lineno}: not Turtle: {why}") from error
    return _Reader(list(tokens(text.removeprefix("\ufeff")))).document()


class _Reader:
    """Recursive descent over the grammar of RDF 1.1 Turtle §6.5; names follow its productions."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.at = 0
        self.base = BASE
        self.declares_base = False
        self.namespaces: dict[str, str] = {}
        self.labels: dict[str, BlankNode] = {}

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def takes(self, sign: str) -> Token | None:
        """The next token if it is this sign; comments above a separator go to what follows it."""
        if self.token.text != sign or self.token.kind != "sign":
            return None
        token = self.take()
        if token.before:
            self.token.before = token.before + self.token.before
        return token

    def document(self) -> Document:
        prefixes: list[Prefix] = []
        statements: list[Statement] = []
        while self.token.kind != "end":
            word = self.token.text.lower()
            if word in ("@prefix", "@base", "prefix", "base") and self.token.kind in ("at", "word"):
                self._directive(prefixes)
            else:
                statements.append(self._statement())
        blocks, last = _blocks(self.token)
        tail = (*blocks, last) if last else blocks
        base = self.base if self.declares_base else None
        return Document(tuple(prefixes), tuple(statements), base, tail)

    def _directive(self, prefixes: list[Prefix]) -> None:
        start = self.take()
        name = self.take().text if start.text.lower().endswith("prefix") else None
        iri = self.take()
        after = iri.after
        if start.text.startswith("@"):
            after = self.take().after or after
        resolved = _resolved(self.base, iri.text)
        if name is None:
            self.base, self.declares_base = resolved, True
            return
        self.namespaces[name.removesuffix(":")] = resolved
        blocks, before = _blocks(start)
        prefixes.append(
            Prefix(name.removesuffix(":"), resolved, before, after, blocks, _gap(start))
        )

    def _statement(self) -> Statement:
        start = self.token
        blocks, before = _blocks(start)
        subject = self._node()
        if subject.kind == "term" and (after := self.tokens[self.at - 1].after):
            before = (*before, after)
        pairs = self._pairs(".")
        bracketed = not pairs
        end = self.take()
        if bracketed:
            pairs, subject = subject.pairs, replace(subject, pairs=())
        elif subject.pairs:
            pairs, subject = subject.pairs + pairs, replace(subject, pairs=())
        pairs = _with_after(pairs, end.after)
        return Statement(
            subject, pairs, start.line, _gap(start), bracketed, blocks, before, _own_lines(end)
        )

    def _pairs(self, end: str) -> tuple[Pair, ...]:
        """predicateObjectList, up to but without its closing sign."""
        pairs: list[Pair] = []
        while self.token.text != end:
            if semicolon := self.takes(";"):
                pairs = list(_with_after(tuple(pairs), semicolon.after))
                continue
            verb = self.take()
            predicate = TYPE if verb.text == "a" else self._iri(verb)
            objects = [self._object()]
            while comma := self.takes(","):
                objects[-1] = replace(objects[-1], after=comma.after or objects[-1].after)
                objects.append(self._object())
            if verb.after:
                objects[0] = replace(objects[0], before=(verb.after, *objects[0].before))
            pairs.append(Pair(predicate, tuple(objects), verb.breaks, _own_lines(verb)))
        return tuple(pairs)

    def _object(self) -> Object:
        start = self.token
        node = self._node()
        return Object(node, start.breaks, _own_lines(start), self.tokens[self.at - 1].after)

    def _node(self) -> Node:
        token = self.take()
        if token.text == "[" and token.kind == "sign":
            pairs = self._pairs("]")
            close = self.take()
            return Node(
                "anon",
                BlankNode(),
                pairs=pairs,
                opening=token.after,
                closing=_own_lines(close),
                closes_on_new_line=close.breaks,
            )
        if token.text == "(" and token.kind == "sign":
            items: list[Object] = []
            while self.token.text != ")" or self.token.kind != "sign":
                items.append(self._object())
            close = self.take()
            return Node(
                "list",
                BlankNode() if items else NIL,
                items=tuple(items),
                opening=token.after,
                closing=_own_lines(close),
                closes_on_new_line=close.breaks,
            )
        if token.kind == "blank":
            return Node("term", self.labels.setdefault(token.text, BlankNode()), token.text)
        if token.kind in ("string", "number", "word"):
            return self._literal(token)
        return Node("term", self._iri(token), token.text)

    def _iri(self, token: Token) -> NamedNode:
        if token.kind == "iri":
            return NamedNode(_resolved(self.base, token.text))
        prefix, _, local = token.text.partition(":")
        return NamedNode(self.namespaces[prefix] + re.sub(r"\\(.)", r"\1", local))

    def _literal(self, token: Token) -> Node:
        if token.kind == "word":
            datatype = XSD + "boolean"
        elif token.kind == "number":
            kind = "double" if "e" in token.text.lower() else "decimal"
            datatype = XSD + (kind if kind == "double" or "." in token.text else "integer")
        else:
            value = unquoted(token.text)
            if self.token.kind == "at" and not self.token.breaks:
                tag = self.take().text
                return Node("term", Literal(value, language=tag[1:]), token.text + tag)
            if self.takes("^^"):
                name = self.take()
                text = f"{token.text}^^{name.text}"
                return Node("term", Literal(value, datatype=self._iri(name)), text)
            return Node("term", Literal(value), token.text)
        return Node("term", Literal(token.text, datatype=NamedNode(datatype)), token.text)


def _resolved(base: str, reference: str) -> str:
    """An IRI reference against the base; one with a scheme stands as it is (RFC 3986 §5.2)."""
    iri = unescaped(reference[1:-1])
    if re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", iri):
        return iri
    joined = urljoin(base, iri)
    return joined + "#" if iri.endswith("#") and not joined.endswith("#") else joined


def _own_lines(token: Token) -> tuple[str, ...]:
    return tuple(text for _, text in token.before)


def _gap(token: Token) -> bool:
    first = token.before[0][0] if token.before else token.newlines
    return first > 1


def _blocks(token: Token) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """The comments before a paragraph: the blocks that stand apart, and the one that touches it."""
    blocks: list[list[str]] = []
    for newlines, text in token.before:
        if newlines > 1 or not blocks:
            blocks.append([])
        blocks[-1].append(text)
    touching = blocks.pop() if blocks and token.newlines <= 1 else []
    return tuple(map(tuple, blocks)), tuple(touching)


def _with_after(pairs: tuple[Pair, ...], after: str) -> tuple[Pair, ...]:
    """The pairs with a comment at the end of the last one's line."""
    if not pairs or not after:
        return pairs
    last = pairs[-1]
    ending = replace(last.objects[-1], after=after)
    return (*pairs[:-1], replace(last, objects=(*last.objects[:-1], ending)))


def comments(turtle: bytes) -> tuple[str, ...]:
    """Every comment, in the order of the file. Raises TurtleError."""
    found: list[str] = []
    for token in tokens(turtle.decode().removeprefix("\ufeff")):
        found.extend(_own_lines(token))
        if token.after:
            found.append(token.after)
    return tuple(found)
