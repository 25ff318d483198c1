"""Proofs, deltas and gaps on cases that one can check by eye."""

from graph.reasoning import ASSERTED, Triple, close
from graph.reasoning.vocabulary import OWL, RDF, RDFS

EX = "http://example.org/"
PREFIXES = {"rdf": RDF, "rdfs": RDFS, "owl": OWL, "": EX}


def t(text: str) -> Triple:
    s, p, o = (term(name) for name in text.split())
    return Triple(s, p, o)


def term(name: str) -> str:
    if name.startswith("_:"):
        return name
    prefix, local = name.split(":")
    return f"<{PREFIXES[prefix]}{local}>"


def graph(text: str) -> list[Triple]:
    return [t(line) for line in text.split(" . ")]


FAMILY = graph(
    ":hasSon rdfs:subPropertyOf :hasChild . :hasChild rdfs:range :Person . "
    ":Person rdfs:subClassOf :Agent . :a :hasSon :b"
)


def test_a_proof_names_rules_and_ends_in_asserted_triples() -> None:
    proof = close(FAMILY).why(t(":b rdf:type :Agent"))
    assert proof is not None
    assert proof.conclusion == t(":b rdf:type :Agent")
    assert [step.rule for step in proof.steps if step.rule != ASSERTED] == [
        "prp-spo1",
        "prp-rng",
        "cax-sco",
    ]
    assert set(proof.leaves) == set(FAMILY)
    assert proof.step(t(":a :hasChild :b")).premises == (
        t(":hasSon rdfs:subPropertyOf :hasChild"),
        t(":a :hasSon :b"),
    )


def test_what_does_not_hold_has_no_proof() -> None:
    closure = close(FAMILY)
    assert closure.why(t(":a rdf:type :Agent")) is None
    assert closure.why(t(":nobody rdf:type :Agent")) is None


def test_an_asserted_triple_is_its_own_proof_even_if_it_follows() -> None:
    closure = close([*FAMILY, t(":a :hasChild :b")])
    proof = closure.why(t(":a :hasChild :b"))
    assert proof is not None
    assert [step.rule for step in proof.steps] == [ASSERTED]


def test_schema_facts_have_proofs() -> None:
    closure = close(
        graph(
            ":R owl:someValuesFrom :A . :R owl:onProperty :p . :S owl:someValuesFrom :B . "
            ":S owl:onProperty :p . :A owl:equivalentClass :B"
        )
    )
    proof = closure.why(t(":R rdfs:subClassOf :S"))
    assert proof is not None
    assert [s.rule for s in proof.steps if s.rule != ASSERTED] == ["scm-eqc1", "scm-svf1"]


def test_a_chain_of_thousands_of_links_is_proved_without_recursion() -> None:
    chain = [t(f":n{at} :p :n{at + 1}") for at in range(1500)]
    closure = close([*chain, t(":p rdf:type owl:TransitiveProperty")])
    proof = closure.why(t(":n0 :p :n1500"))
    assert proof is not None
    assert len(proof.leaves) == 1501
    assert len(proof.steps) == 1500 + 1499 + 1


def test_a_circle_is_proved_by_going_round() -> None:
    closure = close(graph(":a :p :b . :b :p :a . :p rdf:type owl:TransitiveProperty"))
    proof = closure.why(t(":a :p :a"))
    assert proof is not None
    assert set(proof.leaves) == set(
        graph(":a :p :b . :b :p :a . :p rdf:type owl:TransitiveProperty")
    )


def test_sameness_found_by_a_rule_is_part_of_the_proof() -> None:
    closure = close(
        graph(
            ":holder rdf:type owl:FunctionalProperty . :t :holder :x . :t :holder :y . :x :knows :z"
        )
    )
    proof = closure.why(t(":y :knows :z"))
    assert proof is not None
    assert [s.rule for s in proof.steps if s.rule != ASSERTED] == ["prp-fp", "eq-rep-s"]


def test_insertion_and_deletion_say_what_came_and_went() -> None:
    closure = close(FAMILY[:-1])
    came = set(graph(":a :hasSon :b . :a :hasChild :b . :b rdf:type :Person . :b rdf:type :Agent"))
    delta = closure.insert([FAMILY[-1]])
    assert (delta.came, delta.went) == (came, frozenset())
    assert closure.insert([FAMILY[-1]]).came == frozenset()
    delta = closure.delete([FAMILY[-1]])
    assert (delta.came, delta.went) == (frozenset(), came)
    assert closure.delete([FAMILY[-1]]).went == frozenset()


def test_what_follows_from_something_else_stays_when_its_assertion_goes() -> None:
    closure = close([*FAMILY, t(":b rdf:type :Person"), t(":c :hasChild :b")])
    assert closure.delete([t(":b rdf:type :Person")]).went == frozenset()
    assert closure.delete([t(":a :hasSon :b")]).went == set(
        graph(":a :hasSon :b . :a :hasChild :b")
    )
    assert t(":b rdf:type :Agent") in closure


def test_facts_that_only_support_each_other_go_together() -> None:
    closure = close(
        graph(
            ":p owl:inverseOf :q . :q rdfs:subPropertyOf :r . :r owl:inverseOf :s . "
            ":s rdfs:subPropertyOf :p . :a :p :b"
        )
    )
    delta = closure.delete([t(":a :p :b")])
    assert delta.went == set(graph(":a :p :b . :b :q :a . :b :r :a . :a :s :b"))


def test_a_schema_axiom_can_come_and_go() -> None:
    closure = close(FAMILY)
    went = closure.delete([t(":Person rdfs:subClassOf :Agent")]).went
    assert went == set(
        graph(
            ":Person rdfs:subClassOf :Agent . :b rdf:type :Agent . :hasSon rdfs:range :Agent . "
            ":hasChild rdfs:range :Agent"
        )
    )
    assert closure.insert([t(":Person rdfs:subClassOf :Agent")]).came == went


def test_sameness_is_undone_with_its_reason() -> None:
    asserted = graph(":k rdf:type owl:InverseFunctionalProperty . :x :k :i . :y :k :i . :x :p :z")
    closure = close(asserted)
    assert t(":y :p :z") in closure
    went = closure.delete([t(":y :k :i")]).went
    assert t(":y :p :z") in went
    assert t(":x owl:sameAs :y") in went
    assert set(closure.inferred()) == set()


def test_why_not_gives_the_nearest_rules_first() -> None:
    closure = close(
        [
            *FAMILY,
            *graph(
                ":hasChild rdfs:domain :Parent . :R owl:onProperty :hasChild . "
                ":R owl:someValuesFrom :Doctor . :R rdfs:subClassOf :Proud"
            ),
        ]
    )
    first, *_ = closure.why_not(t(":a rdf:type :R"))
    assert (first.rule, first.missing) == ("cls-svf1", (t(":b rdf:type :Doctor"),))
    assert t(":a :hasChild :b") in first.present
    assert t(":R owl:someValuesFrom :Doctor") in first.present
    gap, *_ = closure.why_not(t(":c rdf:type :Parent"))
    assert gap.rule == "prp-dom"
    (missing,) = gap.missing
    assert (missing.s, missing.p) == (term(":c"), term(":hasChild"))
    assert missing.o.startswith("_:")


def test_why_not_has_nothing_to_say_about_what_holds_or_what_no_rule_gives() -> None:
    closure = close(FAMILY)
    assert closure.why_not(t(":b rdf:type :Agent")) == ()
    assert closure.why_not(t(":b :hasSon :a")) == ()
