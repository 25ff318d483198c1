"""The ontology is the model: its terms, axioms, codes and modules, one by one.

``terms.csv`` and the tables below are the contract; a new term is added there too. How terms are
written is in ``test_pitfalls.py``.
"""

import csv
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from graph.reasoning import Closure, close_ntriples
from graph.reasoning.oracle import OracleClosure, close_ntriples_with_owlrl
from ontology import BASE, CODE, DIP, ONTOLOGY, PREFIXES, folder

DCTERMS, VANN = Namespace(PREFIXES["dcterms"]), Namespace(PREFIXES["vann"])
BIBO = "http://purl.org/ontology/bibo/"

IMPORTS: dict[str, set[str]] = {
    "dip": {"claims", "codes"},
    "things": set(),
    "offices": {"things"},
    "acts": {"offices"},
    "claims": {"acts"},
    "codes": {"acts"},
    "align": {"claims"},
}
MODULES = tuple(name for name in IMPORTS if name != "align")
"""What the root imports, itself included."""

INVERSES = """
    firstPartyTo firstParty | hasMinistry ministryOf | hasTenure post | org:holds org:heldBy
    org:postIn org:hasPost | postOfState statePost | sends sendingState | representedBy represents
    severedBy severs | restoredBy restores | recogniserIn recogniser | signatoryIn signatory
    callerIn caller | visitorIn visitor | filledBy toPost | supporterIn supporter
    assassinIn assassin | statedBy states | deniedBy denies"""

CHAINS = """
    org:heldBy            = hasTenure holder
    hasForeignMinister    = foreignMinisterPost org:heldBy
    hasPresident          = presidentPost org:heldBy
    hasSpokesperson       = spokespersonPost org:heldBy
    represents            = org:holds postOfState
    represents            = org:holds org:postIn ministryOf
    representedBy         = statePost org:heldBy
    representedBy         = hasMinistry org:hasPost org:heldBy
    accreditedTo          = org:holds receivingState
    severedRelationsWith  = firstPartyTo severedBy severs secondParty
    restoredRelationsWith = firstPartyTo restoredBy restores secondParty
    recognises            = recogniserIn recognised
    signed                = signatoryIn signs
    phoned                = callerIn callee
    visited               = visitorIn host
    hadContactWith        = representedBy phoned represents
    hadContactWith        = representedBy visited
    appointedAmbassadorTo = sends filledBy toPost receivingState
    supported             = supporterIn supportee
    assassinated          = assassinIn victim"""

DISJOINT_CLASSES = """
    Actor org:Post | Actor Treaty | Actor BilateralRelationship | Actor Situation | Actor Claim
    Actor Source | Actor Sentence | org:Organization foaf:Person Group | State ForeignMinistry
    State Territory City | Act Tenure Conflict Upheaval RelationsPhase Difference"""

DISJOINT_PROPERTIES = """
    firstParty secondParty | sendingState receivingState | recogniser recognised | caller callee
    supporter supportee"""

# What has some value of the class along the property is in the class that comes last.
SUFFICIENT = """
    org:holds org:Post Official | org:holds AmbassadorPost Ambassador
    contradicts Claim ContestedClaim | statedBy ContestedClaim ContestedSituation
    deniedBy Claim ContestedSituation"""

# Class of acts, its concept, CAMEO, PLOVER; - where there is no honest code.
ACTS = """
    Severance     sever       161 SANCTION(withdraw)
    Restoration   restore     -   SUPPORT
    Recognition   recognise   054 SUPPORT
    TreatySigning sign        057 SUPPORT
    PhoneCall     phone       041 CONSULT
    Visit         visit       042 CONSULT
    Negotiation   negotiate   046 CONSULT
    Appointment   appoint     -   -
    Resignation   resign      -   -
    Decision      decide      -   -
    Statement     statement   010 -
    Accusation    accuse      112 ACCUSE(disapprove)
    Support       support     -   -
    Honouring     honour      051 SUPPORT
    Assassination assassinate 186 ASSAULT(assassinate)"""

