"""The shipped facts against the article: ``facts.json`` is the list of what the article asserts,
``facts.csv`` says which claim carries each fact and which situations it states."""

import csv
import hashlib
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rdflib import OWL, RDF, Graph, Literal, URIRef
from rdflib.namespace import PROV, RDFS, SKOS

from graph.dates import bounds
from ontology import CODE, DIP, ID, PREFIXES

HERE = Path(__file__).parent
FACTS = HERE.parent / "graph"
ARTICLE = FACTS / "articles" / "iran-egypt-restoration"
SOURCE = ID["iran-egypt-restoration"]
OA = PREFIXES["oa"]
EXACT, START, END = URIRef(OA + "exact"), URIRef(OA + "start"), URIRef(OA + "end")

TEXT = (ARTICLE / "article.txt").read_bytes().decode("utf-8")

WIKIDATA = {
    "Egypt": "Q79", "Iran": "Q794", "Israel": "Q801", "Iraq": "Q796", "UnitedStates": "Q30",
    "SaudiArabia": "Q851", "Cairo": "Q85", "Tehran": "Q3616", "iran-iraq-war": "Q82664",
    "islamic-revolution": "Q126065", "gaza-operation": "Q170682", "CampDavidAgreement": "Q309204",
}  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """A fact of the article and, after ``claims``, where the table puts it. Names are local."""

    fact: str
    sentence: str
    quote: str
    start: int
    end: int
    voice: str
    modality: str
    kinds: tuple[str, ...]
    entities: tuple[str, ...]
    date: str | None
    claims: tuple[str, ...]
    situations: tuple[str, ...]
    classes: tuple[str, ...]


def _facts() -> tuple[Fact, ...]:
    listed = json.loads((HERE / "facts.json").read_text(encoding="utf-8"))
    with (HERE / "facts.csv").open(encoding="utf-8", newline="") as table:
        rows = {row.pop("fact"): row for row in csv.DictReader(table)}
    assert list(rows) == [entry["fact"] for entry in listed]
    return tuple(_fact(entry, rows[entry["fact"]]) for entry in listed)


def _fact(entry: dict[str, Any], row: dict[str, str]) -> Fact:
    lists = {name: tuple(entry[name]) for name in ("kinds", "entities")}
    names: dict[str, Any] = {column: tuple(cell.split()) for column, cell in row.items()}
    return Fact(**{"date": None, **entry, **lists, **names})


ALL = _facts()
each_fact = pytest.mark.parametrize("fact", ALL, ids=[fact.fact for fact in ALL])


def _turtle_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.ttl"))


def _parsed(*paths: Path) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(path)
    return graph


@cache
def loaded() -> Graph:
    """The files of the article, and those of the things that all articles share."""
    return _parsed(*_turtle_files(FACTS / "things"), *_turtle_files(ARTICLE))


def claim(name: str) -> URIRef:
    return URIRef(f"{SOURCE}/{name}")


def claims(graph: Graph) -> list[URIRef]:
    return sorted(s for s in graph.subjects(RDF.type, DIP.Claim) if isinstance(s, URIRef))


def integer(graph: Graph, subject: URIRef, predicate: URIRef) -> int:
    (value,) = graph.objects(subject, predicate)
    assert isinstance(value, Literal)
    return int(value.toPython())


def involved(subject: URIRef) -> set[str]:
    """The local names of what a situation involves, through relationships, posts and ministries."""
    graph = loaded()
    through = (
        DIP.firstParty, DIP.secondParty, DIP.sendingState, DIP.receivingState, DIP.ministryOf,
    )  # fmt: skip
    owning = (DIP.presidentPost, DIP.foreignMinisterPost, DIP.spokespersonPost)
    found = {o for _, o in graph.predicate_objects(subject) if isinstance(o, URIRef)}
    reached: set[URIRef] = set()
    while found:
        reached |= found
        found = {
            other
            for node in found
            for other in (
                *(o for p in through for o in graph.objects(node, p)),
                *(s for p in owning for s in graph.subjects(p, node)),
            )
            if isinstance(other, URIRef)
        } - reached
    return {str(node).removeprefix(str(ID)) for node in reached}


# The text and its sentences


def test_the_article_is_kept_to_the_byte() -> None:
    digest = hashlib.sha256((ARTICLE / "article.txt").read_bytes()).hexdigest()
    assert digest == "3296548f3eb2391199ad821e97a90e099f049279ff58b7a4a57f79b9cfae03a2"


def test_the_sentences_cover_the_text_in_order() -> None:
    graph = loaded()
    names = [f"S{number:02}" for number in range(1, 20)]
    place = 0
    for name in names:
        start, end = (integer(graph, claim(name), p) for p in (START, END))
        assert TEXT[place:start].strip() == ""
        assert TEXT[start:end] == TEXT[start:end].strip() != ""
        assert (claim(name), PROV.wasQuotedFrom, SOURCE) in graph
        place = end
    assert place == len(TEXT)
    typed = {s for kind in (DIP.Sentence, DIP.Aside) for s in graph.subjects(RDF.type, kind)}
    assert typed == {claim(name) for name in names}


