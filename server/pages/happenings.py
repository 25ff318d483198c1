"""Situations in order of time: what a timeline draws and a table lists."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ontology import DIP
from server.pages.lookup import Row, labels, select
from server.pages.vocabulary import label, most_specific
from server.pages.words import edtf_words

_CONTESTED = str(DIP["ContestedSituation"])


@dataclass(frozen=True)
class Happening:
    """A situation with its time. ``parts`` says what it has to do with the thing of the page."""

    iri: str
    label: str
    kinds: tuple[str, ...]
    """Labels of its most specific classes, without the mark of being contested."""
    classes: frozenset[str]
    date: str | None
    not_before: str | None
    not_after: str | None
    contested: bool
    parts: tuple[str, ...] = ()

    @property
    def when(self) -> str:
        """Its date in words."""
        return edtf_words(self.date) if self.date else ""

    @property
    def open(self) -> bool:
        """Whether nothing says that it has ended."""
        return self.not_after is None

    @property
    def order(self) -> tuple[bool, str, bool, str]:
        """By the first instant that its date allows; open beginnings by their end; undated last."""
        known = self.not_before or self.not_after
        return known is None, known or "", self.not_before is not None, self.label


_SITUATIONS = """
SELECT ?s ?date ?from ?to ?type {
  VALUES ?s { $situations }
  ?s a ?type .
  OPTIONAL { ?s dip:date ?date }
  OPTIONAL { ?s dip:notBefore ?from }
  OPTIONAL { ?s dip:notAfter ?to }
}
"""


def happenings(situations: Iterable[str], parts: Iterable[Row] = ()) -> list[Happening]:
    """The situations in order of time; `parts` has rows with ``s`` and ``p``: the part played."""
    wanted = sorted(set(situations))
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in select(_SITUATIONS, situations=wanted) if wanted else []:
        rows[row["s"].value].append(row)
    played: dict[str, set[str]] = defaultdict(set)
    for row in parts:
        played[row["s"].value].add(row["p"].value)
    names = labels(rows)
    return sorted(
        (_happening(iri, names[iri], found, played[iri]) for iri, found in rows.items()),
        key=lambda happening: happening.order,
    )


def _happening(iri: str, name: str, rows: list[Row], parts: set[str]) -> Happening:
    row = rows[0]
    classes = frozenset(r["type"].value for r in rows)
    return Happening(
        iri=iri,
        label=name,
        kinds=tuple(label(kind) for kind in most_specific(classes - {_CONTESTED})),
        classes=classes,
        date=row["date"].value if "date" in row else None,
        not_before=row["from"].value if "from" in row else None,
        not_after=row["to"].value if "to" in row else None,
        contested=_CONTESTED in classes,
        parts=tuple(label(part) for part in most_specific(parts)),
    )
