"""How a term is spelled: as people spelled it, or else the short way."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import BlankNode, Literal, NamedNode

from graph.turtle import RDF, XSD, Node, Term

_LOCAL = re.compile(r"\w(?:[\w\-]|\.(?=[\w\-]))*")
_BARE = {
    XSD + "boolean": re.compile(r"true|false"),
    XSD + "integer": re.compile(r"[+-]?\d+"),
    XSD + "decimal": re.compile(r"[+-]?\d*\.\d+"),
    XSD + "double": re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+"),
}
_SHORT = str.maketrans({"\\": r"\\", '"': r"\"", "\r": r"\r", "\t": r"\t"})


class Spelling:
    """Writes terms, and remembers which prefixes the text needs."""

    def __init__(self, chosen: Mapping[str, str], offered: Mapping[str, str]) -> None:
        """The namespaces that the file has, and those that it may take up."""
        self.namespaces = {**offered, **chosen}
        self.used: set[str] = set()
        self.relative = False
        """Whether the text needs a base."""
        self._labels: dict[Term, str] = {}
        self._by_length = sorted(
            self.namespaces.items(), key=lambda item: (-len(item[1]), item[0] not in chosen, item)
        )

    def of(self, term: Term, chosen: Node | None) -> str:
        """The term as it stands in the file, if it is this term that stands there."""
        if isinstance(term, BlankNode):
            return self.label(term, chosen.text if chosen is not None else "")
        if chosen is None or chosen.kind != "term" or chosen.term != term:
            return self.fresh(term)
        text = chosen.text
        if isinstance(term, NamedNode):
            if not text.startswith("<"):
                self.used.add(text.partition(":")[0])
            elif not re.match(r"<[A-Za-z][A-Za-z0-9+.\-]*:", text):
                self.relative = True
        elif text[0] in "\"'" and not text.endswith((text[0], ">")) and not term.language:
            self.used.add(text.rpartition("^^")[2].partition(":")[0])
        return text

    def fresh(self, term: Term) -> str:
        """The shortest plain spelling."""
        if isinstance(term, NamedNode):
            return self._iri(term)
        if isinstance(term, BlankNode):
            return self.label(term, "")
        return self._literal(term)

    def label(self, term: Term, wish: str) -> str:
        if term not in self._labels:
            taken = set(self._labels.values())
            numbers = (f"_:b{number}" for number in range(1, len(taken) + 2))
            free = (
                wish if wish and wish not in taken else next(n for n in numbers if n not in taken)
            )
            self._labels[term] = free
        return self._labels[term]

    def _iri(self, term: NamedNode) -> str:
        for prefix, namespace in self._by_length:
            local = term.value.removeprefix(namespace)
            if namespace and local != term.value and _LOCAL.fullmatch(local):
                self.used.add(prefix)
                return f"{prefix}:{local}"
        return f"<{term.value}>"

    def _literal(self, term: Literal) -> str:
        datatype = term.datatype.value
        if datatype in _BARE and _BARE[datatype].fullmatch(term.value):
            return term.value
        text = _quoted(term.value)
        if term.language:
            return f"{text}@{term.language}"
        if datatype in (XSD + "string", RDF + "langString"):
            return text
        return f"{text}^^{self._iri(term.datatype)}"


def _quoted(value: str) -> str:
    if "\n" not in value and '"' not in value:
        return f'"{value.translate(_SHORT)}"'
    text = value.replace("\\", r"\\").replace("\r", r"\r").replace('"""', r"\"\"\"")
    if text.endswith('"'):
        text = text[:-1] + r"\""
    return f'"""{text}"""'
