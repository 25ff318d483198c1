"""The bytes between a server and a reader, over one Unix socket that carries one query at a time.

A request is a length and a marshalled tuple, which costs a tenth of JSON; both ends run the same
Python, and a reader trusts its server. Not the other way round: a reader runs what strangers send,
so an answer is frames of a fixed head (kind, whether it was cut, seconds since the request was
read, length) and bytes, and what it says of itself is JSON.
"""

import json
import marshal
from struct import Struct
from typing import NamedTuple

from server.evaluation import Plan, WhyPlan
from server.protocol.plan import GraphPlan, QueryPlan
from server.protocol.problem import Problem

HELLO = b"H"
"""From a reader that has accepted: JSON with its ``pid`` and the ``generation`` of its data."""
MORE = b"M"
"""A part of an answer; more will follow."""
LAST = b"L"
"""The last part of an answer."""
PROBLEM = b"P"
"""Instead of an answer: the members of a Problem, as JSON."""
BROKEN = b"B"
"""Instead of the rest of an answer: what went wrong, as with PROBLEM."""
RETIRED = b"R"
"""The reader leaves and has not begun with whatever was sent to it: ask another one."""

PART = 65536
"""Bytes of an answer in a frame. The first is held back until it is full or the answer ends."""
LENGTH = Struct("!I")
_HEAD = Struct("!cbdI")
_PLANS: dict[str, type[Plan]] = {plan.__name__: plan for plan in (QueryPlan, GraphPlan, WhyPlan)}
_CUT = {None: -1, False: 0, True: 1}
_CUT_BACK = {code: cut for cut, code in _CUT.items()}


class Frame(NamedTuple):
    """One frame of an answer."""

    kind: bytes
    payload: bytes
    truncated: bool | None = None
    seconds: float = 0.0


def encode_request(plan: Plan, deadline: float) -> bytes:
    """`deadline` is on the machine's monotonic clock, which all processes share."""
    body = marshal.dumps((deadline, type(plan).__name__, tuple(vars(plan).values())))
    return LENGTH.pack(len(body)) + body


def decode_request(body: bytes) -> tuple[float, Plan]:
    deadline, kind, fields = marshal.loads(body)  # noqa: S302 - from our own server, see above
    return deadline, _PLANS[kind](*fields)


def encode_frame(frame: Frame) -> bytes:
    head = _HEAD.pack(frame.kind, _CUT[frame.truncated], frame.seconds, len(frame.payload))
    return head + frame.payload


def missing(buffer: bytes | bytearray) -> int:
    """How many bytes `buffer` lacks to hold a whole frame; zero or less: none."""
    if len(buffer) < _HEAD.size:
        return _HEAD.size - len(buffer)
    length: int = _HEAD.unpack_from(buffer)[3]
    return _HEAD.size + length - len(buffer)


def take_frame(buffer: bytearray) -> Frame:
    """Take the first frame, which must be whole, off `buffer`."""
    kind, cut, seconds, length = _HEAD.unpack_from(buffer)
    end = _HEAD.size + length
    frame = Frame(kind, bytes(memoryview(buffer)[_HEAD.size : end]), _CUT_BACK[cut], seconds)
    del buffer[:end]
    return frame


def encode_problem(problem: Problem) -> bytes:
    return json.dumps(
        {
            "status": problem.status,
            "detail": problem.detail,
            "name": problem.name,
            "title": problem.title,
            "members": problem.members,
            "headers": problem.headers,
        }
    ).encode()


def decode_problem(payload: bytes) -> Problem:
    return Problem(**json.loads(payload))
