"""Search over names in all languages and spellings, and over the words of claims."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from flask import Blueprint, render_template, request

from server.pages.errors import missing
from server.pages.lookup import Term, context, labels, select
from server.pages.vocabulary import label, most_specific, vocabulary
from server.pages.words import folded

pages = Blueprint("search", __name__)

_SHOWN = 100
"""Results on a page; the page says so when there are more."""


@dataclass(frozen=True)
class Name:
    """A name of something, as it is written and as it is compared."""

    iri: str
    written: Term
    compared: str
    quoted: bool
    """Whether it is the words of a claim rather than a name."""


@dataclass(frozen=True)
class Hit:
    """Something that was found, and the name by which it was."""

    iri: str
    label: str
    kinds: tuple[str, ...]
    matched: Term


_NAMES = """
SELECT ?iri ?name ?quoted {
  { ?iri skos:prefLabel|skos:altLabel|rdfs:label ?name }
  UNION { ?iri oa:exact ?name . BIND(true AS ?quoted) }
  FILTER(isIRI(?iri))
}
"""

_KINDS = "SELECT ?iri ?class { VALUES ?iri { $iris } ?iri a ?class }"

_MEMBERS = "SELECT DISTINCT ?iri { ?iri a $kind FILTER(isIRI(?iri)) }"

_THINGS = """
SELECT ?iri ?class {
  ?iri a ?class ; skos:prefLabel ?name . FILTER(LANG(?name) = "en")
}
"""


@pages.get("/search")
def search() -> str:
    """What is called, spelled or said so, ``/search?q=``; the members of a class,
    ``/search?kind=``; with neither, everything by kind."""
    kind = request.args.get("kind", "")
    if kind:
        return _members(kind)
    question = " ".join(request.args.get("q", "").split())
    if not question:
        return render_template("things.html", kinds=_by_kind(), question="")
    found = find(question)
    return render_template(
        "search.html",
        question=question,
        hits=_hits([name for name in found if not name.quoted][:_SHOWN]),
        words=[name for name in found if name.quoted][:_SHOWN],
        more=len(found) > _SHOWN,
        near=[] if found else _near(question),
    )


def find(question: str) -> list[Name]:
    """The names that hold every word of the question, the best match first, one for each thing."""
    wanted = folded(question)
    best: dict[str, tuple[tuple[int, int, str], Name]] = {}
    for name in _names(context().engine.generation):
        rank = _rank(name.compared, wanted)
        if rank is not None:
            order = (rank, len(name.compared), name.iri)
            if name.iri not in best or order < best[name.iri][0]:
                best[name.iri] = (order, name)
    return [name for _, name in sorted(best.values(), key=lambda found: found[0])]


def _members(kind: str) -> str:
    if kind not in vocabulary():
        raise missing(f"a class <{kind}>")
    members = labels(row["iri"].value for row in select(_MEMBERS, kind=kind))
    return render_template(
        "members.html",
        word=vocabulary()[kind],
        members=sorted(members.items(), key=lambda member: folded(member[1])),
    )


def _rank(compared: str, wanted: str) -> int | None:
    """0 for the same, then: begins so, has all words as beginnings of its own, has all inside."""
    if compared == wanted:
        return 0
    if compared.startswith(wanted):
        return 1
    own = compared.split()
    words = wanted.split()
    if all(any(part.startswith(word) for part in own) for word in words):
        return 2
    return 3 if all(word in compared for word in words) else None


@lru_cache(maxsize=2)
def _names(generation: str) -> tuple[Name, ...]:
    return tuple(
        Name(row["iri"].value, row["name"], folded(row["name"].value), "quoted" in row)
        for row in select(_NAMES)
    )


def _near(question: str) -> list[str]:
    """Names that are written much like the question."""
    written = {
        n.compared: n.written.value for n in _names(context().engine.generation) if not n.quoted
    }
    return [written[match] for match in get_close_matches(folded(question), written, n=5)]


def _hits(found: Iterable[Name]) -> list[Hit]:
    names = list(found)
    iris = [name.iri for name in names]
    kinds = _kinds(select(_KINDS, iris=iris)) if iris else {}
    called = labels(iris)
    return [
        Hit(name.iri, called[name.iri], kinds.get(name.iri, ()), name.written) for name in names
    ]


def _kinds(rows: Iterable[dict[str, Term]]) -> dict[str, tuple[str, ...]]:
    classes: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        classes[row["iri"].value].add(row["class"].value)
    return {
        iri: tuple(label(kind) for kind in most_specific(found)) for iri, found in classes.items()
    }


def _by_kind() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Everything that has a name, by its most specific classes: IRI, label, and the things."""
    classes: dict[str, set[str]] = defaultdict(set)
    for row in select(_THINGS):
        classes[row["iri"].value].add(row["class"].value)
    called = labels(classes)
    members: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for iri, found in classes.items():
        for kind in most_specific(found):
            members[kind].append((iri, called[iri]))
    return [
        (kind, label(kind), sorted(members[kind], key=lambda member: member[1]))
        for kind in sorted(members, key=label)
        if kind in vocabulary()
    ]
