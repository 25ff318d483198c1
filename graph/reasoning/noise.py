"""Which inferred triples never reach a user: true, but about nothing that anyone asked.

An inferred triple is noise if its subject or predicate is a literal or its predicate a blank node
(RDF has no such triples), if it says that a thing is itself (``owl:sameAs``) or an ``owl:Thing``,
if its subject or object is a blank class expression, or if all its terms are built in (axiomatic
triples and what follows from them alone). A triple that somebody asserted is never noise.
"""

from collections.abc import Callable, Collection, Iterable

from graph.reasoning.terms import Triple
from graph.reasoning.vocabulary import BUILT_IN, OWL, RDF, RDFS

_TYPE = f"<{RDF}type>"
_SAME_AS = f"<{OWL}sameAs>"
_THING = f"<{OWL}Thing>"

EXPRESSION_PREDICATES = frozenset(
    f"<{OWL}{name}>"
    for name in (
        "onProperty",
        "onProperties",
        "onClass",
        "onDataRange",
        "onDatatype",
        "withRestrictions",
        "intersectionOf",
        "unionOf",
        "complementOf",
        "datatypeComplementOf",
        "oneOf",
        "someValuesFrom",
        "allValuesFrom",
        "hasValue",
        "hasSelf",
        "inverseOf",
    )
)
"""A blank node that has one of these asserted is a class, property or datatype expression."""

EXPRESSION_CLASSES = frozenset(
    (f"<{OWL}Class>", f"<{OWL}Restriction>", f"<{RDFS}Class>", f"<{RDFS}Datatype>")
)
"""A blank node that is asserted to be one of these is a class expression."""


def expressions(asserted: Iterable[Triple]) -> frozenset[str]:
    """The blank nodes among the asserted triples that stand for a class expression."""
    return frozenset(
        s
        for s, p, o in asserted
        if s.startswith("_:")
        and (p in EXPRESSION_PREDICATES or (p == _TYPE and o in EXPRESSION_CLASSES))
    )


def judge(blank: Collection[str], hidden: Collection[str] = ()) -> Callable[[Triple], bool]:
    """The test whether an inferred triple is noise.

    ``blank`` are the blank class expressions, ``hidden`` the predicates (in N-Triples) whose
    inferred triples the caller does not want either.
    """

    def noise(triple: Triple) -> bool:
        s, p, o = triple
        return (
            s[0] == '"'
            or p[0] != "<"
            or p in hidden
            or (p == _SAME_AS and s == o)
            or (p == _TYPE and o == _THING)
            or s in blank
            or o in blank
            or all(term.startswith(BUILT_IN) for term in triple)
        )

    return noise
