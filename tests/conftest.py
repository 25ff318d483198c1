"""What every test module may use, and the rule that nothing is skipped unseen."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from graph.snapshot import Options, Snapshot, snapshot

ROOT = Path(__file__).parent.parent


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under LEGATION_TEST_ALL a skip is a failure: the tools are supposed to be there."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("LEGATION_TEST_ALL"):
        report.outcome = "failed"
        report.longrepr = f"skipped under LEGATION_TEST_ALL: {report.longrepr[2]}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name in one line what was skipped, and why."""
    reasons = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", [])}
    if reasons:
        terminalreporter.write_line("not run here: " + "; ".join(sorted(reasons)))


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shipped() -> Snapshot:
    """The snapshot of what ships, built once and kept, as the command line keeps it."""
    return snapshot(Options())
