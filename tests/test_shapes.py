"""Every shape bites where it should and nowhere else, and says so in words."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyshacl
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SH
from rdflib.term import Node

from graph import pipeline
from graph.dates import bounds
from graph.sources import ntriples, read
from ontology import DIP, PREFIXES, SHAPES, compact
from shapes import Finding, Phase, catalogue, shapes_graph, validate
from shapes.messages import readable

ROOT = Path(__file__).parent.parent
PHASES = {shape.name: shape.phase for shape in catalogue()}


@dataclass(frozen=True)
class Bad:
    """A file of tests/bad and what its first lines say must be reported."""

    path: Path
    severity: str
    rule: str
    focus: str
    words: str


def bad_files() -> list[Bad]:
    found = []
    for path in sorted((ROOT / "tests" / "bad").glob("*.ttl")):
        head = path.read_text(encoding="utf-8").splitlines()[:3]
        reports, focus, words = (line.partition(": ")[2] for line in head)
        severity, _, rule = reports.partition(" ")
        found.append(Bad(path, severity, rule, focus, words))
    return found


BAD = [bad for bad in bad_files() if bad.rule in PHASES]


def of_one_shape(name: str) -> pytest.MarkDecorator:
    """One worker runs all tests of a shape, so that it validates each file once."""
    return pytest.mark.xdist_group(name)


each_bad_file = pytest.mark.parametrize(
    "bad", [pytest.param(bad, id=bad.path.stem, marks=of_one_shape(bad.rule)) for bad in BAD]
)
each_shape = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=of_one_shape(name)) for name in PHASES]
)


@cache
def asserted() -> rdflib.Graph:
    """What the files that ship assert."""
    return pipeline.rdf(read(ROOT).asserted())


@cache
def findings(phase: Phase, *extra: Path) -> frozenset[Finding]:
    """What the shapes of one phase find in what ships, with files added."""
    if phase == "structure":
        data = asserted()
        for file in extra:
            data = data + rdflib.Graph().parse(file, format="turtle")
        return frozenset(validate(data, phase, bounds))
    quads = tuple(read(ROOT, extra=extra).asserted())
    dated, _ = pipeline.date(quads)
    everything = ntriples((*quads, *dated))
    inferred = pipeline.close(everything, "legation").inferred_ntriples(pipeline.HIDDEN)
    data = rdflib.Graph().parse(data=everything + inferred, format="nt")
    return frozenset(validate(data, phase, bounds))


def new_findings(phase: Phase, bad: Bad) -> frozenset[Finding]:
    return findings(phase, bad.path) - findings(phase)


@pytest.mark.parametrize("phase", ["structure", "closure"])
def test_what_ships_has_no_violation_and_no_warning(phase: Phase) -> None:
    assert {finding for finding in findings(phase) if finding.severity != "Info"} == set()


@each_bad_file
def test_a_bad_file_is_reported_once_by_the_shape_meant_for_it(bad: Bad) -> None:
    new = new_findings(PHASES[bad.rule], bad)
    [hit] = (f for f in new if f.severity != "Info" or f.shape == bad.rule)
    assert (hit.severity, hit.shape, compact(hit.focus)) == (bad.severity, bad.rule, bad.focus)
    assert bad.words in hit.message


@pytest.mark.slow
@each_bad_file
def test_the_other_phase_finds_nothing_wrong_with_a_bad_file(bad: Bad) -> None:
    phase: Phase = "closure" if PHASES[bad.rule] == "structure" else "structure"
    assert {finding for finding in new_findings(phase, bad) if finding.severity != "Info"} == set()


@each_bad_file
def test_messages_have_names_and_no_iri(bad: Bad) -> None:
    for finding in findings(PHASES[bad.rule], bad.path):
        assert "http" not in finding.message
        assert not re.search(r"\{[$?]|None", finding.message)


@each_shape
def test_every_message_of_a_shape_is_given_for_some_bad_file(name: str) -> None:
    graph = shapes_graph()
    shape = SHAPES[name]
    parts = [shape, *graph.objects(shape, SH.property), *graph.objects(shape, SH.sparql)]
    templates = {str(message) for part in parts for message in graph.objects(part, SH.message)}
    files = [bad for bad in BAD if bad.rule == name]
    given = {finding.message for bad in files for finding in findings(PHASES[name], bad.path)}
    assert templates
    for template in templates:
        pattern = re.sub(r"\\\{.*?\\\}", ".+", re.escape(template))
        assert any(re.fullmatch(pattern, message, re.IGNORECASE) for message in given), template


def test_every_shape_says_what_it_demands_how_much_it_matters_and_when_it_runs() -> None:
    assert len(catalogue()) == len(PHASES)
    for shape in catalogue():
        assert shape.title != "None"
        assert shape.description.endswith(".")
        assert shape.severity in ("Violation", "Warning", "Info")
        assert shape.phase in ("structure", "closure")


def test_every_target_belongs_to_a_named_shape_with_a_phase() -> None:
    graph = shapes_graph()
    targets = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
    targeting = {str(shape) for target in targets for shape in graph.subjects(target)}
    assert targeting == {shape.iri for shape in catalogue()}


def own_properties() -> tuple[set[Node], set[Node]]:
    """The object properties of the ontology, helpers aside: those that people write, and those
    that only follow from a chain."""
    data = asserted()
    helpers = {DIP.helper, *data.subjects(RDFS.subPropertyOf, DIP.helper)}
    declared = {p for p in data.subjects(RDF.type, OWL.ObjectProperty) if str(p).startswith(DIP)}
    inferred = set(data.subjects(OWL.propertyChainAxiom)) & declared - helpers
    return declared - helpers - inferred, inferred


def test_the_plain_facts_that_nobody_writes_are_those_that_a_chain_gives() -> None:
    listed = shapes_graph().objects(SHAPES["plain-fact-inferred"], SH.targetSubjectsOf)
    assert set(listed) == own_properties()[1]


def test_what_any_property_points_to_must_have_a_name() -> None:
    listed = set(shapes_graph().objects(SHAPES["thing-labels"], SH.targetObjectsOf))
    # Claims have no name, an item is Wikidata's, and the last two are parents of what is listed.
    others = {DIP[name] for name in ("contradicts", "inTensionWith", "wikidata")}
    others |= {DIP["statePost"], DIP["postOfState"]}
    assert own_properties()[0] - listed == others


def test_a_property_shape_is_as_severe_as_the_shape_around_it() -> None:
    graph = shapes_graph()
    for shape, inner in graph.subject_objects(SH.property):
        severity = graph.value(inner, SH.severity, default=SH.Violation)
        assert graph.value(shape, SH.severity) == severity


def test_the_shapes_are_well_formed_shacl() -> None:
    conforms, _, report = pyshacl.validate(
        rdflib.Graph(), shacl_graph=shapes_graph(), meta_shacl=True
    )
    assert conforms, report


def test_files_declare_the_prefixes_that_their_queries_use() -> None:
    graph = shapes_graph()
    declared = {
        str(graph.value(node, SH.prefix)): str(graph.value(node, SH.namespace))
        for node in graph.objects(None, SH.declare)
    }
    assert declared.items() <= {**PREFIXES, "shapes": str(SHAPES)}.items()


FACTS = """
@prefix code: <https://w3id.org/legation/code/> .
@prefix dip: <https://w3id.org/legation/ontology#> .
@prefix id: <https://w3id.org/legation/id/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def reported(turtle: str, phase: Phase) -> set[tuple[str, str]]:
    """The shapes that find something in a few triples of their own, and about what."""
    data = rdflib.Graph().parse(data=FACTS + turtle, format="turtle")
    for situation, date in list(data.subject_objects(rdflib.URIRef(PREFIXES["dip"] + "date"))):
        found = bounds(str(date))
        for name, value in (("notBefore", found.not_before), ("notAfter", found.not_after)):
            if value is not None and phase == "closure":
                instant = rdflib.Literal(value, datatype=rdflib.XSD.dateTime)
                data.add((situation, rdflib.URIRef(PREFIXES["dip"] + name), instant))
    return {(finding.shape, compact(finding.focus)) for finding in validate(data, phase, bounds)}


