"""What the endpoints are asked, on the synthetic diplomacy of ``bench.diplomacy``.

Fixed before the first figures were taken; a change here makes older figures incomparable.
"""

import random
from dataclasses import dataclass
from urllib.parse import quote

from ontology import ID, PREFIXES

DISTINCT = 50_000
"""How many subjects the distinct lookups go round, if the data have so many claims."""


@dataclass(frozen=True)
class Query:
    """A query, the kind of answer it is asked for, and what it stands for in the goals."""

    kind: str
    """``lookup``, ``join``, ``aggregate``, ``construct`` or ``large``."""
    text: str
    accept: str = "application/sparql-results+json"

    def target(self, path: str) -> str:
        """The target of a GET request."""
        return f"{path}?query={quote(_PROLOGUE + self.text)}"


_PROLOGUE = "".join(
    f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("dip", "foaf", "oa", "prov", "skos")
)

QUERIES: dict[str, Query] = {
    "calls": Query(
        "join",
        "SELECT ?call ?one ?other WHERE { ?call dip:caller ?one . ?call dip:callee ?other }",
    ),
    "signed treaties": Query(
        "join",
        f"""SELECT ?signing ?treaty ?day WHERE {{
  ?signing dip:signatory <{ID}bench/state3> .
  ?signing dip:signs ?treaty .
  ?signing dip:notBefore ?day
}}""",
    ),
    "who speaks of severance": Query(
        "join",
        """SELECT ?voice ?one ?other WHERE {
  ?severance dip:severs ?relationship .
  ?relationship dip:firstParty ?one .
  ?claim dip:states ?severance .
  ?claim prov:wasAttributedTo ?voice
}""",
    ),
    "things by class": Query(
        "aggregate",
        "SELECT ?class (COUNT(*) AS ?things) WHERE { ?thing a ?class } GROUP BY ?class",
    ),
    "claims by class": Query(
        "aggregate",
        """SELECT ?class (COUNT(DISTINCT ?claim) AS ?claims) WHERE {
  ?claim dip:states ?situation .
  ?situation a ?class
} GROUP BY ?class""",
    ),
    "triples by property": Query(
        "aggregate",
        """SELECT ?property (COUNT(*) AS ?triples) WHERE {
  ?subject ?property ?object
} GROUP BY ?property""",
    ),
    "contradictions": Query(
        "construct",
        """CONSTRUCT { ?one dip:contradicts ?other . ?one oa:exact ?words } WHERE {
  ?one dip:contradicts ?other .
  ?one oa:exact ?words
}""",
        "application/n-triples",
    ),
    "20 MB": Query(
        "large",
        """SELECT ?claim ?words ?start WHERE {
  ?claim oa:exact ?words .
  ?claim oa:start ?start
} LIMIT 75000""",
    ),
}
"""By name; lookups aside, of which there are as many as subjects."""


def lookup(claim: int) -> Query:
    """All that is said of one claim."""
    return Query(
        "lookup", f"SELECT ?property ?value WHERE {{ <{ID}bench/claim{claim}> ?property ?value }}"
    )


def lookups(claims: int) -> list[Query]:
    """The same lookup over different subjects, in random order that is always the same."""
    numbers = list(range(min(claims, DISTINCT)))
    random.Random("lookups").shuffle(numbers)
    return [lookup(number) for number in numbers]
