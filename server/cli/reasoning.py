"""``why``, ``why-not`` and ``rules``: what the reasoner did, and with what."""

from typing import Any

import click
from pyoxigraph import RdfFormat, parse

from graph.reasoning import Closure, Triple, close_ntriples, describe
from graph.snapshot import Options, Snapshot
from ontology import PREFIXES, compact
from server.cli.graph import build_options, load
from server.cli.output import built, fail


def triple_arguments(command: Any) -> Any:
    """SUBJECT PREDICATE OBJECT, each a prefixed name, an <IRI> or a "literal"."""
    for name in ("object_", "predicate", "subject"):
        command = click.argument(name, metavar=name.rstrip("_").upper())(command)
    return build_options(command)


@click.command()
@triple_arguments
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "turtle"]),
    default="text",
    show_default=True,
    help="An indented tree, or PROV-O.",
)
def why(
    subject: str, predicate: str, object_: str, reasoner: Any, outside: bool, form: str
) -> None:
    """Prove a triple, down to the quoted sentences.

    Terms are prefixed names (id:Egypt), <IRIs> or "literals".
    """
    from graph.explain import explain, lines, prov

    triple = _triple(subject, predicate, object_)
    found = _snapshot(reasoner, outside)
    proof = _close(found).why(triple)
    if proof is None:
        raise fail(f"{subject} {predicate} {object_} does not hold; ask why-not")
    explanation = explain(proof, load(found), found.manifest["files"])
    if form == "turtle":
        click.echo(prov(explanation), nl=False)
    else:
        for line in lines(explanation):
            click.echo(line)


@click.command()
@triple_arguments
def why_not(subject: str, predicate: str, object_: str, reasoner: Any, outside: bool) -> None:
    """Say which rules could have given a triple, and which premises are missing, nearest first."""
    from graph.explain import missing

    triple = _triple(subject, predicate, object_)
    found = _snapshot(reasoner, outside)
    closure = _close(found)
    if triple in closure:
        raise fail(f"{subject} {predicate} {object_} holds; ask why")
    for line in missing(closure.why_not(triple), load(found)):
        click.echo(line)


@click.command()
@build_options
def rules(reasoner: Any, outside: bool) -> None:
    """Print the program that the reasoner runs: the OWL 2 RL rules, compiled for this ontology."""
    for line in describe(_close(_snapshot(reasoner, outside)).program, _short):
        click.echo(line)


def _short(term: str) -> str:
    return compact(term[1:-1]) if term.startswith("<") else term


def _snapshot(reasoner: str, outside: bool) -> Snapshot:
    if reasoner != "legation":
        raise fail("proofs and rules need the default reasoner; leave out --reasoner owlrl")
    return built(Options("legation", outside))


def _close(found: Snapshot) -> Closure:
    return close_ntriples(found.asserted.read_bytes())


def _triple(*terms: str) -> Triple:
    """Three terms as people type them. One clear line for what is none."""
    return Triple(*(_term(term) for term in terms))


def _term(text: str) -> str:
    prologue = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    try:
        (quad,) = parse(f"{prologue}<x:s> <x:p> {text} .".encode(), format=RdfFormat.TURTLE)
    except (SyntaxError, ValueError):
        raise fail(
            f'{text}: not a term; write a prefixed name such as id:Egypt, an <IRI> or a "literal"'
        ) from None
    return str(quad.object)
