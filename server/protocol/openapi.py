"""The HTTP interface in OpenAPI 3.1, written by hand and held against the server by the tests."""

from importlib.metadata import version
from typing import Any

from server.protocol import negotiate
from server.protocol.operation import FORM, QUERY

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}


def _content(offers: tuple[negotiate.Offer, ...]) -> Json:
    return {offer.name: {"schema": {}} for offer in offers}


def _parameter(name: str, about: str, schema: Json, required: bool = False) -> Json:
    return {
        "name": name,
        "in": "query",
        "description": about,
        "required": required,
        "schema": schema,
    }


def _problem(about: str) -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": about, "content": {"application/problem+json": {"schema": schema}}}


_PROBLEMS: Json = {
    "400": _problem("The request or the query is malformed; `line` and `column` say where."),
    "403": _problem("An update, or a query that would reach out by SERVICE."),
    "404": _problem("There is no such graph."),
    "405": _problem("The method is not for this path; Allow lists those that are."),
    "406": _problem("No format fits Accept; `offers` lists those there are."),
    "413": _problem("The body is too long."),
    "415": _problem("The body's type is not read."),
    "503": _problem("Too many queries, or a query that ended its reader. See Retry-After."),
    "504": _problem("The query was stopped at its time limit."),
}

_DATASET = [
    _parameter(
        "default-graph-uri",
        "A graph of the query's default graph; several are merged. Overrides FROM.",
        {"type": "array", "items": _TEXT},
    ),
    _parameter(
        "named-graph-uri",
        "A named graph of the query's dataset. Overrides FROM NAMED.",
        {"type": "array", "items": _TEXT},
    ),
]
_TIMEOUT = _parameter(
    "timeout",
    "Seconds after which to stop the query, if that is sooner than the server would; "
    "0 asks for nothing sooner.",
    {"type": "number", "minimum": 0},
)
_ANSWER: Json = {
    "description": "Solutions or a truth value (SELECT, ASK), or a graph (CONSTRUCT, DESCRIBE; "
    "without a query the Service Description). `Legation-Truncated: true` marks an answer that "
    "was cut at the server's limit of rows.",
    "content": _content((*negotiate.RESULTS, *negotiate.GRAPHS, negotiate.HTML)),
}
_TRIPLE = [
    _parameter(
        name,
        f"The triple's {part}: an IRI, a prefixed name or a literal in N-Triples syntax.",
        _TEXT | {"examples": [example]},
        required=True,
    )
    for name, part, example in (
        ("s", "subject", "id:Egypt"),
        ("p", "predicate", "dip:hasForeignMinister"),
        ("o", "object", "id:SamehShoukry"),
    )
]
_UNCHANGED: Json = {"description": "What If-None-Match names still holds."}


