"""What changed between two versions of the graph, in words: terms, facts, claims, inferences.

A version is a checkout, a Turtle file that stands in for the shipped file of the same ontology IRI
(or is added to what ships), or a git revision.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeVar, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from graph.format.index import OWL, Index
from graph.pipeline import HIDDEN, close, date
from graph.sources import SourceFile, Sources, Unreadable, ntriples, read
from graph.turtle import TYPE, Subject, Term, Triple
from ontology import DIP, PREFIXES, compact

_TERM_KINDS: dict[Term, str] = {
    NamedNode(OWL + "Class"): "class",
    NamedNode(OWL + "ObjectProperty"): "object property",
    NamedNode(OWL + "DatatypeProperty"): "data property",
    NamedNode(OWL + "AnnotationProperty"): "annotation property",
    NamedNode(PREFIXES["skos"] + "Concept"): "concept",
}
_THING, _NOTHING = NamedNode(OWL + "Thing"), NamedNode(OWL + "Nothing")
_CLAIM = NamedNode(DIP["Claim"])
_EXACT = NamedNode(PREFIXES["oa"] + "exact")
_LABELS = (NamedNode(PREFIXES["skos"] + "prefLabel"), NamedNode(PREFIXES["rdfs"] + "label"))
_LONGEST = 100
"""Characters of a literal that are shown."""


class DiffError(ValueError):
    """A version cannot be read; the message is one line that says which, why and what to do."""


class Statement(NamedTuple):
    """A triple whose blank nodes are named by what they hold, so that two versions compare."""

    subject: str
    predicate: str
    object: str


Key = TypeVar("Key", str, Statement)


@dataclass(frozen=True)
class Version:
    """One side of a comparison. Statements map to their words."""

    name: str
    terms: Mapping[str, str]
    claims: Mapping[str, str]
    axioms: Mapping[Statement, str]
    facts: Mapping[Statement, str]
    inferences: Mapping[Statement, str]


@dataclass(frozen=True)
class Change:
    """Something that came or went, in words."""

    came: bool
    words: str

    def __str__(self) -> str:
        return f"{'+' if self.came else '-'} {self.words}"


@dataclass(frozen=True)
class Difference:
    """What came and went from one version to another."""

    old: str
    new: str
    terms: tuple[Change, ...]
    axioms: tuple[Change, ...]
    """Axioms and annotations of terms that both versions have."""
    facts: tuple[Change, ...]
    claims: tuple[Change, ...]
    """Whole claims, and what changed in those that both versions have."""
    inferences: tuple[Change, ...]

    @property
    def sections(self) -> tuple[tuple[str, tuple[Change, ...]], ...]:
        return (
            ("Terms", self.terms),
            ("Axioms and annotations of terms", self.axioms),
            ("Facts", self.facts),
            ("Claims", self.claims),
            ("Inferences", self.inferences),
        )

    def __str__(self) -> str:
        lines = [f"From {self.old} to {self.new}"]
        for title, changes in self.sections:
            if changes:
                came = sum(change.came for change in changes)
                lines += ["", f"{title}: {came} came, {len(changes) - came} went"]
                lines += [f"  {change}" for change in changes]
        return "\n".join(lines if len(lines) > 1 else [*lines, "", "Nothing changed."])


def diff(old: Version, new: Version) -> Difference:
    """What came and went between two versions."""
    both_terms = old.terms.keys() & new.terms.keys()
    both_claims = old.claims.keys() & new.claims.keys()
    every_term = old.terms.keys() | new.terms.keys()
    every_claim = old.claims.keys() | new.claims.keys()
    axioms = _changes(
        old.axioms, new.axioms, lambda s: s.subject in both_terms or s.subject not in every_term
    )
    facts = _changes(old.facts, new.facts, lambda s: s.subject not in every_claim)
    within = _changes(old.facts, new.facts, lambda s: s.subject in both_claims)
    return Difference(
        old.name,
        new.name,
        _changes(old.terms, new.terms),
        axioms,
        facts,
        _changes(old.claims, new.claims) + within,
        _changes(old.inferences, new.inferences),
    )


def _changes(
    old: Mapping[Key, str], new: Mapping[Key, str], about: Callable[[Key], bool] = lambda key: True
) -> tuple[Change, ...]:
    """What went and what came, in the order of the keys, so that old and new stand together."""
    entries = [(key, Change(False, old[key])) for key in old.keys() - new.keys() if about(key)]
    entries += [(key, Change(True, new[key])) for key in new.keys() - old.keys() if about(key)]
    return tuple(change for _, change in sorted(entries, key=lambda e: (e[0], e[1].came)))


def version(name: str, checkout: Path | None = None) -> Version:
    """The version that a folder, a Turtle file or a git revision holds, closed.

    ``checkout`` is where git looks for a revision; None: where the program runs. A name that is a
    path is read as one. Raises DiffError.
    """
    path = Path(name)
    try:
        if path.is_dir():
            return described(name, read(path))
        if path.is_file():
            return described(name, _standing_in(path))
        with tempfile.TemporaryDirectory() as folder:
            _archived(name, checkout or Path.cwd(), Path(folder))
            return described(name, read(Path(folder)))
    except Unreadable as error:
        faults = (str(fault) for fault in error.faults)
        lines = (line if line.startswith(name) else f"{name}: {line}" for line in faults)
        raise DiffError("; ".join(lines)) from error


def _standing_in(path: Path) -> Sources:
    """What ships, with the file in the place of the one that has its ontology IRI."""
    files = read(extra=[path]).files
    (mine,) = [file for file in files if file.kind == "extra"]
    shipped = [file for file in files if file is not mine]
    replaced = [file.kind for file in shipped if file.graph == mine.graph]
    mine = replace(mine, kind=replaced[0] if replaced else "facts")
    return Sources((*(file for file in shipped if file.graph != mine.graph), mine))


def _archived(revision: str, checkout: Path, folder: Path) -> None:
    """Unpack the Turtle files of a git revision into a folder."""
    top = _git(checkout, revision, "rev-parse", "--show-toplevel").decode().strip()
    wanted = ("ontology", "graph", "shapes")
    # The colon keeps a name that starts with a hyphen from being read as an option.
    _git(checkout, revision, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{tree}}")
    data = _git(Path(top), revision, "archive", "--format=tar", revision, "--", *wanted)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        archive.extractall(folder, filter="data")


def _git(checkout: Path, revision: str, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603
            ["git", "-C", str(checkout), *arguments],  # noqa: S607
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise DiffError(f"{revision}: no such folder or file, and git cannot be run") from error
    if done.returncode:
        raise DiffError(
            f"{revision}: no folder, no file and no git revision with ontology, graph and shapes; "
            "name one of these"
        )
    return done.stdout


def described(name: str, sources: Sources) -> Version:
    """The version that these sources make: their closure, and everything in words."""
    asserted = tuple(sources.asserted())
    dated, _ = date(asserted)
    closure = close(ntriples((*asserted, *dated)), "legation")
    inferred = parse(closure.inferred_ntriples(HIDDEN), format=RdfFormat.N_TRIPLES)
    derived = {t for t in map(_triple, (*dated, *inferred)) if not _says_nothing(t)}
    words = _Words(Index(t for file in sources.files for t in _triples(file)))
    axioms: dict[Statement, str] = {}
    facts: dict[Statement, str] = {}
    for file in sources.files:
        if file.kind in ("ontology", "alignment"):
            axioms.update(words.statements(_triples(file)))
        elif file.kind in ("facts", "extra"):
            facts.update(words.statements(_triples(file)))
    return Version(
        name,
        words.terms(file for file in sources.files if file.kind == "ontology"),
        words.claims(),
        axioms,
        facts,
        dict(words.statements(derived)),
    )


def _says_nothing(triple: Triple) -> bool:
    """Whether the triple holds of any term: it is below itself, owl:Thing or above owl:Nothing."""
    s, p, o = triple
    itself = s == o and p.value.startswith((OWL, PREFIXES["rdfs"]))
    return itself or s == _NOTHING or o == _THING


def _triples(file: SourceFile) -> Iterator[Triple]:
    return map(_triple, file.quads)


def _triple(quad: Quad) -> Triple:
    """The triple of a quad; RDF 1.1 has no triples within triples."""
    return Triple(cast(Subject, quad.subject), quad.predicate, cast(Term, quad.object))


class _Words:
    """Triples in words, by the labels that a version gives."""

    def __init__(self, index: Index) -> None:
        self.index = index

    def statements(self, triples: Iterable[Triple]) -> Iterator[tuple[Statement, str]]:
        """Each statement with its words; what stands below a blank node is part of its object.

        What no name is the subject of, such as a list of things that are all different, is one.
        """
        for s, p, o in triples:
            if isinstance(s, BlankNode):
                if not self.index.nested(s):
                    yield Statement(_name(self.index, s), "", ""), self.said(s)
            else:
                key = Statement(_name(self.index, s), p.value, _name(self.index, o))
                words = self.said(o)
                article = "is an" if words[0] in "aeiou" else "is a"
                verb = article if p == TYPE else self.label(p)
                yield key, f"{self.said(s)} {verb} {words}"

    def terms(self, files: Iterable[SourceFile]) -> dict[str, str]:
        """The classes, properties and concepts that the files declare."""
        return {
            s.value: f"{kind} {self.said(s)} ({compact(s.value)})"
            for file in files
            for s, p, o in _triples(file)
            if p == TYPE and isinstance(s, NamedNode) and (kind := _TERM_KINDS.get(o))
        }

    def claims(self) -> dict[str, str]:
        """Every claim: its words, who says them, and what they state or are about."""
        found = {}
        for subject, pairs in self.index.about.items():
            if _CLAIM in pairs.get(TYPE, ()) and isinstance(subject, NamedNode):
                parts = [
                    f"{verb} {', '.join(self.said(each) for each in pairs[predicate])}"
                    for predicate, verb in _TOLD.items()
                    if predicate in pairs
                ]
                words = f"{compact(subject.value)} {self.said(subject)}: {'; '.join(parts)}"
                found[subject.value] = words
        return found

    def said(self, term: Term) -> str:
        """A term in words: its label, a claim's quote, a literal, or what a bracket holds."""
        if isinstance(term, Literal):
            return f'"{_short(term)}"' + (f"@{term.language}" if term.language else "")
        if isinstance(term, NamedNode):
            quotes = self.index.about.get(term, {}).get(_EXACT, ())
            return f"“{_short(quotes[0])}”" if quotes else self.label(term)
        if term in self.index.lists:
            return f"({', '.join(self.said(item) for item in self.index.lists[term])})"
        pairs = self.index.about.get(term, {}).items()
        parts = [
            self.said(o) if p == TYPE else f"{self.label(p)} {self.said(o)}"
            for p, objects in pairs
            for o in objects
        ]
        return f"[{'; '.join(sorted(parts))}]"

    def label(self, term: NamedNode) -> str:
        """The English label, else the compact name."""
        pairs = self.index.about.get(term, {})
        for predicate in _LABELS:
            for label in pairs.get(predicate, ()):
                if isinstance(label, Literal) and label.language == "en":
                    return label.value
        return compact(term.value)


_TOLD = {
    NamedNode(PREFIXES["prov"] + "wasAttributedTo"): "said by",
    NamedNode(DIP["modality"]): "modality",
    NamedNode(DIP["states"]): "states",
    NamedNode(DIP["denies"]): "denies",
    NamedNode(DIP["about"]): "about",
}


def _name(index: Index, term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else index.key(term)


def _short(term: Term) -> str:
    text = " ".join(term.value.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
