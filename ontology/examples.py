"""The competency questions: example queries in ``questions/``, one Turtle file each.

They follow the convention of SIB's sparql-examples (https://github.com/sib-swiss/sparql-examples):
a ``sh:SPARQLExecutable`` with the question as comment, its keywords and its query, whose prefixes
stand once in ``questions/prefixes.ttl``. What each answers over the graph that ships stands beside
it as ``.csv`` or ``.expected.ttl``, for the tests.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable
from textwrap import dedent
from typing import Literal

from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.term import Node

from ontology import PREFIXES, folder

Form = Literal["select", "ask", "construct"]

_SH = Namespace(PREFIXES["sh"])
_SCHEMA = Namespace(PREFIXES["schema"])
_SPEX = Namespace("https://purl.expasy.org/sparql-examples/ontology#")
_FORMS: Mapping[Form, URIRef] = {
    "select": _SH.select,
    "ask": _SH.ask,
    "construct": _SH.construct,
}


@dataclass(frozen=True)
class Question:
    """A competency question and the query that answers it.

    ``query`` is complete: the PREFIX lines that it needs stand in front. ``federated`` means that
    it asks another endpoint with SERVICE, which Legation's own refuses.
    """

    iri: str
    number: int
    slug: str
    comment: str
    keywords: tuple[str, ...]
    form: Form
    query: str
    federated: bool


def questions_folder() -> Traversable:
    """The folder that holds the questions and their expected answers."""
    return folder() / "questions"


@cache
def questions() -> tuple[Question, ...]:
    """All questions in the order of their numbers."""
    graph = Graph()
    for file in sorted(questions_folder().iterdir(), key=lambda file: file.name):
        if file.name.endswith(".ttl") and not file.name.endswith(".expected.ttl"):
            graph.parse(data=file.read_text("utf-8"), format="turtle")
    found = [_question(graph, node) for node in graph.subjects(RDF.type, _SH.SPARQLExecutable)]
    return tuple(sorted(found, key=lambda question: question.number))


def _question(graph: Graph, node: Node) -> Question:
    number, _, slug = str(node).rpartition("/")[2].partition("-")
    ((form, text),) = (
        (form, str(text))
        for form, predicate in _FORMS.items()
        for text in graph.objects(node, predicate)
    )
    return Question(
        iri=str(node),
        number=int(number),
        slug=slug,
        comment=str(graph.value(node, RDFS.comment)),
        keywords=tuple(sorted(str(word) for word in graph.objects(node, _SCHEMA.keywords))),
        form=form,
        query=_with_prefixes(dedent(text).strip() + "\n", _declared(graph, node)),
        federated=(node, _SPEX.federatesWith, None) in graph,
    )


def _declared(graph: Graph, node: Node) -> dict[str, str]:
    """The prefixes that a query's ``sh:prefixes`` declares (SHACL §5.2.1)."""
    return {
        str(graph.value(declaration, _SH.prefix)): str(graph.value(declaration, _SH.namespace))
        for owner in graph.objects(node, _SH.prefixes)
        for declaration in graph.objects(owner, _SH.declare)
    }


def _with_prefixes(query: str, declared: Mapping[str, str]) -> str:
    """The query behind a PREFIX line for each declared prefix that occurs in it."""
    used = set(re.findall(r"(?<![\w<:/])([A-Za-z][\w-]*):(?!/)", query))
    lines = [f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(declared.items()) if name in used]
    return "".join(lines) + query