def tenures(first: str, second: str) -> str:
    return f"""
        id:president a dip:SingleHolderPost .
        id:a a dip:Tenure ; dip:post id:president ; dip:date "{first}" .
        id:b a dip:Tenure ; dip:post id:president ; dip:date "{second}" .
    """


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ("1970/1981", "1981/2012", False),  # handed over in the same year
        ("1970/1981-10", "1981-10/2012", False),
        ("1970/1981", "1980/2012", True),
        ("1970/1981", "1975/2012", True),
        ("1970/1981-10-06", "1981-10-05/2012", True),
        ("1970/..", "1975/2012", False),  # an open end is no known end
        ("1975", "1975", False),  # in office at some time of that year
    ],
)
def test_tenures_overlap_only_where_it_is_certain(first: str, second: str, overlap: bool) -> None:
    shapes_reported = {shape for shape, _ in reported(tenures(first, second), "closure")}
    assert ("one-holder-at-a-time" in shapes_reported) is overlap


@pytest.mark.parametrize(
    ("visit", "tenure", "outside"),
    [
        ("2012-08", "2012/..", False),
        ("2012-08", "2012-08-31/2013", False),  # may have fallen on that day
        ("2012-08", "2013/..", True),
        ("2012-08", "../2012-07", True),
        ("../..", "2013/..", False),
        ("2012-08", "../..", False),
    ],
)
def test_a_visit_is_outside_a_tenure_only_where_it_is_certain(
    visit: str, tenure: str, outside: bool
) -> None:
    turtle = f"""
        id:visit a dip:Visit ; dip:visitor id:person ; dip:date "{visit}" .
        id:tenure a dip:Tenure ; dip:holder id:person ; dip:date "{tenure}" .
    """
    assert (("contact-in-office", "id:visit") in reported(turtle, "closure")) is outside


