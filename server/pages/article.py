"""The page of a source: its text with every claim in place, and the claims beside it."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import render_template

from server.pages.claims import Claim, Sentence, claims_where, names_needed, sources
from server.pages.facts import Fact
from server.pages.lookup import labels
from server.pages.thing import heading, things

COLOURS = 6
"""How many voices have a colour of their own; further ones share the last."""


@dataclass(frozen=True)
class Segment:
    """A stretch of text that the same claims cover, the shortest claim first."""

    text: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Stretch:
    """The segments of a sentence, or of what stands between sentences."""

    sentence: Sentence | None
    segments: tuple[Segment, ...]


def show(iri: str, facts: Sequence[Fact]) -> str:
    """The page of a source."""
    claims = claims_where("?claim prov:wasQuotedFrom $source", source=iri)
    text, sentences = sources([iri]).get(iri, ("", ()))
    names = labels(things(facts) | names_needed(claims))
    voices = list(dict.fromkeys(claim.voice for claim in claims))
    return render_template(
        "article.html",
        heading=heading(iri, facts, names),
        names=names,
        paragraphs=paragraphs(text, sentences, claims),
        claims=claims,
        voices=Counter(claim.voice for claim in claims),
        colours={voice: min(place, COLOURS - 1) for place, voice in enumerate(voices)},
        modalities=Counter(claim.modality for claim in claims),
        bare=[s for s in sentences if not any(c.start < s.end and s.start < c.end for c in claims)],
        text=text,
        facts=facts,
    )


def paragraphs(
    text: str, sentences: Iterable[Sentence], claims: Iterable[Claim]
) -> list[list[Stretch]]:
    """The text cut at the bounds of paragraphs, sentences and claims."""
    spans = [(s.start, s.end, s) for s in sentences]
    found = list(claims)
    return [
        [
            Stretch(sentence, tuple(_segments(text, start, end, found)))
            for start, end, sentence in _stretches(paragraph.start(), paragraph.end(), spans)
        ]
        for paragraph in re.finditer(r"[^\n]+(?:\n[^\n]+)*", text)
    ]


def _stretches(
    start: int, end: int, spans: Iterable[tuple[int, int, Sentence]]
) -> list[tuple[int, int, Sentence | None]]:
    stretches: list[tuple[int, int, Sentence | None]] = []
    place = start
    for first, last, sentence in sorted(spans, key=lambda span: span[:2]):
        if last <= place or first >= end:
            continue
        if first > place:
            stretches.append((place, first, None))
        stretches.append((max(first, place), min(last, end), sentence))
        place = min(last, end)
    if place < end:
        stretches.append((place, end, None))
    return stretches


def _segments(text: str, start: int, end: int, claims: Iterable[Claim]) -> Iterable[Segment]:
    covering = [claim for claim in claims if claim.start < end and start < claim.end]
    bounds = {start, end}.union(*((claim.start, claim.end) for claim in covering))
    cuts = sorted(cut for cut in bounds if start <= cut <= end)
    for first, last in pairwise(cuts):
        over = [claim for claim in covering if claim.start <= first and last <= claim.end]
        yield Segment(text[first:last], tuple(sorted(over, key=lambda c: c.end - c.start)))
