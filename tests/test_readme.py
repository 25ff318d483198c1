"""The README's questions, asked as it prints them, come out as it prints them."""

import re

import pytest
from click.testing import CliRunner

from server.cli import main

pytestmark = pytest.mark.usefixtures("shipped")


def questions() -> list[tuple[str, str]]:
    from pathlib import Path

    text = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
    return re.findall(r"```sparql\n(.*?)```\n```\n(.*?)```", text, re.S)


def test_there_are_five() -> None:
    assert len(questions()) == 5


@pytest.mark.parametrize(("query", "answer"), questions())
def test_the_answer_is_the_one_printed(query: str, answer: str) -> None:
    printed = CliRunner().invoke(main, ["query", query]).output
    assert [line.split() for line in printed.splitlines()] == [
        line.split() for line in answer.splitlines()
    ]