def document(max_body_bytes: int) -> Json:
    """The OpenAPI document of a server that reads bodies of up to ``max_body_bytes``."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Legation",
            "version": version("legation"),
            "description": "A knowledge graph of diplomacy that can be cited, checked and queried.",
            "license": {"name": "Apache-2.0 AND CC-BY-4.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            "/sparql": _sparql(max_body_bytes),
            "/data": _reads(
                "graph",
                "One graph, by the SPARQL 1.1 Graph Store HTTP Protocol.",
                {
                    "description": "The graph.",
                    "content": _content(negotiate.GRAPHS),
                },
                ("304", "400", "404", "406", "503", "504"),
                [
                    _parameter("graph", "The graph's IRI.", _TEXT),
                    _parameter("default", "Present, with any value: the default graph.", {}),
                ],
            ),
            "/.well-known/void": _graph("void", "What the dataset holds, in VoID."),
            "/.well-known/sparql-examples": _graph("examples", "Example queries."),
            "/prefixes": _reads(
                "prefixes",
                "The prefixes that the examples use.",
                {
                    "description": "Prefix to namespace, or the same in RDF.",
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "additionalProperties": _TEXT}
                        },
                        **{
                            name: content
                            for name, content in _content(negotiate.GRAPHS).items()
                            if name != "application/json"
                        },
                    },
                },
                ("406",),
            ),
            "/why": _explains(
                "why",
                "Why a triple holds: its derivations down to the quoted words.",
                {
                    "description": "The proof; in RDF the first of several ways, in PROV-O.",
                    "content": {**_content((*negotiate.GRAPHS, negotiate.HTML)), **_json("Proof")},
                },
                "The triple does not hold; `gaps` says what it lacks.",
                ("json", "ttl", "jsonld", "rdf", "nt"),
            ),
            "/why-not": _explains(
                "whyNot",
                "What a triple lacks that does not hold.",
                {
                    "description": "Rules that could give it, the nearest first.",
                    "content": {**_content((negotiate.HTML,)), **_json("Gaps")},
                },
                "The triple holds; `/why` says why.",
                ("json",),
            ),
            "/health": _reads(
                "health",
                "Whether queries are being answered, and over which generation of the data.",
                {"description": "They are.", "content": _json("Health")},
                (),
                more={"503": {"description": "They aren't.", "content": _json("Health")}},
            ),
            "/metrics": _reads(
                "metrics",
                "Metrics for Prometheus.",
                {
                    "description": "The metrics.",
                    "content": {
                        "text/plain": {"schema": _TEXT},
                        "application/openmetrics-text": {"schema": _TEXT},
                    },
                },
                (),
            ),
            "/openapi.json": _reads(
                "openapi",
                "This document.",
                {
                    "description": "The document.",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                },
                (),
            ),
        },
        "components": {
            "schemas": {
                "Problem": _PROBLEM,
                "Health": _HEALTH,
                "Derivation": _DERIVATION,
                "Proof": _PROOF,
                "Gaps": _GAPS,
            }
        },
    }


def _sparql(max_body_bytes: int) -> Json:
    query = _parameter("query", "A SPARQL query.", _TEXT)
    codes = ("400", "403", "405", "406", "413", "415", "503", "504")
    responses = {"200": _ANSWER, "304": _UNCHANGED} | {code: _PROBLEMS[code] for code in codes}
    return {
        "get": {
            "operationId": "query",
            "summary": "A query, or without one the Service Description.",
            "parameters": [query, *_DATASET, _TIMEOUT],
            "responses": responses,
        },
        "post": {
            "operationId": "queryByPost",
            "summary": "A query in the body.",
            "parameters": [*_DATASET, _TIMEOUT],
            "requestBody": {
                "required": True,
                "description": f"Up to {max_body_bytes:,} bytes.",
                "content": {
                    FORM: {
                        "schema": {
                            "type": "object",
                            "required": ["query"],
                            "properties": {"query": _TEXT},
                        }
                    },
                    QUERY: {"schema": _TEXT},
                },
            },
            "responses": responses,
        },
    }


def _reads(
    name: str,
    summary: str,
    answer: Json,
    codes: tuple[str, ...],
    parameters: list[Json] | None = None,
    more: Json | None = None,
) -> Json:
    """A path that is for GET (and HEAD, which needs no saying)."""
    known = _PROBLEMS | {"304": _UNCHANGED}
    responses = {"200": answer} | {code: known[code] for code in (*codes, "405")} | (more or {})
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": parameters or [],
            "responses": responses,
        }
    }


def _explains(
    name: str, summary: str, answer: Json, otherwise: str, formats: tuple[str, ...]
) -> Json:
    """A path that answers about one triple; its problems are pages to those who ask for HTML."""
    about = _parameter("format", "Goes before Accept.", {"enum": list(formats)})
    path = _reads(name, summary, answer, ("400", "406", "503", "504"), [*_TRIPLE, about])
    responses = path["get"]["responses"]
    responses["404"] = _problem(otherwise)
    for code in ("400", "404", "503", "504"):
        pages = _content((negotiate.HTML,))
        responses[code] = responses[code] | {"content": responses[code]["content"] | pages}
    return path


def _graph(name: str, summary: str) -> Json:
    answer = {"description": "The graph.", "content": _content(negotiate.GRAPHS)}
    return _reads(name, summary, answer, ("304", "404", "406", "503", "504"))


def _json(schema: str) -> Json:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


_PROBLEM: Json = {
    "type": "object",
    "description": "A problem document, RFC 9457.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1},
        "declaration": _TEXT,
        "offers": {"type": "array", "items": _TEXT},
    },
}
_TERMS: Json = {"type": "array", "items": _TEXT, "minItems": 3, "maxItems": 3}
_DERIVATION: Json = {
    "type": "object",
    "description": "Steps after their premises, which are named by their number; the last one "
    "concludes. Terms are in N-Triples syntax.",
    "required": ["conclusion", "steps"],
    "properties": {
        "conclusion": _TERMS,
        "steps": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["conclusion", "labels", "rule", "premises"],
                "properties": {
                    "conclusion": _TERMS,
                    "labels": _TERMS,
                    "rule": _TEXT,
                    "premises": {"type": "array", "items": {"type": "integer", "minimum": 0}},
                    "evidence": {"type": "array", "items": {"type": "object"}},
                    "graph": {"type": ["string", "null"]},
                    "background": {"type": ["string", "null"]},
                },
            },
        },
    },
}
_PROOF: Json = {
    "description": "A derivation, and as `ways` every one that was found, this one first.",
    "allOf": [{"$ref": "#/components/schemas/Derivation"}],
    "required": ["ways"],
    "properties": {
        "ways": {
            "type": "array",
            "minItems": 1,
            "items": {"$ref": "#/components/schemas/Derivation"},
        }
    },
}
_GAPS: Json = {
    "type": "object",
    "required": ["gaps", "labels"],
    "properties": {
        "gaps": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["rule", "present", "missing"],
                "properties": {
                    "rule": _TEXT,
                    "present": {"type": "array", "items": _TERMS},
                    "missing": {"type": "array", "items": _TERMS},
                },
            },
        },
        "labels": {"type": "object", "additionalProperties": _TEXT},
    },
}
_HEALTH: Json = {
    "type": "object",
    "required": ["status", "generation"],
    "properties": {"status": {"enum": ["up", "down"]}, "generation": _TEXT},
}
