"""The competency questions, described and ready to run."""

from collections.abc import Sequence

from flask import Blueprint, render_template

from ontology.examples import questions
from server.pages.errors import missing
from server.pages.facts import Fact
from server.pages.lookup import labels
from server.pages.thing import things

pages = Blueprint("questions", __name__)


@pages.get("/questions")
def all_questions() -> str:
    """Every question, ``/questions``."""
    return render_template("questions.html", questions=questions())


def show(iri: str, facts: Sequence[Fact]) -> str:
    """The page of a question with its query."""
    found = next((question for question in questions() if question.iri == iri), None)
    if found is None:
        raise missing(f"a question <{iri}>")
    return render_template(
        "question.html", question=found, facts=facts, names=labels(things(facts))
    )
