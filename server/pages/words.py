"""How things are said in English: dates, names, numbers; and how texts are compared and pointed to.

Pure: values in, text out. Nothing here asks the engine or knows Flask.
"""

import re
import unicodedata
from calendar import month_name
from urllib.parse import quote

from ontology import PREFIXES

_SEASONS = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_DAY = re.compile(
    r"(?P<year>Y?-?[\dX]+(?:E\d+)?(?:S\d+)?)(?:-(?P<month>[\dX]{2}))?(?:-(?P<day>[\dX]{2}))?"
    r"(?:T(?P<time>\d{2}:\d{2})(?::\d{2})?(?P<zone>Z|[+-]\d{2}(?::\d{2})?)?)?"
)


def edtf_words(edtf: str) -> str:
    """An EDTF date (ISO 8601-2) in English; what it cannot say in words comes back as it is.

    >>> edtf_words("[1979,1980]")
    '1979 or 1980'
    >>> edtf_words("2012-04?")
    'April 2012, uncertain'
    >>> edtf_words("2007/..")
    'from 2007 on'
    """
    set_ = re.fullmatch(r"([\[{])(.*)[\]}]", edtf)
    try:
        if set_ is not None:
            members = [_member(part.strip()) for part in set_[2].split(",")]
            return _listed(members, "or" if set_[1] == "[" else "and")
        start, slash, end = edtf.partition("/")
        return _interval(start, end) if slash else _point(edtf, ", ")
    except _Unknown:
        return edtf


class _Unknown(Exception):
    pass


def _interval(start: str, end: str) -> str:
    first, last = start not in ("", ".."), end not in ("", "..")
    if first and last:
        return f"between {_point(start)} and {_point(end)}"
    if first:
        return f"from {_point(start)} " + ("on" if end == ".." else "to an unknown end")
    if last:
        return f"until {_point(end)}" + ("" if start == ".." else ", from an unknown beginning")
    return "at a time not said"


def _member(part: str) -> str:
    start, dots, end = part.partition("..")
    if not dots:
        return _point(part)
    if start and end:
        return f"one of {_point(start)} to {_point(end)}"
    return f"{_point(end)} or earlier" if end else f"{_point(start)} or later"


def _point(date: str, before_doubt: str = "") -> str:
    """One date. A doubt follows after `before_doubt`, or goes in front where that is empty."""
    doubts = {
        doubt
        for mark, doubt in (("?", "uncertain"), ("~", "about"), ("%", "about uncertain"))
        if mark in date
    }
    plain = _plain(re.sub(r"[?~%]", "", date))
    if any("about" in doubt for doubt in doubts):
        plain = f"about {plain}"
    if not any("uncertain" in doubt for doubt in doubts):
        return plain
    return f"{plain}{before_doubt}uncertain" if before_doubt else f"perhaps {plain}"


def _plain(date: str) -> str:
    match = _DAY.fullmatch(date)
    if match is None:
        raise _Unknown
    year = _year(match["year"])
    if match["month"] is None:
        return year
    if match["month"] == "XX":
        return f"{'some day' if match['day'] else 'some month'} of {year}"
    month = int(match["month"])
    if not 1 <= month <= 12:
        if month not in _SEASONS:
            raise _Unknown
        return f"{_SEASONS[month]} {year}"
    named = f"{month_name[month]} {year}"
    if match["day"] is None:
        return named
    if match["day"] == "XX":
        return f"some day of {named}"
    day = f"{int(match['day'])} {named}"
    if match["time"] is None:
        return day
    zone = {"Z": " UTC", None: ""}.get(match["zone"], f" UTC{match['zone']}")
    return f"{day}, {match['time']}{zone}"


def _year(year: str) -> str:
    digits = year.removeprefix("Y")
    if digits.isdecimal():
        return digits.lstrip("0") or "1 BC"
    if digits[0] == "-" and digits[1:].isdecimal():
        return f"{int(digits[1:]) + 1} BC"  # ISO 8601 has a year 0
    if re.fullmatch(r"\d{3}X", digits):
        return f"the {digits[:3]}0s"
    if re.fullmatch(r"\d{2}XX", digits):
        return f"some year from {digits[:2]}00 to {digits[:2]}99"
    return digits


def _listed(parts: list[str], joint: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {joint} {parts[-1]}"


def compact(iri: str) -> str:
    """An IRI as a prefixed name where one of the usual prefixes fits, else as it is.

    The longest namespace that fits wins; a name that itself has a slash stays readable so.
    """
    fitting = [
        (len(ns), prefix) for prefix, ns in PREFIXES.items() if iri.startswith(ns) and iri != ns
    ]
    if not fitting:
        return iri
    length, prefix = max(fitting)
    return f"{prefix}:{iri[length:]}"


def local_name(iri: str) -> str:
    """What follows the last ``#`` or ``/`` of an IRI."""
    return re.split(r"[#/]", iri.rstrip("/#"))[-1]


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: ``1 claim``, ``2 claims``, ``3,929 triples``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def capital(text: str) -> str:
    """The text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def text_fragment(words: str) -> str:
    """The fragment directive that finds the words on a page (WICG Text Fragments): ``:~:text=…``.

    It goes behind ``#``, after an element's id if there is one.
    """
    return ":~:text=" + quote(" ".join(words.split()), safe="").replace("-", "%2D")


def folded(text: str) -> str:
    """Text as it is compared in a search: without case, diacritics, and spelling variants of the
    Arabic script (forms of alef, Arabic and Persian yeh and kaf, teh marbuta, vowel signs)."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(_fold(c) for c in decomposed if unicodedata.category(c) != "Mn")
    return " ".join(kept.split())


_FOLD = {
    "ٱ": "ا",
    "ي": "ی",
    "ى": "ی",
    "ك": "ک",
    "ة": "ه",
    "ـ": "",
    "\u200c": " ",  # the non-joiner parts words in Persian, and is often left out
    "\u200d": "",
    "-": " ",
    "–": " ",
    "’": "'",
}


def _fold(character: str) -> str:
    if character in _FOLD:
        return _FOLD[character]
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return character


def direction(lang: str | None) -> str:
    """``rtl`` for a language that is written from right to left, else ``ltr``."""
    return "rtl" if (lang or "").partition("-")[0] in ("ar", "fa", "he", "ps", "ur") else "ltr"


LANGUAGES = {"en": "English", "ar": "Arabic", "fa": "Persian", "he": "Hebrew"}
"""The names of the languages that labels are in."""
