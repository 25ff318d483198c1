"""What the commands print: tables, progress, and faults as one clear line each."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from graph.snapshot import Options, Snapshot, Unbuildable, snapshot

_UNBOUNDED = 100_000


def console(stderr: bool = False) -> Console:
    """A rich console; away from a terminal it never wraps or cuts a line."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _UNBOUNDED
    return Console(file=stream, width=width, highlight=False, soft_wrap=False)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Gives a function to call with the name of each stage; shown only on a terminal."""
    on_terminal = sys.stderr.isatty()
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=console(stderr=True),
        transient=True,
        disable=not on_terminal,
    ) as bar:
        task = bar.add_task("Starting", total=None)
        yield lambda stage: bar.update(task, description=stage)


def fail(*messages: str) -> click.exceptions.Exit:
    """Print each message as one line of standard error; the caller raises what is returned."""
    for message in messages:
        click.echo(f"legation: {message}", err=True)
    return click.exceptions.Exit(1)


def built(options: Options, *, rebuild: bool = False) -> Snapshot:
    """The snapshot of what is on disk; if it cannot be built, the reasons and exit code 1."""
    try:
        with progress() as stage:
            return snapshot(options, rebuild=rebuild, progress=stage)
    except Unbuildable as error:
        raise fail(*error.lines) from None