def test_a_second_tenure_may_cover_the_visit() -> None:
    turtle = """
        id:visit a dip:Visit ; dip:visitor id:person ; dip:date "2012-08" .
        id:early a dip:Tenure ; dip:holder id:person ; dip:date "1990/2000" .
        id:late a dip:Tenure ; dip:holder id:person .
    """
    assert ("contact-in-office", "id:visit") not in reported(turtle, "closure")


def claims(first: str, second: str, more: str = "") -> str:
    return f"""
        id:a dip:states id:visit ; dip:modality code:asserted ; dip:statedDate "{first}" {more} .
        id:b dip:states id:visit ; dip:modality code:asserted ; dip:statedDate "{second}" .
    """


@pytest.mark.parametrize(
    ("first", "second", "disagree"),
    [
        ("2012", "2012-08-30", False),  # the second only says more
        ("2012-08", "2012-09", True),
        ("2007/..", "../2012", False),
        ("[1979,1980]", "1980", False),
    ],
)
def test_dates_disagree_only_where_both_cannot_be_true(
    first: str, second: str, disagree: bool
) -> None:
    found = reported(claims(first, second), "closure")
    assert ("disagreeing-dates" in {shape for shape, _ in found}) is disagree


@pytest.mark.parametrize("marked", ["; dip:contradicts id:b", ". id:b dip:contradicts id:a"])
def test_dates_may_disagree_where_the_claims_are_marked(marked: str) -> None:
    found = reported(claims("1979", "1980", marked), "closure")
    assert "disagreeing-dates" not in {shape for shape, _ in found}


@pytest.mark.parametrize(
    ("date", "beyond"),
    [
        ("[1979,1980]", False),
        ("1979", False),
        ("1979-06/1980-02", False),
        ("1978/1980", True),
        ("1979/1981", True),
        ("1979/..", True),
    ],
)
def test_a_date_stays_within_what_its_claims_state_together(date: str, beyond: bool) -> None:
    turtle = f'id:visit dip:date "{date}" .' + claims("1979", "1980", "; dip:contradicts id:b")
    assert (("date-from-claims", "id:visit") in reported(turtle, "closure")) is beyond


