"""A new article: its folder, with every sentence laid out as a claim to fill in.

``article.txt`` is the text, byte for byte. ``source.ttl`` describes the source and its sentences by
their offsets, which count characters (Unicode code points) from 0, the end exclusive. In
``claims.ttl`` each sentence stands as a commented stub.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.format import format_turtle
from ontology import GRAPH, ID, ONTOLOGY, PREFIXES

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class NewArticleError(ValueError):
    """The article cannot be made; the message is one line that says why and what to do."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of a text: offsets in characters, the end exclusive, and its words."""

    start: int
    end: int
    text: str


def new_article(slug: str, text: Path, articles: Path) -> tuple[Path, ...]:
    """Make the folder of an article from its text; the files written.

    ``articles`` is the folder ``graph/articles`` of a checkout. Raises NewArticleError for a slug
    that is none or is taken, and for a text that is missing, empty or not UTF-8.
    """
    if not _SLUG.fullmatch(slug):
        raise NewArticleError(
            f"{slug!r} is no slug: use small ASCII letters and digits, words joined by hyphens"
        )
    folder = articles / slug
    if folder.exists():
        raise NewArticleError(f"{folder}: exists already; choose another slug")
    data = _read(text)
    files = {"article.txt": data, **_turtle(slug, data.decode())}
    try:
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise NewArticleError(f"{folder}: cannot be written: {error.strerror}") from error
    return tuple(folder / name for name in files)


def _read(text: Path) -> bytes:
    try:
        data = text.read_bytes()
    except FileNotFoundError:
        raise NewArticleError(f"{text}: no such file; name the article's text") from None
    except IsADirectoryError:
        raise NewArticleError(f"{text}: is a folder; name the article's text") from None
    except OSError as error:
        raise NewArticleError(f"{text}: cannot be read: {error.strerror}") from error
    try:
        decoded = data.decode()
    except UnicodeDecodeError as error:
        raise NewArticleError(
            f"{text}: not UTF-8 at byte {error.start}; save the text as UTF-8"
        ) from error
    if decoded.startswith("\ufeff"):
        raise NewArticleError(
            f"{text}: starts with a byte order mark, which would shift every offset; "
            "save the text as UTF-8 without it"
        )
    if not decoded.strip():
        raise NewArticleError(f"{text}: is empty; put the article's text in it")
    return data


# --- sentences --------------------------------------------------------------------------------

_BEFORE_NAMES = re.compile(
    "Mr|Mrs|Ms|Dr|Prof|Gen|Col|Lt|Maj|Capt|Sgt|Adm|Gov|Sen|Rep|Pres|Hon|Rev|Amb|St|Sr|Jr"
    "|vs|cf|approx|est|[A-HJ-Z]"
)
"""Abbreviations and initials after which the full stop ends no sentence; “I” is a word."""

_BEFORE_FIGURES = re.compile(
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Nos?|Art|Fig|Vol|pp?",
)
"""Abbreviations after which it ends none if a figure follows."""

_BEFORE_SMALL_LETTERS = re.compile("incl|resp|dept|govt|approx")
"""Abbreviations of four letters and more after which a small letter goes on."""

