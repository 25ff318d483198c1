"""What a server answers beside queries: its health, its metrics, and documents about itself."""

import json
from collections.abc import Callable
from typing import cast

from pyoxigraph import serialize

from ontology import PREFIXES
from server.endpoint import Endpoint, Outcome
from server.observation import Observer
from server.protocol import negotiate, openapi
from server.protocol.description import FORMATS, prefixes
from server.protocol.exchange import COMMON, Request, Response, check_method
from server.protocol.operation import DATA_METHODS

Operation = Callable[[Request, Endpoint, Observer], Outcome]

_JSON = negotiate.Offer("application/json", "application/json", "json")


def operations() -> dict[str, Operation]:
    """The answers by path. Each raises Problem."""
    return {
        "/health": health,
        "/metrics": metrics,
        "/openapi.json": description,
        "/prefixes": declarations,
        "/.well-known/void": lambda request, endpoint, _: endpoint.document(request, "void"),
        "/.well-known/sparql-examples": lambda request, endpoint, _: endpoint.document(
            request, "questions"
        ),
    }


def health(request: Request, endpoint: Endpoint, observer: Observer) -> Response:
    """Whether queries are being answered: 200 with the generation of the data, or 503."""
    refused = check_method(request, DATA_METHODS)
    if refused is not None:
        return refused
    status = endpoint.engine.status()
    alive = bool(status.generation)
    document = {"status": "up" if alive else "down", "generation": status.generation}
    return _document(json.dumps(document).encode() + b"\n", "application/json", not alive)


def metrics(request: Request, endpoint: Endpoint, observer: Observer) -> Response:
    """The metrics, in the format that Prometheus asks for."""
    refused = check_method(request, DATA_METHODS)
    if refused is not None:
        return refused
    body, media_type = observer.exposition(request.header("accept"))
    return _document(body, media_type)


def description(request: Request, endpoint: Endpoint, observer: Observer) -> Response:
    """The HTTP interface, in OpenAPI 3.1."""
    refused = check_method(request, DATA_METHODS)
    if refused is not None:
        return refused
    document = openapi.document(endpoint.settings.max_body_bytes)
    return _document(json.dumps(document, indent=1).encode() + b"\n", "application/json")


def declarations(request: Request, endpoint: Endpoint, observer: Observer) -> Response:
    """The prefixes that the examples use: a JSON object, or RDF with ``sh:declare``."""
    refused = check_method(request, DATA_METHODS)
    if refused is not None:
        return refused
    offer = negotiate.best(request.header("accept"), (_JSON, *negotiate.GRAPHS))
    if offer is _JSON:
        return _document(json.dumps(PREFIXES, indent=1).encode() + b"\n", offer.label, vary=True)
    body = cast(bytes, serialize(prefixes(), format=FORMATS[offer.format]))
    return _document(body, offer.label, vary=True)


def _document(body: bytes, media_type: str, down: bool = False, vary: bool = False) -> Response:
    return Response(
        503 if down else 200,
        (
            ("Content-Type", media_type),
            ("Cache-Control", "no-store"),
            *((("Vary", "Accept"),) if vary else ()),
            *COMMON,
        ),
        body,
    )
