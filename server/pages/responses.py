"""What every page and document carries beside its body: caching, compression, security."""

from hashlib import blake2b

from flask import Response, g, request

from server.cache import encode
from server.protocol import negotiate
from server.protocol.exchange import COMMON

PAGE_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""Content-Security-Policy of pages: nothing from another host, no script inside a page."""


def finish(response: Response) -> Response:
    """Complete a response of the pages; those of other routes go by unchanged.

    A body gets an entity tag from its bytes and its coding, and If-None-Match is answered by 304
    (RFC 9110 §13.1.2).
    """
    if request.blueprint is None and not g.get("page"):
        return response
    for name, value in COMMON:
        response.headers.setdefault(name, value)
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = PAGE_POLICY
    if response.direct_passthrough or response.is_streamed:
        return response
    response.vary.update(("Accept", "Accept-Encoding"))
    if response.status_code != 200:
        return response
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache"
    if "Content-Encoding" not in response.headers:
        asked = negotiate.encoding(request.headers.get("Accept-Encoding", ""))
        body, coding = encode(response.get_data(), asked)
        if coding is not None:
            response.set_data(body)
            response.headers["Content-Encoding"] = coding
    response.set_etag(blake2b(response.get_data(), digest_size=16).hexdigest())
    response.make_conditional(request)
    return response