@pytest.mark.parametrize(
    ("words", "date", "lacking"),
    [
        ("were severed in 1979", "1979", False),
        ("the war (1980-1988)", "1980/1988", False),
        ("the war of 1980", "1980/1988", True),
        ("in the 1980s", "198X", False),
        ("in February 2012", "2012-02?", False),
        ("for a long time", "../..", False),
        ("in August", "2012-08", True),
    ],
)
def test_the_years_of_a_stated_date_are_looked_for_in_the_words(
    words: str, date: str, lacking: bool
) -> None:
    turtle = f'id:claim oa:exact "{words}" ; dip:statedDate "{date}" .'
    assert (("stated-year-in-words", "id:claim") in reported(turtle, "structure")) is lacking


def test_offsets_count_code_points() -> None:
    turtle = """
        id:source dip:text "𐎡𐎼𐎠𐎴 and Egypt" .
        id:right prov:wasQuotedFrom id:source ; oa:exact "Egypt" ; oa:start 9 ; oa:end 14 .
        id:wrong prov:wasQuotedFrom id:source ; oa:exact "Egypt" ; oa:start 13 ; oa:end 18 .
    """
    quotes = {focus for shape, focus in reported(turtle, "structure") if shape == "quote-in-text"}
    assert quotes == {"id:wrong"}


def test_words_with_backslashes_and_braces_do_not_disturb_a_message() -> None:
    turtle = r"""
        id:source dip:text "a \\1 {?end} b" .
        id:claim prov:wasQuotedFrom id:source ; oa:exact "\\1 {$this}" ; oa:start 2 ; oa:end 9 .
    """
    assert ("quote-in-text", "id:claim") in reported(turtle, "structure")


@pytest.mark.parametrize(
    "turtle",
    [
        "[] a dip:Claim ; dip:states [ a dip:Tenure ] .",
        'id:claim a dip:Claim ; dip:states "a text" ; dip:about 5 .',
        'id:claim a dip:Claim ; oa:exact "a" ; oa:start "x" ; oa:end -5 .',
        'id:claim a dip:Claim ; prov:wasAttributedTo "me" ; dip:modality "asserted" .',
        'id:source dip:text "a" . id:s a dip:Sentence ; prov:wasQuotedFrom id:source ;'
        ' oa:start "x" ; oa:end "y"@en .',
        'id:tenure a dip:Tenure ; dip:date 1979 , "1980"^^xsd:gYear ; dip:holder "someone" .',
        'id:claim a dip:Claim ; dip:statedDate 1980 , "[1980" , "/" .',
        '<urn:x> a dip:State ; skos:prefLabel "\\\\1 {$this} {?other}"@en ; dip:iso3 5 , "E" .',
    ],
)
def test_facts_of_the_wrong_kind_are_reported_in_words(turtle: str) -> None:
    assert reported(turtle, "structure")


def test_a_name_stands_for_each_iri() -> None:
    data = rdflib.Graph().parse(
        data=FACTS
        + """
        id:Egypt skos:prefLabel "مصر"@ar , "Egypt"@en .
        dip:states rdfs:label "states"@en .
        id:text dip:text "One sentence. Another." .
        id:text/S02 prov:wasQuotedFrom id:text ; oa:start 14 ; oa:end 22 .
        """.replace("id:text/S02", "<https://w3id.org/legation/id/text/S02>"),
        format="turtle",
    )
    iri = PREFIXES["id"]
    assert readable(f"{iri}Egypt {PREFIXES['dip']}states.", data) == "“Egypt” “states”."
    assert readable(f"{iri}text/S02: no claim.", data) == "The sentence S02 “Another.”: no claim."
    assert readable(f"{iri}Egpyt is unknown.", data) == "id:Egpyt is unknown."
