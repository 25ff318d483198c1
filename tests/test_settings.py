"""Settings: each has a unit in its name, a flag, a variable and a line in the documentation."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from server.settings import InvalidSetting, Settings, flag, options, variable

NAMES = [each.name for each in fields(Settings)]


def told(arguments: list[str], environment: dict[str, str] | None = None) -> Any:
    """What a command gets as its settings; the exit code and output if it doesn't come to that."""
    got: list[Settings] = []

    @click.command()
    @options
    def command(settings: Settings) -> None:
        got.append(settings)

    result = CliRunner().invoke(command, arguments, env=environment)
    return got[0] if got else (result.exit_code, result.output)


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_documented(name: str, root: Path) -> None:
    lines = (root / "docs" / "settings.md").read_text("utf-8").splitlines()
    (line,) = [each for each in lines if each.startswith(f"| `{flag(name)}` |")]
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    setting = next(each for each in fields(Settings) if each.name == name)
    default = "none" if setting.default is None else str(setting.default).removesuffix(".0")
    assert cells[1:] == [f"`{variable(name)}`", default, setting.metadata["doc"]]


def test_documentation_names_no_setting_that_there_is_not(root: Path) -> None:
    text = (root / "docs" / "settings.md").read_text("utf-8")
    documented = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `--")]
    assert documented == [flag(name) for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_says_its_unit_or_needs_none(name: str) -> None:
    without = {"host", "port", "workers", "base_iri", "max_concurrent_queries", "readers",
               "max_result_rows", "log_format"}  # fmt: skip
    assert name in without or name.endswith(("_s", "_mb", "_bytes"))


def test_default_bind_is_loopback() -> None:
    assert Settings().host == "127.0.0.1"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("port", "9000", 9000),
        ("query_timeout_s", "2.5", 2.5),
        ("max_result_rows", "100", 100),
        ("max_result_rows", "", None),
        ("base_iri", "https://example.org/kg", "https://example.org/kg/"),
        ("log_format", "off", "off"),
    ],
)
def test_variable_and_flag_say_the_same(name: str, text: str, value: Any) -> None:
    assert getattr(Settings.from_environment({variable(name): text}), name) == value
    assert getattr(told([], {variable(name): text}), name) == value
    if text:
        assert getattr(told([flag(name), text]), name) == value


def test_flag_goes_before_variable() -> None:
    assert told(["--port", "1"], {"LEGATION_PORT": "2"}).port == 1


def test_environment_gives_the_same_settings_again() -> None:
    settings = replace(Settings(), port=1, max_result_rows=5, base_iri="https://example.org/")
    for each in (Settings(), settings):
        assert Settings.from_environment(each.environment()) == each


def test_other_variables_are_left_alone() -> None:
    assert Settings.from_environment({"PORT": "1", "LEGATION_TEST_ALL": "1"}) == Settings()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("port", "http"),
        ("port", "70000"),
        ("workers", "0"),
        ("query_timeout_s", "0"),
        ("query_timeout_s", "nan"),
        ("query_timeout_s", "inf"),
        ("max_result_rows", "0"),
        ("log_format", "xml"),
        ("base_iri", "example.org"),
        ("base_iri", "ftp://example.org/"),
    ],
)
def test_value_that_cannot_be_meant_is_one_clear_line(name: str, text: str) -> None:
    with pytest.raises(InvalidSetting, match=r"^\S[^\n]*$"):
        Settings.from_environment({variable(name): text})
    code, output = told([flag(name), text])
    assert code == 2
    assert name in output.replace("-", "_")
    assert "Traceback" not in output
