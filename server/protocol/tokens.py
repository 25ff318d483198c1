"""The words of a SPARQL query: what it asks for, and what it must not.

pyoxigraph would fetch what SERVICE names and offers no switch, so a query is refused before it is
evaluated. The lexer follows SPARQL 1.1 Query §19.8 with the additions of SPARQL 1.2 (base
directions, triple terms, annotations). pyoxigraph's parser has no lexer of its own and reads
``SERVICE:a{}``, ``1SERVICE<x>{}`` or ``FILTER(1<?x)SERVICE?v#>`` in ways of its own; where the
two could differ, ``services`` sides with the reading that reaches out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import NamedTuple, get_args

from server.protocol.plan import Form
from server.protocol.problem import syntax_error

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS = _BASE + "_0-9\u00b7\u0300-\u036f\u203f\u2040\\-"
_UCHAR = (
    r"\\(?:u(?:[0-9A-Ca-cE-Fe-f][0-9A-Fa-f]|[Dd][0-7])[0-9A-Fa-f]{2}"
    r"|U(?:0000(?:[0-9A-Ca-cE-Fe-f][0-9A-Fa-f]|[Dd][0-7])[0-9A-Fa-f]{2}"
    r"|00(?:0[1-9A-Fa-f]|10)[0-9A-Fa-f]{4}))"
)
_ESCAPE = rf"\\[tbnrf\"'\\]|{_UCHAR}"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[{_BASE}_:0-9]|{_PLX})(?:\.*(?:[{_CHARS}:]|{_PLX}))*"


class Kind(Enum):
    """What a token is; names after SPARQL 1.1 Query §19.8 where it has one."""

    STRING = "string"
    IRI = "iri"
    LANGTAG = "langtag"
    VAR = "var"
    BLANK = "blank"
    PNAME = "pname"
    NUMBER = "number"
    WORD = "word"
    PUNCT = "punct"


class Token(NamedTuple):
    """A token, as it stands in the text, and the index of its first character."""

    kind: Kind
    text: str
    start: int


_TOKEN = re.compile(
    rf"""(?P<skip>[ \t\r\n]+|\#[^\r\n]*)
    |(?P<string>'''(?:'{{0,2}}(?:[^'\\]|{_ESCAPE}))*'''
        |\"\"\"(?:"{{0,2}}(?:[^"\\]|{_ESCAPE}))*\"\"\"
        |'(?:[^'\\\r\n]|{_ESCAPE})*'
        |"(?:[^"\\\r\n]|{_ESCAPE})*")
    |(?P<langtag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?)
    |(?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|{_UCHAR})*>)
    |(?P<var>[?$][{_BASE}_0-9][{_BASE}_0-9\u00b7\u0300-\u036f\u203f\u2040]*)
    |(?P<blank>_:[{_BASE}_0-9](?:\.*[{_CHARS}])*)
    |(?P<pname>(?:[{_BASE}](?:\.*[{_CHARS}])*)?:(?:{_LOCAL})?)
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<punct><<\(|\)>>|<<|>>|\{{\||\|\}}|\^\^|&&|\|\||[!<>]=|.)""",
    re.VERBOSE | re.DOTALL,
)
_KINDS = {kind.value: kind for kind in Kind}
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_OPERANDS = frozenset(
    (Kind.STRING, Kind.IRI, Kind.LANGTAG, Kind.VAR, Kind.BLANK, Kind.PNAME, Kind.NUMBER)
)
_VOLATILE = ("NOW", "RAND", "UUID", "BNODE")
_PROLOGUE = re.compile(
    r"""(?:[ \t\r\n]+|\#[^\r\n]*
    |(?ai:PREFIX)[ \t\r\n]+(?:[A-Za-z][A-Za-z0-9_-]*)?:[ \t\r\n]*<[^<>"{}|^`\\\x00-\x20]*>
    |(?ai:BASE)[ \t\r\n]*<[^<>"{}|^`\\\x00-\x20]*>
    )*+(?ai:(SELECT|ASK|CONSTRUCT|DESCRIBE))(?=[ \t\r\n*({?$<])""",
    re.VERBOSE,
)
"""What stands before the form of nearly every query, and the form."""
_FORMS: dict[str, Form] = {form: form for form in get_args(Form)}
_UPDATES = frozenset(
    ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"]
)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query or an update; every character outside them is space or comment.

    Never fails: a character that begins no token is a token of its own. ``<`` is an operator
    where an expression has just had an operand, else the start of an IRI if it can be one.
    """
    position, end = 0, len(text)
    # What is open: "e" an expression's brackets, "g" a group or terms, "q" a (sub)query's clauses.
    inside = ["q"]
    opened: list[str] = []
    before, last = Token(Kind.PUNCT, "", 0), Token(Kind.PUNCT, "", 0)
    while position < end:
        match = _TOKEN.match(text, position)
        assert match is not None  # noqa: S101 - "." takes anything
        group, value = str(match.lastgroup), match.group()
        if group == "skip":
            position = match.end()
            continue
        if value[0] == "<" and inside[-1] == "e" and _is_operand(last):
            group, value = "punct", "<=" if text.startswith("<=", position) else "<"
        elif value == ")>>" and (not opened or opened[-1] != "<<("):
            value = ")"
        token = Token(_KINDS[group], value, position)
        position += len(value)
        if token.kind is Kind.PUNCT:
            if value in ("(", "{", "[", "<<", "<<(", "{|"):
                opened.append(value)
                inside.append("e" if value == "(" and _expects(inside[-1], before, last) else "g")
            elif value in (")", "}", "]", ">>", ")>>", "|}") and opened:
                opened.pop()
                inside.pop()
        elif token.kind is Kind.WORD and inside[-1] == "g" and value.upper().startswith("SELECT"):
            inside[-1] = "q"
        yield token
        before, last = last, token


def _is_operand(token: Token) -> bool:
    """Whether an operator may follow, in an expression."""
    if token.kind is Kind.WORD:
        return token.text.upper().endswith(("TRUE", "FALSE"))
    return token.kind in _OPERANDS or token.text in (")", ")>>", "}")


def _expects(inside: str, before: Token, last: Token) -> bool:
    """Whether an opening bracket here holds an expression rather than a list, path or row."""
    if inside != "g":
        return True
    if last.kind is Kind.WORD:
        return last.text not in ("a", "VALUES")
    if last.kind not in (Kind.IRI, Kind.PNAME):
        return False
    return before.text.upper().endswith("FILTER") or last.text.upper().startswith("FILTER")


def resolve_escapes(text: str) -> str:
    r"""``text`` with ``\uXXXX`` outside of strings, IRIs and comments resolved, §19.2.

    Inside strings and IRIs the evaluator does it. Raises Problem 400 for a surrogate or a number
    beyond Unicode.
    """
    if "\\u" not in text and "\\U" not in text:
        return text
    parts: list[str] = []
    position = 0
    while position < len(text):
        escape = _CODEPOINT.match(text, position)
        if escape:
            number = int(escape[1] or escape[2], 16)
            if 0xD800 <= number <= 0xDFFF or number > 0x10FFFF:
                raise syntax_error(text, position, f"{escape[0]} is no character")
            parts.append(chr(number))
            position = escape.end()
            continue
        match = _TOKEN.match(text, position)
        assert match is not None  # noqa: S101 - "." takes anything
        parts.append(match.group())
        position = match.end()
    return "".join(parts)


@dataclass(frozen=True)
class Reading:
    """What can be said of a query or an update without parsing it.

    Most can be said without its tokens too: a word that stands nowhere in the text is no token.
    """

    text: str
    upper: str
    """The text in capitals."""
    keyword: str
    """The first word that opens a query form or an update, upper case; "" if there is none."""

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens of the text."""
        return tuple(tokens(self.text))

    def mentions(self, word: str) -> bool:
        """Whether a word in capitals stands anywhere in the text, in whatever case and role."""
        return word in self.upper

    @property
    def form(self) -> Form | None:
        """The query form; None for an update or for what is neither."""
        return _FORMS.get(self.keyword)

    @property
    def is_update(self) -> bool:
        """Whether this is a request of SPARQL 1.1 Update."""
        return self.keyword in _UPDATES

    @property
    def services(self) -> tuple[Token, ...]:
        """The tokens by which the evaluator could be led to query another endpoint."""
        return tuple(self._services()) if self.mentions("SERVICE") else ()

    def _services(self) -> Iterator[Token]:
        before = ""
        for index, token in enumerate(self.tokens):
            word = token.text.partition(":")[0].upper()
            if "SERVICE" in word and (
                token.kind is Kind.WORD
                or (
                    token.kind is Kind.PNAME
                    and self._follows(index, "{")
                    and before not in ("GRAPH", "FROM", "NAMED")
                )
            ):
                yield token
            before = word

    def _follows(self, index: int, text: str) -> bool:
        return index + 1 < len(self.tokens) and self.tokens[index + 1].text == text

    @property
    def is_volatile(self) -> bool:
        """Whether the same query may answer differently on the same data."""
        return any(word in self.upper for word in _VOLATILE) and any(
            token.kind is Kind.WORD
            and token.text.upper().endswith(_VOLATILE)
            and self._follows(index, "(")
            for index, token in enumerate(self.tokens)
        )

    @property
    def undeclared(self) -> tuple[Token, ...]:
        """The first prefixed name of each prefix that the prologue doesn't declare."""
        declared: set[str] = set()
        first: dict[str, Token] = {}
        previous = ""
        for token in self.tokens:
            if token.kind is Kind.PNAME:
                prefix = token.text.partition(":")[0]
                if previous == "PREFIX":
                    declared.add(prefix)
                else:
                    first.setdefault(prefix, token)
            previous = token.text.upper()
        return tuple(token for prefix, token in first.items() if prefix not in declared)


def read(text: str) -> Reading:
    """Read a query or an update. Raises Problem 400 for an impossible codepoint escape."""
    resolved = resolve_escapes(text)
    usual = _PROLOGUE.match(resolved)
    keyword = usual[1].upper() if usual else first_keyword(tokens(resolved))
    return Reading(resolved, resolved.upper(), keyword)


def first_keyword(found: Iterable[Token]) -> str:
    """The first word of a text that opens a query form or an update; "" if there is none."""
    for token in found:
        if token.kind is Kind.WORD:
            word = token.text.upper()
            if word in _UPDATES:
                return word
            for form in _FORMS:
                if word.startswith(form):
                    return form
    return ""
