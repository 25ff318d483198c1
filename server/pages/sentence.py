"""The page of a sentence: its words, and the claims that rest on them."""

from collections.abc import Sequence

from flask import render_template

from ontology import PREFIXES
from server.pages.claims import claims_where, names_needed
from server.pages.facts import Fact
from server.pages.lookup import labels
from server.pages.thing import heading, things

_OVERLAPPING = """
$sentence prov:wasQuotedFrom ?source ; oa:start ?first ; oa:end ?last .
?claim prov:wasQuotedFrom ?source ; a dip:Claim ; oa:start ?start ; oa:end ?end .
FILTER(?start < ?last && ?first < ?end)
"""


def show(iri: str, facts: Sequence[Fact]) -> str:
    """The page of a sentence."""
    claims = claims_where(_OVERLAPPING, sentence=iri)
    names = labels(things(facts) | names_needed(claims) | {iri})
    return render_template(
        "sentence.html",
        heading=heading(iri, facts, names),
        names=names,
        source=next(
            (f.object.value for f in facts if f.predicate == PREFIXES["prov"] + "wasQuotedFrom"),
            None,
        ),
        claims=claims,
        facts=facts,
    )