SCHEMES = {
    "modalities": "asserted hoped planned predicted judged doubted alleged denied",
    "phase-types": "strong close strained warming standstill improving no-embassy",
}

ALIGNMENT = """
    Actor prov:Agent foaf:Agent sem:Actor | Situation sem:Event schema:Event | Act prov:Activity
    Claim prov:Entity schema:Claim oa:TextQuoteSelector oa:TextPositionSelector
    Source prov:Entity schema:CreativeWork | Tenure org:Membership | State schema:Country
    actor prov:wasAssociatedWith sem:hasActor | place prov:atLocation sem:hasPlace
    holder org:member | prov:wasQuotedFrom schema:appearance"""

CHARACTERISTICS = {
    "F": OWL.FunctionalProperty,
    "IF": OWL.InverseFunctionalProperty,
    "S": OWL.SymmetricProperty,
    "T": OWL.TransitiveProperty,
    "I": OWL.IrreflexiveProperty,
}
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


@cache
def module(name: str) -> Graph:
    return Graph().parse(data=(folder() / f"{name}.ttl").read_text("utf-8"), format="turtle")


@cache
def merged() -> Graph:
    graph = Graph()
    for name in MODULES:
        graph += module(name)
    return graph


def iri(name: str) -> URIRef:
    prefix, _, local = name.rpartition(":")
    return URIRef(PREFIXES[prefix or "dip"] + local)


def groups(table: str) -> list[list[URIRef]]:
    """The groups of names of a table that divides them by bars and lines."""
    return [[iri(name) for name in cell.split()] for cell in re.split(r"[|\n]", table.strip())]


