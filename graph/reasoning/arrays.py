"""The array operations that the engine is made of; the only file that knows how numpy works.

A *set* is a sorted array of distinct int64. A set of pairs holds ``left << 32 | right``, so that it
is sorted by the left member first and all pairs with one left member stand side by side. Ids are
below 2**31. Nothing here changes its arguments.

Most arrays of a small closure have a dozen values, so that a call costs more than what it does:
the methods of an array are called rather than the functions of numpy that come to them by detours.
"""

from itertools import chain
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

EMPTY: Ints = np.empty(0, np.int64)
EMPTY.flags.writeable = False

_LOW = np.int64(0xFFFFFFFF)
_INSERT_RATIO = 8
"""A set this many times smaller than the other is inserted; otherwise both are sorted together."""
_SLICE = 1024
"""A set so many times larger than what comes or goes is copied in slices."""
_SHORT = 512
"""Sets of so few values are sorted together in any case."""


def array(values: list[int]) -> Ints:
    """The integers as an array, in their order."""
    return np.array(values, np.int64)


def pack(left: Ints | int, right: Ints | int) -> Ints:
    """Pairs of two columns (or of a column and a constant)."""
    pairs: Ints = np.left_shift(left, 32) | right if isinstance(left, int) else left << 32 | right
    return pairs


def left(pairs: Ints) -> Ints:
    """The left members."""
    return pairs >> 32


def right(pairs: Ints) -> Ints:
    """The right members."""
    return pairs & _LOW


def swap(pairs: Ints) -> Ints:
    """The pairs turned round, not sorted."""
    return (pairs << 32) | (pairs >> 32)


def sort(values: Ints) -> Ints:
    """The set of the values."""
    if len(values) < 2:
        return values
    steps = values[1:] > values[:-1]
    if every(steps):
        return values
    if not every(values[1:] >= values[:-1]):
        values = values.copy()
        values.sort()
        steps = values[1:] > values[:-1]
        if every(steps):
            return values
    keep = np.empty(len(values), np.bool_)
    keep[0] = True
    keep[1:] = steps
    return values[keep]


def every(flags: Bools) -> bool:
    """Whether all flags are set."""
    return not len(flags) or bool(flags[flags.argmin()])


def some(flags: Bools) -> bool:
    """Whether a flag is set."""
    return bool(len(flags)) and bool(flags[flags.argmax()])


def concat(parts: list[Ints]) -> Ints:
    """One column of several."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else EMPTY


def find(values: Ints, keys: Ints) -> tuple[Ints, Bools]:
    """Where the keys stand in a set (or would), and whether they are there at all."""
    if not len(values):
        return np.zeros(len(keys), np.int64), np.zeros(len(keys), np.bool_)
    at = values.searchsorted(keys)
    return at, values.take(at, mode="clip") == keys


def member(values: Ints, keys: Ints) -> Bools:
    """Whether each key is in the set; the keys may come in any order."""
    if len(keys) > 4096 and len(values) and int(values[-1]) < 8 * len(keys):
        table = np.zeros(max(int(values[-1]), int(keys.max())) + 1, np.bool_)
        table[values] = True
        return table[keys]
    return find(values, keys)[1]


def has(values: Ints, key: int) -> bool:
    """Whether one key is in the set."""
    at = int(values.searchsorted(key))
    return at < len(values) and int(values[at]) == key


def choose(values: Ints, keep: Bools) -> Ints:
    """The values that are to be kept, in their order."""
    kept: Ints = values[keep]
    return kept


def difference(a: Ints, b: Ints) -> Ints:
    """What is in the set ``a`` and not in the set ``b``."""
    if not len(a) or not len(b):
        return a
    if len(b) * _INSERT_RATIO < len(a):
        at, there = find(a, b)
        return _splice(a, at[there], 1) if some(there) else a
    there = find(b, a)[1]
    return a[~there] if some(there) else a


def _splice(a: Ints, at: Ints, gap: int, new: Ints = EMPTY) -> Ints:
    """A set without the values at some places (with a gap of 1), or with new ones before them.

    A few are faster left out or put in between slices of the set, which are copied in one go.
    """
    if len(at) * _SLICE > len(a):
        return np.insert(a, at, new) if len(new) else np.delete(a, at)
    starts = [0, *(at + gap).tolist()]
    ends = [*at.tolist(), len(a)]
    slices = [a[start:end] for start, end in zip(starts, ends, strict=True)]
    values = [new[row : row + 1] for row in range(len(new))]
    return np.concatenate(
        [slices[0], *chain.from_iterable(zip(values, slices[1:], strict=True))]
        if values
        else slices
    )


def intersection(a: Ints, b: Ints) -> Ints:
    """What is in both sets."""
    if len(a) > len(b):
        a, b = b, a
    return a[find(b, a)[1]]


def union(a: Ints, b: Ints) -> Ints:
    """Two disjoint sets in one."""
    if not len(b):
        return a
    if not len(a):
        return b
    if len(a) < len(b):
        a, b = b, a
    if len(a) > _SHORT and len(b) * _INSERT_RATIO < len(a):
        return _splice(a, a.searchsorted(b), 0, b)
    both = np.concatenate((a, b))
    both.sort()
    return both


def span(pairs: Ints, key: int) -> Ints:
    """The right members of the pairs whose left member is the key: a set."""
    start, end = pairs.searchsorted((key << 32, (key + 1) << 32))
    return pairs[start:end] & _LOW


def spans(pairs: Ints, keys: Ints) -> tuple[Ints, Ints]:
    """For each key in a column, where the pairs with that left member begin, and how many."""
    start = pairs.searchsorted(keys << 32)
    return start, pairs.searchsorted((keys + 1) << 32) - start


def expand(pairs: Ints, keys: Ints) -> tuple[Ints, Ints]:
    """Join a column with a set of pairs on the left member.

    Returns, for each match, the row of the key in the column and the pair's right member.
    """
    start, count = spans(pairs, keys)
    rows, at = ranges(start, count)
    return rows, pairs[at] & _LOW


def ranges(start: Ints, count: Ints) -> tuple[Ints, Ints]:
    """The numbers of ranges, one after the other: for each the row of its range, and the number."""
    rows = np.arange(len(count)).repeat(count)
    return rows, np.arange(len(rows)) + (start - count.cumsum() + count)[rows]


def groups(sorted_keys: Ints) -> Ints:
    """Where each run of equal keys begins; the end of the last run closes the array."""
    if not len(sorted_keys):
        return np.zeros(1, np.int64)
    starts = np.flatnonzero(sorted_keys[1:] != sorted_keys[:-1]) + 1
    return np.concatenate(([0], starts, [len(sorted_keys)]))


def fill(count: int, value: int) -> Ints:
    """A column of one value."""
    column = np.empty(count, np.int64)
    column.fill(value)
    return column


def classify(keys: Ints) -> tuple[Ints, Ints, Ints]:
    """Rows by key: the distinct keys, the rows ordered by key, and where each key's rows begin."""
    distinct, inverse = np.unique(keys, return_inverse=True)
    if len(distinct) < 1 << 16:
        inverse = inverse.astype(np.uint16)  # numpy sorts short integers by radix
    order = np.argsort(inverse, kind="stable")
    bounds = np.concatenate(([0], np.cumsum(np.bincount(inverse, minlength=len(distinct)))))
    return distinct, order, bounds
