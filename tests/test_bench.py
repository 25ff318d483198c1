"""The benchmark runs: on tiny data, with ours and owlrl only, since the other engines are not among
the packages that tests have."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.reasoning import failure


def python(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True)


@pytest.mark.slow
def test_a_quick_run_measures_and_meets_what_does_not_depend_on_speed(root: Path) -> None:
    done = python(root, "bench", "--quick", "--only", "university", "--only", "same")
    assert done.returncode == 0, done.stderr
    said = done.stdout.split("Goals")
    rows = [line.split()[:3] for line in said[0].splitlines()]
    for peer in ("owlrl", "legation"):
        assert [row for row in rows if peer in row] == [
            ["university", "300", peer],
            ["same", "300", peer],
        ]
    goals = [line.split() for line in said[1].splitlines() if line.strip().startswith(GOALS)]
    assert len(goals) == 2 * len(GOALS)
    assert {goal[-1] for goal in goals} == {"yes"}


GOALS = ("complete", "nothing extra", "exact deletion", "same closure from random batches")


@pytest.mark.parametrize("name", ["university", "diplomacy", "chains", "same", "vocabulary"])
def test_a_data_set_is_the_same_every_time(root: Path, tmp_path: Path, name: str) -> None:
    texts = []
    for at in range(2):
        file = tmp_path / f"{at}.ttl"
        done = python(root, "bench.data", name, "1500", str(file))
        assert done.returncode == 0, done.stderr
        texts.append(file.read_text("utf-8"))
    assert texts[0] == texts[1]
    assert len(set(texts[0].splitlines())) == 1500


def test_an_unknown_set_is_refused_in_one_line(root: Path) -> None:
    done = python(root, "bench", "--quick", "--only", "nonsense")
    assert done.returncode == 2
    assert "nonsense" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed")
def test_a_quick_run_of_the_endpoint_loses_no_request(root: Path) -> None:
    done = python(root, "bench", "endpoint", "--quick")
    assert done.returncode == 0, done.stderr
    (goal,) = (line for line in done.stdout.splitlines() if "requests that failed" in line)
    assert goal.split()[-1] == "yes"


@pytest.mark.parametrize(
    ("status", "said", "why"),
    [
        (1, "Traceback (most recent call last):\n  File x\nKeyError: (a, 'b')\n", "KeyError"),
        (1, "Traceback (most recent call last):\n  File x\na.b.OddError: no\n", "OddError"),
        (
            1,
            "Traceback (most recent call last):\n  x\na._ArrayMemoryError: 4 GiB\n",
            "out of memory",
        ),
        (
            -6,
            "memory allocation of 99 bytes failed\nskipping backtrace printing\n",
            "out of memory",
        ),
        (1, "thread 'x' panicked at src/a.rs:1\nnote: Some details are omitted\n", "panicked"),
        (-9, "", "SIGKILL"),
        (3, "", "exit status 3"),
    ],
)
def test_a_note_says_in_a_few_words_what_failed(status: int, said: str, why: str) -> None:
    assert failure(status, said) == why
