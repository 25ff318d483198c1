"""The competency questions, described and ready to run."""

from flask import Blueprint, render_template

from ontology.examples import Question, questions
from server.pages.errors import missing

pages = Blueprint("questions", __name__)


@pages.get("/questions")
def all_questions() -> str:
    """Every question, ``/questions``."""
    return render_template("questions.html", questions=questions())


@pages.get("/questions/<name>")
def question(name: str) -> str:
    """A question with its query, ``/questions/NN-slug``."""
    for found in questions():
        if name.removesuffix(".html") == name_of(found):
            return render_template("question.html", question=found)
    raise missing(f"a question {name}")


def name_of(question: Question) -> str:
    """The last part of a question's IRI."""
    return question.iri.rpartition("/")[2]
