"""The rules of Table 8 over the literals that occur."""

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING

from graph.reasoning import arrays, literals
from graph.reasoning import vocabulary as v
from graph.reasoning.arrays import EMPTY, Ints
from graph.reasoning.dictionary import Dictionary
from graph.reasoning.literals import ILL_TYPED, Value

if TYPE_CHECKING:
    from graph.reasoning.reasoner import Reasoner


_MOST_DIFFERENT = 2000


def value_of(dictionary: Dictionary, term: int) -> Value | None:
    """The data value of a term; None if it is no literal, or none whose value is known."""
    if not dictionary.is_literal(term):
        return None
    value = literals.value(dictionary.text(term))
    return None if value is ILL_TYPED else value


def equal_literals(dictionary: Dictionary, asserted: Mapping[int, Ints]) -> list[tuple[int, int]]:
    """Each asserted literal that has the data value of another one, with that one (dt-eq)."""
    typed = dictionary.typed_literals()
    if not len(typed):
        return []
    objects = _objects(asserted)
    first: dict[Hashable, int] = {}
    pairs = []
    for literal in arrays.intersection(typed, objects).tolist():
        key = literals.identity(dictionary.bytes_of(literal))
        if key is not None and first.setdefault(key, literal) != literal:
            pairs.append((first[key], literal))
    for key, literal in first.items():
        if isinstance(key, Value) and key.space == "string":
            plain = dictionary.find(literals.quoted(str(key.element)))
            if plain is not None and arrays.has(objects, plain):
                pairs.append((min(plain, literal), max(plain, literal)))
    return pairs


def _objects(asserted: Mapping[int, Ints]) -> Ints:
    columns = [arrays.right(facts) for key, facts in asserted.items() if key >= 0]
    columns.append(arrays.array([~key for key in asserted if key < 0]))
    return arrays.sort(arrays.concat(columns))


def data_facts(reasoner: "Reasoner", recent: Mapping[int, Ints] | None) -> dict[int, Ints]:
    """What the data values say, by relation, as far as it matters.

    With ``recent`` only what they say about literals in these facts; the rest was said before.

    The members of the datatypes that the program reads (dt-type2), and which literals differ
    (dt-diff), should it read owl:differentFrom; that is quadratic and left out beyond
    ``_MOST_DIFFERENT`` literals. And of what is the same as a literal without being one, both:
    only there do these rules say anything that is shown.
    """
    same, dictionary = reasoner.same, reasoner.dictionary
    reads = reasoner.program.reads
    whole = reads(same.find(v.TYPE)) or not same.alone(v.TYPE)
    read = [d for d in v.DATATYPES if whole or reads(~same.find(d))]
    all_differ = any(
        part.relation == same.find(v.DIFFERENT_FROM)
        for rule in reasoner.program.rules
        for part in rule.body
    )
    both_kinds = mixed(reasoner)
    if not read and not all_differ and not len(both_kinds):
        return {}
    anew = recent is None or all_differ or len(both_kinds) > 0
    terms = reasoner.occurring() if anew or recent is None else _objects(recent)
    values = [
        (literal, value)
        for literal in terms[dictionary.literal(terms)].tolist()
        if (value := value_of(dictionary, literal)) is not None
    ]
    members: dict[int, list[int]] = {~same.find(d): [] for d in read}
    different: list[int] = []
    all_differ = all_differ and len(values) <= _MOST_DIFFERENT
    for literal, value in values:
        head = same.find(literal)
        both = arrays.has(both_kinds, head)
        if both:
            for datatype in literals.datatypes(value):
                members.setdefault(~same.find(datatype), []).append(head)
        if both or all_differ:
            for other, its in values:
                if its != value:
                    twin = same.find(other)
                    different += [head << 32 | twin, twin << 32 | head]
        for datatype in read:
            if literals.in_datatype(value, datatype):
                members[~same.find(datatype)].append(head)
    facts = {key: arrays.array(column) for key, column in members.items() if column}
    if different:
        facts[same.find(v.DIFFERENT_FROM)] = arrays.array(different)
    return facts


def some_differ(dictionary: Dictionary, terms: Ints) -> bool:
    """Whether two of the terms are literals of different value, so that dt-diff says something."""
    first: Value | None = None
    for literal in terms[dictionary.literal(terms)].tolist():
        value = value_of(dictionary, literal)
        first = first or value
        if value is not None and value != first:
            return True
    return False


def mixed(reasoner: "Reasoner") -> Ints:
    """The representatives of classes that hold both a literal and something else."""
    classes = reasoner.same.classes
    if not len(classes):
        return EMPTY
    if reasoner.mixed is None or reasoner.mixed[0] is not classes:
        heads = arrays.left(classes)
        literal = reasoner.dictionary.literal(arrays.right(classes))
        both = arrays.intersection(arrays.sort(heads[literal]), arrays.sort(heads[~literal]))
        reasoner.mixed = classes, both
    return reasoner.mixed[1]


def holds_by_value(reasoner: "Reasoner", s: int, p: int, o: int) -> bool:
    """Whether dt-type2 or dt-diff give a triple, for literals that occur."""
    same, dictionary = reasoner.same, reasoner.dictionary
    values = [value_of(dictionary, term) for term in same.members(s)]
    if same.find(p) == same.find(v.TYPE):
        return any(
            literals.in_datatype(value, datatype)
            for value in values
            if value is not None
            for datatype in same.members(o)
            if datatype in v.DATATYPES
        )
    if same.find(p) == same.find(v.DIFFERENT_FROM):
        others = [value_of(dictionary, term) for term in same.members(o)]
        return any(a != b for a in values for b in others if a is not None and b is not None)
    return False


def equal_to_known(reasoner: "Reasoner", facts: Mapping[int, Ints]) -> list[tuple[int, int]]:
    """Each literal of new facts that has the data value of another literal, with that one."""
    dictionary = reasoner.dictionary
    objects = _objects(facts)
    literal = objects[dictionary.literal(objects)].tolist()
    if not literal:
        return []
    if reasoner.values is None:
        typed = arrays.intersection(dictionary.typed_literals(), _objects(reasoner.asserted))
        reasoner.values = {}
        for term in typed.tolist():
            key = literals.identity(dictionary.bytes_of(term))
            reasoner.values.setdefault(key, []).append(term)
    pairs = []
    for term in literal:
        key = literals.identity(dictionary.bytes_of(term))
        if key is None:
            continue
        others = list(reasoner.values.get(key, ()))
        if isinstance(key, Value) and key.space == "string":
            plain = dictionary.find(literals.quoted(str(key.element)))
            others += [] if plain is None else [plain]
        pairs += [
            (min(term, other), max(term, other))
            for other in others
            if other != term and _occurs(reasoner.asserted, facts, other)
        ]
        if term not in others:
            reasoner.values.setdefault(key, []).append(term)
    return pairs


def _occurs(asserted: Mapping[int, Ints], facts: Mapping[int, Ints], literal: int) -> bool:
    return any(
        bool((arrays.right(column) == literal).any())
        for source in (facts, asserted)
        for key, column in source.items()
        if key >= 0
    )
