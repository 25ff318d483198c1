"""``check``, ``build``, ``query`` and ``export``: what one does with the graph itself."""

import re
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)
from rich.table import Table
from rich.text import Text

from graph.snapshot import Options, Snapshot
from ontology import BASE, PREFIXES, compact
from server.cli.output import built, console, fail, progress

RESULTS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
GRAPHS = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
}

_COLOURS = {"Clash": "bold red", "Violation": "red", "Warning": "yellow", "Info": "dim"}


def build_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every command which builds the graph has."""
    from graph.pipeline import REASONERS

    command = click.option(
        "--reasoner",
        type=click.Choice(REASONERS),
        default="legation",
        show_default=True,
        help="What closes the graph.",
    )(command)
    return click.option(
        "--outside", is_flag=True, help="With the editors' notes of graph/outside."
    )(command)


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE…]")
@build_options
@click.option("--strict", is_flag=True, help="Fail on a warning too.")
@click.option(
    "--against",
    type=click.Choice(["owlrl", "legation"]),
    help="Compare the closure with another reasoner's.",
)
def check(
    files: tuple[Path, ...], reasoner: Any, outside: bool, strict: bool, against: Any
) -> None:
    """Check the whole of what can be wrong, with Turtle FILEs added to the graph.

    Exits with 1 for a violation, a clash or unreadable Turtle.
    """
    from graph.check import check as run_checks

    with progress() as stage:
        report = run_checks(
            files, outside=outside, reasoner=reasoner, against=against, progress=stage
        )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Checked", "What", "Clashes", "Violations", "Warnings", "Infos"):
        table.add_column(heading, justify="left" if heading in ("Checked", "What") else "right")
    for row in report.rows:
        counts = [sum(p.severity == s for p in row.problems) for s in _COLOURS]
        table.add_row(row.name, row.looked_at, *(str(count or "–") for count in counts))
    out = console()
    for problem in report.problems:
        out.print(
            Text.assemble(
                (f"{problem.place}: " if problem.place else ""),
                (problem.severity, _COLOURS[problem.severity]),
                f" {problem.rule}: ",
                (f"{problem.subject}: " if problem.subject else "", "bold"),
                problem.message,
            ),
            soft_wrap=True,
        )
    if report.problems:
        out.print()
    out.print(table)
    failed = report.fails(strict)
    out.print("Failed." if failed else "Passed.", style="red" if failed else "green")
    if failed:
        raise click.exceptions.Exit(1)


@click.command()
@build_options
@click.option("--rebuild", is_flag=True, help="Build again although nothing has changed.")
def build(reasoner: Any, outside: bool, rebuild: bool) -> None:
    """Read, validate, date and close the graph, and keep the snapshot."""
    found = built(Options(reasoner, outside), rebuild=rebuild)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Graph")
    table.add_column("Triples", justify="right")
    table.add_row("(default: the merge)", f"{found.manifest['triples']:,}")
    for name, count in found.manifest["graphs"].items():
        table.add_row(name, f"{count:,}")
    out = console()
    out.print(table)
    out.print(f"Snapshot {found.digest[:12]} in {found.folder}", soft_wrap=True)


@click.command()
@click.argument("source", metavar="[FILE|-|'SELECT…']", default="-")
@build_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", *RESULTS, *GRAPHS]),
    default="table",
    show_default=True,
    help="How to print the answer.",
)
def query(source: str, reasoner: Any, outside: bool, form: str) -> None:
    """Answer a SPARQL query: a FILE's, standard input's (-), or the argument itself.

    The usual prefixes (dip:, id:, code:, skos: …) need no declaration here.
    """
    text = _query_text(source)
    store = load(built(Options(reasoner, outside)))
    # A running query is native code that Python's own handler would not interrupt.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        answer = store.query(text, base_iri=BASE, prefixes=PREFIXES)
    except SyntaxError as error:
        place = re.search(r"error at (\d+):(\d+)", str(error))
        near = f" near line {place[1]}, column {place[2]}" if place else f": {error}"
        raise fail(f"the query is not SPARQL{near}") from None
    except (RuntimeError, OSError, ValueError) as error:
        raise fail(f"the query: {error}") from None
    if form == "table":
        console().print(_table(answer))
    elif isinstance(answer, QueryTriples):
        if form not in GRAPHS:
            raise fail(f"a CONSTRUCT or DESCRIBE answers in {', '.join(GRAPHS)}, not {form}")
        prefixes = PREFIXES if form in ("turtle", "trig", "rdfxml") else None
        sys.stdout.buffer.write(serialize(answer, format=GRAPHS[form], prefixes=prefixes) or b"")
    elif form in RESULTS:
        sys.stdout.buffer.write(answer.serialize(format=RESULTS[form]) or b"")
    else:
        raise fail(f"a SELECT or ASK answers in {', '.join(RESULTS)}, not {form}")


@click.command()
@build_options
@click.option(
    "--format",
    "form",
    type=click.Choice(list(GRAPHS)),
    default="turtle",
    show_default=True,
    help="TriG and N-Quads tell the named graphs apart; the others give the merge.",
)
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="A file.")
@click.option(
    "--site",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write instead every page and document into this new or empty folder.",
)
def export(reasoner: Any, outside: bool, form: str, output: Path | None, site: Path | None) -> None:
    """Write the closed graph as one file, or the whole site as plain files."""
    if site is not None:
        if output is not None:
            raise click.UsageError("--site and --output exclude each other.")
        _export_site(built(Options(reasoner, outside)), site)
        return
    store = load(built(Options(reasoner, outside)))
    quads: Sequence[Quad] = sorted(store.quads_for_pattern(None, None, None), key=str)
    if form not in ("trig", "nquads"):
        merged = [quad.triple for quad in quads if isinstance(quad.graph_name, DefaultGraph)]
    data = serialize(
        quads if form in ("trig", "nquads") else merged, format=GRAPHS[form], prefixes=PREFIXES
    )
    if output is None:
        sys.stdout.buffer.write(data or b"")
        return
    try:
        output.write_bytes(data or b"")
    except OSError as error:
        raise fail(f"{output}: {error.strerror}") from None


def _export_site(found: Snapshot, folder: Path) -> None:
    from server.app import create_app
    from server.engine import LocalEngine
    from server.pages.export_site import Unexportable, export_site
    from server.settings import Settings

    app = create_app(LocalEngine(found.folder), Settings(log_format="off"), found)
    try:
        count = export_site(app, folder)
    except Unexportable as error:
        raise fail(str(error)) from None
    except OSError as error:
        raise fail(f"{error.filename or folder}: {error.strerror}") from None
    console().print(f"{count:,} files in {folder}", soft_wrap=True)


def load(found: Snapshot) -> Store:
    """The snapshot's dataset in a store in memory."""
    store = Store()
    store.bulk_load(path=found.dataset, format=RdfFormat.N_QUADS)
    return store


def _query_text(source: str) -> str:
    if source == "-":
        return sys.stdin.read()
    if any(mark in source for mark in "{\n"):
        return source
    try:
        return Path(source).read_text("utf-8")
    except OSError as error:
        raise fail(f"{source}: {error.strerror}; name a file, - or a query in quotes") from None
    except UnicodeDecodeError:
        raise fail(f"{source}: not UTF-8 text") from None


def _table(answer: QuerySolutions | QueryBoolean | QueryTriples) -> Table | str:
    if isinstance(answer, QueryBoolean):
        return "true" if answer else "false"
    table = Table(box=None, pad_edge=False, header_style="bold")
    if isinstance(answer, QueryTriples):
        for heading in ("subject", "predicate", "object"):
            table.add_column(heading, overflow="fold")
        for triple in answer:
            table.add_row(*(Text(_term(term)) for term in triple))
        return table
    for variable in answer.variables:
        table.add_column(variable.value, overflow="fold")
    for row in answer:
        table.add_row(*(Text(_term(term)) for term in row))
    return table


def _term(term: object) -> str:
    if isinstance(term, NamedNode):
        return compact(term.value)
    if isinstance(term, Literal):
        return term.value
    return "" if term is None else str(term)