def test_only_the_last_sentence_is_an_aside_and_only_it_carries_no_claim() -> None:
    graph = loaded()
    spans = [(integer(graph, c, START), integer(graph, c, END)) for c in claims(graph)]
    silent = {
        s
        for kind in (DIP.Sentence, DIP.Aside)
        for s in graph.subjects(RDF.type, kind)
        if isinstance(s, URIRef)
        if not any(
            integer(graph, s, START) <= start and end <= integer(graph, s, END)
            for start, end in spans
        )
    }
    assert silent == {claim("S19")} == set(graph.subjects(RDF.type, DIP.Aside))


# The facts


def test_all_47_facts_are_listed() -> None:
    assert [fact.fact for fact in ALL] == [f"F{number:02}" for number in range(1, 48)]


@each_fact
def test_a_claim_carries_the_fact_with_its_words_voice_and_modality(fact: Fact) -> None:
    graph, first = loaded(), claim(fact.claims[0])
    assert TEXT[fact.start : fact.end] == fact.quote
    assert list(graph.objects(first, EXACT)) == [Literal(fact.quote)]
    assert (integer(graph, first, START), integer(graph, first, END)) == (fact.start, fact.end)
    assert list(graph.objects(first, PROV.wasQuotedFrom)) == [SOURCE]
    assert list(graph.objects(first, PROV.wasAttributedTo)) == [ID[fact.voice]]
    assert list(graph.objects(first, DIP.modality)) == [CODE[fact.modality]]
    within = claim(fact.sentence)
    assert integer(graph, within, START) <= fact.start < fact.end <= integer(graph, within, END)


@each_fact
def test_the_claims_of_a_fact_state_situations_of_its_kinds(fact: Fact) -> None:
    graph = loaded()
    stated = {s for name in fact.claims for s in graph.objects(claim(name), DIP.states)}
    assert stated == {ID[name] for name in fact.situations}
    assert sorted(fact.classes) == sorted(fact.kinds)
    for name, kind in zip(fact.situations, fact.classes, strict=True):
        assert list(graph.objects(ID[name], RDF.type)) == [DIP[kind]]


@each_fact
def test_every_named_entity_of_a_fact_has_a_part_in_it(fact: Fact) -> None:
    if fact.situations:
        found = set().union(*(involved(ID[name]) for name in fact.situations))
    else:
        found = involved(claim(fact.claims[0]))
    assert set(fact.entities) <= found


@each_fact
def test_the_situation_holds_the_date_of_the_fact(fact: Fact) -> None:
    if fact.date is None:
        return
    given = {
        str(date).replace("?", "")
        for name in fact.claims
        for date in loaded().objects(claim(name), DIP.statedDate)
    }
    assert fact.date in given


@pytest.mark.parametrize(
    ("cause", "link", "effect"),
    [
        ("camp-david-signing", "reasonFor", "differences"),
        ("support-for-iraq", "reasonFor", "differences"),
        ("islambouli-honoured", "reasonFor", "differences"),
        ("close-western-ties", "reasonFor", "differences"),
        ("trade-and-diplomatic-efforts", "reasonFor", "warming"),
        ("gaza-escalation", "contributedTo", "accusation"),
        ("egyptian-revolution", "ledTo", "mubarak-resignation"),
        ("third-country-relations", "contributedTo", "differences"),
    ],
)
def test_the_causes_that_the_article_gives(cause: str, link: str, effect: str) -> None:
    assert (ID[cause], DIP[link], ID[effect]) in loaded()


def test_no_other_cause_is_given() -> None:
    links = (DIP.contributedTo, DIP.ledTo, DIP.reasonFor)
    assert sum(1 for link in links for _ in loaded().subject_objects(link)) == 8


# What claims may do


def test_every_claim_quotes_the_article_by_code_points() -> None:
    graph = loaded()
    for subject in claims(graph):
        start, end = integer(graph, subject, START), integer(graph, subject, END)
        assert list(graph.objects(subject, EXACT)) == [Literal(TEXT[start:end])]


def test_only_asserted_claims_state_and_every_other_is_about_something() -> None:
    graph = loaded()
    for subject in claims(graph):
        asserted = (subject, DIP.modality, CODE.asserted) in graph
        assert asserted == bool(list(graph.objects(subject, DIP.states)))
        assert asserted or list(graph.objects(subject, DIP.about))


def test_every_situation_is_stated_and_every_stated_situation_exists() -> None:
    graph = loaded()
    situations = _parsed(ARTICLE / "situations.ttl")
    described = {s for s in situations.subjects(RDF.type) if str(s).startswith(str(ID))}
    assert described == set(graph.objects(None, DIP.states))


