"""Single changes: exact, and without computing anew what they do not concern."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.reasoning import ASSERTED, Closure, Triple, arrays, close
from graph.reasoning.arrays import Ints
from graph.reasoning.reasoner import Reasoner
from graph.reasoning.relations import Relation
from graph.reasoning.vocabulary import OWL, RDF, RDFS

PREFIXES = {"rdf": RDF, "rdfs": RDFS, "owl": OWL, "": "http://example.org/"}


def term(name: str) -> str:
    if name.startswith('"'):
        return name
    prefix, local = name.split(":")
    return f"<{PREFIXES[prefix]}{local}>"


def t(text: str) -> Triple:
    return Triple(*map(term, text.split()))


def graph(text: str) -> list[Triple]:
    return [t(line) for line in text.strip().splitlines()]


SCHEMA = graph(
    """
:before rdf:type owl:TransitiveProperty
:next rdfs:subPropertyOf :before
:after owl:inverseOf :before
:near rdf:type owl:TransitiveProperty
:near rdf:type owl:SymmetricProperty
:key rdf:type owl:InverseFunctionalProperty
:code rdfs:subPropertyOf :key
:knows rdfs:domain :Person
:Person rdfs:subClassOf :Agent
:knows rdfs:range :Agent
"""
)
THINGS = [f":n{number}" for number in range(6)]
FACTS = st.builds(
    lambda p, s, o: t(f"{s} {p} {o}"),
    st.sampled_from([":before", ":before", ":next", ":after", ":near", ":knows", ":knows"]),
    st.sampled_from(THINGS),
    st.sampled_from(THINGS),
) | st.builds(
    lambda s, c: t(f"{s} rdf:type {c}"), st.sampled_from(THINGS), st.sampled_from([":Person"])
)
SAMENESS = st.builds(
    lambda p, s, o: t(f"{s} {p} {o}"),
    st.sampled_from([":key", ":code"]),
    st.sampled_from(THINGS),
    st.sampled_from([":k1", ":k2", *THINGS[:2]]),
) | st.builds(
    lambda s, o: t(f"{s} owl:sameAs {o}"), st.sampled_from(THINGS), st.sampled_from(THINGS)
)
VALUES = st.builds(
    lambda s, o: t(f"{s} :knows {o}"),
    st.sampled_from(THINGS),
    st.sampled_from(['"1"^^<http://www.w3.org/2001/XMLSchema#integer>', '"a"'])
    | st.just('"01"^^<http://www.w3.org/2001/XMLSchema#integer>'),
)
CHECK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def seen(closure: Closure, asserted: Iterable[Triple]) -> set[Triple]:
    return set(closure.inferred()) | set(asserted)


def assert_exact(facts: list[Triple], changes: list[list[Triple]]) -> None:
    """Toggling facts gives the closure of what is left, and proofs that rest on that alone."""
    asserted = {*SCHEMA, *facts}
    closure = close(asserted)
    for change in changes:
        before = seen(closure, asserted)
        gone, come = asserted.intersection(change), set(change) - asserted
        deltas = closure.delete(gone), closure.insert(come)
        asserted = (asserted - gone) | come
        after = seen(closure, asserted)
        assert after == seen(close(asserted), asserted)
        assert (before - deltas[0].went | deltas[0].came) - deltas[1].went | deltas[1].came == after
    for goal in closure.inferred():
        proof = closure.why(goal)
        assert proof is not None
        assert proof.conclusion == goal
        assert set(proof.leaves) <= asserted
        concluded: set[Triple] = set()
        for step in proof.steps:
            assert step.rule == ASSERTED or concluded.issuperset(step.premises)
            concluded.add(step.conclusion)


def changing(facts: st.SearchStrategy[Triple]) -> st.SearchStrategy[list[list[Triple]]]:
    return st.lists(st.lists(facts, min_size=1, max_size=2), min_size=1, max_size=6)


@CHECK
@given(st.lists(FACTS, max_size=14), changing(FACTS))
def test_changes_of_transitive_relations_are_exact(
    facts: list[Triple], changes: list[list[Triple]]
) -> None:
    assert_exact(facts, changes)


@CHECK
@given(
    st.lists(FACTS | SAMENESS, max_size=14),
    st.lists(SAMENESS, max_size=4),
    changing(FACTS | VALUES),
)
def test_changes_of_things_of_several_names_are_exact(
    facts: list[Triple], same: list[Triple], changes: list[list[Triple]]
) -> None:
    assert_exact([*facts, *same], changes)


@CHECK
@given(st.lists(FACTS | SAMENESS | VALUES, max_size=14), changing(FACTS | SAMENESS | VALUES))
def test_changes_of_what_is_the_same_are_exact(
    facts: list[Triple], changes: list[list[Triple]]
) -> None:
    assert_exact(facts, changes)


@pytest.fixture
def largest(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The most rows that a join has made, as the last member."""
    most, expand = [0], arrays.expand

    def counted(pairs: Ints, keys: Ints) -> tuple[Ints, Ints]:
        rows, found = expand(pairs, keys)
        most.append(max(most[-1], len(rows)))
        return rows, found

    monkeypatch.setattr(arrays, "expand", counted)
    return most


