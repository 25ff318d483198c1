"""The term dictionary: which integer stands for which term.

Terms of a bulk load never become Python objects. Their N-Triples text stays in one buffer and a
term is a span of it; spans are told apart by a 64-bit hash, and terms with one hash are compared
byte by byte, so that a collision is noticed (and the load hashed again with another seed). Terms
that come later, one at a time, are kept in a Python dictionary beside it.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from graph.reasoning.arrays import Bools, Ints
from graph.reasoning.vocabulary import BUILT_IN, VOCABULARY

_Words = npt.NDArray[np.uint64]
_CHUNK = 1 << 13
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(8)] + [2**64 - 1], np.uint64)
_LITERAL, _BLANK = b'"'[0], b"_"[0]
_W3C = b"<http://www.w3.o"
_W3C_WORDS = np.frombuffer(_W3C, "<u8")
_BLOCK = 64
_PAD = _BLOCK + 8  # so that the last term can be read in whole words and blocks


class Dictionary:
    """Ids of terms, in order of first appearance after the built-in vocabulary."""

    def __init__(self, text: bytes = b"") -> None:
        """An empty dictionary, or one over ``text`` that ``load`` fills."""
        head = "\n".join(VOCABULARY).encode() + b"\n"
        self._text = b"".join((head, text, b"\n", bytes(_PAD)))
        self._shift = len(head)
        self._bytes = np.frombuffer(self._text, np.uint8)
        lengths = np.array([len(name) for name in VOCABULARY], np.int64)
        self._start = np.cumsum(lengths + 1) - lengths - 1
        self._length = lengths
        self._later: list[str] = []
        self._ids: dict[str, int] = {name: at for at, name in enumerate(VOCABULARY)}
        self._hashes: _Words | None = None
        self._by_hash: Ints = np.empty(0, np.int64)
        self._seed = 0
        self._first: npt.NDArray[np.uint8] | None = None
        self._later_first = bytearray()
        self._built_in: Bools | None = None
        self._later_built_in: list[bool] = []

    def __len__(self) -> int:
        return len(self._start) + len(self._later)

    def load(self, start: Ints, length: Ints) -> Ints:
        """The ids of the terms at these spans of the text; only once, on a new dictionary."""
        starts = np.concatenate((self._start, start + self._shift))
        lengths = np.concatenate((self._length, length))
        while True:
            hashes = self._hash(starts, lengths, self._seed)
            order, ranked = _rank(hashes)
            new = np.empty(len(ranked), np.bool_)
            new[:1] = True
            np.not_equal(ranked[1:], ranked[:-1], out=new[1:])
            first = order[new]  # the first appearance of each hash
            group = np.empty(len(ranked), np.int64)
            group[order] = np.cumsum(new) - 1
            if self._equal(starts, lengths, first[group]):
                break
            self._seed += 1
        appearance = np.argsort(first)
        ids = np.empty(len(first), np.int64)
        ids[appearance] = np.arange(len(first))
        self._start = starts[first[appearance]]
        self._length = lengths[first[appearance]]
        self._hashes = ranked[new]
        self._by_hash = ids
        self._ids = {}
        return ids[group[len(VOCABULARY) :]]

    def _view(self) -> _Words:
        """The text as a word beginning at every byte."""
        size = len(self._text) - 7
        return np.ndarray((size,), "<u8", self._text, strides=(1,))

    def _words(self, at: Ints, size: Ints) -> Iterator[tuple[int, _Words]]:
        """The words of spans in order of length, but for the last of each.

        Each comes as a column, with the row of the first span that goes on past it. The text is
        gathered in blocks, which costs hardly more than gathering a word.
        """
        longest = int(size[-1]) if len(size) else 0
        blocks = np.ndarray((len(self._text) - _BLOCK + 1,), f"V{_BLOCK}", self._text, strides=(1,))
        for base in range(0, longest - 8, _BLOCK):
            low = int(np.searchsorted(size, base + 8, "right"))
            words = blocks[at[low:] + base].view("<u8").reshape(-1, _BLOCK // 8)
            for step in range(base + 8, min(base + _BLOCK + 8, longest), 8):
                row = int(np.searchsorted(size, step, "right"))
                yield row, words[row - low :, (step - base) // 8 - 1]

    def _hash(self, start: Ints, length: Ints, seed: int) -> _Words:
        """A hash of each span, from its length and its words; the last two words may overlap."""
        words = self._view()
        hashes = np.empty(len(start), np.uint64)
        for low in range(0, len(start), _CHUNK):
            size = length[low : low + _CHUNK]
            order = _by_length(size)
            at, size = start[low : low + _CHUNK][order], size[order]
            state = size.astype(np.uint64) + np.uint64(seed)
            short = int(np.searchsorted(size, 8))
            _mix(state[:short], words[at[:short]] & _MASKS[size[:short]])
            _mix(state[short:], words[(at + size)[short:] - 8])
            for row, word in self._words(at, size):
                _mix(state[row:], word)
            hashes[low + order] = state * _FACTOR
        return hashes

    def _equal(self, start: Ints, length: Ints, with_: Ints) -> bool:
        """Whether each span has the bytes of another."""
        words = self._view()
        for low in range(0, len(start), _CHUNK):
            other = with_[low : low + _CHUNK]
            rows = np.flatnonzero(other != np.arange(low, low + len(other)))
            other = other[rows]
            size = length[low + rows]
            if (size != length[other]).any():
                return False
            order = _by_length(size)
            at, twin, size = start[low + rows[order]], start[other[order]], size[order]
            short = int(np.searchsorted(size, 8))
            masks = _MASKS[size[:short]]
            if ((words[at[:short]] ^ words[twin[:short]]) & masks).any():
                return False
            end = size[short:] - 8
            if not np.array_equal(words[at[short:] + end], words[twin[short:] + end]):
                return False
            pairs = zip(self._words(at, size), self._words(twin, size), strict=True)
            if any((word != other).any() for (_, word), (_, other) in pairs):
                return False
        return True

    def find(self, term: str) -> int | None:
        """The id of a term in N-Triples; None for a term that never occurred."""
        known = self._ids.get(term)
        if known is None and self._hashes is not None:
            text = term.encode()
            probe = Dictionary.__new__(Dictionary)
            probe._text = text + bytes(_PAD)
            key = probe._hash(np.zeros(1, np.int64), np.array([len(text)], np.int64), self._seed)[0]
            at = int(self._hashes.searchsorted(key))
            if at < len(self._hashes) and self._hashes[at] == key:
                candidate = int(self._by_hash[at])
                if self.bytes_of(candidate) == text:
                    known = self._ids[term] = candidate
        return known

    def add(self, term: str, maybe_loaded: bool = True) -> int:
        """The id of a term in N-Triples, new if need be.

        ``maybe_loaded`` says that it may be among the terms of the bulk load.
        """
        known = self.find(term) if maybe_loaded else self._ids.get(term)
        if known is None:
            known = self._ids[term] = len(self)
            self._later.append(term)
            self._later_first += term[0].encode()
            self._later_built_in.append(term.startswith(BUILT_IN))
        return known

    def adopt(self, other: "Dictionary") -> Ints:
        """The ids here of all terms of a loaded dictionary, new if need be."""
        ids = np.empty(len(other), np.int64)
        at, there = self._candidates(other)
        for term in range(len(other)):
            text = other.bytes_of(term)
            if there[term] and self.bytes_of(candidate := int(self._by_hash[at[term]])) == text:
                ids[term] = candidate
            else:
                ids[term] = self.add(text.decode(), bool(there[term]))
        return ids

    def _candidates(self, other: "Dictionary") -> tuple[Ints, Bools]:
        """Where the hash of each term of another dictionary is found here, and whether it is."""
        if self._hashes is None:
            return np.zeros(len(other), np.int64), np.ones(len(other), np.bool_)
        hashes = other._hash(other._start, other._length, self._seed)
        at = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        return at, self._hashes[at] == hashes

    def bytes_of(self, term: int) -> bytes:
        """A term's N-Triples as UTF-8."""
        if term < len(self._start):
            at = int(self._start[term])
            return self._text[at : at + int(self._length[term])]
        return self._later[term - len(self._start)].encode()

    def text(self, term: int) -> str:
        """A term's N-Triples."""
        if term < len(self._start):
            return self.bytes_of(term).decode()
        return self._later[term - len(self._start)]

    def _first_bytes(self) -> npt.NDArray[np.uint8]:
        if self._first is None:
            self._first = self._bytes[self._start]
        if not self._later:
            return self._first
        return np.concatenate((self._first, np.frombuffer(bytes(self._later_first), np.uint8)))

    def literal(self, terms: Ints) -> Bools:
        """Which of the terms are literals."""
        known: Bools = self._first_bytes()[terms] == _LITERAL
        return known

    def blank(self, terms: Ints) -> Bools:
        """Which of the terms are blank nodes."""
        known: Bools = self._first_bytes()[terms] == _BLANK
        return known

    def built_in(self, terms: Ints) -> Bools:
        """Which of the terms belong to the RDF, RDFS, OWL or XSD vocabulary."""
        if self._built_in is None:
            words = self._view()
            near = self._length >= len(_W3C)
            for at in range(0, len(_W3C), 8):
                near &= words[np.where(near, self._start + at, 0)] == _W3C_WORDS[at // 8]
            for term in np.flatnonzero(near).tolist():
                near[term] = self.text(term).startswith(BUILT_IN)
            self._built_in = near
        flags = self._built_in
        if self._later:
            flags = np.concatenate((flags, np.array(self._later_built_in, np.bool_)))
        known: Bools = flags[terms]
        return known

    def is_literal(self, term: int) -> bool:
        """Whether one term is a literal."""
        return self.bytes_of(term)[:1] == b'"'

    def typed_literals(self) -> Ints:
        """The literals that have a datatype or a language tag, among the terms so far."""
        literals = np.flatnonzero(self._first_bytes() == _LITERAL)
        bulk = literals[literals < len(self._start)]
        tagged = self._bytes[self._start[bulk] + self._length[bulk] - 1] != _LITERAL
        later = [at for at in literals[len(bulk) :].tolist() if not self.text(at).endswith('"')]
        return np.concatenate((bulk[tagged], np.array(later, np.int64)))

    def spans(self, terms: Ints) -> tuple[Ints, Ints] | None:
        """Where the terms stand in ``buffer``; None if one of them came later."""
        if len(terms) and int(terms.max()) >= len(self._start):
            return None
        return self._start[terms], self._length[terms]

    @property
    def buffer(self) -> npt.NDArray[np.uint8]:
        """The text of the bulk load, vocabulary included."""
        return self._bytes


def _mix(state: _Words, word: _Words) -> None:
    """Take a word into each hash, in place."""
    word ^= state
    word *= _FACTOR
    np.right_shift(word, _HALF, out=state)
    state ^= word


def _rank(hashes: _Words) -> tuple[Ints, _Words]:
    """The rows in order of hash and, for one hash, of appearance; and the hashes in that order.

    Sorting is several times faster than finding the order, so hash and row are sorted in one
    word. It has no room for all bits of the hash: rows that differ only in the others are put
    right afterwards.
    """
    bits = np.uint64(max(1, len(hashes).bit_length()))
    low = (np.uint64(1) << bits) - np.uint64(1)
    packed = (hashes & ~low) | np.arange(len(hashes), dtype=np.uint64)
    packed.sort()
    order = (packed & low).astype(np.int64)
    ranked = hashes[order]
    packed >>= bits
    mixed = (packed[1:] == packed[:-1]) & (ranked[1:] != ranked[:-1])
    if mixed.any():
        rows = np.flatnonzero(np.isin(packed, packed[1:][mixed]))
        order[rows] = order[rows][np.argsort(ranked[rows], kind="stable")]
        ranked = hashes[order]
    return order, ranked


def _by_length(lengths: Ints) -> Ints:
    """The rows in order of length, so that the spans that go on past a word are a slice."""
    if not len(lengths) or int(lengths.max()) >> 16:
        return np.argsort(lengths)
    return np.argsort(lengths.astype(np.uint16), kind="stable")  # numpy sorts these by radix
