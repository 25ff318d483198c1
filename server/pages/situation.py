"""The page of a situation: who did what to whom, when, according to whom, and who disagrees."""

from collections.abc import Sequence

from flask import render_template

from ontology import PREFIXES
from server.pages.claims import claims_where, names_needed
from server.pages.disputes import pairs
from server.pages.facts import Fact, told
from server.pages.happenings import happenings
from server.pages.lookup import labels, select
from server.pages.thing import grouped, heading, things

_DIP = PREFIXES["dip"]

_INVOLVED = """
?involved dip:states|dip:denies|dip:about $situation .
?involved (dip:contradicts|dip:inTensionWith)? ?claim
"""

_CODES = """
SELECT ?code ?cameo ?plover {
  $situation dip:actType ?code .
  OPTIONAL { ?code dip:cameo ?cameo } OPTIONAL { ?code dip:plover ?plover }
}
"""

_CAUSES = (_DIP + "ledTo", _DIP + "reasonFor", _DIP + "contributedTo")
_APART = (
    *_CAUSES,
    _DIP + "date",
    _DIP + "actType",
    _DIP + "states",
    _DIP + "denies",
    _DIP + "about",
)


def show(iri: str, facts: Sequence[Fact]) -> str:
    """The page of a situation."""
    about, of = told(iri, facts)
    claims = claims_where(_INVOLVED, situation=iri)
    names = labels(things(facts) | names_needed(claims))
    (happening,) = happenings([iri])
    stating = [claim for claim in claims if iri in claim.links["states"]]
    return render_template(
        "situation.html",
        heading=heading(iri, facts, names),
        names=names,
        happening=happening,
        parts_played=grouped([f for f in about if f.predicate not in _APART], names),
        of=grouped([f for f in of if f.predicate not in _APART], names),
        causes=[f for f in of if f.predicate in _CAUSES],
        effects=[f for f in about if f.predicate in _CAUSES],
        codes=select(_CODES, situation=iri),
        stating=stating,
        denying=[claim for claim in claims if iri in claim.links["denies"]],
        mentioning=[claim for claim in claims if iri in claim.links["about"]],
        disputes=pairs(claims),
        facts=facts,
    )
