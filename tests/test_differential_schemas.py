"""Our closure against owlrl's on two schemas of the size and in the style of PROV-O and ORG, with
random data: qualified relations with chains, inverses and disjoint classes in the one; n-ary
memberships, transitive parts, unions, restrictions and functional properties in the other."""

import random
from collections.abc import Iterator

import pyoxigraph
import pytest

from graph.reasoning import close_ntriples
from graph.reasoning.oracle import close_ntriples_with_owlrl

HEADER = """
@prefix : <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def ntriples(turtle: str) -> bytes:
    quads = pyoxigraph.parse(HEADER + turtle, format=pyoxigraph.RdfFormat.TURTLE)
    return b"".join(sorted({f"{q.subject} {q.predicate} {q.object} .\n".encode() for q in quads}))


def hierarchy(text: str) -> Iterator[str]:
    """Classes, one a line, each indented below its superclass."""
    above: list[str] = []
    for line in text.strip("\n").splitlines():
        depth, name = (len(line) - len(line.lstrip())) // 2, line.strip()
        del above[depth:]
        yield f":{name} a owl:Class" + (f" ; rdfs:subClassOf :{above[-1]}" if above else "") + " ."
        above.append(name)


PROVENANCE_CLASSES = """
Artifact
  Plan
  Bundle
  Collection
    EmptyCollection
Process
Party
  Person
  Team
  Software
Place
Function
Influence
  ArtifactInfluence
    Usage
    Start
    End
    Derivation
      Quotation
      Revision
      PrimarySource
  ProcessInfluence
    Generation
    Communication
    Invalidation
  PartyInfluence
    Attribution
    Association
    Delegation
