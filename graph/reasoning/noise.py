"""Which inferred triples never reach a user: true, but about nothing that anyone asked.

An inferred triple is noise if its subject or predicate is a literal or its predicate a blank node
(RDF has no such triples), if it says that a thing is itself (``owl:sameAs``) or an ``owl:Thing``,
if its subject or object is a blank class expression, or if all its terms are built in (axiomatic
triples and what follows from them alone). A triple that somebody asserted is never noise.
"""

from collections.abc import Callable, Collection, Iterable

from graph.reasoning.terms import Triple
from graph.reasoning.vocabulary import (
    BUILT_IN,
    EXPRESSION_CLASSES,
    EXPRESSION_PREDICATES,
    SAME_AS,
    THING,
    TYPE,
    VOCABULARY,
)

_TYPE, _SAME_AS, _THING = (VOCABULARY[term] for term in (TYPE, SAME_AS, THING))

_PREDICATES = frozenset(VOCABULARY[term] for term in EXPRESSION_PREDICATES)
_CLASSES = frozenset(VOCABULARY[term] for term in EXPRESSION_CLASSES)


def expressions(asserted: Iterable[Triple]) -> frozenset[str]:
    """The blank nodes among the asserted triples that stand for a class expression."""
    return frozenset(
        s
        for s, p, o in asserted
        if s.startswith("_:") and (p in _PREDICATES or (p == _TYPE and o in _CLASSES))
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
