"""OWL 2 Profiles §4.3, Table 4: the semantics of equality."""

from collections.abc import Callable

import pytest

Check = Callable[..., None]


def test_eq_ref(holds: Check, lacks: Check) -> None:
    holds(
        "e:s e:p e:o .",
        "e:s owl:sameAs e:s",
        "e:p owl:sameAs e:p",
        "e:o owl:sameAs e:o",
    )
    lacks("e:s e:p e:o .", "e:absent owl:sameAs e:absent", "e:s owl:sameAs e:o")


def test_eq_ref_of_a_literal(holds: Check) -> None:
    holds('e:s e:p "text"@en .', '"text"@en owl:sameAs "text"@en')


def test_eq_sym(gives: Check) -> None:
    gives("e:x owl:sameAs e:y .", "e:y owl:sameAs e:x")


def test_eq_trans(gives: Check) -> None:
    gives(
        "e:x owl:sameAs e:y . e:y owl:sameAs e:z .",
        "e:x owl:sameAs e:z",
        "e:z owl:sameAs e:x",
        "e:y owl:sameAs e:x",
        "e:z owl:sameAs e:y",
    )


def test_eq_rep_s(gives: Check) -> None:
    gives(
        "e:s owl:sameAs e:t . e:s e:p e:o .",
        "e:t owl:sameAs e:s",
        "e:t e:p e:o",
    )


def test_eq_rep_p(gives: Check) -> None:
    gives(
        "e:p owl:sameAs e:q . e:s e:p e:o .",
        "e:q owl:sameAs e:p",
        "e:s e:q e:o",
    )


def test_eq_rep_o(gives: Check) -> None:
    gives(
        "e:o owl:sameAs e:n . e:s e:p e:o .",
        "e:n owl:sameAs e:o",
        "e:s e:p e:n",
    )


def test_eq_rep_o_of_a_class(gives: Check) -> None:
    gives(
        "e:C owl:sameAs e:D . e:x a e:C .",
        "e:D owl:sameAs e:C",
        "e:x a e:D",
    )


def test_eq_rep_in_all_places_at_once(gives: Check) -> None:
    gives(
        "e:s owl:sameAs e:t . e:p owl:sameAs e:q . e:s e:p e:s .",
        "e:t owl:sameAs e:s",
        "e:q owl:sameAs e:p",
        *(
            f"{s} {p} {o}"
            for s in ("e:s", "e:t")
            for p in ("e:p", "e:q")
            for o in ("e:s", "e:t")
            if (s, p, o) != ("e:s", "e:p", "e:s")
        ),
    )


def test_eq_diff1(clashes: Check) -> None:
    clashes(
        "e:x owl:sameAs e:y . e:x owl:differentFrom e:y .",
        "eq-diff1",
        "e:x owl:sameAs e:y",
        "e:x owl:differentFrom e:y",
    )


def test_eq_diff1_of_an_inferred_equality(clashes: Check) -> None:
    clashes(
        """e:x owl:sameAs e:y . e:y owl:sameAs e:z . e:z owl:differentFrom e:x .""",
        "eq-diff1",
        "e:z owl:sameAs e:x",
        "e:z owl:differentFrom e:x",
    )


def test_eq_diff1_of_a_thing_and_itself(clashes: Check) -> None:
    clashes("e:x owl:differentFrom e:x .", "eq-diff1", "e:x owl:differentFrom e:x")


def pairs(length: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(length) for j in range(i + 1, length)]


EVERY_PAIR = [(length, i, j) for length in (2, 3, 4) for i, j in pairs(length)]


@pytest.mark.parametrize(("length", "i", "j"), EVERY_PAIR)
def test_eq_diff2(clashes: Check, length: int, i: int, j: int) -> None:
    members = " ".join(f"e:z{at}" for at in range(length))
    clashes(
        f"e:x a owl:AllDifferent ; owl:members ( {members} ) . e:z{i} owl:sameAs e:z{j} .",
        "eq-diff2",
        "e:x a owl:AllDifferent",
        f"e:z{i} owl:sameAs e:z{j}",
    )


@pytest.mark.parametrize(("length", "i", "j"), EVERY_PAIR)
def test_eq_diff3(clashes: Check, length: int, i: int, j: int) -> None:
    members = " ".join(f"e:z{at}" for at in range(length))
    clashes(
        f"e:x a owl:AllDifferent ; owl:distinctMembers ( {members} ) .e:z{j} owl:sameAs e:z{i} .",
        "eq-diff3",
        "e:x a owl:AllDifferent",
        f"e:z{i} owl:sameAs e:z{j}",
    )


def test_members_that_are_all_different_do_not_clash(gives: Check, lacks: Check) -> None:
    lacks(
        "e:x a owl:AllDifferent ; owl:distinctMembers ( e:a e:b ) . e:a owl:sameAs e:c .",
        "e:a owl:sameAs e:b",
    )


def test_equality_of_classes_makes_their_members_shared(gives: Check) -> None:
    gives(
        "e:C owl:sameAs e:D . e:D rdfs:subClassOf e:E . e:x a e:C .",
        "e:D owl:sameAs e:C",
        "e:C rdfs:subClassOf e:E",
        "e:x a e:D",
        "e:x a e:E",
    )


def test_equality_of_properties_shares_their_axioms(gives: Check) -> None:
    gives(
        """e:p owl:sameAs e:q . e:q a owl:TransitiveProperty .
        e:a e:p e:b . e:b e:q e:c .""",
        "e:q owl:sameAs e:p",
        "e:p a owl:TransitiveProperty",
        "e:a e:q e:b",
        "e:b e:p e:c",
        "e:a e:p e:c",
        "e:a e:q e:c",
    )


def test_equality_by_a_sub_property_of_same_as(gives: Check) -> None:
    gives(
        "e:same rdfs:subPropertyOf owl:sameAs . e:x e:same e:y . e:x a e:C .",
        "e:x owl:sameAs e:y",
        "e:y owl:sameAs e:x",
        "e:x e:same e:x",
        "e:y e:same e:x",
        "e:y e:same e:y",
        "e:y a e:C",
    )


def test_equality_with_a_built_in_property(holds: Check) -> None:
    holds(
        "e:kind owl:sameAs rdf:type . e:x e:kind e:C . e:y a e:C . e:C rdfs:subClassOf e:D .",
        "e:x a e:C",
        "e:x a e:D",
        "e:x e:kind e:D",
        "e:y e:kind e:C",
        "e:y e:kind e:D",
    )


def test_equality_of_lists_gives_both_their_members(holds: Check) -> None:
    """A list whose node is the same as another has two first members, so there are four lists."""
    holds(
        """e:C owl:oneOf e:l . e:l rdf:first e:a ; rdf:rest rdf:nil .
        e:m rdf:first e:b ; rdf:rest rdf:nil . e:l owl:sameAs e:m .""",
        "e:a a e:C",
        "e:b a e:C",
    )


def test_equality_that_follows_from_equality(gives: Check) -> None:
    """Merging two subjects of a functional property merges its values too."""
    gives(
        "e:p a owl:FunctionalProperty . e:a owl:sameAs e:b . e:a e:p e:x . e:b e:p e:y .",
        "e:b owl:sameAs e:a",
        "e:x owl:sameAs e:y",
        "e:y owl:sameAs e:x",
        "e:a e:p e:y",
        "e:b e:p e:x",
    )
