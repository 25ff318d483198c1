"""The page of a relationship of two states, and the same at a glance for the front page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import render_template

from ontology import PREFIXES
from server.pages.claims import claims_where, names_needed
from server.pages.disputes import pairs
from server.pages.facts import Fact
from server.pages.happenings import Happening, happenings
from server.pages.lookup import labels, select
from server.pages.thing import heading, things
from server.pages.vocabulary import label

_DIP = PREFIXES["dip"]


@dataclass(frozen=True)
class Tie:
    """A property between the two parties: in which directions it holds, each a triple."""

    predicate: str
    label: str
    holds: tuple[tuple[str, str], ...]
    """Pairs of subject and object; empty: it holds in neither direction."""


@dataclass(frozen=True)
class Glance:
    """A relationship at a glance."""

    iri: str
    first: str
    second: str
    ties: tuple[Tie, ...]
    """Every property between states: those that hold first."""
    story: tuple[Happening, ...]
    """Its situations in order of time."""

    @property
    def held(self) -> list[Tie]:
        """The properties that hold in one direction at least."""
        return [tie for tie in self.ties if tie.holds]

    @property
    def not_held(self) -> list[Tie]:
        """The properties that hold in neither."""
        return [tie for tie in self.ties if not tie.holds]

    @property
    def phases(self) -> list[Happening]:
        """The phases, in order of time."""
        return [h for h in self.story if _DIP + "RelationsPhase" in h.classes]

    @property
    def present(self) -> list[Happening]:
        """The phases that nothing says have ended."""
        return [phase for phase in self.phases if phase.open]

    @property
    def contested(self) -> list[Happening]:
        """The situations that are contested."""
        return [h for h in self.story if h.contested]


_PARTIES = """
SELECT ?relationship ?first ?second {
  ?relationship a dip:BilateralRelationship ; dip:firstParty ?first ; dip:secondParty ?second .
} ORDER BY ?relationship
"""

_TIES = """
SELECT DISTINCT ?p ?s ?o {
  ?p a owl:ObjectProperty ; rdfs:domain dip:State ; rdfs:range dip:State .
  OPTIONAL { VALUES (?s ?o) { ($first $second) ($second $first) } ?s ?p ?o }
}
"""

# A situation belongs to a relationship if it concerns it, or if both parties have a part in it,
# themselves, through someone who represents them, or through a post of theirs.
_STORY = """
SELECT DISTINCT ?s {
  { ?s ?concerns $relationship ; a dip:Situation }
  UNION {
    { ?s ?part $first } UNION { ?one dip:represents $first . ?s ?part ?one }
    { ?s ?other $second } UNION { ?two dip:represents $second . ?s ?other ?two }
    ?s a dip:Situation .
  }
  UNION {
    VALUES (?from ?to) { ($first $second) ($second $first) }
    ?post dip:sendingState ?from ; dip:receivingState ?to .
    ?s ?part ?post ; a dip:Act .
  }
}
"""

_CLAIMS = """
{ VALUES ?situation { $situations } ?involved dip:states ?situation }
UNION { ?involved dip:about $relationship }
?involved (dip:contradicts|dip:inTensionWith)? ?claim
"""


def glances(relationship: str | None = None) -> list[Glance]:
    """Every relationship at a glance, or the one."""
    return [
        _glance(row["relationship"].value, row["first"].value, row["second"].value)
        for row in select(_PARTIES)
        if relationship in (None, row["relationship"].value)
    ]


def named(found: Iterable[Glance]) -> dict[str, str]:
    """The names that a template needs to show the glances."""
    return labels({iri for glance in found for iri in (glance.iri, glance.first, glance.second)})


def show(iri: str, facts: Sequence[Fact]) -> str:
    """The page of a relationship."""
    (glance,) = glances(iri)
    claims = claims_where(_CLAIMS, relationship=iri, situations=[h.iri for h in glance.story])
    names = labels(things(facts) | names_needed(claims))
    return render_template(
        "relationship.html",
        heading=heading(iri, facts, names),
        names=names,
        glance=glance,
        disputes=pairs(claims),
        unfulfilled=[
            claim for claim in claims if iri in claim.links["about"] and not claim.links["states"]
        ],
        facts=facts,
    )


def _glance(iri: str, first: str, second: str) -> Glance:
    holds: dict[str, set[tuple[str, str]]] = {}
    for row in select(_TIES, first=first, second=second):
        pairs_ = holds.setdefault(row["p"].value, set())
        if "s" in row:
            pairs_.add((row["s"].value, row["o"].value))
    ties = [Tie(p, label(p), tuple(sorted(found))) for p, found in holds.items()]
    story = select(_STORY, relationship=iri, first=first, second=second)
    return Glance(
        iri,
        first,
        second,
        tuple(sorted(ties, key=lambda tie: (not tie.holds, tie.label))),
        tuple(happenings(row["s"].value for row in story)),
    )
