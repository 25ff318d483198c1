"""The names that OWL 2 keeps for itself: reserved vocabulary, built-in entities, datatypes.

OWL 2 Structural Specification §2.4 (Table 3), §4 and §5; OWL 2 Profiles §4.2.1.
"""

from collections.abc import Mapping

from rdflib import OWL, RDF, RDFS, XSD, URIRef

CLASS = "class"
DATATYPE = "datatype"
OBJECT_PROPERTY = "object property"
DATA_PROPERTY = "data property"
ANNOTATION_PROPERTY = "annotation property"

DECLARATIONS: Mapping[URIRef, str] = {
    OWL.Class: CLASS,
    RDFS.Datatype: DATATYPE,
    OWL.ObjectProperty: OBJECT_PROPERTY,
    OWL.DatatypeProperty: DATA_PROPERTY,
    OWL.AnnotationProperty: ANNOTATION_PROPERTY,
}
"""The types that declare an entity (OWL 2 Mapping to RDF Graphs, Table 7), and its kind."""

DECLARING: Mapping[str, str] = {
    CLASS: "owl:Class",
    DATATYPE: "rdfs:Datatype",
    OBJECT_PROPERTY: "owl:ObjectProperty",
    DATA_PROPERTY: "owl:DatatypeProperty",
    ANNOTATION_PROPERTY: "owl:AnnotationProperty",
}

RL_DATATYPES = frozenset(
    {RDF.PlainLiteral, RDF.XMLLiteral, RDF.langString, RDFS.Literal}
    | {XSD.decimal, XSD.integer, XSD.nonNegativeInteger, XSD.nonPositiveInteger}
    | {XSD.positiveInteger, XSD.negativeInteger, XSD.long, XSD.int, XSD.short, XSD.byte}
    | {XSD.unsignedLong, XSD.unsignedInt, XSD.unsignedShort, XSD.unsignedByte}
    | {XSD.float, XSD.double, XSD.string, XSD.normalizedString, XSD.token, XSD.language}
    | {XSD.Name, XSD.NCName, XSD.NMTOKEN, XSD.boolean, XSD.hexBinary, XSD.base64Binary}
    | {XSD.anyURI, XSD.dateTime, XSD.dateTimeStamp}
)
"""OWL 2 Profiles §4.2.1; in RDF 1.1 a tagged ``rdf:PlainLiteral`` is an ``rdf:langString``."""

OWL_DATATYPES = RL_DATATYPES | {OWL.real, OWL.rational}
"""The OWL 2 datatype map (Structural Specification §4) and ``rdfs:Literal``."""

TOP_AND_BOTTOM = frozenset({OWL.topObjectProperty, OWL.bottomObjectProperty})

BUILT_IN: Mapping[str, frozenset[URIRef]] = {
    CLASS: frozenset({OWL.Thing, OWL.Nothing}),
    DATATYPE: OWL_DATATYPES,
    OBJECT_PROPERTY: TOP_AND_BOTTOM,
    DATA_PROPERTY: frozenset({OWL.topDataProperty, OWL.bottomDataProperty}),
    ANNOTATION_PROPERTY: frozenset(
        {RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy}
        | {OWL.versionInfo, OWL.deprecated, OWL.priorVersion}
        | {OWL.backwardCompatibleWith, OWL.incompatibleWith}
    ),
}

FACETS = frozenset(
    {XSD.minInclusive, XSD.maxInclusive, XSD.minExclusive, XSD.maxExclusive}
    | {XSD.length, XSD.minLength, XSD.maxLength, XSD.pattern}
    | {URIRef(f"{RDF}langRange")}
)
"""The constraining facets of datatype restrictions (Structural Specification §4)."""

_RESERVED = (str(RDF), str(RDFS), str(XSD), str(OWL))


def is_reserved(iri: str) -> bool:
    """Whether an IRI is in the reserved vocabulary (Structural Specification §2.4)."""
    return str(iri).startswith(_RESERVED)  # rdflib's own takes no tuple
