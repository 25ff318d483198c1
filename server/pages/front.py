"""The front page: what this is, what it holds, and questions that run."""

from urllib.parse import urlencode

from flask import Blueprint, render_template

from ontology.examples import questions
from server.pages.lookup import context, select

pages = Blueprint("front", __name__)

_HOLDS = """
SELECT ?class ?label (COUNT(?thing) AS ?count) {
  VALUES ?class { dip:State foaf:Person org:Organization dip:Group dip:Situation dip:Claim dip:Source }
  ?thing a ?class .
  ?class rdfs:label ?label . FILTER(LANG(?label) = "en")
} GROUP BY ?class ?label ORDER BY DESC(?count)
"""


@pages.get("/")
def front() -> str:
    """The front page, ``/``."""
    return render_template(
        "front.html",
        holds=select(_HOLDS),
        triples=context().snapshot.manifest["triples"],
        questions=[
            (question, "/sparql?" + urlencode({"query": question.query}))
            for question in questions()
            if not question.federated
        ],
    )