Event
"""
PROVENANCE_RELATIONS = """
used Process Artifact Usage wasUsedBy
started Process Artifact Start wasStartOf
ended Process Artifact End wasEndOf
derivedFrom Artifact Artifact Derivation hadDerivation
quotedFrom Artifact Artifact Quotation quotedAs
revisionOf Artifact Artifact Revision hadRevision
primarySource Artifact Artifact PrimarySource wasPrimarySourceOf
generatedBy Artifact Process Generation generated
informedBy Process Process Communication informed
invalidatedBy Artifact Process Invalidation invalidated
attributedTo Artifact Party Attribution contributed
associatedWith Process Party Association wasAssociateFor
actedFor Party Party Delegation hadDelegate
"""


def provenance() -> Iterator[str]:
    yield from hierarchy(PROVENANCE_CLASSES)
    yield """
    [] a owl:AllDisjointClasses ; owl:members ( :Process :Influence :Place ) .
    :Artifact owl:disjointWith :Process , :Influence .
    :Usage rdfs:subClassOf :Event . :Generation rdfs:subClassOf :Event .
    :influenced a owl:ObjectProperty ; owl:inverseOf :influencedBy .
    :influencedBy a owl:ObjectProperty .
    :qualifiedInfluence a owl:ObjectProperty ; rdfs:range :Influence .
    :influencer a owl:ObjectProperty ; rdfs:domain :Influence .
    :artifact a owl:ObjectProperty ; rdfs:subPropertyOf :influencer ;
      rdfs:domain :ArtifactInfluence ; rdfs:range :Artifact .
    :process a owl:ObjectProperty ; rdfs:subPropertyOf :influencer ;
      rdfs:domain :ProcessInfluence ; rdfs:range :Process .
    :party a owl:ObjectProperty ; rdfs:subPropertyOf :influencer ;
      rdfs:domain :PartyInfluence ; rdfs:range :Party .
    :influencedBy owl:propertyChainAxiom ( :qualifiedInfluence :influencer ) .
    :quotedFrom rdfs:subPropertyOf :derivedFrom . :revisionOf rdfs:subPropertyOf :derivedFrom .
    :primarySource rdfs:subPropertyOf :derivedFrom .
    :atPlace a owl:ObjectProperty ; rdfs:range :Place ; rdfs:domain
      [ a owl:Class ; owl:unionOf ( :Artifact :Process :Party :Event ) ] .
    :hadFunction a owl:ObjectProperty ; rdfs:range :Function ; rdfs:domain :Association .
    :hadPlan a owl:ObjectProperty , owl:FunctionalProperty ; rdfs:range :Plan .
    :hadMember a owl:ObjectProperty ; rdfs:domain :Collection ; rdfs:range :Artifact .
    :EmptyCollection rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :hadMember ;
      owl:maxCardinality "0"^^xsd:nonNegativeInteger ] .
    :specializationOf a owl:ObjectProperty , owl:TransitiveProperty ;
      rdfs:subPropertyOf :alternateOf ; rdfs:domain :Artifact ; rdfs:range :Artifact .
    :alternateOf a owl:ObjectProperty , owl:SymmetricProperty .
    :at a owl:DatatypeProperty ; rdfs:domain :Event .
    """
    for line in PROVENANCE_RELATIONS.split("\n")[1:-1]:
        name, domain, range_, class_, inverse = line.split()
        target = {"Artifact": "artifact", "Process": "process", "Party": "party"}[range_]
        yield f"""
        :{name} a owl:ObjectProperty ; rdfs:subPropertyOf :influencedBy ; owl:inverseOf :{inverse} ;
          rdfs:domain :{domain} ; rdfs:range :{range_} ;
          owl:propertyChainAxiom ( :qualified{class_} :{target} ) .
        :{inverse} a owl:ObjectProperty ; rdfs:subPropertyOf :influenced .
        :qualified{class_} a owl:ObjectProperty ; rdfs:subPropertyOf :qualifiedInfluence ;
          rdfs:domain :{domain} ; rdfs:range :{class_} ."""


def provenance_data(size: int, order: random.Random) -> Iterator[str]:
    """Things of each kind with direct and qualified relations, a specialisation now and then."""
    for at in range(size):
        for line in PROVENANCE_RELATIONS.split("\n")[1:-1]:
            name, domain, range_, class_, _ = line.split()
            subject = f":{domain.lower()}{order.randrange(size)}"
            target = f":{range_.lower()}{order.randrange(size)}"
            if order.random() < 0.5:
                yield f"{subject} :{name} {target} ."
            else:
                node = f":{class_.lower()}{at}"
                yield f"{subject} :qualified{class_} {node} . {node} :{range_.lower()} {target} ."
                yield f'{node} :at "{at}" .' if class_ in ("Usage", "Generation") else ""
        yield f":artifact{at} :specializationOf :artifact{order.randrange(size)} ."
        yield f":association{at} :hadPlan :plan{at} , :plan{order.randrange(size)} ."
        yield f":collection{at} :hadMember :artifact{at} ; :atPlace :place{at % 3} ."


ORGANISATION_CLASSES = """
Agent
  Human
    Head
    Employee
    Contractor
  Organisation
    Formal
      Company
        Subsidiary
      Authority
      Ministry
    Collaboration
    Unit
      Department
      Team
        ProjectTeam
Membership
  Employment
Role
Post
  Chair
Site
  HeadOffice
Event
  Change
    Merger
    Split
    Foundation