_END = re.compile(r"""(?P<stop>[.!?…]+)(?P<close>["'”’»)\]]*)(?=\s|$)""")
_OPENING_WORD = re.compile(r"(?:The|A|An|It|He|She|They|In|On|But|And|This|That)\b")
_OPENS = re.compile(r"""["'“‘«(\[]*(?P<first>\S)""")


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of an English text, in order.

    A paragraph ends a sentence, a line end within one does not; a full stop, question or
    exclamation mark does when what follows starts as a sentence starts and the word before is no
    initial, abbreviation or number in a list.
    """
    found = []
    for paragraph in re.finditer(r"\S(?:.|\n(?![ \t\r]*\n))*", text):
        for start, end in _spans(paragraph.group()):
            words = paragraph.group()[start:end]
            start += paragraph.start() + len(words) - len(words.lstrip())
            words = words.strip()
            if words:
                found.append(Sentence(start, start + len(words), words))
    return tuple(found)


def _spans(paragraph: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in _END.finditer(paragraph):
        if _ends(paragraph[start : end.start()], end, paragraph[end.end() :].lstrip()):
            yield start, end.end()
            start = end.end()
    yield start, len(paragraph)


def _ends(before: str, end: re.Match[str], after: str) -> bool:
    """Whether a stop ends the sentence, given the words before it and what follows."""
    opening = _OPENS.match(after)
    if opening is None:
        return True
    first = opening["first"]
    word = re.split(r"""[\s("'“‘«\[]""", before)[-1]
    if first.islower():  # careless text: a plain word, a full stop and a space are an end even so
        plain = re.fullmatch(r"[a-z]{4,}", word) and not _BEFORE_SMALL_LETTERS.fullmatch(word)
        return end["stop"] == "." and not end["close"] and bool(plain)
    if end["stop"] != "." or end["close"]:
        return True
    if _BEFORE_NAMES.fullmatch(word):
        return False
    if _BEFORE_FIGURES.fullmatch(word):
        return not first.isdigit()
    # “U.S. President”, “U.N. Security Council”: the name goes on, unless a common opening follows.
    if re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", word):
        return _OPENING_WORD.match(after) is not None
    return re.fullmatch(r"\d+", before.strip()) is None  # “3.” numbers an item of a list


# --- Turtle -----------------------------------------------------------------------------------


def _turtle(slug: str, text: str) -> dict[str, bytes]:
    title = f"Article {slug}"
    found = sentences(text)
    source = [
        f"id:{slug} a dip:Source , schema:NewsArticle ;",
        f'    skos:prefLabel "{title}"@en ;',
        "    prov:wasAttributedTo id:Newsroom .",
    ]
    claims = [
        "# Each sentence stands below as a claim to fill in: take the # away, name the claim,",
        "# shorten oa:exact to the words that carry it, set both offsets to match. The voice is",
        "# that of the innermost speaker; only what is asserted states a situation. A sentence",
        "# without a claim is a dip:Aside: say so in source.ttl.",
    ]
    for number, sentence in enumerate(found, 1):
        offsets = f"oa:start {sentence.start} ;\n    oa:end {sentence.end}"
        source += [
            "",
            f"s:S{number:02} a dip:Sentence ;\n    prov:wasQuotedFrom id:{slug} ;\n    {offsets} .",
        ]
        stub = (
            f"c:NAME-{number:02} a dip:Claim ;\n"
            f"    oa:exact {_quoted(sentence.text)} ;\n"
            f"    {offsets} ;\n"
            f"    prov:wasQuotedFrom id:{slug} ;\n"
            "    prov:wasAttributedTo id:Newsroom ;\n"
            "    dip:modality code:asserted ;\n"
            "    dip:states id:SITUATION ."
        )
        claims += ["", f"# S{number:02}", *(f"# {line}" for line in stub.split("\n"))]
    situations = [
        "# What happened and what held: a node for each situation that a claim states.",
    ]
    return {
        "source.ttl": _file(slug, "source", f"{title}: the source and its sentences", source),
        "situations.ttl": _file(
            slug, "situations", f"{title}: what happened and what held", situations
        ),
        "claims.ttl": _file(slug, "claims", f"{title}: its claims", claims),
    }


_USED = {
    "source": ("dcterms", "dip", "id", "oa", "owl", "prov", "rdfs", "schema", "skos"),
    "situations": ("code", "dcterms", "dip", "id", "owl", "rdfs", "skos", "wd"),
    "claims": ("code", "dcterms", "dip", "id", "oa", "owl", "prov", "rdfs"),
}


def _file(slug: str, name: str, title: str, body: list[str]) -> bytes:
    """A file of facts in form, its header and the prefixes that its stubs need included."""
    prefixes = {prefix: PREFIXES[prefix] for prefix in _USED[name]}
    own = {"source": "s", "claims": "c"}.get(name)
    if own is not None:
        prefixes[own] = f"{ID}{slug}/"
    iri = str(GRAPH[f"articles/{slug}/{name}"])
    lines = [f"@prefix {prefix}: <{space}> ." for prefix, space in sorted(prefixes.items())]
    lines += [
        "",
        f"<{iri}> a owl:Ontology ;",
        f'    dcterms:title "{title}"@en ;',
        f'    rdfs:label "{title}"@en ;',
        f"    owl:imports <{ONTOLOGY}> .",
        "",
        *body,
    ]
    return format_turtle("\n".join(lines).encode() + b"\n", None)


_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


def _quoted(words: str) -> str:
    """A string literal on one line, for a stub in a comment."""
    return '"' + words.translate(_ESCAPES) + '"'
