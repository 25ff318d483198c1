"""``format``, ``new-article`` and ``diff``: what an editor of the files needs."""

import os
from pathlib import Path

import click

from server.cli.output import fail, progress

FOLDERS = ("ontology", "graph", "shapes")


def _checkout() -> Path:
    """The checkout that the command is run in, as a relative path; else one clear line, exit 1."""
    found = _found()
    if found is None:
        raise fail("not in a checkout of Legation; change to one, then try again")
    return found


def _found() -> Path | None:
    """The nearest folder that holds the packages."""
    for folder in (here := Path.cwd(), *here.parents):
        if all((folder / name / "__init__.py").is_file() for name in FOLDERS):
            return Path(os.path.relpath(folder))
    return None


def _catalogs(checkout: Path) -> tuple[Path, ...]:
    """Bring imports and catalogs up to date; the files that changed."""
    from graph import catalog
    from graph.tokens import TurtleError

    try:
        return catalog.write(checkout)
    except TurtleError as error:
        raise fail(str(error)) from None


@click.command("format")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE…]")
@click.option("--check", is_flag=True, help="Only say which are not in form; exit with 1 if any.")
def format(paths: tuple[Path, ...], check: bool) -> None:  # noqa: A001 - the command's name
    """Bring Turtle FILEs, or all of the checkout with imports and catalogs, into their one form.

    What people chose stays: the order, prefixes and comments of the file as git last had it.
    """
    from graph.format.files import format_files

    checkout = _found() if paths else _checkout()
    folders = [checkout / name for name in FOLDERS] if checkout else []
    written = () if paths or check else _catalogs(_checkout())
    beside = folders or [path.parent for path in paths]
    done = format_files(paths or folders, check=check, beside=beside)
    for path in dict.fromkeys((*written, *done.changed)):
        click.echo(f"{'not in form' if check else 'formatted'}: {path}")
    if done.faults:
        raise fail(*done.faults)
    if check and done.changed:
        raise click.exceptions.Exit(1)


@click.command("new-article")
@click.argument("slug")
@click.option(
    "--text",
    type=click.Path(path_type=Path),
    required=True,
    help="The article's text, UTF-8; it is copied verbatim.",
)
def new_article(slug: str, text: Path) -> None:
    """Make the folder of a new article, its sentences laid out as stubs of claims to fill in."""
    from graph.new_article import NewArticleError
    from graph.new_article import new_article as make

    checkout = _checkout()
    try:
        made = make(slug, text, checkout / "graph" / "articles")
    except NewArticleError as error:
        raise fail(str(error)) from None
    for path in (*made, *_catalogs(checkout)):
        click.echo(path)


@click.command()
@click.argument("old")
@click.argument("new")
def diff(old: str, new: str) -> None:
    """Say what changed from OLD to NEW: terms, facts, claims and inferences, in words.

    Each is a checkout, a Turtle file or a git revision.
    """
    from graph.diff import DiffError, version
    from graph.diff import diff as compare

    checkout = _checkout()
    try:
        with progress() as stage:
            stage(old)
            before = version(old, checkout)
            stage(new)
            after = version(new, checkout)
    except DiffError as error:
        raise fail(str(error)) from None
    click.echo(compare(before, after))