def chain(length: int) -> list[Triple]:
    return [t(f":n{at} :before :n{at + 1}") for at in range(length)]


@pytest.mark.parametrize("at", [2, 120, 235])
def test_a_change_in_a_long_chain_joins_no_more_than_the_relation_holds(
    largest: list[int], at: int
) -> None:
    links = chain(240)
    closure = close([*SCHEMA, *links])
    concerned, most = (at + 1) * (240 - at), 240 * 241 // 2
    largest[:] = [0]
    delta = closure.delete([links[at]])
    assert largest[-1] <= most
    assert len(delta.went) == 2 * concerned  # :before and :after
    largest[:] = [0]
    assert closure.insert([links[at]]).came == delta.went
    assert largest[-1] <= most


def test_a_long_detour_is_found_when_the_short_way_is_gone() -> None:
    closure = close([*SCHEMA, *chain(30), t(":n3 :before :n20"), t(":n20 :before :n4")])
    assert t(":n0 :before :n29") not in closure.delete([t(":n3 :before :n4")]).went
    went = closure.delete([t(":n20 :before :n4")]).went
    assert t(":n3 :before :n20") not in went
    assert t(":n3 :before :n5") in went
    assert t(":n3 :before :n30") in closure


def test_a_proof_in_a_long_chain_takes_the_links_that_are_asserted() -> None:
    proof = close([*SCHEMA, *chain(300)]).why(t(":n5 :before :n290"))
    assert proof is not None
    assert {*proof.leaves} == {*chain(300)[5:290], SCHEMA[0]}


def test_what_has_no_part_in_sameness_is_deleted_without_computing_it_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [f":n{cluster}{name}" for cluster in range(4) for name in "abc"]
    facts = graph("\n".join(f"{one} :key :k{one[2]}" for one in names))
    facts += [t(f"{one} :knows :n0a") for one in names]
    closure = close([*SCHEMA, *facts])
    monkeypatch.setattr(Reasoner, "close", lambda _: pytest.fail("computed anew"))
    assert closure.delete([t(":n1a :knows :n0a")]).went == set()  # since :n1b knows :n0a
    closure.delete([t(":n1b :knows :n0a")])
    went = closure.delete([t(":n1c :knows :n0a")]).went
    assert t(":n1a :knows :n0b") in went
    assert t(":n1a rdf:type :Agent") in went
    assert t(":n1a owl:sameAs :n1b") in closure


def test_births_are_kept_however_often_a_relation_grows() -> None:
    relation, births = Relation(arrays.array([0]), 1, arrays.array([0])), {0: 1}
    order = np.random.default_rng(1)
    for tick in range(2, 400):
        new = arrays.sort(order.integers(0, 5000, order.integers(1, 9)))
        new = arrays.difference(new, relation.facts)
        if len(new):
            relation.add(new, tick)
            births.update(dict.fromkeys(new.tolist(), tick))
        if tick % 7 == 0:
            old = relation.facts[:: order.integers(20, 90)]
            relation.remove(old)
            for fact in old.tolist():
                del births[fact]
    assert relation.facts.tolist() == sorted(births)
    assert (
        dict(zip(relation.facts.tolist(), relation.births(relation.facts).tolist(), strict=True))
        == births
    )
    assert all(relation.birth(fact) == tick for fact, tick in births.items())
    assert len(relation.later) < 50


def test_a_triple_asserted_under_another_name_is_no_reason_for_itself() -> None:
    closure = close(
        graph(
            """
:n4 :before :n2
:n5 owl:sameAs :n1
:n3 owl:sameAs :n4
:n3 :before :n1
"""
        )
    )
    proof = closure.why(t(":n3 :before :n5"))
    assert proof is not None
    assert set(proof.leaves) == {t(":n3 :before :n1"), t(":n5 owl:sameAs :n1")}


def test_a_delta_names_what_is_new_beside_what_was_inferred_already() -> None:
    closure = close([*SCHEMA, t(":a :knows :b")])
    delta = closure.insert([t(":a rdf:type :Person"), t(":c rdf:type :Person")])
    assert delta.came == {t(":c rdf:type :Person"), t(":c rdf:type :Agent")}


def test_a_name_that_rests_on_what_is_deleted_does_not_keep_it() -> None:
    closure = close([*SCHEMA, t(":n5 owl:sameAs :n4"), t(":n4 owl:sameAs :n1")])
    assert t(":n5 owl:sameAs :n1") in closure.delete([t(":n5 owl:sameAs :n4")]).went