def contract() -> list[dict[str, str]]:
    with (Path(__file__).parent / "terms.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def named(nodes: Iterable[Node]) -> set[URIRef]:
    return {node for node in nodes if isinstance(node, URIRef)}


def declared(graph: Graph, *kinds: URIRef) -> set[URIRef]:
    return set().union(*(named(graph.subjects(RDF.type, kind)) for kind in kinds))


def own(term: Node) -> bool:
    return str(term).startswith(str(DIP))


def chains() -> list[tuple[Node, list[Node]]]:
    graph = merged()
    found = graph.subject_objects(OWL.propertyChainAxiom)
    return [(head, list(Collection(graph, steps))) for head, steps in found]


# Terms and axioms


@pytest.mark.parametrize("row", contract(), ids=lambda row: row["term"])
def test_a_term_has_the_axioms_of_the_model(row: dict[str, str]) -> None:
    graph, term, kind = module(row["module"]), iri(row["term"]), OWL[row["kind"]]
    under = RDFS.subClassOf if kind == OWL.Class else RDFS.subPropertyOf
    axioms = {CHARACTERISTICS[mark] for mark in row["axioms"].split()}
    assert set(graph.objects(term, RDF.type)) == {kind} | axioms
    for relation, names in (
        (under, row["under"]),
        (RDFS.domain, row["domain"]),
        (RDFS.range, row["range"]),
    ):
        assert named(graph.objects(term, relation)) == {iri(name) for name in names.split()}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_declares_and_describes_the_terms_that_the_model_puts_there(name: str) -> None:
    graph = module(name)
    expected = {iri(row["term"]) for row in contract() if row["module"] == name}
    annotations = {term for term in declared(graph, OWL.AnnotationProperty) if not own(term)}
    assert declared(graph, *KINDS) - annotations == expected
    described = named(graph.subjects()) - declared(graph, OWL.Ontology) - annotations
    assert {term for term in described if not str(term).startswith(str(CODE))} == expected


def test_the_model_has_its_size() -> None:
    graph = merged()
    counts = {kind: len([t for t in declared(graph, kind) if own(t)]) for kind in KINDS}
    assert list(counts.values()) == [44, 83, 6, 2]
    assert (len(groups(INVERSES)), len(chains())) == (19, 20)


def test_the_inverses_are_those_that_chains_and_contests_need() -> None:
    pairs = {(term, other) for term, other in groups(INVERSES)}
    assert set(merged().subject_objects(OWL.inverseOf)) == pairs


def test_every_inverse_of_ours_that_nobody_writes_is_under_the_one_helper() -> None:
    graph = merged()
    inverse = {term for term in graph.subjects(OWL.inverseOf) if own(term)}
    # Not this one: what people do write, the sending state of a post, is under it.
    inverse.remove(DIP["postOfState"])
    assert set(graph.subjects(RDFS.subPropertyOf, DIP["helper"])) == inverse


def test_the_chains_are_those_of_the_model() -> None:
    pairs = [line.split("=") for line in CHAINS.strip().splitlines()]
    expected = {(iri(h.strip()), tuple(iri(step) for step in s.split())) for h, s in pairs}
    assert {(head, tuple(steps)) for head, steps in chains()} == expected


def test_the_disjoint_classes_are_those_of_the_model() -> None:
    graph = merged()
    sets = [frozenset(pair) for pair in graph.subject_objects(OWL.disjointWith)]
    for axiom in graph.subjects(RDF.type, OWL.AllDisjointClasses):
        sets += [frozenset(Collection(graph, list_)) for list_ in graph[axiom : OWL.members]]
    assert Counter(sets) == Counter(map(frozenset, groups(DISJOINT_CLASSES)))


def test_the_disjoint_properties_are_those_of_the_model() -> None:
    sets = [frozenset(pair) for pair in merged().subject_objects(OWL.propertyDisjointWith)]
    assert Counter(sets) == Counter(map(frozenset, groups(DISJOINT_PROPERTIES)))


def test_officials_ambassadors_and_contests_have_their_sufficient_conditions() -> None:
    graph = merged()
    actual = [
        (graph.value(node, OWL.onProperty), graph.value(node, OWL.someValuesFrom), head)
        for node, head in graph.subject_objects(RDFS.subClassOf)
        if isinstance(node, BNode)
    ]
    assert Counter(actual) == Counter(map(tuple, groups(SUFFICIENT)))


def test_what_reasoners_disagree_on_is_not_used() -> None:
    graph = merged()
    assert not list(graph.subject_objects(OWL.hasKey))
    assert not declared(graph, OWL.FunctionalProperty) & declared(graph, OWL.DatatypeProperty)


# Codes


@pytest.mark.parametrize("row", ACTS.strip().splitlines(), ids=lambda row: row.split()[0])
def test_a_class_of_acts_has_a_concept_with_its_honest_codes(row: str) -> None:
    graph = merged()
    name, code, cameo, plover = row.split()
    values = [
        graph.value(node, OWL.hasValue)
        for node in graph.objects(iri(name), RDFS.subClassOf)
        if graph.value(node, OWL.onProperty) == DIP["actType"]
    ]
    assert values == [CODE[code]]
    for notation, expected in (("cameo", cameo), ("plover", plover)):
        strings = [] if expected == "-" else [Literal(expected)]
        assert list(graph.objects(CODE[code], DIP[notation])) == strings


def test_every_class_of_acts_has_a_concept_of_its_own() -> None:
    table = [row.split() for row in ACTS.strip().splitlines()]
    assert set(merged().subjects(RDFS.subClassOf, DIP["Act"])) == {iri(row[0]) for row in table}
    assert len({row[1] for row in table}) == len(table)


def test_every_concept_is_in_the_one_scheme_that_the_model_puts_it_in() -> None:
    graph = merged()
    acts = " ".join(row.split()[1] for row in ACTS.strip().splitlines())
    schemes = SCHEMES | {"act-types": acts}
    expected = {(CODE[code], CODE[name]) for name, row in schemes.items() for code in row.split()}
    assert set(graph.subject_objects(SKOS.inScheme)) == expected
    assert declared(graph, SKOS.Concept) == {code for code, _ in expected}
    assert declared(graph, SKOS.ConceptScheme) == {CODE[name] for name in schemes}


# Modules


@pytest.mark.parametrize("name", IMPORTS)
def test_a_module_imports_what_the_model_says(name: str) -> None:
    expected = {f"{ONTOLOGY}/{other}" for other in IMPORTS[name]}
    assert {str(other) for other in module(name).objects(None, OWL.imports)} == expected


@pytest.mark.parametrize("name", IMPORTS)
def test_the_header_of_a_module_is_complete(name: str) -> None:
    """What FAIR asks of a vocabulary; OOPS! P38 and P41, no declaration and no licence."""
    graph = module(name)
    (header,) = declared(graph, OWL.Ontology)
    assert str(header) == (ONTOLOGY if name == "dip" else f"{ONTOLOGY}/{name}")

    def one(relation: URIRef) -> Node:
        (value,) = graph.objects(header, relation)
        return value

    version = str(one(OWL.versionInfo))
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert version == str(module("dip").value(URIRef(ONTOLOGY), OWL.versionInfo))
    assert one(OWL.versionIRI) == URIRef(f"{header}/{version}")
    for relation in (DCTERMS["title"], DCTERMS["abstract"]):
        assert str(one(relation)).strip()
    assert one(DCTERMS["creator"]) == Literal("Legation contributors")
    assert one(DCTERMS["license"]) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    created = str(one(DCTERMS["created"]))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", created)
    assert one(DCTERMS["created"]) == Literal(created), "xsd:date is outside OWL 2"
    citation = str(one(DCTERMS["bibliographicCitation"]))
    assert f"version {version}" in citation
    assert citation.endswith(f"{header}/{version}")
    prefix = "code" if name == "codes" else "dip"
    assert one(VANN["preferredNamespacePrefix"]) == Literal(prefix)
    assert one(VANN["preferredNamespaceUri"]) == Literal(PREFIXES[prefix])
    assert str(one(URIRef(f"{BIBO}status"))).startswith(f"{BIBO}status/")


def test_the_catalogue_maps_every_ontology_to_its_file_and_nothing_else() -> None:
    catalogue = ET.fromstring((folder() / "catalog-v001.xml").read_text("utf-8"))
    entries = catalogue.findall("{urn:oasis:names:tc:entity:xmlns:xml:catalog}uri")
    files = {file.name for file in folder().iterdir() if file.name.endswith(".ttl")}
    expected = {str(*declared(module(f[:-4]), OWL.Ontology)): f for f in files}
    assert {entry.attrib["name"]: entry.attrib["uri"] for entry in entries} == expected
    assert len(entries) == len(expected)
    assert {file[:-4] for file in files} == set(IMPORTS)


def test_the_alignment_puts_our_terms_below_theirs_and_does_nothing_more() -> None:
    graph = module("align")
    axioms = {(row[0], upper) for row in groups(ALIGNMENT) for upper in row[1:]}
    stubs = {upper for _, upper in axioms}
    assert declared(graph, *KINDS) == stubs
    assert not any(own(term) for term in stubs)
    relations = (RDFS.subClassOf, RDFS.subPropertyOf)
    assert {pair for relation in relations for pair in graph.subject_objects(relation)} == axioms
    headers = declared(graph, OWL.Ontology)
    other = {(s, p) for s, p in graph.subject_predicates() if s not in headers}
    assert {p for _, p in other} == {RDF.type, *relations}


# What reasoning makes of it

FACTS = """
id:Egypt dip:foreignMinisterPost id:post1 ; dip:presidentPost id:post2 .
id:Iran dip:foreignMinisterPost id:post3 .
id:ministry dip:ministryOf id:Iran ; dip:spokespersonPost id:post4 .
id:post5 dip:sendingState id:Iran ; dip:receivingState id:Egypt .
id:Egypt-Iran dip:firstParty id:Egypt ; dip:secondParty id:Iran .
id:tenure1 dip:holder id:Shoukry ; dip:post id:post1 .
id:tenure2 dip:holder id:Morsi ; dip:post id:post2 .
id:tenure3 dip:holder id:minister ; dip:post id:post3 .
id:tenure4 dip:holder id:Kanaani ; dip:post id:post4 .
id:tenure5 dip:holder id:envoy ; dip:post id:post5 .
id:severance a dip:Severance ; dip:severs id:Egypt-Iran .
c:one dip:states id:severance ; dip:contradicts c:two . c:two dip:states id:severance .
c:three dip:denies id:appointment .
id:call dip:caller id:Shoukry ; dip:callee id:minister .
id:trip dip:visitor id:Morsi ; dip:host id:Iran .
id:decision a dip:Decision ; dip:concerns id:Egypt-Iran ; dip:envisages code:restore .
id:appointment a dip:Appointment ; dip:actor id:Iran ; dip:toPost id:post5 .
id:trade dip:reasonFor id:revolution . id:revolution dip:ledTo id:resignation .
id:recognition dip:recogniser id:Egypt ; dip:recognised id:Israel .
id:signing dip:signatory id:Egypt , id:Israel ; dip:signs id:treaty .
id:help dip:supporter id:Egypt ; dip:supportee id:Iraq .
id:murder dip:assassin id:Islambouli ; dip:victim id:Sadat .
"""

FOLLOWS = """
id:Egypt dip:severedRelationsWith id:Iran . id:Iran dip:severedRelationsWith id:Egypt .
id:severance a dip:ContestedSituation ; dip:actType code:sever .
id:appointment a dip:ContestedSituation .
c:one a dip:ContestedClaim . c:two a dip:ContestedClaim .
id:Egypt dip:hasForeignMinister id:Shoukry ; dip:hasPresident id:Morsi .
id:Shoukry a dip:Official ; org:holds id:post1 ; dip:represents id:Egypt ; dip:phoned id:minister .
id:post1 a dip:SingleHolderPost .
id:Kanaani dip:represents id:Iran . id:ministry dip:hasSpokesperson id:Kanaani .
id:envoy a dip:Ambassador ; dip:represents id:Iran ; dip:accreditedTo id:Egypt .
id:Egypt dip:hadContactWith id:Iran . id:Iran dip:hadContactWith id:Egypt .
id:call a dip:PhoneCall ; dip:actType code:phone . id:Morsi dip:visited id:Iran .
id:Iran dip:appointedAmbassadorTo id:Egypt .
id:trade dip:contributedTo id:resignation .
id:Egypt dip:recognises id:Israel ; dip:supported id:Iraq ; dip:signed id:treaty .
id:Islambouli dip:assassinated id:Sadat .
"""


def facts(text: str) -> Graph:
    prefixes = PREFIXES | {"c": f"{BASE}id/article/"}
    header = "".join(f"PREFIX {name}: <{value}>\n" for name, value in prefixes.items())
    return Graph().parse(data=header + text, format="turtle")


@pytest.mark.parametrize("reasoner", [close_ntriples, close_ntriples_with_owlrl])
def test_plain_facts_follow_from_situations(
    reasoner: Callable[[bytes], Closure | OracleClosure],
) -> None:
    closure = reasoner((merged() + facts(FACTS)).serialize(format="nt", encoding="utf-8"))
    inferred = Graph().parse(data=closure.inferred_ntriples(), format="nt")
    assert closure.clashes == ()
    assert set(facts(FOLLOWS)) - set(inferred) == set()
    # A decision to restore is no restoration, and a call makes no state meet itself.
    assert DIP["restoredRelationsWith"] not in set(inferred.predicates())
    assert all(s != o for s, o in inferred.subject_objects(DIP["hadContactWith"]))
