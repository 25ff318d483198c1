"""Syntax errors for people: pyoxigraph's message, with the cause where the tokens show it."""

import re

from ontology import PREFIXES
from server.protocol.problem import Problem, malformed_query, syntax_error
from server.protocol.tokens import read

_POSITION = re.compile(r"error at (\d+):(\d+): (?:expected (?:one of )?)?(.*)", re.DOTALL)
_SENTENCE = re.compile(r"(?:^|, )((?:[A-Z][a-z]+|IRI|IRIs|language) [^,\[]*[a-z][^,\[]*)")


def syntax_problem(message: str, query: str) -> Problem:
    """What pyoxigraph's ``SyntaxError`` says of ``query``, as a Problem with ``line``, ``column``.

    A prefix that isn't declared, the commonest cause by far, comes with its ``declaration`` when
    ``ontology.PREFIXES`` knows it, and at the place where it is first used.
    """
    undeclared = read(query).undeclared
    if undeclared:
        names = [token.text.partition(":")[0] for token in undeclared]
        known = [f"PREFIX {name}: <{PREFIXES[name]}>" for name in names if name in PREFIXES]
        detail = f'the prefix "{names[0]}:" is not declared'
        if known:
            advice = "; put this before the query: " + " ".join(known)
            return syntax_error(
                query, undeclared[0].start, detail + advice, declaration="\n".join(known)
            )
        return syntax_error(query, undeclared[0].start, detail)
    position = _POSITION.match(message)
    if position is None:
        return Problem(400, f"{message}.", name="malformed-query")
    line, column = int(position[1]), int(position[2])
    lines = query.split("\n")
    rest = lines[line - 1][column - 1 :].strip() if line <= len(lines) else ""
    found = (
        f"“{rest[:30]}”" if rest else "the end of the query" if line >= len(lines) else "line end"
    )
    said = _SENTENCE.search(position[3])
    detail = f"{said[1].strip()}, before {found}" if said else f"{found} was not expected"
    return malformed_query(line, column, detail)
