"""Disputes: claims that contradict each other, and claims that sit badly together."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, render_template

from ontology import CODE, ID
from server.pages.claims import Claim, claims_where, names_needed
from server.pages.lookup import labels
from server.pages.words import edtf_words

pages = Blueprint("disputes", __name__)


@dataclass(frozen=True)
class Dispute:
    """Two claims that cannot both be true, or that are in tension."""

    strict: bool
    one: Claim
    other: Claim

    @property
    def anchor(self) -> str:
        """Its id on the page of disputes."""
        names = (claim.iri.removeprefix(ID).replace("/", ".") for claim in (self.one, self.other))
        return "--".join(names)

    @property
    def question(self) -> str | None:
        """The question between them, if it is one of dates: “1979 or 1980?”."""
        dates = [claim.stated_date for claim in (self.one, self.other)]
        if not self.strict or None in dates or dates[0] == dates[1]:
            return None
        # A question has doubt enough.
        said = (edtf_words(date).removesuffix(", uncertain") for date in dates if date)
        return " or ".join(said) + "?"

    @property
    def matters(self) -> tuple[str, ...]:
        """What is in dispute: the situations that they state, or the things that they are about."""
        found = dict.fromkeys(
            iri
            for claim in (self.one, self.other)
            for iri in claim.links["states"] or claim.links["denies"] or claim.links["about"]
        )
        return tuple(iri for iri in found if not iri.startswith(CODE)) or tuple(found)


@pages.get("/disputes")
def all_disputes() -> str:
    """Every contradiction and tension, side by side in the sources' own words, ``/disputes``."""
    claims = opposed()
    denied = claims_where("?claim dip:denies ?situation")
    found = pairs(claims)
    return render_template(
        "disputes.html",
        contradictions=[dispute for dispute in found if dispute.strict],
        tensions=[dispute for dispute in found if not dispute.strict],
        denied=denied,
        names=labels(names_needed([*claims, *denied])),
    )


def opposed() -> list[Claim]:
    """The claims that some other claim contradicts or is in tension with."""
    return claims_where("?claim dip:contradicts|dip:inTensionWith ?other")


def pairs(claims: Iterable[Claim]) -> list[Dispute]:
    """The disputes among the claims, contradictions first, in the order of the sources' words."""
    ordered = list(claims)
    place = {claim.iri: number for number, claim in enumerate(ordered)}
    found = {
        (not strict, *sorted((place[claim.iri], place[other])))
        for claim in ordered
        for strict, name in ((True, "contradicts"), (False, "inTensionWith"))
        for other in claim.links[name]
        if other in place
    }
    return [Dispute(not lax, ordered[one], ordered[other]) for lax, one, other in sorted(found)]
