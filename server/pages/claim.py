"""The page of a claim: its words in their sentence, who says them and how, who says otherwise."""

from collections.abc import Sequence

from flask import render_template

from server.pages.claims import claims_where, names_needed
from server.pages.disputes import pairs
from server.pages.facts import Fact
from server.pages.lookup import labels
from server.pages.thing import heading, things

_WITH_OPPONENTS = "$claim (dip:contradicts|dip:inTensionWith)? ?claim"


def show(iri: str, facts: Sequence[Fact]) -> str:
    """The page of a claim."""
    claims = claims_where(_WITH_OPPONENTS, claim=iri)
    names = labels(things(facts) | names_needed(claims) | {iri})
    return render_template(
        "claim.html",
        heading=heading(iri, facts, names),
        names=names,
        claim=next((claim for claim in claims if claim.iri == iri), None),
        disputes=[pair for pair in pairs(claims) if iri in (pair.one.iri, pair.other.iri)],
        facts=facts,
    )
