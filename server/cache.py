"""Answers kept in memory, bounded in bytes, each compressed once.

``functools.lru_cache`` and kept libraries count entries or want a lock of their own around every
look-up; here an ``OrderedDict`` does, and one lock around what changes it.
"""

import gzip
from collections import OrderedDict
from collections.abc import Hashable
from hashlib import blake2b
from threading import Lock
from typing import Generic, TypeVar

import brotli

from server.protocol.plan import GraphPlan, QueryPlan

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_BROTLI_QUALITY = 5
_GZIP_LEVEL = 6
_WORTH_COMPRESSING = 860
"""Bytes below which compression costs more than the packet it might save."""


class ByteLRU(Generic[Key, Value]):
    """A mapping that drops what was used least recently once its values' sizes pass a limit."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._entries: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key) -> Value | None:
        """The value of ``key``, now the most recent; None if it isn't here."""
        found = self._entries.get(key)
        if found is None:
            return None
        with self._lock:
            if key in self._entries:  # another thread may just have dropped it
                self._entries.move_to_end(key)
        return found[0]

    def put(self, key: Key, value: Value, size: int) -> None:
        """Keep ``value``, which takes ``size`` bytes; not at all if that is over the limit."""
        with self._lock:
            self._drop(key)
            if size > self._max_bytes:
                return
            self._entries[key] = value, size
            self.bytes += size
            while self.bytes > self._max_bytes:
                self._drop(next(iter(self._entries)))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self.bytes = 0

    def _drop(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.bytes -= entry[1]


def etag(plan: QueryPlan | GraphPlan, generation: str, coding: str | None) -> str:
    """The entity tag of an answer, under which it is kept too: a hash of what it depends on.

    That is the generation of the data, query, dataset, base IRI and format as the plan has them,
    and the content coding; not the deadline. The tag is weak, since it says what the answer is
    made from, not its bytes: the order of rows and the labels of blank nodes may differ between
    processes, what is said does not.
    """
    fields = [value for name, value in vars(plan).items() if name != "timeout_s"]
    parts = repr((type(plan).__name__, fields, generation, coding))
    tag = blake2b(parts.encode("utf-8", "backslashreplace"), digest_size=16)
    return f'W/"{tag.hexdigest()}"'


def encode(body: bytes, coding: str | None) -> tuple[bytes, str | None]:
    """``body`` in ``coding`` (``br``, ``gzip``, None), or as it is if it is too short for that;
    and the coding that it has now."""
    if coding is None or len(body) < _WORTH_COMPRESSING:
        return body, None
    if coding == "br":
        return brotli.compress(body, quality=_BROTLI_QUALITY), "br"
    return gzip.compress(body, _GZIP_LEVEL, mtime=0), "gzip"
