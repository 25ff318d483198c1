"""The command line ``legation``.

Exit codes: 0; 1 for facts that fail or a request that cannot be met; 2 for usage.
"""

import importlib
from importlib.metadata import version

import click

_COMMANDS = {
    "build": "graph",
    "check": "graph",
    "export": "graph",
    "query": "graph",
    "diff": "editing",
    "format": "editing",
    "new-article": "editing",
    "rules": "reasoning",
    "why": "reasoning",
    "why-not": "reasoning",
    "serve": "serving",
}


class Commands(click.Group):
    """Loads a command's module when it is asked for, so that each starts quickly."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"server.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Every command has --help of its own.",
)
@click.version_option(version("legation"), prog_name="legation")
def main() -> None:
    """A knowledge graph of diplomacy that can be cited, checked and queried."""
