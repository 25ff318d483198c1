"""``python -m bench [reasoning|endpoint|all] [--quick]``."""

import dataclasses
import shutil
from collections.abc import Set
from importlib.metadata import PackageNotFoundError, version

import click

from bench import endpoint, reasoning
from bench.data import SETS


@click.command(help="Measure Legation beside its peers; results go to bench/results.")
@click.argument("what", type=click.Choice(["reasoning", "endpoint", "all"]), default="all")
@click.option("--quick", is_flag=True, help="Little data, few peers, nothing written.")
@click.option(
    "--only", multiple=True, type=click.Choice(list(SETS)), help="Of reasoning, unwritten."
)
@click.option("--rounds", type=click.IntRange(1), help="How often everything is measured.")
def main(what: str, quick: bool, only: tuple[str, ...], rounds: int | None) -> None:
    """Check that what is needed is installed, then run."""
    if what in ("reasoning", "all"):
        _reasoning(reasoning.QUICK if quick else reasoning.FULL, only, rounds)
    if what in ("endpoint", "all") and not only:
        plan = endpoint.QUICK if quick else endpoint.FULL
        _need(endpoint.PACKAGES & set(plan.servers))
        if shutil.which("wrk") is None:
            raise click.ClickException("wrk is not installed: apt-get install wrk")
        endpoint.run(dataclasses.replace(plan, rounds=rounds or plan.rounds))


def _reasoning(plan: reasoning.Plan, only: tuple[str, ...], rounds: int | None) -> None:
    _need({"reasonable", "sparq-rdf"} & set(plan.peers))
    if only:
        cases = tuple(case for case in plan.cases if case[0] in only)
        plan = dataclasses.replace(plan, cases=cases, keep=False)
    reasoning.run(dataclasses.replace(plan, rounds=rounds or plan.rounds))


def _need(packages: Set[str]) -> None:
    for package in sorted(packages):
        try:
            version(package)
        except PackageNotFoundError:
            raise click.ClickException(f"{package} is not installed: run make bench") from None


if __name__ == "__main__":
    main()
