"""Which representation a request gets, RFC 9110 §12.5.

werkzeug reads the header; its ``best_match`` isn't used, since it finds nothing for
``application/ld+json;profile="…"`` and breaks ties by the order of the offers alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from server.protocol.plan import Form
from server.protocol.problem import Problem


@dataclass(frozen=True, eq=False)
class Offer:
    """A representation that can be had: what it is asked for by, is labelled with, and is.

    Each is equal to itself only, which makes it cheap to look up.
    """

    name: str
    """The media type to match, without parameters."""
    label: str
    """Content-Type, to the letter."""
    format: str
    """What ``plan.QueryPlan.format`` says, or ``html``."""
    by_name_only: bool = False
    """Whether a range such as ``*/*`` doesn't ask for it."""


def _offer(name: str, format_: str, label: str | None = None, alias: bool = False) -> Offer:
    return Offer(name, label or name, format_, alias)


RESULTS: tuple[Offer, ...] = (
    _offer("application/sparql-results+json", "json"),
    _offer("application/sparql-results+xml", "xml"),
    _offer("text/csv", "csv", "text/csv; charset=utf-8; header=present"),
    _offer("text/tab-separated-values", "tsv", "text/tab-separated-values; charset=utf-8"),
    _offer("application/json", "json", alias=True),
    _offer("application/xml", "xml", alias=True),
    _offer("text/xml", "xml", alias=True),
)
"""What solutions and truth values are written in, dearest first."""

GRAPHS: tuple[Offer, ...] = (
    _offer("text/turtle", "turtle", "text/turtle; charset=utf-8"),
    _offer("application/n-triples", "ntriples"),
    _offer("application/ld+json", "jsonld"),
    _offer("application/rdf+xml", "rdfxml"),
    _offer("application/trig", "trig"),
    _offer("application/n-quads", "nquads"),
    _offer("application/json", "jsonld", alias=True),
    _offer("application/xml", "rdfxml", alias=True),
    _offer("text/xml", "rdfxml", alias=True),
    _offer("text/plain", "ntriples", "text/plain; charset=utf-8", alias=True),
)
"""What graphs are written in, dearest first."""

_REMEMBERED = 1000
"""Characters up to which a header is worth remembering what it means."""

HTML = _offer("text/html", "html", "text/html; charset=utf-8", alias=True)


@cache
def offers(form: Form, *, pages: bool) -> tuple[Offer, ...]:
    """The formats in which an answer to a query of this form can be had, HTML among them if there
    are pages."""
    formats = RESULTS if form in ("SELECT", "ASK") else GRAPHS
    return (*formats, HTML) if pages else formats


def ranges(accept: str) -> tuple[tuple[str, float], ...]:
    """The media ranges of an Accept header, lower case and without parameters, with their q.

    Parameters (charset, profile, header) ask for shades that no offer has; they narrow nothing.
    An empty header accepts everything, as does none.
    """
    # Java's own header says "q=.2", which isn't in the grammar, and werkzeug drops such a range.
    header: Accept = parse_accept_header(accept.replace("q=.", "q=0."), Accept)
    found = [(str(item).partition(";")[0].strip().lower(), q) for item, q in header]
    return tuple(found) or (("*/*", 1.0),)


def best(accept: str, offered: tuple[Offer, ...]) -> Offer:
    """The offer that the Accept header likes most.

    The most specific range that matches an offer decides its q; q=0 excludes it. Among equals the
    one that is asked for more specifically wins, then the earlier. Raises Problem 406.
    """
    chosen = (_best if len(accept) <= _REMEMBERED else _best.__wrapped__)(accept, offered)
    if chosen is None:
        names = sorted({offer.name for offer in offered})
        raise Problem(
            406,
            f"Nothing here fits “Accept: {accept}”; there is {', '.join(names)}.",
            name="not-acceptable",
            members={"offers": names},
        )
    return chosen


@lru_cache(maxsize=256)
def _best(accept: str, offered: tuple[Offer, ...]) -> Offer | None:
    chosen: Offer | None = None
    rank = (0.0, -1)
    asked = ranges(accept)
    for offer in offered:
        found = _rank(offer, asked)
        if found[0] > 0 and found > rank:
            chosen, rank = offer, found
    return chosen


def _rank(offer: Offer, asked: Iterable[tuple[str, float]]) -> tuple[float, int]:
    """The q of an offer and how specifically it was asked for: 2 by name, 1 by type, 0 by */*."""
    specificity, quality = -1, 0.0
    kind = offer.name.partition("/")[0] + "/*"
    for name, q in asked:
        if name == offer.name:
            level = 2
        elif name == kind and not offer.by_name_only:
            level = 1
        elif name in ("*/*", "*") and not offer.by_name_only:
            level = 0
        else:
            continue
        if level > specificity or (level == specificity and q > quality):
            specificity, quality = level, q
    return quality, specificity


def encoding(accept_encoding: str) -> str | None:
    """The content coding to use, ``br`` or ``gzip``; None: the bytes as they are.

    An absent or empty header asks for none. Where q is equal, Brotli goes before gzip.
    """
    known = len(accept_encoding) <= _REMEMBERED
    return (_encoding if known else _encoding.__wrapped__)(accept_encoding)


@lru_cache(maxsize=256)
def _encoding(accept_encoding: str) -> str | None:
    header: Accept = parse_accept_header(accept_encoding, Accept)
    asked = {str(item).strip().lower(): q for item, q in header}
    rest = asked.get("*", 0.0)
    coded = {"br": asked.get("br", rest), "gzip": asked.get("gzip", asked.get("x-gzip", rest))}
    name = max(coded, key=coded.__getitem__)
    plain = asked.get("identity", 0.0)
    return name if coded[name] > 0 and coded[name] >= plain else None
