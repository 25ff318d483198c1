"""Every setting of the server, once: type, unit, default, meaning, flag and variable.

A setting's variable is ``LEGATION_`` and its name in capitals; its flag is ``--`` and its name
with dashes. Both, and the table in ``docs/settings.md``, follow from the fields below.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import wraps
from typing import Any, get_type_hints
from urllib.parse import urlsplit

import click

PREFIX = "LEGATION_"
LOG_FORMATS = ("json", "text", "off")


class InvalidSetting(ValueError):
    """A setting that cannot be meant. Its text is one line: which, why, what would do."""


def _setting(default: Any, doc: str, **about: Any) -> Any:
    return field(default=default, metadata={"doc": doc, **about})


@dataclass(frozen=True)
class Settings:
    """What ``legation serve`` and both applications are told. Raises InvalidSetting."""

    host: str = _setting("127.0.0.1", "Address to listen on; loopback unless told otherwise.")
    port: int = _setting(7070, "TCP port to listen on; 0: any that is free.", least=0, most=65535)
    workers: int = _setting(2, "Server processes that take requests.", least=1)
    base_iri: str | None = _setting(
        None,
        "Public root of the server, such as https://example.org/; what relative IRIs resolve "
        "against, instead of what the request's Host header says.",
    )
    query_timeout_s: float = _setting(
        30.0,
        "Seconds after which a query is stopped; a request's parameter `timeout` may lower it.",
        above=0,
    )
    max_concurrent_queries: int = _setting(
        16, "Queries that run at the same time; one more waits for its turn.", least=1
    )
    queue_timeout_s: float = _setting(
        10.0,
        "Seconds that a query waits for its turn, as part of its time; then the answer is 503.",
        least=0.1,
    )
    readers: int = _setting(
        8,
        "Free reader processes that are kept ahead of need, forked before they are asked for.",
        least=1,
    )
    reader_memory_mb: int = _setting(
        1024, "Megabytes that a reader may use on top of the loaded data.", least=16
    )
    max_result_rows: int | None = _setting(
        None, "Rows or triples after which an answer is cut, and says so; empty: never.", least=1
    )
    max_body_bytes: int = _setting(
        1_000_000, "Bytes of a request's body; beyond it the answer is 413.", least=1
    )
    cache_max_bytes: int = _setting(
        64_000_000, "Bytes of answers that each worker keeps; 0: none.", least=0
    )
    cache_entry_max_bytes: int = _setting(
        1_000_000,
        "Bytes up to which an answer is kept and compressed; a longer one is streamed as it is.",
        least=0,
    )
    log_format: str = _setting(
        "json",
        "Access log on standard error: one JSON object or one text a line, or off.",
        choices=LOG_FORMATS,
    )
    stop_timeout_s: float = _setting(
        10.0, "Seconds that requests under way get to finish when the server stops.", least=0
    )

    def __post_init__(self) -> None:
        for each in fields(self):
            _check(each.name, getattr(self, each.name), each.metadata)
        if self.base_iri is not None:
            parts = urlsplit(self.base_iri)
            if parts.scheme not in ("http", "https") or not parts.netloc or parts.query:
                raise InvalidSetting(
                    f"base_iri: {self.base_iri!r} is not a root such as https://example.org/"
                )
            if not self.base_iri.endswith("/"):
                object.__setattr__(self, "base_iri", self.base_iri + "/")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings that ``LEGATION_…`` variables say, defaults for the others.

        Raises InvalidSetting for a value that doesn't parse. Other variables are left alone.
        """
        types = get_type_hints(cls)
        given: dict[str, Any] = {}
        for each in fields(cls):
            text = environment.get(variable(each.name))
            if text is not None:
                given[each.name] = _parse(each.name, text, types[each.name])
        return cls(**given)

    def environment(self) -> dict[str, str]:
        """The variables from which a worker process gets these settings again."""
        return {
            variable(each.name): "" if value is None else str(value)
            for each in fields(self)
            for value in (getattr(self, each.name),)
        }


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def flag(name: str) -> str:
    """The command line flag of a setting."""
    return "--" + name.replace("_", "-")


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a click command a flag for each setting; it gets them as ``settings``.

    A flag goes before its variable, a variable before the default.
    """

    @wraps(command)
    def with_settings(**given: Any) -> Any:
        values = {each.name: given.pop(each.name) for each in fields(Settings)}
        try:
            settings = Settings(**values)
        except InvalidSetting as error:
            raise click.UsageError(str(error)) from None
        return command(settings=settings, **given)

    decorated: Callable[..., Any] = with_settings
    types = get_type_hints(Settings)
    for each in reversed(fields(Settings)):
        kind = _plain(types[each.name])
        decorated = click.option(
            flag(each.name),
            each.name,
            envvar=variable(each.name),
            default=each.default,
            show_default=each.default is not None,
            show_envvar=True,
            type=click.Choice(each.metadata["choices"]) if "choices" in each.metadata else kind,
            help=each.metadata["doc"],
        )(decorated)
    return decorated


def _plain(hint: Any) -> type:
    """``int`` for ``int`` and for ``int | None``."""
    for kind in (int, float, str):
        if hint in (kind, kind | None):
            return kind
    raise TypeError(f"no setting can be {hint}")


def _parse(name: str, text: str, hint: Any) -> Any:
    kind = _plain(hint)
    if not text.strip() and hint != kind:
        return None
    try:
        return kind(text)
    except ValueError:
        raise InvalidSetting(f"{variable(name)}: {text!r} is no {_NAMES[kind]}") from None


_NAMES = {int: "whole number", float: "number", str: "text"}


def _check(name: str, value: Any, about: Mapping[str, Any]) -> None:
    if value is None:
        return
    if "choices" in about and value not in about["choices"]:
        raise InvalidSetting(f"{name}: {value!r} is none of {', '.join(about['choices'])}")
    # Written so that NaN, which compares with nothing, fails too.
    if "least" in about and not value >= about["least"]:
        raise InvalidSetting(f"{name}: {value} is less than {about['least']}")
    if "most" in about and not value <= about["most"]:
        raise InvalidSetting(f"{name}: {value} is more than {about['most']}")
    if "above" in about and not about["above"] < value < float("inf"):
        raise InvalidSetting(f"{name}: {value} is not a number above {about['above']}")
