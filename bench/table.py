"""Tables: on the screen, as Markdown and as JSON."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import rich.box
import rich.console
import rich.table

_WIDTH = 132

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Table:
    """A title, the heads of the columns, rows of text, and a note below."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def number(value: float | None) -> str:
    """Three digits that matter; "" for None."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def yes(met: bool) -> str:
    """Whether a goal was met."""
    return "yes" if met else "no"


def show(tables: Iterable[Table]) -> None:
    """Print tables."""
    console = rich.console.Console()
    console.width = max(console.width, _WIDTH)
    for table in tables:
        shown = rich.table.Table(title=table.title, box=rich.box.SIMPLE, caption=table.note or None)
        for at, column in enumerate(table.columns):
            shown.add_column(column, justify="left" if at < 2 else "right", no_wrap=at < 2)
        for row in table.rows:
            shown.add_row(*row)
        console.print(shown)


def write(
    name: str, tables: Sequence[Table], data: dict[str, Any], packages: Iterable[str]
) -> None:
    """Write tables as ``bench/results/NAME.md`` and the data behind them as ``NAME.json``."""
    machine = {
        "system": f"{platform.system()} {platform.machine()}, {_cores()} cores",
        "python": platform.python_version(),
        **{package: version(package) for package in packages},
    }
    parts = [markdown(table) for table in tables]
    parts.append(
        "Measured with "
        + ", ".join(f"{name} {number}" for name, number in machine.items())
        + ". Seconds depend on the machine, ratios hardly.\n"
    )
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text("\n".join(parts), "utf-8")
    document = json.dumps({"machine": machine, **data}, indent=1)
    (RESULTS / f"{name}.json").write_text(document + "\n", "utf-8")


def markdown(table: Table) -> str:
    """A table in Markdown."""
    lines = [f"## {table.title}", "", _row(table.columns)]
    lines.append(_row("---" if at < 2 else "---:" for at in range(len(table.columns))))
    lines += map(_row, table.rows)
    return "\n".join([*lines, "", *([table.note, ""] if table.note else [])])


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
