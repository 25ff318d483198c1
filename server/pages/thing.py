"""The page of a thing: its names and kinds, its facts in words, its posts, acts and claims."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import render_template

from ontology import PREFIXES
from server.pages.claims import claims_where, names_needed
from server.pages.facts import TYPE, Fact, classes_of, told
from server.pages.happenings import happenings
from server.pages.lookup import Row, Term, labels, select
from server.pages.vocabulary import label, most_specific

_DIP = PREFIXES["dip"]

_SKOS = PREFIXES["skos"]
_BY_CLAIMS = frozenset(
    (_DIP + "about", PREFIXES["prov"] + "wasAttributedTo", PREFIXES["prov"] + "wasQuotedFrom")
)


@dataclass(frozen=True)
class Heading:
    """What stands at the head of every thing's page."""

    iri: str
    label: str
    names: tuple[Term, ...]
    """Its names in other languages and spellings."""
    kinds: tuple[tuple[str, str, bool], ...]
    """Its most specific classes: IRI, label, and whether it is only inferred."""
    wikidata: str | None
    definition: str | None


@dataclass(frozen=True)
class Group:
    """The facts of a thing under one property."""

    predicate: str
    label: str
    facts: tuple[Fact, ...]


_POSTS = """
SELECT DISTINCT ?post ?tenure ?holder ?date {
  {
    { ?tenure dip:holder $thing ; dip:post ?post } UNION
    { ?tenure dip:post $thing . BIND($thing AS ?post) } UNION
    { $thing org:hasPost ?post } UNION
    { ?post dip:postOfState $thing } UNION
    { ?ministry dip:ministryOf $thing ; org:hasPost ?post }
  }
  OPTIONAL {
    ?tenure dip:post ?post ; dip:holder ?holder .
    OPTIONAL { ?tenure dip:date ?date }
  }
}
"""

_PARTS = """
SELECT DISTINCT ?s ?p ?via {
  { ?s ?p $thing ; a dip:Situation }
  UNION { ?via dip:represents $thing . ?s ?p ?via ; a dip:Act }
  FILTER NOT EXISTS { ?s a dip:Tenure }
}
"""


def show(iri: str, facts: Sequence[Fact]) -> str:
    """The page of a thing that has no kind of page of its own."""
    about, of = told(iri, facts)
    claims = claims_where(
        "{ ?claim dip:about $thing } UNION { ?claim prov:wasAttributedTo $thing }", thing=iri
    )
    posts = select(_POSTS, thing=iri)
    parts = select(_PARTS, thing=iri)
    acts = happenings({row["s"].value for row in parts}, parts)
    happened = {act.iri for act in acts} | {row["tenure"].value for row in posts if "tenure" in row}
    of = [f for f in of if f.subject not in happened and f.predicate not in _BY_CLAIMS]
    names = labels(
        things(facts)
        | names_needed(claims)
        | {row[name].value for row in posts for name in ("post", "holder", "tenure") if name in row}
    )
    return render_template(
        "thing.html",
        heading=heading(iri, facts, names),
        names=names,
        about=grouped(about, names),
        of=grouped(of, names),
        relationships=[f.subject for f in facts if f.predicate == _DIP + "party"],
        posts=sorted(posts, key=lambda row: _post_order(row, names)),
        acts=acts,
        about_it=[claim for claim in claims if iri in claim.links["about"]],
        said_by_it=[claim for claim in claims if claim.voice == iri],
        facts=facts,
    )


def heading(iri: str, facts: Iterable[Fact], names: dict[str, str]) -> Heading:
    """The heading of a thing, from its facts."""
    own = [fact for fact in facts if fact.subject == iri]
    spelled = [f.object for f in own if f.predicate in (_SKOS + "prefLabel", _SKOS + "altLabel")]
    inferred = {f.object.value: f.inferred for f in own if f.predicate == TYPE}
    return Heading(
        iri=iri,
        label=names[iri],
        names=tuple(term for term in spelled if term.value != names[iri]),
        kinds=tuple(
            (kind, label(kind), inferred[kind]) for kind in most_specific(classes_of(iri, own))
        ),
        wikidata=next((f.object.value for f in own if f.predicate == _DIP + "wikidata"), None),
        definition=next((f.object.value for f in own if f.predicate == _SKOS + "definition"), None),
    )


def things(facts: Iterable[Fact]) -> set[str]:
    """Every IRI that facts speak of and that a page may need a name for."""
    return {iri for f in facts for iri in (f.subject, f.object.value) if iri.startswith("http")} | {
        graph for f in facts for graph in f.graphs
    }


def grouped(facts: Iterable[Fact], names: dict[str, str]) -> list[Group]:
    """The facts by property, asserted ones first, in the order of the labels."""
    ordered = sorted(
        facts,
        key=lambda f: (label(f.predicate), f.inferred, names.get(f.object.value, f.object.value)),
    )
    return [
        Group(predicate, label(predicate), tuple(group))
        for predicate, group in groupby(ordered, key=lambda f: f.predicate)
    ]


def _post_order(row: Row, names: dict[str, str]) -> tuple[str, str]:
    return names[row["post"].value], row["date"].value if "date" in row else ""
