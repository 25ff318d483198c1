"""The data values of literals: OWL 2 Profiles §4.3, Table 8.

The value spaces of the OWL 2 RL datatypes are infinite, so the datatype rules range over the
literals that occur. Two literals are the same (dt-eq) when ``value`` gives equal results:
``"01"^^xsd:integer`` and ``"1"^^xsd:decimal`` do, ``"1"^^xsd:double`` is another value, since the
value spaces of decimals, doubles and floats are disjoint (OWL 2 Structural Specification §4.1).
"""

import base64
import binascii
import re
import struct
from collections.abc import Callable, Hashable
from decimal import Decimal
from typing import Final, NamedTuple

from graph.reasoning.terms import ESCAPES
from graph.reasoning.vocabulary import DATATYPES, RDF, RDFS, VOCABULARY, XSD


class Value(NamedTuple):
    """A data value: the primitive value space it lies in, and which element of that it is."""

    space: str
    element: Hashable


ILL_TYPED: Final = Value("", None)
"""What a lexical form denotes that its datatype does not have: no value at all."""

_PLAIN = f"{RDF}PlainLiteral"
_XML = f"{RDF}XMLLiteral"
_INTEGERS: Final[dict[str, tuple[int | None, int | None]]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "nonPositiveInteger": (None, 0),
    "positiveInteger": (1, None),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
_NAME_START = (
    r"A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C\u200D"
    r"\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_NAME = _NAME_START + r"\-.0-9\u00B7\u0300-\u036F\u203F\u2040"
_STRINGS: Final[dict[str, str]] = {
    "string": r"(?s).*",
    "normalizedString": r"[^\t\r\n]*",
    "token": r"([^\t\r\n ]+( [^\t\r\n ]+)*)?",
    "language": r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    "Name": f"[:{_NAME_START}][:{_NAME}]*",
    "NCName": f"[{_NAME_START}][{_NAME}]*",
    "NMTOKEN": f"[:{_NAME}]+",
}
_INTEGER = r"[+-]?[0-9]+"
_DECIMAL = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_FLOAT = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_DATE_TIME = (
    r"(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T(?:([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9](?:\.[0-9]+)?)|(24:00:00(?:\.0+)?))"
    r"(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
)
_LITERAL = r'(?s)"((?:[^"\\]|\\.)*)"(?:@([^\s]+)|\^\^<([^>]*)>)?'
_ESCAPE = r"(?s)\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))"
_USUAL = (
    rb'"(?:(0|-?[1-9][0-9]{0,8})"\^\^<http://www\.w3\.org/2001/XMLSchema#(?:integer|int|long|decimal)>'
    rb"|([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2})Z"
    rb'"\^\^<http://www\.w3\.org/2001/XMLSchema#dateTime>)\Z'
)
_CHARACTERS = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


def parts(token: str) -> tuple[str, str, str]:
    """Lexical form, language tag and datatype IRI of a literal in N-Triples.

    Language and datatype are empty where there is none (a plain literal is an ``xsd:string``).
    """
    match = re.fullmatch(_LITERAL, token)
    if match is None:
        raise ValueError(f"{token} is not a literal in N-Triples")
    lexical, language, datatype = match.groups()
    if "\\" in lexical:
        lexical = re.sub(_ESCAPE, _unescape, lexical)
    return lexical, language or "", datatype or ""


def quoted(text: str) -> str:
    """A text as a plain literal in canonical N-Triples."""
    return '"' + text.translate(ESCAPES) + '"'


def _unescape(match: re.Match[str]) -> str:
    short, long, plain = match.groups()
    return chr(int(short or long, 16)) if plain is None else _CHARACTERS.get(plain, plain)


def value(token: str) -> Value | None:
    """The data value of a literal in N-Triples.

    ``ILL_TYPED`` if its lexical form is none of its datatype's; None if the datatype is not one of
    OWL 2 RL, so that nothing is known about its values.
    """
    lexical, language, datatype = parts(token)
    if language:
        return Value("text", (lexical, language.lower()))
    if not datatype:
        return Value("string", lexical)
    parse = _PARSERS.get(datatype)
    return None if parse is None else parse(lexical) or ILL_TYPED


def identity(token: bytes) -> Hashable:
    """Something that is equal for two literals in N-Triples if and only if their values are.

    None if nothing is known about the value. Integers and instants in their usual form, of which
    there are many, are recognised without being parsed.
    """
    usual = re.match(_USUAL, token)
    if usual is not None:
        return usual.group(1) or usual.group(2)
    of = value(token.decode())
    if of is None or of is ILL_TYPED:
        return None
    element = of.element
    if isinstance(element, Decimal) and element.adjusted() < 9 and element == int(element):
        return b"%d" % int(element)
    if of.space == "dateTime" and isinstance(element, tuple):
        *date, second, offset = element
        if offset == 0 and 0 <= date[0] <= 9999 and second == int(second):
            return b"%04d-%02d-%02dT%02d:%02d:%02d" % (*date, int(second))
    return of


def datatypes(of: Value) -> tuple[int, ...]:
    """The datatypes of OWL 2 RL (as ids) whose value space holds the value: dt-type2."""
    return tuple(datatype for datatype in DATATYPES if _CONTAINS[datatype](of))


def in_datatype(of: Value, datatype: int) -> bool:
    """Whether the datatype's value space holds the value."""
    return _CONTAINS[datatype](of)


def _integer(low: int | None, high: int | None) -> Callable[[str], Value | None]:
    def parse(lexical: str) -> Value | None:
        if not re.fullmatch(_INTEGER, lexical):
            return None
        number = Decimal(lexical)
        return Value("decimal", number) if _within(number, low, high) else None

    return parse


def _within(number: Decimal, low: int | None, high: int | None) -> bool:
    return (low is None or number >= low) and (high is None or number <= high)


def _decimal(lexical: str) -> Value | None:
    return Value("decimal", Decimal(lexical)) if re.fullmatch(_DECIMAL, lexical) else None


def _double(lexical: str) -> Value | None:
    if not re.fullmatch(_FLOAT, lexical):
        return None
    return Value("double", struct.pack(">d", float(lexical)))  # -0 and 0 differ, NaN is itself


def _float(lexical: str) -> Value | None:
    if not re.fullmatch(_FLOAT, lexical):
        return None
    number = float(lexical)
    try:
        return Value("float", struct.pack(">f", number))
    except OverflowError:
        return Value("float", struct.pack(">f", float("inf") if number > 0 else float("-inf")))


def _string(pattern: str) -> Callable[[str], Value | None]:
    def parse(lexical: str) -> Value | None:
        return Value("string", lexical) if re.fullmatch(pattern, lexical) else None

    return parse


def _plain(lexical: str) -> Value | None:
    text, at, language = lexical.rpartition("@")
    if not at:
        return None
    return Value("text", (text, language.lower())) if language else Value("string", text)


def _xml(lexical: str) -> Value | None:
    from xml.etree import ElementTree  # here, since it is slow to import and seldom needed

    try:
        return Value("xml", ElementTree.canonicalize(f"<_>{lexical}</_>"))
    except ElementTree.ParseError:
        return None


def _boolean(lexical: str) -> Value | None:
    known = {"true": True, "1": True, "false": False, "0": False}.get(lexical)
    return None if known is None else Value("boolean", known)


def _hex(lexical: str) -> Value | None:
    if not re.fullmatch(r"([0-9a-fA-F]{2})*", lexical):
        return None
    return Value("hexBinary", bytes.fromhex(lexical))


def _base64(lexical: str) -> Value | None:
    try:
        return Value("base64Binary", base64.b64decode(lexical.replace(" ", ""), validate=True))
    except (binascii.Error, ValueError):
        return None


def _date_time(lexical: str) -> Value | None:
    match = re.fullmatch(_DATE_TIME, lexical)
    if match is None:
        return None
    *date, hour, minute, second, midnight, zone = match.groups()
    year, month, day = map(int, date)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    if day > days:
        return None
    if midnight:  # 24:00:00 is the first instant of the next day
        day += 1
        if day > days:
            month, day = month + 1, 1
        if month > 12:
            year, month = year + 1, 1
        hour, minute, second = "0", "0", "0"
    offset = None  # of two zones at one instant the values are equal but not identical
    if zone:
        sign = -1 if zone[0] == "-" else 1
        offset = 0 if zone == "Z" else sign * (int(zone[1:3]) * 60 + int(zone[4:6]))
    moment = (year, month, day, int(hour), int(minute), Decimal(second), offset)
    return Value("dateTime", moment)


_PARSERS: Final[dict[str, Callable[[str], Value | None]]] = {
    **{XSD + name: _integer(low, high) for name, (low, high) in _INTEGERS.items()},
    **{XSD + name: _string(pattern) for name, pattern in _STRINGS.items()},
    XSD + "decimal": _decimal,
    XSD + "double": _double,
    XSD + "float": _float,
    XSD + "boolean": _boolean,
    XSD + "hexBinary": _hex,
    XSD + "base64Binary": _base64,
    XSD + "anyURI": lambda lexical: Value("anyURI", lexical),
    XSD + "dateTime": _date_time,
    XSD + "dateTimeStamp": lambda lexical: (
        stamp if (stamp := _date_time(lexical)) and _zoned(stamp) else None
    ),
    _PLAIN: _plain,
    _XML: _xml,
}


def _zoned(moment: Value) -> bool:
    return isinstance(moment.element, tuple) and moment.element[-1] is not None


def _container(iri: str) -> Callable[[Value], bool]:
    name = iri.removeprefix(XSD)
    if iri == f"{RDFS}Literal":
        return lambda of: of is not ILL_TYPED
    if iri == _PLAIN:
        return lambda of: of.space in ("string", "text")
    if iri == _XML:
        return lambda of: of.space == "xml"
    if name in _INTEGERS:
        low, high = _INTEGERS[name]
        return lambda of: (
            isinstance(of.element, Decimal)
            and of.element == of.element.to_integral_value()
            and _within(of.element, low, high)
        )
    if name in _STRINGS:
        pattern = _STRINGS[name]
        return lambda of: of.space == "string" and bool(re.fullmatch(pattern, str(of.element)))
    if name == "dateTimeStamp":
        return lambda of: of.space == "dateTime" and _zoned(of)
    return lambda of: of.space == name


_CONTAINS: Final = {datatype: _container(VOCABULARY[datatype][1:-1]) for datatype in DATATYPES}
