"""Turtle files on disk brought into their one form, against the commit that git is at."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from graph.format.form import Declarations, declarations, format_turtle
from graph.tokens import TurtleError


@dataclass(frozen=True)
class Formatted:
    """What came of formatting: the files that were not in form, and why others were left alone."""

    changed: tuple[Path, ...]
    faults: tuple[str, ...]
    """One line for each file that could not be read or is no Turtle, with its path."""


def format_files(
    paths: Iterable[Path], *, check: bool = False, beside: Iterable[Path] = ()
) -> Formatted:
    """Bring Turtle files, and those in the folders named, into their one form.

    ``check`` only tells which are not in form. ``beside`` are the other files and folders of the
    graph: a declaration that stands there, an editor repeats. Files that cannot be read are among
    the faults; the others are formatted all the same.
    """
    texts: dict[Path, bytes] = {}
    declared: dict[Path, Declarations] = {}
    faults: list[str] = []
    named = turtle_files(paths)
    for path in dict.fromkeys((*named, *turtle_files(beside))):
        try:
            texts[path] = path.read_bytes()
            declared[path.resolve()] = declarations(texts[path])
        except OSError as error:
            faults.append(f"{path}: cannot be read: {error.strerror}")
        except TurtleError as error:
            faults.append(f"{path}: {error}")
    changed = []
    for path in named:
        if path.resolve() not in declared:
            continue
        others = (found for other, found in declared.items() if other != path.resolve())
        form = format_turtle(texts[path], at_head(path), frozenset().union(*others))
        if form != texts[path]:
            changed.append(path)
            if not check:
                path.write_bytes(form)
    return Formatted(tuple(changed), tuple(faults))


def file_in_form(path: str, turtle: bytes, root: Path | None = None) -> bool:
    """Whether a file with this path in a checkout (None: the installed packages) is in form.

    What cannot be formatted is not in form; ``format_files`` says why.
    """
    place = root if root is not None else Path(str(files("graph"))).parent
    try:
        return format_turtle(turtle, at_head(place / path)) == turtle
    except TurtleError:
        return False


def turtle_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The files named, and the Turtle files in the folders named, in order, each once."""
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(sorted(path.rglob("*.ttl")) if path.is_dir() else [path]))
    return tuple(found)


def at_head(path: Path) -> bytes | None:
    """The file as the commit that git is at has it; None if that has no such file, or no git."""
    command = ["git", "-C", str(path.parent), "show", f"HEAD:./{path.name}"]
    try:
        shown = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    except OSError:
        return None
    return shown.stdout if shown.returncode == 0 else None
