"""The data sets, generated from fixed seeds: the same name and size give the same N-Triples.

``python -m bench.data NAME SIZE FILE`` writes one, of SIZE triples (or what it has, if it is of one
size).
"""

import random
import sys
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from pathlib import Path

import pyoxigraph

from bench.diplomacy import diplomacy

_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_SUB_CLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
_SUB_PROPERTY = "<http://www.w3.org/2000/01/rdf-schema#subPropertyOf>"
_SAME_AS = "<http://www.w3.org/2002/07/owl#sameAs>"
_CLASS = "<http://www.w3.org/2002/07/owl#Class>"
_PROPERTY = "<http://www.w3.org/2002/07/owl#ObjectProperty>"

_HEADER = """
@prefix : <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
"""


def _turtle(text: str, prefix: str = "b") -> Iterator[str]:
    """Turtle as lines of N-Triples; blank nodes are labelled in order, with a prefix."""
    labels: dict[str, str] = {}

    def term(value: object) -> str:
        if isinstance(value, pyoxigraph.BlankNode):
            return labels.setdefault(value.value, f"_:{prefix}{len(labels)}")
        return str(value)

    for quad in pyoxigraph.parse(_HEADER + text, format=pyoxigraph.RdfFormat.TURTLE):
        yield f"{term(quad.subject)} {quad.predicate} {term(quad.object)} .\n"


def _name(local: str) -> str:
    return f"<https://example.org/{local}>"


_UNIVERSITY_CLASSES = """
Organisation > University College Department Institute Programme ResearchGroup
Person > Employee Student Director ResearchAssistant TeachingAssistant
Employee > AdministrativeStaff Faculty
AdministrativeStaff > ClericalStaff SystemsStaff
Faculty > Professor Lecturer PostDoc
Professor > FullProfessor AssociateProfessor AssistantProfessor Chair Dean VisitingProfessor
Student > UndergraduateStudent GraduateStudent
Work > Course Research
Course > GraduateCourse
Publication > Article Book Manual Software Specification UnofficialPublication
Article > ConferencePaper JournalArticle TechnicalReport
"""
_UNIVERSITY = """
:memberOf rdfs:domain :Person ; rdfs:range :Organisation ; owl:inverseOf :member .
:worksFor rdfs:subPropertyOf :memberOf . :headOf rdfs:subPropertyOf :worksFor .
:degreeFrom rdfs:domain :Person ; rdfs:range :University ; owl:inverseOf :hasAlumnus .
:undergraduateDegreeFrom rdfs:subPropertyOf :degreeFrom .
:mastersDegreeFrom rdfs:subPropertyOf :degreeFrom .
:doctoralDegreeFrom rdfs:subPropertyOf :degreeFrom .
:subOrganisationOf a owl:TransitiveProperty ; rdfs:domain :Organisation ; rdfs:range :Organisation .
:affiliatedOrganisationOf rdfs:domain :Organisation ; rdfs:range :Organisation .
:advisor rdfs:domain :Person ; rdfs:range :Professor .
:takesCourse rdfs:domain :Student ; rdfs:range :Course .
:teacherOf rdfs:domain :Faculty ; rdfs:range :Course .
:teachingAssistantOf rdfs:domain :TeachingAssistant ; rdfs:range :Course .
:publicationAuthor rdfs:domain :Publication ; rdfs:range :Person .
:researchProject rdfs:domain :ResearchGroup ; rdfs:range :Research .
:Chair owl:intersectionOf ( :Person
  [ a owl:Restriction ; owl:onProperty :headOf ; owl:someValuesFrom :Department ] ) .
:Dean rdfs:subClassOf
  [ a owl:Restriction ; owl:onProperty :headOf ; owl:someValuesFrom :College ] .
:Director owl:intersectionOf ( :Person
  [ a owl:Restriction ; owl:onProperty :headOf ; owl:someValuesFrom :Programme ] ) .
:Employee owl:intersectionOf ( :Person
  [ a owl:Restriction ; owl:onProperty :worksFor ; owl:someValuesFrom :Organisation ] ) .
:Student owl:intersectionOf ( :Person
  [ a owl:Restriction ; owl:onProperty :takesCourse ; owl:someValuesFrom :Course ] ) .
:GraduateStudent rdfs:subClassOf
  [ a owl:Restriction ; owl:onProperty :takesCourse ; owl:someValuesFrom :GraduateCourse ] .
:TeachingAssistant owl:intersectionOf ( :Person
  [ a owl:Restriction ; owl:onProperty :teachingAssistantOf ; owl:someValuesFrom :Course ] ) .
"""
_UNIVERSITY_PROPERTIES = """
memberOf member worksFor headOf degreeFrom hasAlumnus undergraduateDegreeFrom mastersDegreeFrom
doctoralDegreeFrom subOrganisationOf affiliatedOrganisationOf advisor takesCourse teacherOf
teachingAssistantOf publicationAuthor researchProject
"""


