"""Other ways: further proofs of a triple, each by another instance of a rule."""

from graph.reasoning import ASSERTED, Triple, close, close_ntriples
from graph.reasoning.vocabulary import OWL, RDF, RDFS
from graph.snapshot import Snapshot
from ontology import DIP, ID

EX = "http://example.org/"


def t(s: str, p: str, o: str) -> Triple:
    return Triple(f"<{EX}{s}>", p if p.startswith("<") else f"<{EX}{p}>", _object(o))


def _object(name: str) -> str:
    return name if name.startswith("<") else f"<{EX}{name}>"


BELOW, SYMMETRIC = f"<{RDFS}subPropertyOf>", f"<{OWL}SymmetricProperty>"
TYPE = f"<{RDF}type>"


def test_each_instance_of_a_rule_is_a_way() -> None:
    below = [t("met", BELOW, "knows"), t("wrote", BELOW, "knows")]
    closure = close([*below, t("a", "met", "b"), t("a", "wrote", "b")])
    goal = t("a", "knows", "b")
    found = {proof.steps[-1].premises[1] for proof in closure.ways(goal)}
    assert found == {t("a", "met", "b"), t("a", "wrote", "b")}
    assert len(closure.ways(goal, most=1)) == 1
    assert closure.ways(goal)[0] == closure.why(goal)


def test_a_way_that_needs_its_own_conclusion_is_none() -> None:
    closure = close([t("knows", TYPE, SYMMETRIC), t("met", BELOW, "knows"), t("a", "met", "b")])
    (way,) = closure.ways(t("a", "knows", "b"))
    assert way.steps[-1].rule == "prp-spo1"


def test_what_is_asserted_has_one_way_and_what_does_not_hold_none() -> None:
    closure = close([t("a", "met", "b")])
    (way,) = closure.ways(t("a", "met", "b"))
    assert [step.rule for step in way.steps] == [ASSERTED]
    assert closure.ways(t("b", "met", "a")) == ()


def test_egypt_s_contact_with_iran_follows_from_the_visit_and_from_the_call(
    shipped: Snapshot,
) -> None:
    closure = close_ntriples(shipped.asserted.read_bytes())
    ways = closure.ways(Triple(f"<{ID['Egypt']}>", f"<{DIP['hadContactWith']}>", f"<{ID['Iran']}>"))
    acts = [
        {act for act in ("morsi-visit", "shoukry-call") if _names(way.leaves, act)} for way in ways
    ]
    assert sorted(acts, key=sorted) == [{"morsi-visit"}, {"shoukry-call"}]
    for way in ways:
        shown: set[Triple] = set()
        for step in way.steps:
            assert shown.issuperset(step.premises)
            shown.add(step.conclusion)


def _names(leaves: tuple[Triple, ...], name: str) -> bool:
    return any(leaf.s == f"<{ID[name]}>" for leaf in leaves)