Multinational
Busy
Local
"""
ORGANISATION_PAIRS = """
memberOf Agent Organisation hasMember
headOf Human Organisation headedBy
unitOf Unit Organisation hasUnit
partOf Organisation Organisation hasPart
membershipOf Membership Agent hasMembership
membershipIn Membership Organisation hasMembershipRecord
roleOf Membership Role roleIn
holds Human Post heldBy
postIn Post Organisation hasPost
reportsTo Post Post supervises
siteOf Site Organisation hasSite
registeredSiteOf Site Formal hasRegisteredSite
basedAt Human Site isBaseOf
changedBy Organisation Change changed
resultedFrom Organisation Change resultedIn
linkedTo Organisation Organisation linkedFrom
succeeded Organisation Organisation precededBy
chairs Human Organisation chairedBy
employs Organisation Human employedBy
contracts Organisation Human contractedBy
mentor Human Human mentorOf
"""


def organisation() -> Iterator[str]:
    yield from hierarchy(ORGANISATION_CLASSES)
    for line in ORGANISATION_PAIRS.split("\n")[1:-1]:
        name, domain, range_, inverse = line.split()
        yield f""":{name} a owl:ObjectProperty ; rdfs:domain :{domain} ; rdfs:range :{range_} ;
          owl:inverseOf :{inverse} . :{inverse} a owl:ObjectProperty ."""
    yield """
    :Human owl:disjointWith :Organisation . :Post owl:disjointWith :Agent , :Site , :Event .
    [] a owl:AllDisjointClasses ; owl:members ( :Membership :Role :Site :Event ) .
    :headOf rdfs:subPropertyOf :memberOf . :chairs rdfs:subPropertyOf :headOf .
    :employedBy rdfs:subPropertyOf :memberOf . :contractedBy rdfs:subPropertyOf :memberOf .
    :employedBy owl:propertyDisjointWith :contractedBy .
    :unitOf rdfs:subPropertyOf :partOf . :registeredSiteOf rdfs:subPropertyOf :siteOf .
    :partOf a owl:TransitiveProperty . :linkedTo a owl:SymmetricProperty .
    :reportsTo a owl:TransitiveProperty . :mentor a owl:AsymmetricProperty .
    :membershipOf a owl:FunctionalProperty . :membershipIn a owl:FunctionalProperty .
    :registered a owl:ObjectProperty , owl:InverseFunctionalProperty .
    :roleOf a owl:FunctionalProperty .
    :memberOf owl:propertyChainAxiom ( :hasMembership :membershipIn ) , ( :holds :postIn ) .
    :worksWith a owl:ObjectProperty , owl:SymmetricProperty ;
      owl:propertyChainAxiom ( :memberOf :partOf :hasMember ) .
    :boss a owl:ObjectProperty ; owl:propertyChainAxiom ( :holds :reportsTo :heldBy ) .
    :Multinational owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( :Company
      [ a owl:Restriction ; owl:onProperty :hasPart ; owl:someValuesFrom :Subsidiary ] ) ] .
    :Busy owl:equivalentClass [ a owl:Restriction ; owl:onProperty :holds ;
      owl:someValuesFrom :Chair ] .
    [ a owl:Restriction ; owl:onProperty :headOf ; owl:someValuesFrom owl:Thing ]
      rdfs:subClassOf :Head .
    :Local owl:equivalentClass [ a owl:Restriction ; owl:onProperty :hasSite ;
      owl:hasValue :site0 ] .
    :Ministry rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :hasUnit ;
      owl:allValuesFrom :Department ] , [ a owl:Restriction ; owl:onProperty :headedBy ;
      owl:maxCardinality "1"^^xsd:nonNegativeInteger ] .
    :Chair rdfs:subClassOf [ a owl:Restriction ; owl:onProperty :heldBy ; owl:onClass :Human ;
      owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ] .
    :Employment owl:equivalentClass [ a owl:Class ; owl:oneOf ( :membership0 :membership1 ) ] .
    :Team owl:unionOf ( :ProjectTeam :Department ) .
    """


def organisation_data(size: int, order: random.Random) -> Iterator[str]:
    """Every relation between random things of the right kind, and some things of a special kind."""
    for at in range(size):
        for line in ORGANISATION_PAIRS.split("\n")[1:-1]:
            name, domain, range_, inverse = line.split()
            subject = f":{domain.lower()}{order.randrange(size)}"
            target = f":{range_.lower()}{order.randrange(size)}"
            if order.random() < 0.7:
                yield f"{subject} :{name} {target} ."
            else:
                yield f"{target} :{inverse} {subject} ."
        yield f":organisation{at} a :{order.choice(('Ministry', 'Company', 'Subsidiary'))} ."
        yield f":post{at} a :{order.choice(('Chair', 'Post'))} ."
        yield f":organisation{at} :registered :entry{order.randrange(3 * size)} ."


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_schema_in_the_style_of_prov(seed: int) -> None:
    data = provenance_data(8, random.Random(seed))
    agree(ntriples("\n".join((*provenance(), *data))))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_schema_in_the_style_of_org(seed: int) -> None:
    data = organisation_data(4, random.Random(seed))
    agree(ntriples("\n".join((*organisation(), *data))))


def agree(data: bytes) -> None:
    """The same inferences, and plenty; both find a clash or neither."""
    ours, theirs = close_ntriples(data), close_ntriples_with_owlrl(data)
    found, expected = set(ours.inferred()), set(theirs.inferred())
    assert found - expected == set()
    assert expected - found == set()
    assert len(found) > data.count(b"\n") / 2
    assert bool(ours.clashes) == bool(theirs.clashes)