def test_the_inaction_is_alleged_and_no_situation() -> None:
    graph = loaded()
    assert list(graph.objects(claim("inaction"), DIP.modality)) == [CODE.alleged]
    assert list(graph.objects(claim("inaction"), DIP.states)) == []


def test_a_stated_year_is_in_the_words_or_explained() -> None:
    graph = loaded()
    for subject, date in graph.subject_objects(DIP.statedDate):
        years = re.findall(r"\d{4}", str(date))
        quote = str(graph.value(subject, EXACT))
        assert all(year in quote for year in years) or graph.value(subject, RDFS.comment)


def test_every_date_is_edtf() -> None:
    for predicate in (DIP.date, DIP.statedDate):
        for date in loaded().objects(None, predicate):
            bounds(str(date))


# What sits badly together: I1 to I6


def test_the_two_years_of_the_severance_contradict_each_other_and_nothing_else_does() -> None:
    found = set(loaded().subject_objects(DIP.contradicts))
    assert found == {(claim("severed-1979"), claim("severed-1980"))}
    assert list(loaded().objects(ID.severance, DIP.date)) == [Literal("[1979,1980]")]


def test_the_tensions_of_the_article() -> None:
    found = {frozenset(pair) for pair in loaded().subject_objects(DIP.inTensionWith)}
    by_fact = {fact.fact: claim(fact.claims[0]) for fact in ALL}
    expected = [("F19", "F42"), ("F30", "F35"), ("F03", "F44"), ("F40", "F02"), ("F07", "F46")]
    assert found == {frozenset((by_fact[a], by_fact[b])) for a, b in expected}


# Names, links and files


def wikidata(graph: Graph) -> dict[str, str]:
    return {
        str(s).removeprefix(str(ID)): str(o).removeprefix(PREFIXES["wd"])
        for s, o in graph.subject_objects(DIP.wikidata)
    }


def test_the_links_to_wikidata_are_the_agreed_ones() -> None:
    assert wikidata(loaded()) == WIKIDATA


def test_everything_has_one_english_name() -> None:
    graph = loaded()
    things = {
        s
        for s in graph.subjects(RDF.type)
        if isinstance(s, URIRef) and str(s).startswith(str(ID))
        if not str(s).startswith(f"{SOURCE}/")
    }
    for thing in things:
        names = [n for n in graph.objects(thing, SKOS.prefLabel) if isinstance(n, Literal)]
        languages = [name.language for name in names]
        assert languages.count("en") == 1
        assert len(set(languages)) == len(languages)


@pytest.mark.parametrize(
    ("person", "spelling", "native"),
    [
        ("SamehShoukry", "Samikh Shukri", "سامح شكري"),
        ("NasserKanaani", "Nasir Kanani", "ناصر کنعانی"),
        ("AhmedAbuZeid", "Ahmed Abu Zaid", "أحمد أبو زيد"),
        ("KhalidIslambouli", "Khalid Islambouli", "خالد الإسلامبولي"),
        ("AnwarSadat", "Anwar Sadat", "أنور السادات"),
        ("HosniMubarak", "Hosni Mubarak", "حسني مبارك"),
        ("MohamedMorsi", "Mohamed Morsi", "محمد مرسي"),
    ],
)
def test_a_person_is_found_by_the_spelling_of_the_article(
    person: str, spelling: str, native: str
) -> None:
    names = {
        str(name)
        for predicate in (SKOS.prefLabel, SKOS.altLabel)
        for name in loaded().objects(ID[person], predicate)
    }
    assert {spelling, native} <= names
    assert spelling in TEXT


def test_no_file_of_facts_declares_a_term() -> None:
    terms = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    assert not [s for kind in terms for s in loaded().subjects(RDF.type, kind)]


def test_each_file_is_an_ontology_named_after_its_path() -> None:
    for path in _turtle_files(FACTS):
        name = path.relative_to(FACTS).with_suffix("").as_posix()
        headers = list(_parsed(path).subjects(RDF.type, OWL.Ontology))
        assert headers == [URIRef(PREFIXES["graph"] + name)]


def test_the_root_imports_every_file_but_the_notes_and_the_catalogue_finds_them() -> None:
    root = URIRef(PREFIXES["graph"] + "graph")
    imported = set(_parsed(FACTS / "graph.ttl").objects(root, OWL.imports))
    files = {
        URIRef(PREFIXES["graph"] + path.relative_to(FACTS).with_suffix("").as_posix())
        for path in _turtle_files(FACTS)
        if path.parent.name != "outside"
    }
    assert imported == files - {root} | {URIRef(PREFIXES["dip"].rstrip("#"))}
    places = {
        URIRef(entry.attrib["name"]): FACTS / entry.attrib["uri"]
        for entry in ET.parse(FACTS / "catalog-v001.xml").getroot()
    }
    assert files <= set(places)
    for iri, place in places.items():
        assert (iri, RDF.type, OWL.Ontology) in _parsed(place)
