"""This project's own model filled with synthetic diplomacy: states that hold relations, people in
posts, calls, visits, treaties and ruptures, and the claims of many sources about them. Nothing in
it is about the world."""

import random
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat

from graph.reasoning import close_ntriples
from graph.snapshot import Snapshot, write
from graph.sources import read
from ontology import CODE, DIP, GRAPH, ID, INFERRED, PREFIXES

_FIRST_YEAR = 1900
_A = f"<{PREFIXES['rdf']}type>"
_LABEL = f"<{PREFIXES['skos']}prefLabel>"


def _dip(name: str) -> str:
    return f"<{DIP}{name}>"


def _id(name: str) -> str:
    return f"<{ID}bench/{name}>"


class _World:
    """What has been made so far, and the dice."""

    def __init__(self, states: int) -> None:
        self.order = random.Random("diplomacy")
        self.states = states
        self.ministers: dict[int, str] = {}
        self.related: set[tuple[int, int]] = set()
        self.situations = 0
        self.claims = 0

    def two(self) -> tuple[int, int]:
        """Two states, the lesser number first."""
        one, other = sorted(self.order.sample(range(self.states), 2))
        return one, other


def diplomacy(size: int) -> Iterator[str]:
    """The ontology, then states, then situation after situation with its claims, without end."""
    yield from _ontology()
    world = _World(max(8, min(200, size // 500)))
    for state in range(world.states):
        yield from _state(state)
    for state in range(world.states):
        yield from _minister(world, state)
    makers = (_call, _call, _visit, _signing, _recognition, _appointment, _severance, _phase)
    while True:
        yield from _minister(world, world.order.randrange(world.states))
        before = ""
        for make in world.order.sample(makers, 5):
            name = f"situation{world.situations}"
            world.situations += 1
            yield from make(world, _id(name))
            yield from _dated(world, _id(name), name)
            if before:
                yield f"{before} {_dip('ledTo')} {_id(name)} .\n"
            before = _id(name) if world.order.random() < 0.5 else ""
            yield from _claims(world, _id(name))


def _ontology() -> Iterator[str]:
    """The triples of the ontology, with labels of their own for blank nodes."""
    labels: dict[str, str] = {}

    def term(value: object) -> str:
        if isinstance(value, pyoxigraph.BlankNode):
            return labels.setdefault(value.value, f"_:o{len(labels)}")
        return str(value)

    for file in read().files:
        if file.kind == "ontology":
            for quad in file.quads:
                yield f"{term(quad.subject)} {quad.predicate} {term(quad.object)} .\n"


def _state(number: int) -> Iterator[str]:
    state, ministry, capital = (_id(f"{kind}{number}") for kind in ("state", "ministry", "city"))
    yield f"{state} {_A} {_dip('State')} .\n"
    yield f'{state} {_LABEL} "State {number}"@en .\n'
    yield f"{state} {_dip('capital')} {capital} .\n"
    yield f"{capital} {_A} {_dip('City')} .\n"
    yield f"{ministry} {_A} {_dip('ForeignMinistry')} .\n"
    yield f"{ministry} {_dip('ministryOf')} {state} .\n"
    for place, owner, kind in (
        ("foreignMinisterPost", state, "ForeignMinisterPost"),
        ("presidentPost", state, "PresidentPost"),
        ("spokespersonPost", ministry, "SpokespersonPost"),
    ):
        post = _id(f"{place}{number}")
        yield f"{owner} {_dip(place)} {post} .\n"
        yield f"{post} {_A} {_dip(kind)} .\n"


def _minister(world: _World, state: int) -> Iterator[str]:
    """A new holder of one of the posts of a state."""
    place = world.order.choice(("foreignMinisterPost", "presidentPost", "spokespersonPost"))
    name = f"situation{world.situations}"
    world.situations += 1
    person = _id(f"person{name[9:]}")
    world.ministers[state] = person
    yield f"{person} {_A} <{PREFIXES['foaf']}Person> .\n"
    yield f'{person} {_LABEL} "Person {name[9:]}"@en .\n'
    yield f"{_id(name)} {_A} {_dip('Tenure')} .\n"
    yield f"{_id(name)} {_dip('holder')} {person} .\n"
    yield f"{_id(name)} {_dip('post')} {_id(f'{place}{state}')} .\n"
    yield from _dated(world, _id(name), name)
    yield from _claims(world, _id(name))


def _dated(world: _World, situation: str, name: str) -> Iterator[str]:
    year, month = _FIRST_YEAR + world.order.randrange(120), world.order.randint(1, 12)
    yield f'{situation} {_LABEL} "{name.capitalize()}"@en .\n'
    yield f'{situation} {_dip("date")} "{year}-{month:02}" .\n'
    for bound, day in (("notBefore", "01T00:00:00Z"), ("notAfter", "28T23:59:59Z")):
        instant = f'"{year}-{month:02}-{day}"^^<{PREFIXES["xsd"]}dateTime>'
        yield f"{situation} {_dip(bound)} {instant} .\n"


def _call(world: _World, call: str) -> Iterator[str]:
    one, other = world.two()
    yield f"{call} {_A} {_dip('PhoneCall')} .\n"
    yield f"{call} {_dip('caller')} {world.ministers[one]} .\n"
    yield f"{call} {_dip('callee')} {world.ministers[other]} .\n"


def _visit(world: _World, visit: str) -> Iterator[str]:
    one, other = world.two()
    yield f"{visit} {_A} {_dip('Visit')} .\n"
    yield f"{visit} {_dip('visitor')} {world.ministers[one]} .\n"
    yield f"{visit} {_dip('host')} {_id(f'state{other}')} .\n"


def _signing(world: _World, signing: str) -> Iterator[str]:
    treaty = signing.replace("situation", "treaty")
    yield f"{treaty} {_A} {_dip('Treaty')} .\n"
    yield f"{signing} {_A} {_dip('TreatySigning')} .\n"
    yield f"{signing} {_dip('signs')} {treaty} .\n"
    for state in world.two():
        yield f"{signing} {_dip('signatory')} {_id(f'state{state}')} .\n"


def _recognition(world: _World, recognition: str) -> Iterator[str]:
    one, other = world.two()
    yield f"{recognition} {_A} {_dip('Recognition')} .\n"
    yield f"{recognition} {_dip('recogniser')} {_id(f'state{one}')} .\n"
    yield f"{recognition} {_dip('recognised')} {_id(f'state{other}')} .\n"


def _appointment(world: _World, appointment: str) -> Iterator[str]:
    one, other = world.two()
    post = _id(f"ambassador{one}-{other}")
    yield f"{post} {_A} {_dip('AmbassadorPost')} .\n"
    yield f"{post} {_dip('sendingState')} {_id(f'state{one}')} .\n"
    yield f"{post} {_dip('receivingState')} {_id(f'state{other}')} .\n"
    yield f"{appointment} {_A} {_dip('Appointment')} .\n"
    yield f"{appointment} {_dip('actor')} {_id(f'state{one}')} .\n"
    yield f"{appointment} {_dip('toPost')} {post} .\n"


def _relationship(world: _World) -> tuple[str, list[str]]:
    one, other = world.two()
    name = _id(f"relationship{one}-{other}")
    if (one, other) in world.related:
        return name, []
    world.related.add((one, other))
    return name, [
        f"{name} {_A} {_dip('BilateralRelationship')} .\n",
        f"{name} {_dip('firstParty')} {_id(f'state{one}')} .\n",
        f"{name} {_dip('secondParty')} {_id(f'state{other}')} .\n",
    ]


def _severance(world: _World, severance: str) -> Iterator[str]:
    relationship, lines = _relationship(world)
    yield from lines
    yield f"{severance} {_A} {_dip('Severance')} .\n"
    yield f"{severance} {_dip('severs')} {relationship} .\n"


def _phase(world: _World, phase: str) -> Iterator[str]:
    relationship, lines = _relationship(world)
    yield from lines
    yield f"{phase} {_A} {_dip('RelationsPhase')} .\n"
    yield f"{phase} {_dip('phaseType')} <{CODE}{world.order.choice(('strong', 'strained'))}> .\n"
    yield f"{phase} {_dip('concerns')} {relationship} .\n"


def _claims(world: _World, situation: str) -> Iterator[str]:
    """One to three claims that state a situation; now and then two of them contradict."""
    count = world.order.randint(1, 3)
    oa, prov = PREFIXES["oa"], PREFIXES["prov"]
    for at in range(count):
        source = _id(f"source{world.claims // 40}")
        if world.claims % 40 == 0:
            yield f"{source} {_A} {_dip('Source')} .\n"
        claim = _id(f"claim{world.claims}")
        start = world.claims % 40 * 100
        world.claims += 1
        words = " ".join(world.order.choices(_WORDS.split(), k=8))
        yield f"{claim} {_A} {_dip('Claim')} .\n"
        yield f'{claim} <{oa}exact> "{words}" .\n'
        yield f'{claim} <{oa}start> "{start}"^^<{PREFIXES["xsd"]}integer> .\n'
        yield f'{claim} <{oa}end> "{start + len(words)}"^^<{PREFIXES["xsd"]}integer> .\n'
        yield f"{claim} <{prov}wasQuotedFrom> {source} .\n"
        yield f"{claim} <{prov}wasAttributedTo> {_id(f'voice{world.order.randrange(50)}')} .\n"
        yield f"{claim} {_dip('modality')} <{CODE}asserted> .\n"
        yield f"{claim} {_dip('states')} {situation} .\n"
        if at and world.order.random() < 0.1:
            yield f"{claim} {_dip('contradicts')} {_id(f'claim{world.claims - 2}')} .\n"


_WORDS = """
the minister called visited signed agreement between both states relations were severed restored
talks on trade borders water began ended in spring autumn after long silence
"""


def snapshot(folder: Path, size: int) -> Snapshot:
    """A snapshot folder of ``size`` asserted triples and what follows from them, as the server
    loads it: the facts in one named graph, the inferences in theirs, and the merge of both."""
    from bench.data import lines

    asserted = "".join(lines("diplomacy", size)).encode()
    inferred = close_ntriples(asserted).inferred_ntriples(hidden=(_dip("helper"),))
    graphs = ((asserted, NamedNode(GRAPH["bench"])), (inferred, NamedNode(INFERRED)))
    return write(
        folder,
        graphs=(
            Quad(quad.subject, quad.predicate, quad.object, graph)
            for data, graph in graphs
            for quad in pyoxigraph.parse(data, format=RdfFormat.N_TRIPLES)
        ),
        apart=(),
        asserted=asserted,
        manifest={"options": {"reasoner": "legation", "outside": False}, "stages": [], "files": {}},
    )
