"""Bulk reading and writing of N-Triples, without a Python object for each triple."""

import numpy as np
import numpy.typing as npt

from graph.reasoning.arrays import Bools, Ints, concat
from graph.reasoning.dictionary import Dictionary

_NEWLINE, _SPACE, _DOT = b"\n"[0], b" "[0], b"."[0]
_CHUNK = 1 << 15
_BLOCK = 1 << 20


def read(data: bytes) -> tuple[Dictionary, Ints, Ints, Ints]:
    """The terms of canonical N-Triples and the triples as three columns of ids.

    Canonical means as pyoxigraph writes it: one triple a line, one space between the terms and
    before the final dot, no comments. Empty lines are skipped. Raises ValueError, with the number
    of the line, for anything else.
    """
    text = np.frombuffer(data, np.uint8)
    if len(data) and text[-1] != _NEWLINE:
        return read(data + b"\n")
    gaps = _gaps(text)  # spaces and newlines: the first two of a line end its first two terms
    ends = np.flatnonzero(text[gaps] == _NEWLINE)
    end = gaps[ends]
    start = np.concatenate((np.zeros(1, np.int64), end + 1))[: len(end)]
    opens = np.concatenate((np.zeros(1, np.int64), ends + 1))[: len(ends)]
    full = end > start
    start, end, opens = start[full], end[full], opens[full]
    gaps = np.append(gaps, np.full(2, len(data)))
    predicate, object_ = gaps[opens] + 1, gaps[opens + 1] + 1
    stop = end - 2
    good = (object_ < stop) & (predicate < object_)
    places: tuple[Ints, ...] = (
        start,
        predicate,
        object_,
        predicate - 1,
        object_ - 1,
        stop,
        stop + 1,
    )
    if not good.all():
        places = tuple(np.where(good, place, 0) for place in places)
    signs = (b"<_", b"<", b'<_"', b" ", b" ", b" ", b".")
    for place, allowed in zip(places, signs, strict=True):
        good &= _is_one_of(text[place], allowed)
    if not good.all():
        line = int(np.flatnonzero(full)[np.flatnonzero(~good)[0]]) + 1
        raise ValueError(
            f"line {line} is not canonical N-Triples: write one triple a line as pyoxigraph "
            "does, with one space between the terms and before the dot"
        )
    starts = np.concatenate((start, predicate, object_))
    ends = np.concatenate((predicate - 1, object_ - 1, stop))
    dictionary = Dictionary(data)
    ids = dictionary.load(starts, ends - starts)
    count = len(start)
    return dictionary, ids[:count], ids[count : 2 * count], ids[2 * count :]


def _gaps(text: npt.NDArray[np.uint8]) -> Ints:
    """Where the spaces and newlines are (and other control characters)."""
    parts = [
        np.flatnonzero(text[low : low + _BLOCK] <= _SPACE) + low
        for low in range(0, len(text), _BLOCK)
    ]
    return concat(parts)


def _is_one_of(values: npt.NDArray[np.uint8], characters: bytes) -> Bools:
    found: Bools = values == characters[0]
    for character in characters[1:]:
        found |= values == character
    return found


def write(dictionary: Dictionary, s: Ints, p: Ints, o: Ints) -> bytes:
    """The triples of three columns of ids as N-Triples."""
    if dictionary.spans(np.concatenate((s, p, o))) is None:
        return b"".join(
            b"%b %b %b .\n" % tuple(map(dictionary.bytes_of, row))
            for row in zip(s.tolist(), p.tolist(), o.tolist(), strict=True)
        )
    parts = []
    for low in range(0, len(s), _CHUNK):
        high = low + _CHUNK
        parts.append(_lines(dictionary, s[low:high], p[low:high], o[low:high]))
    return b"".join(parts)


def _lines(dictionary: Dictionary, s: Ints, p: Ints, o: Ints) -> bytes:
    """Lines gathered from the dictionary's text: for each byte written, the byte it comes from."""
    spans = dictionary.spans(np.stack((s, p, o), axis=1).ravel())
    assert spans is not None  # noqa: S101  # write has asked
    source, length = spans
    room = length + 1
    room[2::3] += 2  # behind the object stands " .\n", behind the others a space
    stop = np.cumsum(room)
    begin = stop - room
    at = np.arange(int(stop[-1]) if len(stop) else 0)
    at += np.repeat(source - begin, room)
    out = dictionary.buffer[at]
    out[begin + length] = _SPACE
    out[stop[2::3] - 2] = _DOT
    out[stop[2::3] - 1] = _NEWLINE
    return out.tobytes()