def university(size: int) -> Iterator[str]:
    """Universities in the style of LUBM: hierarchies, inverses, a transitive property, classes
    defined by what their members do; departments of people, courses and publications."""
    classes = set(_UNIVERSITY_CLASSES.replace(">", " ").split())
    yield from (f"{_name(name)} {_TYPE} {_CLASS} .\n" for name in sorted(classes))
    yield from (f"{_name(name)} {_TYPE} {_PROPERTY} .\n" for name in _UNIVERSITY_PROPERTIES.split())
    for row in _UNIVERSITY_CLASSES.strip().splitlines():
        above, _, below = row.partition(" > ")
        yield from (f"{_name(name)} {_SUB_CLASS} {_name(above)} .\n" for name in below.split())
    yield from _turtle(_UNIVERSITY)
    order = random.Random("university")
    for number in range(size):
        at = f"u{number}"
        yield f"{_name(at)} {_TYPE} {_name('University')} .\n"
        for department in range(order.randint(15, 25)):
            yield from _department(f"{at}/d{department}", at, number, order)


def _department(at: str, of: str, known: int, order: random.Random) -> Iterator[str]:
    here = _name(at)
    p = {name: _name(name) for name in _UNIVERSITY_PROPERTIES.split()}
    name, email = _name("name"), _name("email")

    def person(local: str, class_: str) -> Iterator[str]:
        who = _name(local)
        yield f"{who} {_TYPE} {_name(class_)} .\n"
        yield f'{who} {name} "{local}" .\n'
        yield f'{who} {email} "{local}@example.org" .\n'

    yield f"{here} {_TYPE} {_name('Department')} .\n"
    yield f"{here} {p['subOrganisationOf']} {_name(of)} .\n"
    for group in range(order.randint(10, 20)):
        yield f"{_name(f'{at}/g{group}')} {_TYPE} {_name('ResearchGroup')} .\n"
        yield f"{_name(f'{at}/g{group}')} {p['subOrganisationOf']} {here} .\n"
    faculty: list[str] = []
    courses: list[tuple[str, str]] = []
    ranks = (("FullProfessor", 7, 10), ("AssociateProfessor", 10, 14))
    for rank, least, most in (*ranks, ("AssistantProfessor", 8, 11), ("Lecturer", 5, 7)):
        for number in range(order.randint(least, most)):
            who = f"{at}/{rank}{number}"
            faculty.append(who)
            yield from person(who, rank)
            yield f"{_name(who)} {p['worksFor']} {here} .\n"
            for degree in ("undergraduate", "masters", "doctoral"):
                university = _name(f"u{order.randint(0, known)}")
                yield f"{_name(who)} {p[f'{degree}DegreeFrom']} {university} .\n"
            for kind in ("Course", "GraduateCourse"):
                course = f"{at}/{kind}{len(courses)}"
                courses.append((kind, course))
                yield f"{_name(course)} {_TYPE} {_name(kind)} .\n"
                yield f"{_name(who)} {p['teacherOf']} {_name(course)} .\n"
            for paper in range(order.randint(0, 12)):
                text = _name(f"{who}/p{paper}")
                yield f"{text} {_TYPE} {_name('JournalArticle')} .\n"
                yield f"{text} {p['publicationAuthor']} {_name(who)} .\n"
    yield f"{_name(faculty[0])} {p['headOf']} {here} .\n"
    for kind, each, wanted in (("Undergraduate", 10, "Course"), ("Graduate", 3, "GraduateCourse")):
        choice = [_name(course) for kind_, course in courses if kind_ == wanted]
        for number in range(each * len(faculty)):
            who = f"{at}/{kind}Student{number}"
            yield from person(who, f"{kind}Student")
            yield f"{_name(who)} {p['memberOf']} {here} .\n"
            for course in order.sample(choice, order.randint(1, 3)):
                yield f"{_name(who)} {p['takesCourse']} {course} .\n"
            if kind == "Graduate":
                yield f"{_name(who)} {p['advisor']} {_name(order.choice(faculty[:20]))} .\n"
                if order.random() < 0.2:
                    yield f"{_name(who)} {p['teachingAssistantOf']} {order.choice(choice)} .\n"


def chains(size: int) -> Iterator[str]:
    """Deep hierarchies: transitive chains of 16 links, members below 12 levels of classes, values
    below 8 levels of properties."""
    yield from _turtle(":before a owl:TransitiveProperty .")
    for prefix, levels, kind, below in (
        ("C", 12, _CLASS, _SUB_CLASS),
        ("p", 8, _PROPERTY, _SUB_PROPERTY),
    ):
        for level in range(levels):
            name = _name(f"{prefix}{level}")
            yield f"{name} {_TYPE} {kind} .\n"
            if level:
                yield f"{_name(f'{prefix}{level - 1}')} {below} {name} .\n"
    for number in range(size):
        nodes = [_name(f"n{number}/{link}") for link in range(17)]
        for one, other in pairwise(nodes):
            yield f"{one} {_name('before')} {other} .\n"
        for node in nodes[:8]:
            yield f"{node} {_TYPE} {_name('C0')} .\n"
            yield f"{node} {_name('p0')} {nodes[-1]} .\n"


