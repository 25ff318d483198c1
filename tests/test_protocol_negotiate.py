"""Content negotiation, RFC 9110 §12.5: which format each kind of client gets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.protocol.negotiate import GRAPHS, HTML, RESULTS, best, encoding
from server.protocol.problem import Problem

PROTEGE = (
    "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"
)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
SPARQLWRAPPER = "application/sparql-results+json,application/json,text/javascript"


@pytest.mark.parametrize(
    ("accept", "label"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        (JAVA, "application/sparql-results+json"),
        ("application/*", "application/sparql-results+json"),
        ("text/*", "text/csv; charset=utf-8; header=present"),
        ("text/csv;header=absent", "text/csv; charset=utf-8; header=present"),
        ("TEXT/Tab-Separated-Values", "text/tab-separated-values; charset=utf-8"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/sparql-results+json;charset=utf-8", "application/sparql-results+json"),
        (SPARQLWRAPPER, "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("application/json, */*;q=0.1", "application/json"),
        ("application/xml", "application/xml"),
        (PROTEGE, "application/xml"),
        (BROWSER, "application/xml"),
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("*/*, text/csv", "text/csv; charset=utf-8; header=present"),
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        ("*/*;q=0.8, application/*;q=0", "text/csv; charset=utf-8; header=present"),
        ("text/csv;q=0.1, */*;q=0", "text/csv; charset=utf-8; header=present"),
    ],
)
def test_results_come_in_the_format_that_is_liked_most(accept: str, label: str) -> None:
    assert best(accept, RESULTS).label == label


@pytest.mark.parametrize(
    ("accept", "label"),
    [
        ("", "text/turtle; charset=utf-8"),
        ("*/*", "text/turtle; charset=utf-8"),
        (PROTEGE, "application/rdf+xml"),
        (BROWSER, "application/xml"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#a"', "application/ld+json"),
        ("application/ld+json, text/turtle;q=0.9", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("application/n-quads", "application/n-quads"),
        ("application/trig", "application/trig"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("application/json", "application/json"),
        ("text/turtle;q=0, text/*", None),
        ("text/turtle;q=0, */*;q=0.5", "application/n-triples"),
    ],
)  # fmt: skip
def test_graphs_come_in_the_format_that_is_liked_most(accept: str, label: str | None) -> None:
    if label is None:
        with pytest.raises(Problem):
            best(accept, GRAPHS)
    else:
        assert best(accept, GRAPHS).label == label


def test_nothing_that_fits_is_406_with_what_there_is() -> None:
    with pytest.raises(Problem) as caught:
        best("image/png", RESULTS)
    assert caught.value.status == 406
    assert "text/csv" in caught.value.members["offers"]
    assert "image/png" in caught.value.detail


def test_excluding_everything_is_406() -> None:
    with pytest.raises(Problem):
        best("*/*;q=0", RESULTS)


def test_html_goes_to_browsers_only() -> None:
    offered = (*RESULTS, HTML)
    assert best(BROWSER, offered) is HTML
    assert best("text/html", offered) is HTML
    assert best("*/*", offered) is RESULTS[0]
    assert best("", offered) is RESULTS[0]
    assert best(SPARQLWRAPPER, offered) is RESULTS[0]


names = st.sampled_from(["text", "application", "*", "csv", "json", "sparql-results+json", "x"])
headers = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.tuples(names, names, st.sampled_from(["", ";q=0", ";q=1", ";q=0.5", ";q=x", ';p="a,b"']))
        .map(lambda each: f"{each[0]}/{each[1]}{each[2]}"),
        max_size=5,
    ).map(", ".join),
)  # fmt: skip


@given(headers)
def test_any_header_gives_an_offer_or_406(accept: str) -> None:
    try:
        assert best(accept, RESULTS) in RESULTS
    except Problem as problem:
        assert problem.status == 406  # noqa: PT017 - either is fine


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("", None),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("*", "br"),
        ("*, br;q=0", "gzip"),
        ("identity", None),
        ("identity, gzip;q=0.5", None),
        ("zstd", None),
        ("GZIP", "gzip"),
    ],
)
def test_content_coding_is_the_one_that_is_liked_most(accept: str, coding: str | None) -> None:
    assert encoding(accept) == coding


@given(st.text(max_size=60))
def test_any_accept_encoding_gives_a_coding_or_none(accept: str) -> None:
    assert encoding(accept) in ("br", "gzip", None)
