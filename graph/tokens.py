"""The tokens of Turtle (RDF 1.1 Turtle §6.5), each with its line and the comments beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


class TurtleError(ValueError):
    """The bytes are no Turtle, or not the part of Turtle that this reader knows."""


_ESCAPE = r"\\[_~.\-!$&'()*+,;=/?#@%]|%[0-9A-Fa-f]{2}"
_LOCAL = rf"(?:(?:[\w:]|{_ESCAPE})(?:(?:[\w:.\-\u00B7]|{_ESCAPE})*(?:[\w:\-\u00B7]|{_ESCAPE}))?)?"
_PATTERN = re.compile(
    "|".join(
        rf"(?P<{kind}>{pattern})"
        for kind, pattern in {
            "space": r"[ \t\r\n]+",
            "comment": r"#[^\r\n]*",
            "iri": r"<[^\x00-\x20<>\"{}|^`]*>",
            "string": r'"""(?:"{0,2}(?:[^"\\]|\\.))*"""'
            r"|'''(?:'{0,2}(?:[^'\\]|\\.))*'''"
            r'|"(?:[^"\\\r\n]|\\.)*"'
            r"|'(?:[^'\\\r\n]|\\.)*'",
            "blank": r"_:\w(?:[\w.\-\u00B7]*[\w\-\u00B7])?",
            "name": rf"(?:[^\W\d_](?:[\w.\-\u00B7]*[\w\-\u00B7])?)?:{_LOCAL}",
            "at": r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*",
            "number": r"[+-]?(?:(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+|\d*\.\d+|\d+)",
            "word": r"[A-Za-z]+",
            "sign": r"\^\^|[.;,\[\]()]",
        }.items()
    ),
    re.DOTALL,
)


@dataclass
class Token:
    kind: str
    text: str
    line: int
    newlines: int = 0
    """Line ends between the token before, or the last comment, and this one."""
    before: list[tuple[int, str]] = field(default_factory=list)
    """Comments on lines of their own, each with the number of line ends before it."""
    after: str = ""

    @property
    def breaks(self) -> bool:
        return self.newlines > 0 or bool(self.before)


def tokens(text: str) -> Iterator[Token]:
    """The tokens, each with its comments; the last one is the end of the file."""
    position, line, newlines = 0, 1, 1
    held: Token | None = None
    before: list[tuple[int, str]] = []
    while position < len(text):
        found = _PATTERN.match(text, position)
        if found is None or text.startswith("<<", position):
            raise TurtleError(f"line {line}: {text[position : position + 20]!r} is not understood")
        kind, piece = str(found.lastgroup), found.group()
        if kind == "space":
            newlines += piece.count("\n")
        elif kind == "comment":
            if newlines == 0 and held is not None:
                held.after = piece.rstrip()
            else:
                before.append((newlines, piece.rstrip()))
                newlines = 0
        else:
            if held is not None:
                yield held
            held = Token(kind, piece, line, newlines, before)
            before, newlines = [], 0
        position = found.end()
        line += piece.count("\n")
    if held is not None:
        yield held
    yield Token("end", "", line, newlines, before)


_STRING_ESCAPES = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def unescaped(text: str) -> str:
    def character(found: re.Match[str]) -> str:
        code = found.group(1)
        if code[0] in "uU":
            return chr(int(code[1:], 16))
        return _STRING_ESCAPES.get(code, code)

    return re.sub(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", character, text, flags=re.DOTALL)


def unquoted(text: str) -> str:
    width = 3 if text.startswith(('"""', "'''")) and len(text) >= 6 else 1
    return unescaped(text[width:-width])