def long_chain(_: int) -> Iterator[str]:
    """One transitive chain of 2,000 nodes, whatever the size: two million inferences."""
    yield from _turtle(":before a owl:TransitiveProperty , owl:ObjectProperty .")
    for at in range(1999):
        yield f"{_name(f'n{at}')} {_name('before')} {_name(f'n{at + 1}')} .\n"


def same(size: int) -> Iterator[str]:
    """Clusters of two to four names for one thing, said outright or by a key; with links among
    them, and as many things of one name."""
    yield from _turtle(
        """:key a owl:ObjectProperty , owl:InverseFunctionalProperty .
        :knows a owl:ObjectProperty ; rdfs:domain :Person . :Person a owl:Class ."""
    )
    order = random.Random("same")
    names: list[str] = []
    for number in range(size):
        cluster = [_name(f"a{number}/{at}") for at in range(order.randint(2, 4))]
        for one, other in pairwise(cluster):
            if order.random() < 0.5:
                yield f"{one} {_SAME_AS} {other} .\n"
            else:
                key = _name(f"k{number}/{order.randrange(100)}")
                yield f"{one} {_name('key')} {key} .\n"
                yield f"{other} {_name('key')} {key} .\n"
        single = [_name(f"b{number}/{at}") for at in range(4)]
        names += [*cluster, *single]
        for thing in (cluster[0], *single):
            yield f"{thing} {_name('knows')} {order.choice(names)} .\n"
            yield f'{thing} {_name("name")} "thing {number}" .\n'


def vocabulary(size: int) -> Iterator[str]:
    """Much schema and few members: a class for every 8 triples, in a hierarchy of several parents,
    with restrictions, and a property for every 16, with domain, range and inverse."""
    order = random.Random("vocabulary")
    classes = [_name(f"C{at}") for at in range(size // 8)]
    properties = [_name(f"p{at}") for at in range(size // 16)]
    domain = "<http://www.w3.org/2000/01/rdf-schema#domain>"
    range_ = "<http://www.w3.org/2000/01/rdf-schema#range>"
    inverse = "<http://www.w3.org/2002/07/owl#inverseOf>"
    for at, class_ in enumerate(classes):
        yield f"{class_} {_TYPE} {_CLASS} .\n"
        parents = {at // 12} if order.random() < 0.7 else {at // 12, at // 15}
        for parent in sorted(parents - {at}):
            yield f"{class_} {_SUB_CLASS} {classes[parent]} .\n"
    for at, property_ in enumerate(properties):
        yield f"{property_} {_TYPE} {_PROPERTY} .\n"
        yield f"{property_} {domain} {order.choice(classes)} .\n"
        yield f"{property_} {range_} {order.choice(classes)} .\n"
        if at:
            yield f"{property_} {_SUB_PROPERTY} {properties[at // 12]} .\n"
        if at % 5 == 0:
            yield f"{_name(f'i{at}')} {_TYPE} {_PROPERTY} .\n"
            yield f"{property_} {inverse} {_name(f'i{at}')} .\n"
    for at in range(size // 40):
        yield from _turtle(
            f"""{order.choice(classes)} rdfs:subClassOf [ a owl:Restriction ;
            owl:onProperty {order.choice(properties)} ;
            owl:{order.choice(("someValuesFrom", "allValuesFrom"))} {order.choice(classes)} ] .""",
            prefix=f"r{at}-",
        )
    number = 0
    while True:
        number += 1
        thing = _name(f"x{number}")
        yield f"{thing} {_TYPE} {order.choice(classes)} .\n"
        other = _name(f"x{order.randint(1, number)}")
        yield f"{thing} {order.choice(properties)} {other} .\n"


SETS: dict[str, Callable[[int], Iterator[str]]] = {
    "university": university,
    "chains": chains,
    "long chain": long_chain,
    "same": same,
    "vocabulary": vocabulary,
    "diplomacy": diplomacy,
}


def lines(name: str, size: int) -> Iterator[str]:
    """The first ``size`` triples of a set, as lines of N-Triples; none stands there twice."""
    seen: set[str] = set()

    def new() -> Iterator[str]:
        for line in SETS[name](size):
            if line not in seen:
                seen.add(line)
                yield line

    return islice(new(), size)


def main() -> None:
    """Write one set to a file."""
    name, size, path = sys.argv[1:]
    with Path(path).open("w", encoding="utf-8") as file:
        file.writelines(lines(name, int(size)))


if __name__ == "__main__":
    main()
