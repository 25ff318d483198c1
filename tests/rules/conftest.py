"""How a rule is held against its table: premises in Turtle, conclusions as three words a line.

A conclusion is written ``e:x a e:C``; any term may stand anywhere, so that literals as subjects
(which the rules give, and no syntax of RDF has) can be asked for too.
"""

import re
from collections.abc import Callable, Iterator, Sequence

import pyoxigraph
import pytest

from graph.reasoning import Closure, Triple, close

NAMESPACES = {
    "e": "https://example.org/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
HEADER = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in NAMESPACES.items())


def _term(word: str) -> str:
    if word == "a":
        return f"<{NAMESPACES['rdf']}type>"
    if word.startswith('"'):
        return re.sub(r"\^\^(\S+)$", lambda match: "^^" + _term(match[1]), word)
    prefix, _, name = word.partition(":")
    return f"<{NAMESPACES[prefix]}{name}>"


def _triple(line: str) -> Triple:
    s, p, o = line.split()
    return Triple(_term(s), _term(p), _term(o))


def _parse(turtle: str) -> list[pyoxigraph.Triple]:
    quads = pyoxigraph.parse(HEADER + turtle, format=pyoxigraph.RdfFormat.TURTLE)
    return [quad.triple for quad in quads]


def _without_each(premises: Sequence[pyoxigraph.Triple]) -> Iterator[tuple[str, Closure]]:
    for at, premise in enumerate(premises):
        yield str(premise), close([*premises[:at], *premises[at + 1 :]])


def _missing(closure: Closure, wanted: Sequence[str]) -> list[str]:
    return [line for line in wanted if _triple(line) not in closure]


@pytest.fixture
def gives() -> Callable[..., None]:
    """``gives(premises, *conclusions)``: exactly these follow (noise aside), without a clash; and
    of the premises none can be left out."""

    def check(premises: str, *conclusions: str) -> None:
        asserted = _parse(premises)
        closure = close(asserted)
        assert set(closure.inferred()) == set(map(_triple, conclusions))
        assert _missing(closure, conclusions) == []
        assert closure.clashes == ()
        for premise, rest in _without_each(asserted):
            assert _missing(rest, conclusions), f"the conclusions do not need {premise}"

    return check


@pytest.fixture
def holds() -> Callable[..., None]:
    """``holds(premises, *conclusions)``: these follow, and maybe other triples; no clash."""

    def check(premises: str, *conclusions: str) -> None:
        closure = close(_parse(premises))
        assert _missing(closure, conclusions) == []
        assert closure.clashes == ()

    return check


@pytest.fixture
def lacks() -> Callable[..., None]:
    """``lacks(premises, *conclusions)``: none of these follows; no clash."""

    def check(premises: str, *conclusions: str) -> None:
        closure = close(_parse(premises))
        assert [line for line in conclusions if _triple(line) in closure] == []
        assert closure.clashes == ()

    return check


@pytest.fixture
def clashes() -> Callable[..., None]:
    """``clashes(premises, rule, *triples)``: the premises have one clash, which names the rule and
    these triples (and no triple that does not hold); and of the premises none can be left out."""

    def check(premises: str, rule: str, *triples: str) -> None:
        asserted = _parse(premises)
        closure = close(asserted)
        assert {clash.rule for clash in closure.clashes} == {rule}
        for clash in closure.clashes:
            assert [triple for triple in clash.triples if triple not in closure] == []
            assert rule in clash.message
            assert "\n" not in clash.message
        named = [set(clash.triples) for clash in closure.clashes]
        assert any(set(map(_triple, triples)) <= found for found in named), named
        for premise, rest in _without_each(asserted):
            assert rest.clashes == (), f"the clash does not need {premise}"

    return check
