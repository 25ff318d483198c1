"""Whether an ontology is inside OWL 2 DL and OWL 2 RL, and which axiom leaves them.

The judge without Java: the verdict is the OWL API's on every file that the tests compare.
"""

from operator import attrgetter

from rdflib import Graph

from ontology.profile.dl import dl_violations
from ontology.profile.mapping import structure
from ontology.profile.rl import rl_violations
from ontology.profile.structure import ProfileViolation

__all__ = ["ProfileViolation", "violations"]


def violations(data: Graph) -> tuple[ProfileViolation, ...]:
    """Each reason why a graph is outside OWL 2 DL or OWL 2 RL, in the order of subjects.

    ``data`` is the merge of an ontology, what it imports, and facts; annotations are not looked
    into, because the direct semantics gives them no meaning. A violation with the profile "DL"
    leaves both profiles (an ontology in RL is one in DL whose axioms keep to RL's grammar), one
    with the profile "RL" leaves only RL. No violation: the graph is inside both.
    """
    ontology = structure(data)
    found = {*ontology.violations, *dl_violations(ontology)}
    for axiom in ontology.axioms:
        found.update(rl_violations(axiom))
    return tuple(sorted(found, key=attrgetter("subject", "profile", "rule", "axiom", "message")))
