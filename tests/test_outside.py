"""The editors' notes in ``graph/outside``: they quote themselves, contradict the article where
history does, and change nothing of it. They are loaded only when asked for."""

from functools import cache
from pathlib import Path

from rdflib import OWL, RDF, Graph, Literal, URIRef
from rdflib.namespace import PROV

from graph.dates import bounds
from graph.pipeline import run
from graph.sources import read
from ontology import CODE, DIP, ID, PREFIXES

FACTS = Path(__file__).parent.parent / "graph"
ARTICLE = FACTS / "articles" / "iran-egypt-restoration"
TEXT = (FACTS / "outside" / "notes.txt").read_text(encoding="utf-8")
OA = PREFIXES["oa"]
EXACT, START, END = URIRef(OA + "exact"), URIRef(OA + "start"), URIRef(OA + "end")


@cache
def notes() -> Graph:
    return Graph().parse(FACTS / "outside" / "notes.ttl")


@cache
def loaded() -> Graph:
    graph = Graph()
    for path in (*FACTS.glob("things/*.ttl"), *ARTICLE.glob("*.ttl")):
        graph.parse(path)
    return graph


def of_type(kind: URIRef) -> list[URIRef]:
    return sorted(s for s in notes().subjects(RDF.type, kind) if isinstance(s, URIRef))


def span(subject: URIRef) -> tuple[int, int]:
    start, end = (notes().value(subject, predicate) for predicate in (START, END))
    assert isinstance(start, Literal)
    assert isinstance(end, Literal)
    return int(start.toPython()), int(end.toPython())


def note(name: str) -> URIRef:
    return ID[f"editors-notes/{name}"]


def test_the_notes_are_nine_lines_and_each_is_a_sentence() -> None:
    lines = TEXT.splitlines()
    assert [line.split()[0] for line in lines] == [f"N{number}" for number in range(1, 10)]
    for line in lines:
        start, end = span(note(line.split()[0]))
        assert TEXT[start:end] == line


def test_the_claims_of_the_notes_quote_them_in_the_voice_of_the_editors() -> None:
    for subject in of_type(DIP.Claim):
        start, end = span(subject)
        assert list(notes().objects(subject, EXACT)) == [Literal(TEXT[start:end])]
        assert list(notes().objects(subject, PROV.wasQuotedFrom)) == [ID["editors-notes"]]
        assert list(notes().objects(subject, PROV.wasAttributedTo)) == [ID.Editors]


def test_every_note_has_a_claim() -> None:
    spans = [span(subject) for subject in of_type(DIP.Claim)]
    for sentence in of_type(DIP.Sentence):
        first, last = span(sentence)
        assert any(first <= start and end <= last for start, end in spans)


def test_the_notes_contradict_the_article_where_history_does() -> None:
    article = ID["iran-egypt-restoration"]
    assert set(notes().subject_objects(DIP.contradicts)) == {
        (note("camp-david-signed"), URIRef(f"{article}/camp-david")),
        (note("revolution-began"), URIRef(f"{article}/egyptian-revolution")),
        (note("mubarak-resigned"), URIRef(f"{article}/mubarak-resigned")),
    }


def test_claims_that_contradict_each_other_state_the_same_one_situation() -> None:
    graph = loaded() + notes()
    for pair in graph.subject_objects(DIP.contradicts):
        one, other = (list(graph.objects(subject, DIP.states)) for subject in pair)
        assert len(one) == 1
        assert one == other


def test_the_notes_leave_the_situations_of_the_article_as_they_are() -> None:
    of_the_article = set(Graph().parse(ARTICLE / "situations.ttl").subjects(RDF.type))
    added = {(s, p) for s, p, _ in notes() if s in of_the_article}
    assert added == {(ID["gaza-conflict-now"], DIP.wikidata)}


def test_what_the_notes_call_unsure_is_not_asserted() -> None:
    for name, modality in {
        "ambassador-reported": CODE.alleged,
        "not-confirmed": CODE.doubted,
        "no-egyptian-ambassador": CODE.doubted,
        "mistranslation": CODE.doubted,
    }.items():
        assert list(notes().objects(note(name), DIP.modality)) == [modality]
        assert list(notes().objects(note(name), DIP.states)) == []


def test_the_notes_add_two_links_to_wikidata() -> None:
    assert set(notes().subject_objects(DIP.wikidata)) == {
        (ID["gaza-conflict-now"], URIRef(PREFIXES["wd"] + "Q122962941")),
        (ID["EgyptIsraelPeaceTreaty"], URIRef(PREFIXES["wd"] + "Q1129412")),
    }


def test_the_notes_declare_no_term_and_their_dates_are_edtf() -> None:
    terms = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    assert not [s for kind in terms for s in notes().subjects(RDF.type, kind)]
    for predicate in (DIP.date, DIP.statedDate):
        for date in notes().objects(None, predicate):
            bounds(str(date))


def test_the_graph_with_the_notes_holds_together_without_a_violation_or_a_warning() -> None:
    stages = run(read(outside=True), keep_going=True).stages
    assert [c for stage in stages for c in stage.clashes] == []
    found = [f for stage in stages for f in stage.findings if f.severity != "Info"]
    assert found == []


def test_the_notes_are_not_loaded_by_default() -> None:
    assert not [file for file in read().files if "outside" in file.path]
