"""Why a triple holds, or what it lacks: the answer to a ``WhyPlan``.

The import costs a fifth of a second and numpy, so that only processes that evaluate have it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict

import pyoxigraph as ox

from graph.explain import document, explain, label, prov
from graph.reasoning import Closure, Triple, close_ntriples
from server.protocol.problem import Problem


class Explainer:
    """The closure of the asserted triples, and the dataset that says who asserted them."""

    def __init__(self, asserted: bytes, store: ox.Store, files: Mapping[str, str]) -> None:
        self._closure: Closure = close_ntriples(asserted)
        self._store = store
        self._files = files

    def why(self, terms: tuple[str, str, str], syntax: str) -> bytes:
        """The derivation of a triple: as JSON (``graph.explain.document``), or PROV-O in "turtle".

        JSON has as ``ways`` every derivation that was found, this one first, each as such a
        document; two of them differ in the last step.

        Raises Problem if the triple does not hold: 404, with the rules that could have given it
        and the premises that they lack, nearest first, as its member ``gaps``, and what to call
        their terms as its member ``labels``.
        """
        triple = _triple(terms)
        proofs = self._closure.ways(triple)
        if not proofs:
            gaps = self._closure.why_not(triple)
            named = {*triple, *(t for gap in gaps for p in (*gap.present, *gap.missing) for t in p)}
            raise Problem(
                404,
                f"{' '.join(triple)} does not hold.",
                name="does-not-hold",
                members={
                    "gaps": [asdict(gap) for gap in gaps],
                    "labels": {term: label(term, self._store) for term in sorted(named)},
                },
            )
        if syntax == "turtle":
            return prov(explain(proofs[0], self._store, self._files))
        ways = [document(explain(proof, self._store, self._files)) for proof in proofs]
        return json.dumps({**ways[0], "ways": ways}, ensure_ascii=False).encode()


def _triple(terms: tuple[str, str, str]) -> Triple:
    """Three terms in N-Triples syntax, in its canonical form. Raises Problem."""
    try:
        [quad] = ox.parse(" ".join((*terms, ".")).encode(), ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, ValueError):
        raise Problem(
            400, f"{' '.join(terms)} is no triple in N-Triples syntax.", name="malformed-query"
        ) from None
    return Triple(str(quad.subject), str(quad.predicate), str(quad.object))
