"""EDTF dates and their bounds.

People write one date, an EDTF string (ISO 8601-2, https://www.loc.gov/standards/datetime/), as
``dip:date``. A query compares instants, so the build derives from it the first and the last second
that the date allows, inclusive, in UTC.
"""

from dataclasses import dataclass
from functools import lru_cache
from time import struct_time

from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException
from edtf.parser.parser_classes import UnspecifiedIntervalSection


class NotEDTF(ValueError):
    """A string that python-edtf does not accept. The message is one sentence for its author."""


@dataclass(frozen=True)
class Bounds:
    """The first and last second of a date as ``xsd:dateTime`` strings; an open end is None.

    An unknown end (``1980/``) counts as open: nothing bounds it.
    """

    not_before: str | None
    not_after: str | None


@lru_cache(maxsize=4096)
def bounds(edtf: str) -> Bounds:
    """The bounds of an EDTF date; for a set, those of its earliest and latest members.

    >>> bounds("[1979,1980]")
    Bounds(not_before='1979-01-01T00:00:00Z', not_after='1980-12-31T23:59:59Z')
    >>> bounds("2007/..")
    Bounds(not_before='2007-01-01T00:00:00Z', not_after=None)

    Raises NotEDTF.
    """
    try:
        date = parse_edtf(edtf)
    except EDTFParseException:
        raise NotEDTF(
            f"“{edtf}” is not an EDTF date; write for example 1979, 2012-08, 1980/1988, 2007/.. "
            "or [1979,1980]"
        ) from None
    lower, upper = getattr(date, "lower", None), getattr(date, "upper", None)
    # python-edtf gives an unknown end a date ten years away; here it is no bound at all.
    first = None if isinstance(lower, UnspecifiedIntervalSection) else date.lower_strict()
    last = None if isinstance(upper, UnspecifiedIntervalSection) else date.upper_strict()
    return Bounds(_date_time(first, "00:00:00"), _date_time(last, "23:59:59"))


def _date_time(day: struct_time | float | None, time: str) -> str | None:
    if day is None or isinstance(day, float):  # python-edtf: an open end is -inf or inf
        return None
    year = f"{day.tm_year:04d}" if day.tm_year >= 0 else f"-{-day.tm_year:04d}"
    return f"{year}-{day.tm_mon:02d}-{day.tm_mday:02d}T{time}Z"
