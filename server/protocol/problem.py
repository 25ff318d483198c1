"""Errors as part of the interface: RFC 9457 problem documents."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ontology import BASE

MEDIA_TYPE = "application/problem+json"
TYPES = BASE + "problem/"
"""A problem type is ``TYPES`` and a name that ``docs/endpoint.md`` explains."""


class Problem(Exception):
    """A request that gets no answer, and what to tell its sender.

    ``status`` is the HTTP status; ``detail`` says in one line what is wrong and what to do;
    ``name`` is the last part of the problem type's IRI (None: ``about:blank``); ``members`` are
    extension members (RFC 9457 §3.2) such as ``line`` and ``column``; ``headers`` go on the
    response, such as ``Allow`` or ``Retry-After``.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        name: str | None = None,
        title: str | None = None,
        members: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail
        self.name = name
        self.title = title or HTTPStatus(status).phrase
        self.members = dict(members or {})
        self.headers = dict(headers or {})

    def __reduce__(self) -> tuple[Any, ...]:
        """Let a reader process hand a problem to the server as it is."""
        return _rebuild, (
            self.status,
            self.detail,
            self.name,
            self.title,
            self.members,
            self.headers,
        )

    def document(self) -> dict[str, Any]:
        """The problem as a JSON object, RFC 9457 §3.1."""
        return {
            "type": TYPES + self.name if self.name else "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }

    def body(self) -> bytes:
        """The problem as the body of a response of type ``MEDIA_TYPE``."""
        return json.dumps(self.document(), ensure_ascii=False, indent=2).encode() + b"\n"


def _rebuild(
    status: int,
    detail: str,
    name: str | None,
    title: str,
    members: dict[str, Any],
    headers: dict[str, str],
) -> Problem:
    return Problem(status, detail, name=name, title=title, members=members, headers=headers)


def syntax_error(text: str, start: int, detail: str, **members: object) -> Problem:
    """A Problem 400 that points to the character at index ``start`` of the query ``text``."""
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    return malformed_query(line, column, detail, **members)


def malformed_query(line: int, column: int, detail: str, **members: object) -> Problem:
    """A Problem 400 for a query that isn't SPARQL; line and column count from 1."""
    return Problem(
        400,
        f"Line {line}, column {column}: {detail}.",
        name="malformed-query",
        members={"line": line, "column": column, **members},
    )


class StreamBroken(Exception):
    """A result that failed after its first byte, and in a few words why: the transfer must break,
    not end."""
