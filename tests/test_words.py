"""What pages say in English, and how texts are compared and pointed to."""

from urllib.parse import unquote

import pytest

from server.pages.words import (
    capital,
    compact,
    counted,
    direction,
    edtf_words,
    folded,
    local_name,
    text_fragment,
)


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("1979", "1979"),
        ("2012-08", "August 2012"),
        ("2012-08-30", "30 August 2012"),
        ("2012-08-30T12:30:00Z", "30 August 2012, 12:30 UTC"),
        ("2012-21", "spring 2012"),
        ("-0044", "45 BC"),
        ("0000", "1 BC"),
        ("197X", "the 1970s"),
        ("19XX", "some year from 1900 to 1999"),
        ("2012-XX", "some month of 2012"),
        ("2012-04-XX", "some day of April 2012"),
    ],
)
def test_a_date_is_said_to_its_precision(edtf: str, words: str) -> None:
    assert edtf_words(edtf) == words


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2012-04?", "April 2012, uncertain"),
        ("1984~", "about 1984"),
        ("1984%", "about 1984, uncertain"),
        ("2012?-04", "April 2012, uncertain"),
        ("2012?/..", "from perhaps 2012 on"),
        ("../2012-02?", "until perhaps February 2012"),
        ("1979~/1988", "between about 1979 and 1988"),
    ],
)
def test_a_doubt_is_said(edtf: str, words: str) -> None:
    assert edtf_words(edtf) == words


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("[1979,1980]", "1979 or 1980"),
        ("[1979, 1980, 1983]", "1979, 1980 or 1983"),
        ("[..1980]", "1980 or earlier"),
        ("[1980..]", "1980 or later"),
        ("[1667,1670..1672]", "1667 or one of 1670 to 1672"),
        ("{1960,1961-12}", "1960 and December 1961"),
    ],
)
def test_a_set_is_said_with_or_or_and(edtf: str, words: str) -> None:
    assert edtf_words(edtf) == words


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("1980/1988", "between 1980 and 1988"),
        ("2007/..", "from 2007 on"),
        ("../1980", "until 1980"),
        ("1980/", "from 1980 to an unknown end"),
        ("/1980", "until 1980, from an unknown beginning"),
        ("../..", "at a time not said"),
    ],
)
def test_an_interval_is_said_with_its_open_ends(edtf: str, words: str) -> None:
    assert edtf_words(edtf) == words


@pytest.mark.parametrize("text", ["", "soon", "2012-99", "in May/later", "[]"])
def test_what_has_no_words_comes_back_as_it_is(text: str) -> None:
    assert edtf_words(text) == text


def test_the_longest_namespace_makes_the_compact_name() -> None:
    assert compact("https://w3id.org/legation/id/Egypt") == "id:Egypt"
    assert compact("http://www.w3.org/2000/01/rdf-schema#label") == "rdfs:label"
    assert compact("http://example.org/x") == "http://example.org/x"


def test_local_name_is_what_follows_the_last_separator() -> None:
    assert local_name("https://w3id.org/legation/id/source/S01") == "S01"
    assert local_name("https://w3id.org/legation/ontology#Act") == "Act"


def test_numbers_agree_with_their_noun() -> None:
    assert counted(1, "claim") == "1 claim"
    assert counted(3929, "triple") == "3,929 triples"
    assert counted(2, "body", "bodies") == "2 bodies"


def test_only_the_first_letter_becomes_a_capital() -> None:
    assert capital("relations of Egypt") == "Relations of Egypt"
    assert capital("") == ""


def test_a_text_fragment_escapes_what_has_a_meaning_in_it() -> None:
    fragment = text_fragment("the Iran-Iraq War (1980-1988), or & so")
    assert fragment.startswith(":~:text=")
    text = fragment.removeprefix(":~:text=")
    assert not set(text) & set("-,& ")
    assert unquote(text) == "the Iran-Iraq War (1980-1988), or & so"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SHOUKRY", "shoukry"),
        ("Zoë", "zoe"),
        ("ناصر کنعانی", "ناصر كنعاني"),
        ("أحمد أبو زيد", "احمد ابو زید"),
        ("إيران", "ایران"),
        ("مُحَمَّد", "محمد"),
        ("اتفاقية", "اتفاقیه"),
        ("رسانه‌های", "رسانه های"),
        ("Egypt–Iran", "egypt iran"),
        ("۱۹۷۹", "1979"),
    ],
)
def test_spellings_that_differ_only_in_form_compare_as_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_direction_follows_the_language() -> None:
    assert [direction(lang) for lang in ("ar", "fa", "he", "en", "ar-EG", None)] == [
        "rtl",
        "rtl",
        "rtl",
        "ltr",
        "rtl",
        "ltr",
    ]
