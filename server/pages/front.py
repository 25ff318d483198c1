"""The front page: what this is, what it holds, what is disputed, and questions that run."""

from flask import Blueprint, render_template

from ontology.examples import questions
from server.pages.claims import names_needed
from server.pages.disputes import opposed, pairs
from server.pages.lookup import context, labels, select
from server.pages.relationship import glances, named

pages = Blueprint("front", __name__)

_HOLDS = """
SELECT ?class ?label (COUNT(?thing) AS ?number) {
  VALUES ?class {
    dip:State foaf:Person dip:ForeignMinistry org:Post dip:Treaty dip:Situation dip:Claim
  }
  ?thing a ?class .
  ?class rdfs:label ?label . FILTER(LANG(?label) = "en")
} GROUP BY ?class ?label ORDER BY DESC(?number) ?label
"""

_SOURCES = """
SELECT ?source (COUNT(?claim) AS ?claims) {
  ?source a dip:Source . OPTIONAL { ?claim a dip:Claim ; prov:wasQuotedFrom ?source }
} GROUP BY ?source ORDER BY ?source
"""


@pages.get("/")
def front() -> str:
    """The front page, ``/``."""
    relationships = glances()
    claims = opposed()
    sources = select(_SOURCES)
    return render_template(
        "front.html",
        holds=select(_HOLDS),
        sources=sources,
        relationships=relationships,
        disputes=pairs(claims),
        names=named(relationships)
        | labels(names_needed(claims) | {row["source"].value for row in sources}),
        snapshot=context().snapshot,
        questions=[question for question in questions() if not question.federated],
    )


@pages.get("/about")
def about() -> str:
    """How this graph is made, cited and licensed, and its graphs, ``/about``."""
    snapshot = context().snapshot
    return render_template(
        "about.html", snapshot=snapshot, names=labels(snapshot.manifest["graphs"])
    )
