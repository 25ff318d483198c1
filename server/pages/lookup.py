"""What pages ask the engine: queries with terms filled in, answered as rows of terms.

Pages ask through the same engine as everyone else, so a page can neither hang nor see more.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from flask import current_app
from pyoxigraph import Literal as Literal_
from pyoxigraph import NamedNode

from ontology import BASE, PREFIXES
from server.pages.words import compact
from server.protocol.plan import QueryPlan
from server.protocol.problem import Problem

if TYPE_CHECKING:  # the application imports the pages
    from server.app import Context


@dataclass(frozen=True)
class Term:
    """An RDF term of an answer: an IRI, a blank node's label, or a literal's lexical form."""

    kind: Literal["uri", "bnode", "literal"]
    value: str
    lang: str | None = None
    datatype: str | None = None

    def __str__(self) -> str:
        return self.value

    @property
    def written(self) -> str:
        """The IRI as it is, a literal in N-Triples syntax: what an address can carry."""
        if self.kind != "literal":
            return self.value
        datatype = NamedNode(self.datatype) if self.datatype else None
        return str(Literal_(self.value, language=self.lang, datatype=datatype))


Row = dict[str, Term]

_PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())


def context() -> "Context":
    """The context that the application was made with."""
    return cast("Context", current_app.extensions["legation"])


def select(query: str, **terms: str | Iterable[str]) -> list[Row]:
    """The solutions of a SELECT query; a variable that is unbound is absent from its row.

    Each ``$name`` stands for the IRI given as `name`, or for a list of IRIs where several are
    given (for use in VALUES). The usual prefixes are declared. Raises Problem: 400 for what is not
    an IRI, and what the engine raises.
    """
    return [
        {name: _term(value) for name, value in row.items()}
        for row in _answer(query, "SELECT", terms)["results"]["bindings"]
    ]


def ask(query: str, **terms: str | Iterable[str]) -> bool:
    """The answer of an ASK query; see `select`."""
    return bool(_answer(query, "ASK", terms)["boolean"])


def labels(iris: Iterable[str]) -> dict[str, str]:
    """What to call each thing in English: its label, a claim's words in quotation marks, the place
    of a sentence in its source; else its compact IRI. One query for all of them."""
    wanted = sorted(set(iris))
    found: dict[str, tuple[int, str]] = {}
    for row in select(_LABELS, iris=wanted) if wanted else []:
        iri, label = row["iri"].value, row["label"]
        text = f"“{label.value}”" if "quoted" in row else label.value
        rank = (0 if label.lang == "en" else 2 if label.lang else 1) + (3 if "quoted" in row else 0)
        found[iri] = min(found.get(iri, (9, "")), (rank, text))
    return {iri: found[iri][1] if iri in found else compact(iri) for iri in wanted}


_LABELS = """
SELECT ?iri ?label ?quoted {
  VALUES ?iri { $iris }
  { ?iri skos:prefLabel|rdfs:label|dcterms:title ?label }
  UNION { ?iri oa:exact ?label BIND(true AS ?quoted) }
  UNION {
    ?iri a dip:Sentence ; oa:start ?start ; oa:end ?end ; prov:wasQuotedFrom/dip:text ?text
    BIND(SUBSTR(?text, ?start + 1, ?end - ?start) AS ?label) BIND(true AS ?quoted)
  }
}
"""


def _answer(
    query: str, form: Literal["SELECT", "ASK"], terms: dict[str, str | Iterable[str]]
) -> dict[str, Any]:
    filled = re.sub(
        r"\$(\w+)", lambda match: _iris(terms[match[1]]) if match[1] in terms else match[0], query
    )
    plan = QueryPlan(
        query=_PROLOGUE + filled,
        form=form,
        default_graphs=None,
        named_graphs=None,
        base_iri=BASE,
        media_type="application/sparql-results+json",
        format="json",
        timeout_s=context().settings.query_timeout_s,
        cacheable=True,
        max_rows=None,
    )
    answer = context().engine.run(plan)
    return cast(dict[str, Any], json.loads(b"".join((answer.first, *answer))))


def _iris(value: str | Iterable[str]) -> str:
    return " ".join(_iri(iri) for iri in ((value,) if isinstance(value, str) else value))


def _iri(value: str) -> str:
    try:
        return str(NamedNode(value))
    except ValueError:
        raise Problem(400, f"“{value}” is not an IRI.", name="bad-request") from None


def _term(value: dict[str, str]) -> Term:
    kind = cast(Literal["uri", "bnode", "literal"], value["type"])
    return Term(kind, value["value"], value.get("xml:lang"), value.get("datatype"))
