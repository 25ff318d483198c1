"""Claims as pages show them: the words, their sentence, the voice, and what the claim is about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ontology import PREFIXES
from server.pages.lookup import Row, select
from server.pages.words import local_name, text_fragment

_DIP = PREFIXES["dip"]

_LINKS = ("states", "denies", "about", "contradicts", "inTensionWith")


@dataclass(frozen=True)
class Sentence:
    """A sentence of a source, by its offsets in characters."""

    iri: str
    start: int
    end: int
    aside: bool = False

    @property
    def name(self) -> str:
        """Its id on the page of the source."""
        return local_name(self.iri)


@dataclass(frozen=True)
class Claim:
    """A claim: what its source says in which words, in whose voice, with which modality."""

    iri: str
    source: str
    exact: str
    start: int
    end: int
    voice: str
    modality: str
    stated_date: str | None
    comment: str | None
    links: Mapping[str, tuple[str, ...]]
    """IRIs by local name of the property: states, denies, about, contradicts, inTensionWith."""
    before: str
    """What its sentence says before the claim's words; ``after`` what it says behind them."""
    after: str
    sentence: str | None
    """The id of its first sentence on the page of the source."""

    @property
    def name(self) -> str:
        """Its id on the page of the source."""
        return local_name(self.iri)

    @property
    def place(self) -> str:
        """The fragment that leads to its words on the page of the source."""
        return (self.sentence or "") + text_fragment(self.exact)

    @property
    def things(self) -> set[str]:
        """Every IRI that a page needs a name for to show the claim."""
        return {self.source, self.voice, self.modality}.union(*self.links.values())


_CLAIMS = """
SELECT ?claim ?source ?exact ?start ?end ?voice ?modality ?date ?comment ?link ?linked {
  { SELECT DISTINCT ?claim { PATTERN } }
  ?claim prov:wasQuotedFrom ?source ; oa:exact ?exact ; oa:start ?start ; oa:end ?end ;
    prov:wasAttributedTo ?voice ; dip:modality ?modality .
  OPTIONAL { ?claim dip:statedDate ?date }
  OPTIONAL { ?claim rdfs:comment ?comment }
  OPTIONAL {
    VALUES ?link { dip:states dip:denies dip:about dip:contradicts dip:inTensionWith }
    ?claim ?link ?linked
  }
}
"""

_SENTENCES = """
SELECT ?source ?text ?sentence ?start ?end ?aside {
  VALUES ?source { $sources }
  ?source dip:text ?text .
  OPTIONAL {
    ?sentence prov:wasQuotedFrom ?source ; a dip:Sentence ; oa:start ?start ; oa:end ?end .
    BIND(EXISTS { ?sentence a dip:Aside } AS ?aside)
  }
}
"""


def claims_where(pattern: str, **terms: str | Iterable[str]) -> list[Claim]:
    """The claims that a graph pattern binds to ``?claim``, in the order of their sources' words."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in select(_CLAIMS.replace("PATTERN", pattern), **terms):
        rows[row["claim"].value].append(row)
    texts = sources({found[0]["source"].value for found in rows.values()})
    claims = [_claim(iri, found, texts) for iri, found in rows.items()]
    return sorted(claims, key=lambda claim: (claim.source, claim.start, -claim.end, claim.iri))


def sources(iris: Iterable[str]) -> dict[str, tuple[str, tuple[Sentence, ...]]]:
    """The text of each source and its sentences in their order."""
    wanted = sorted(set(iris))
    texts: dict[str, str] = {}
    sentences: dict[str, list[Sentence]] = defaultdict(list)
    for row in select(_SENTENCES, sources=wanted) if wanted else []:
        source = row["source"].value
        texts[source] = row["text"].value
        if "sentence" in row:
            start, end = int(row["start"].value), int(row["end"].value)
            aside = row["aside"].value == "true"
            sentences[source].append(Sentence(row["sentence"].value, start, end, aside))
    return {
        source: (text, tuple(sorted(sentences[source], key=lambda sentence: sentence.start)))
        for source, text in texts.items()
    }


def _claim(
    iri: str, rows: list[Row], texts: Mapping[str, tuple[str, tuple[Sentence, ...]]]
) -> Claim:
    row = rows[0]
    source, start, end = row["source"].value, int(row["start"].value), int(row["end"].value)
    text, sentences = texts.get(source, ("", ()))
    around = [s for s in sentences if s.start < end and start < s.end]
    links = {
        name: tuple(
            sorted(
                {r["linked"].value for r in rows if "link" in r and r["link"].value == _DIP + name}
            )
        )
        for name in _LINKS
    }
    return Claim(
        iri=iri,
        source=source,
        exact=row["exact"].value,
        start=start,
        end=end,
        voice=row["voice"].value,
        modality=row["modality"].value,
        stated_date=row["date"].value if "date" in row else None,
        comment=row["comment"].value if "comment" in row else None,
        links=links,
        before=text[around[0].start : start] if around else "",
        after=text[end : around[-1].end] if around else "",
        sentence=around[0].name if around else None,
    )


def names_needed(claims: Iterable[Claim]) -> set[str]:
    """The IRIs that a page needs names for to show the claims."""
    return set[str]().union(*(claim.things for claim in claims))
