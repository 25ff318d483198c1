"""Syntax errors for people: what pyoxigraph says, at the place where the query goes wrong.

pyoxigraph reports how far it got while it tried every keyword, so a place up to fourteen characters
too far on. The place is found again by asking which tokens it can still make something of.
"""

import re

from pyoxigraph import Store

from ontology import PREFIXES
from server.protocol.problem import Problem, malformed_query, syntax_error
from server.protocol.tokens import Reading, Token, read

_POSITION = re.compile(r"error at (\d+):(\d+): (?:expected (?:one of )?)?(.*)", re.DOTALL)
_SENTENCE = re.compile(r"(?:^|, )((?:[A-Z][a-z]+|IRIs?|language) [^,\[]*[a-z][^,\[]*)")
_STOP = " " * 20 + "\x00"
"""What no query goes on with, further off than any keyword is long."""
_MAX_TOKENS = 5_000
"""Tokens up to which the place is worth a dozen attempts to parse."""


def syntax_problem(message: str, query: str) -> Problem:
    """What pyoxigraph's ``SyntaxError`` says of ``query``, as a Problem with ``line``, ``column``.

    A prefix that isn't declared, the commonest cause by far, comes with its ``declaration`` when
    ``ontology.PREFIXES`` knows it, and at the place where it is first used.
    """
    reading = read(query)
    if reading.undeclared:
        return _undeclared(reading)
    quote = next((token for token in reading.tokens if token.text in ("'", '"')), None)
    if quote is not None:
        return syntax_error(query, quote.start, f"the string that “{quote.text}” opens has no end")
    position = _POSITION.match(message)
    if position is None:
        return Problem(400, f"{message}.", name="malformed-query")
    said = _SENTENCE.search(position[3])
    unexpected = None if said else _unexpected(reading)
    if unexpected is not None:
        shown = unexpected.text if len(unexpected.text) <= 40 else unexpected.text[:39] + "…"
        return syntax_error(query, unexpected.start, f"“{shown}” was not expected here")
    if said is None:
        return syntax_error(query, len(query.rstrip()), "the query ends too early")
    return malformed_query(int(position[1]), int(position[2]), said[1].strip())


def _undeclared(reading: Reading) -> Problem:
    names = [token.text.partition(":")[0] for token in reading.undeclared]
    known = [f"PREFIX {name}: <{PREFIXES[name]}>" for name in names if name in PREFIXES]
    start = reading.undeclared[0].start
    detail = f'the prefix "{names[0]}:" is not declared'
    if not known:
        return syntax_error(reading.text, start, detail)
    advice = "; put this before the query: " + " ".join(known)
    return syntax_error(reading.text, start, detail + advice, declaration="\n".join(known))


def _unexpected(reading: Reading) -> Token | None:
    """The first token that nothing can follow from; None if the query only lacks an end."""
    if len(reading.tokens) > _MAX_TOKENS:
        return None
    least, most = 0, len(reading.tokens)
    while least < most:
        middle = (least + most) // 2
        if _can_go_on(reading.text, reading.tokens[middle]):
            least = middle + 1
        else:
            most = middle
    return reading.tokens[least] if least < len(reading.tokens) else None


def _can_go_on(text: str, last: Token) -> bool:
    """Whether ``text`` up to ``last`` is the beginning of a query."""
    beginning = text[: last.start + len(last.text)]
    try:
        Store().query(beginning + _STOP, base_iri="http://localhost/")
    except SyntaxError as error:
        position = _POSITION.match(str(error))
        if position is None:
            return True
        line, column = int(position[1]), int(position[2])
        lines = (beginning + _STOP).split("\n")
        reached = sum(len(each) + 1 for each in lines[: line - 1]) + column - 1
        return reached >= len(beginning) + len(_STOP) - 1
    return True
