"""The folder of a new article: words untouched, every sentence with its offsets, stubs ready."""

import re
from pathlib import Path

import pytest
import rdflib

from graph.format import in_form
from graph.new_article import NewArticleError, new_article, sentences
from graph.turtle import comments
from ontology import DIP, ID

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "graph" / "articles" / "iran-egypt-restoration"
OA = rdflib.Namespace("http://www.w3.org/ns/oa#")


def spans(turtle: Path) -> dict[str, tuple[int, int]]:
    """The offsets of the sentences that a file describes, by name."""
    data = rdflib.Graph().parse(turtle)
    return {
        str(subject).rpartition("/")[2]: (
            int(str(data.value(subject, OA.start))),
            int(str(data.value(subject, OA.end))),
        )
        for kind in (DIP.Sentence, DIP.Aside)
        for subject in data.subjects(rdflib.RDF.type, kind)
    }


def split(text: str) -> list[str]:
    return [sentence.text for sentence in sentences(text)]


def test_the_shipped_article_has_the_sentences_that_its_source_describes() -> None:
    found = sentences((SHIPPED / "article.txt").read_bytes().decode())
    expected = spans(SHIPPED / "source.ttl")
    assert len(expected) == 19
    assert {f"S{at:02}": (s.start, s.end) for at, s in enumerate(found, 1)} == expected


def test_offsets_cut_the_words_out_of_the_text() -> None:
    text = "  Älpler ✈ 🌍 kamen.  “Wirklich?” fragte er.\r\n\r\nNein!\n"
    assert all(text[s.start : s.end] == s.text for s in sentences(text))


@pytest.mark.parametrize(
    "expected",
    [
        ["Mr. Smith met Gen. al-Sisi in Cairo.", "They spoke for 2.5 hours."],
        ["U.S. President J. F. Kennedy spoke to the U.N. Security Council.", "It met on Jan. 3."],
        ["He left the U.S.", "The talks went on."],
        ["“We agree,” he said.", "“Do you?”", "Nobody knew!"],
        ['"Will it hold?" he asked.', '"It will."'],
        ["Oil, gas, etc. were named.", "In No. 5 Downing Street they met (see p. 4)."],
        ["The ministers met.", "3 of them stayed until 10 p.m. on Friday."],
        ["So far, so good … perhaps.", "Egypt agreed."],
    ],
)
def test_sentences_of_news_are_told_apart(expected: list[str]) -> None:
    assert split(" ".join(expected)) == expected


def test_a_blank_line_ends_a_sentence_and_a_line_end_does_not() -> None:
    assert split("A headline\n\nThe first\nsentence. Another") == [
        "A headline",
        "The first\nsentence.",
        "Another",
    ]


def test_a_numbered_item_is_one_sentence() -> None:
    assert split("1. Egypt agreed.\n\n2. Iran did.") == ["1. Egypt agreed.", "2. Iran did."]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    file = tmp_path / "text.txt"
    file.write_bytes('Egypt agreed.\r\n\r\n"Iran\\did" too. 🌍 Then?\n'.encode())
    return file


def test_the_words_are_kept_byte_for_byte(text: Path, tmp_path: Path) -> None:
    written = new_article("egypt-agrees", text, tmp_path / "articles")
    assert [path.name for path in written] == [
        "article.txt",
        "source.ttl",
        "situations.ttl",
        "claims.ttl",
    ]
    assert written[0].read_bytes() == text.read_bytes()


def test_the_files_are_in_form_and_name_the_source_and_its_sentences(
    text: Path, tmp_path: Path
) -> None:
    written = new_article("egypt-agrees", text, tmp_path)
    assert all(in_form(path.read_bytes(), None) for path in written[1:])
    data = rdflib.Graph().parse(written[1])
    assert (ID["egypt-agrees"], rdflib.RDF.type, DIP.Source) in data
    words = text.read_bytes().decode()
    cut = [words[start:end] for start, end in spans(written[1]).values()]
    assert cut == ["Egypt agreed.", '"Iran\\did" too.', "🌍 Then?"]
    for path in written[1:]:
        header = rdflib.URIRef(f"https://w3id.org/legation/graph/articles/egypt-agrees/{path.stem}")
        assert (header, rdflib.RDF.type, rdflib.OWL.Ontology) in rdflib.Graph().parse(path)


def test_every_stub_is_a_claim_once_the_comment_signs_are_taken_away(
    text: Path, tmp_path: Path
) -> None:
    claims = new_article("egypt-agrees", text, tmp_path)[-1].read_bytes()
    assert any("c:NAME" in comment for comment in comments(claims))
    stubs = re.sub(r"(?m)^# (c:NAME|    )", r"\1", claims.decode())
    data = rdflib.Graph().parse(data=stubs, format="turtle")
    words = text.read_bytes().decode()
    found = set(data.subjects(rdflib.RDF.type, DIP.Claim))
    assert len(found) == 3
    for claim in found:
        start, end = (int(str(data.value(claim, p))) for p in (OA.start, OA.end))
        assert words[start:end] == str(data.value(claim, OA.exact))


@pytest.mark.parametrize("slug", ["", "Egypt", "egypt agrees", "../egypt", "-egypt", "مصر", "a--b"])
def test_what_is_no_slug_is_refused(slug: str, text: Path, tmp_path: Path) -> None:
    with pytest.raises(NewArticleError, match=r"is no slug: use .*"):
        new_article(slug, text, tmp_path / "articles")
    assert not (tmp_path / "articles").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file"),
        (b" \n", "is empty"),
        (b"caf\xe9 talks", "not UTF-8 at byte 3"),
        (b"\xef\xbb\xbfEgypt agreed.", "byte order mark"),
    ],
)
def test_a_text_that_cannot_be_used_is_one_line(
    content: bytes | None, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "text.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(NewArticleError) as caught:
        new_article("a", file, tmp_path / "articles")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "articles").exists()


def test_an_article_that_exists_is_left_alone(text: Path, tmp_path: Path) -> None:
    new_article("a", text, tmp_path)
    before = (tmp_path / "a" / "claims.ttl").read_bytes()
    with pytest.raises(NewArticleError, match="exists already"):
        new_article("a", text, tmp_path)
    assert (tmp_path / "a" / "claims.ttl").read_bytes() == before
