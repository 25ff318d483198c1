"""EDTF dates become bounds: the first and last second that they allow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.dates import Bounds, NotEDTF, bounds


@pytest.mark.parametrize(
    ("edtf", "first", "last"),
    [
        ("1979", "1979-01-01T00:00:00Z", "1979-12-31T23:59:59Z"),
        ("2012-02", "2012-02-01T00:00:00Z", "2012-02-29T23:59:59Z"),
        ("2012-04?", "2012-04-01T00:00:00Z", "2012-04-30T23:59:59Z"),
        ("[1979,1980]", "1979-01-01T00:00:00Z", "1980-12-31T23:59:59Z"),
        ("1980/1988", "1980-01-01T00:00:00Z", "1988-12-31T23:59:59Z"),
        ("2007/..", "2007-01-01T00:00:00Z", None),
        ("../1980", None, "1980-12-31T23:59:59Z"),
        ("[..1980]", None, "1980-12-31T23:59:59Z"),
        ("../..", None, None),
        ("-0044", "-0044-01-01T00:00:00Z", "-0044-12-31T23:59:59Z"),
    ],
)
def test_bounds(edtf: str, first: str | None, last: str | None) -> None:
    assert bounds(edtf) == Bounds(first, last)


@pytest.mark.parametrize("edtf", ["/1980", "1980/"])
def test_an_unknown_end_is_no_bound(edtf: str) -> None:
    """python-edtf puts an unknown end ten years away; nobody said that."""
    assert None in (bounds(edtf).not_before, bounds(edtf).not_after)


@pytest.mark.parametrize("edtf", ["", "abc", "1979-1980", "2012-13", "April 2012", "1980/..?"])
def test_what_is_not_edtf_is_refused_in_one_sentence(edtf: str) -> None:
    with pytest.raises(NotEDTF, match="is not an EDTF date; write for example 1979") as refusal:
        bounds(edtf)
    assert "\n" not in str(refusal.value)


@given(st.integers(1, 9999), st.integers(1, 12))
def test_a_month_lies_within_its_year(year: int, month: int) -> None:
    whole, part = bounds(f"{year:04d}"), bounds(f"{year:04d}-{month:02d}")
    assert whole.not_before is not None
    assert whole.not_after is not None
    assert part.not_before is not None
    assert part.not_after is not None
    assert whole.not_before <= part.not_before < part.not_after <= whole.not_after
