"""Situations in order of time: what a timeline draws and a table lists."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ontology import PREFIXES
from server.pages.lookup import Row, labels, select
from server.pages.vocabulary import label, most_specific
from server.pages.words import edtf_words

_DIP = PREFIXES["dip"]

_CONTESTED = _DIP + "ContestedSituation"


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
    """The situations in order of time.

    `parts` says what they have to do with the thing of the page: rows with the situation ``s``, the
    property ``p``, and ``via``, if it is someone else who plays the part.
    """
    wanted = sorted(set(situations))
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in select(_SITUATIONS, situations=wanted) if wanted else []:
        rows[row["s"].value].append(row)
    played: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in parts:
        via = row["via"].value if "via" in row else ""
        played[row["s"].value][via].add(row["p"].value)
    names = labels({*rows, *(via for roles in played.values() for via in roles if via)})
    return sorted(
        (
            _happening(iri, names[iri], found, _parts(played[iri], names))
            for iri, found in rows.items()
        ),
        key=lambda happening: happening.order,
    )


def _parts(played: dict[str, set[str]], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(
        f"{label(part)}: {names[via]}" if via else label(part)
        for via in sorted(played)
        for part in most_specific(played[via])
    )


def _happening(iri: str, name: str, rows: list[Row], parts: tuple[str, ...]) -> Happening:
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
        parts=parts,
    )
