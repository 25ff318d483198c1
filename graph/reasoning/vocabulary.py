"""The names of the RDF, RDFS, OWL and XSD vocabularies, with ids that never change.

A term's id is its position in the dictionary; the dictionary starts with ``VOCABULARY``, so that
the rules can be written with plain integers: ``TYPE``, ``SUB_CLASS_OF`` and so on.
"""

from typing import Final

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

BUILT_IN: Final = (f"<{RDF}", f"<{RDFS}", f"<{OWL}", f"<{XSD}")
"""How the name of a built-in term begins in N-Triples."""

_names: list[str] = []


def _id(namespace: str, name: str) -> int:
    _names.append(f"<{namespace}{name}>")
    return len(_names) - 1


TYPE: Final = _id(RDF, "type")
FIRST: Final = _id(RDF, "first")
REST: Final = _id(RDF, "rest")
NIL: Final = _id(RDF, "nil")

SUB_CLASS_OF: Final = _id(RDFS, "subClassOf")
SUB_PROPERTY_OF: Final = _id(RDFS, "subPropertyOf")
DOMAIN: Final = _id(RDFS, "domain")
RANGE: Final = _id(RDFS, "range")
DATATYPE: Final = _id(RDFS, "Datatype")
RDFS_CLASS: Final = _id(RDFS, "Class")

SAME_AS: Final = _id(OWL, "sameAs")
DIFFERENT_FROM: Final = _id(OWL, "differentFrom")
EQUIVALENT_CLASS: Final = _id(OWL, "equivalentClass")
EQUIVALENT_PROPERTY: Final = _id(OWL, "equivalentProperty")
INVERSE_OF: Final = _id(OWL, "inverseOf")
DISJOINT_WITH: Final = _id(OWL, "disjointWith")
PROPERTY_DISJOINT_WITH: Final = _id(OWL, "propertyDisjointWith")
PROPERTY_CHAIN_AXIOM: Final = _id(OWL, "propertyChainAxiom")
HAS_KEY: Final = _id(OWL, "hasKey")
COMPLEMENT_OF: Final = _id(OWL, "complementOf")
INTERSECTION_OF: Final = _id(OWL, "intersectionOf")
UNION_OF: Final = _id(OWL, "unionOf")
ONE_OF: Final = _id(OWL, "oneOf")
ON_PROPERTY: Final = _id(OWL, "onProperty")
ON_CLASS: Final = _id(OWL, "onClass")
SOME_VALUES_FROM: Final = _id(OWL, "someValuesFrom")
ALL_VALUES_FROM: Final = _id(OWL, "allValuesFrom")
HAS_VALUE: Final = _id(OWL, "hasValue")
MAX_CARDINALITY: Final = _id(OWL, "maxCardinality")
MAX_QUALIFIED_CARDINALITY: Final = _id(OWL, "maxQualifiedCardinality")
MEMBERS: Final = _id(OWL, "members")
DISTINCT_MEMBERS: Final = _id(OWL, "distinctMembers")
SOURCE_INDIVIDUAL: Final = _id(OWL, "sourceIndividual")
ASSERTION_PROPERTY: Final = _id(OWL, "assertionProperty")
TARGET_INDIVIDUAL: Final = _id(OWL, "targetIndividual")
TARGET_VALUE: Final = _id(OWL, "targetValue")

THING: Final = _id(OWL, "Thing")
NOTHING: Final = _id(OWL, "Nothing")
CLASS: Final = _id(OWL, "Class")
RESTRICTION: Final = _id(OWL, "Restriction")
OBJECT_PROPERTY: Final = _id(OWL, "ObjectProperty")
DATATYPE_PROPERTY: Final = _id(OWL, "DatatypeProperty")
ANNOTATION_PROPERTY: Final = _id(OWL, "AnnotationProperty")
FUNCTIONAL: Final = _id(OWL, "FunctionalProperty")
INVERSE_FUNCTIONAL: Final = _id(OWL, "InverseFunctionalProperty")
SYMMETRIC: Final = _id(OWL, "SymmetricProperty")
ASYMMETRIC: Final = _id(OWL, "AsymmetricProperty")
TRANSITIVE: Final = _id(OWL, "TransitiveProperty")
IRREFLEXIVE: Final = _id(OWL, "IrreflexiveProperty")
ALL_DIFFERENT: Final = _id(OWL, "AllDifferent")
ALL_DISJOINT_CLASSES: Final = _id(OWL, "AllDisjointClasses")
ALL_DISJOINT_PROPERTIES: Final = _id(OWL, "AllDisjointProperties")

ANNOTATION_PROPERTIES: Final = (
    *(_id(RDFS, name) for name in ("label", "comment", "seeAlso", "isDefinedBy")),
    *(
        _id(OWL, name)
        for name in (
            "deprecated",
            "versionInfo",
            "priorVersion",
            "backwardCompatibleWith",
            "incompatibleWith",
        )
    ),
)
"""The built-in annotation properties (OWL 2 Structural Specification §5.5), for prp-ap."""

PLAIN_LITERAL: Final = _id(RDF, "PlainLiteral")
DATATYPES: Final = (
    PLAIN_LITERAL,
    _id(RDF, "XMLLiteral"),
    _id(RDFS, "Literal"),
    *(
        _id(XSD, name)
        for name in (
            "decimal",
            "integer",
            "nonNegativeInteger",
            "nonPositiveInteger",
            "positiveInteger",
            "negativeInteger",
            "long",
            "int",
            "short",
            "byte",
            "unsignedLong",
            "unsignedInt",
            "unsignedShort",
            "unsignedByte",
            "double",
            "float",
            "string",
            "normalizedString",
            "token",
            "language",
            "Name",
            "NCName",
            "NMTOKEN",
            "boolean",
            "hexBinary",
            "base64Binary",
            "anyURI",
            "dateTime",
            "dateTimeStamp",
        )
    ),
)
"""The datatypes of OWL 2 RL (OWL 2 Profiles §4.2), for dt-type1."""

EXPRESSION_PREDICATES: Final = (
    ON_PROPERTY,
    ON_CLASS,
    SOME_VALUES_FROM,
    ALL_VALUES_FROM,
    HAS_VALUE,
    INTERSECTION_OF,
    UNION_OF,
    COMPLEMENT_OF,
    ONE_OF,
    INVERSE_OF,
    *(
        _id(OWL, name)
        for name in (
            "onProperties",
            "onDataRange",
            "onDatatype",
            "withRestrictions",
            "datatypeComplementOf",
            "hasSelf",
        )
    ),
)
"""A blank node that has one of these asserted is a class, property or datatype expression."""
EXPRESSION_CLASSES: Final = (CLASS, RESTRICTION, RDFS_CLASS, DATATYPE)
"""A blank node that is asserted to be one of these is a class or datatype expression."""

VOCABULARY: Final = tuple(_names)
"""The built-in terms in N-Triples; the position of a term is its id."""
