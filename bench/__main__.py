"""``python -m bench [reasoning|all] [--quick]``."""

import dataclasses
from importlib.metadata import PackageNotFoundError, version

import click

from bench import reasoning
from bench.data import SETS


@click.command(help="Measure Legation beside other engines; results go to bench/results.")
@click.argument("what", type=click.Choice(["reasoning", "all"]), default="all")
@click.option(
    "--quick", is_flag=True, help="A few hundred triples, ours and owlrl, nothing written."
)
@click.option("--only", multiple=True, type=click.Choice(list(SETS)), help="Writes nothing.")
@click.option("--rounds", type=click.IntRange(1), help="How often each closure is measured.")
def main(what: str, quick: bool, only: tuple[str, ...], rounds: int | None) -> None:
    """Check that what is needed is installed, then run."""
    plan = reasoning.QUICK if quick else reasoning.FULL
    for package in {"reasonable": "reasonable", "sparq-rdf": "sparq-rdf"}.keys() & set(plan.peers):
        try:
            version(package)
        except PackageNotFoundError:
            raise click.ClickException(f"{package} is not installed: run make bench") from None
    if only:
        cases = tuple(case for case in plan.cases if case[0] in only)
        plan = dataclasses.replace(plan, cases=cases, keep=False)
    if rounds:
        plan = dataclasses.replace(plan, rounds=rounds)
    reasoning.run(plan)


if __name__ == "__main__":
    main()
