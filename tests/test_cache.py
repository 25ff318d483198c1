"""The results cache: bounded in bytes, least recently used first, compressed as asked."""

import gzip
from dataclasses import replace

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.cache import ByteLRU, encode, etag
from server.protocol.plan import QueryPlan

PLAN = QueryPlan(
    query="ASK {}",
    form="ASK",
    default_graphs=None,
    named_graphs=None,
    base_iri="http://e/sparql",
    media_type="text/csv",
    format="csv",
    timeout_s=30.0,
    cacheable=True,
    max_rows=None,
)


def test_what_was_used_least_recently_goes_first() -> None:
    cache: ByteLRU[str, int] = ByteLRU(30)
    for number, name in enumerate("abc"):
        cache.put(name, number, 10)
    assert cache.get("a") == 0
    cache.put("d", 3, 10)
    assert [cache.get(name) for name in "abcd"] == [0, None, 2, 3]


def test_what_is_larger_than_the_cache_is_not_kept_and_drops_nothing() -> None:
    cache: ByteLRU[str, int] = ByteLRU(10)
    cache.put("a", 1, 10)
    cache.put("b", 2, 11)
    assert cache.get("a") == 1
    assert cache.get("b") is None


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), max_size=60))
def test_cache_never_holds_more_bytes_than_it_may(puts: list[tuple[int, int]]) -> None:
    cache: ByteLRU[int, int] = ByteLRU(100)
    sizes: dict[int, int] = {}
    for key, size in puts:
        cache.put(key, size, size)
        sizes[key] = size
        assert cache.bytes <= 100
        assert cache.get(key) == size
    assert cache.bytes == sum(sizes[key] for key in sizes if cache.get(key) is not None)


def test_answers_are_kept_apart_by_all_that_they_depend_on() -> None:
    plans = [
        PLAN,
        replace(PLAN, query="ASK { }"),
        replace(PLAN, default_graphs=("urn:a",), named_graphs=()),
        replace(PLAN, default_graphs=(), named_graphs=("urn:a",)),
        replace(PLAN, base_iri="http://evil.example/sparql"),
        replace(PLAN, media_type="application/json", format="json"),
        replace(PLAN, max_rows=5),
    ]
    keys = {
        (plan, generation, coding): etag(plan, generation, coding)
        for plan in plans
        for generation in ("one", "two")
        for coding in (None, "gzip", "br")
    }
    assert len(set(keys.values())) == len(keys)


def test_deadline_makes_no_difference_to_an_answer() -> None:
    assert etag(PLAN, "one", None) == etag(replace(PLAN, timeout_s=1.0), "one", None)


def test_codings_hold_the_same_bytes() -> None:
    body = b"a,b\n" * 1000
    assert encode(body, None) == (body, None)
    compressed, coding = encode(body, "gzip")
    assert coding == "gzip"
    assert gzip.decompress(compressed) == body
    compressed, coding = encode(body, "br")
    assert coding == "br"
    assert brotli.decompress(compressed) == body


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_what_fits_in_a_packet_is_not_compressed(coding: str) -> None:
    assert encode(b"short", coding) == (b"short", None)


def test_compression_is_the_same_each_time() -> None:
    assert encode(b"x" * 5000, "gzip") == encode(b"x" * 5000, "gzip")
