"""HTTP as values: what a server got, and what it is to send."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from server.protocol.problem import MEDIA_TYPE, Problem

Headers = tuple[tuple[str, str], ...]

_HOST = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")

COMMON: Headers = (
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "ETag, Link, Location, Retry-After, Server-Timing, Legation-Truncated",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
)
"""Headers of every response that isn't a page. No credentials are ever asked for."""


@dataclass(frozen=True)
class Request:
    """A request whose body has been read. Header names are lower case, repeated ones joined."""

    method: str
    path: str
    query_string: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    scheme: str = "http"

    def header(self, name: str) -> str:
        """A header's value; "" without it."""
        return self.headers.get(name, "")

    @property
    def media_type(self) -> str:
        """Content-Type without parameters, lower case."""
        return self.header("content-type").partition(";")[0].strip().lower()

    def url(self, base_iri: str | None) -> str:
        """The request's URL without its query string, under ``base_iri`` or else as Host says.

        Raises Problem 400 for a Host that cannot be part of an IRI.
        """
        if base_iri is not None:
            return base_iri + self.path.lstrip("/")
        host = self.header("host")
        if not _HOST.fullmatch(host):
            raise Problem(400, "The Host header names no host.", name="bad-request")
        return f"{self.scheme}://{host}{self.path}"


@dataclass(frozen=True)
class Response:
    """A response that is known as a whole. ``headers`` lack Content-Length, which the server
    takes from ``body`` (which it doesn't send in answer to HEAD)."""

    status: int
    headers: Headers
    body: bytes = b""

    @cached_property
    def raw_headers(self) -> list[tuple[bytes, bytes]]:
        """The headers as ASGI sends them, with the length of the body if there can be one."""
        return raw(self.headers) + (
            [(b"content-length", b"%d" % len(self.body))] if self.status not in (204, 304) else []
        )


def raw(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI sends them: lower case, in bytes."""
    return [_raw(header) for header in headers]


@lru_cache(maxsize=256)
def _raw(header: tuple[str, str]) -> tuple[bytes, bytes]:
    name, value = header
    return name.lower().encode("latin-1"), value.encode("latin-1")


def refusal(problem: Problem) -> Response:
    """The response that tells a client about a problem, RFC 9457."""
    return Response(
        problem.status,
        (
            ("Content-Type", MEDIA_TYPE),
            ("Cache-Control", "no-store"),
            *problem.headers.items(),
            *COMMON,
        ),
        problem.body(),
    )


def too_large(limit: int) -> Problem:
    """The Problem for a body that is over the limit, in bytes."""
    return Problem(413, f"The body is longer than {limit:,} bytes.", name="too-large")


def check_method(request: Request, allowed: tuple[str, ...]) -> Response | None:
    """Answer OPTIONS and CORS preflight; None for a method that is ``allowed``.

    Raises Problem 405 with Allow for any other.
    """
    if request.method in allowed:
        return None
    names = ", ".join((*allowed, "OPTIONS"))
    if request.method != "OPTIONS":
        raise Problem(
            405,
            f"{request.method} is not for {request.path}; {names} are.",
            name="method-not-allowed",
            headers={"Allow": names},
        )
    headers: Headers = (("Allow", names), *COMMON)
    if request.header("access-control-request-method"):
        headers += (
            ("Access-Control-Allow-Methods", names),
            ("Access-Control-Allow-Headers", request.header("access-control-request-headers")),
            ("Access-Control-Max-Age", "86400"),
            ("Vary", "Access-Control-Request-Headers"),
        )
    return Response(204, headers)
