"""Logs: one event a line with its request's id; never a name, a token, a key or what somebody typed."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from eventkit.config import Config
from eventkit.text.clean import printable


def configure(config: Config) -> None:
    """Make structlog and the standard library's loggers write the same lines to standard error."""
    level = logging.getLevelNamesMapping()[config.log_level.upper()]
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(config))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def gunicorn_logging(config: Config) -> dict[str, Any]:
    """Gunicorn's own few lines in the same form; its access log is off, since ours has the request's id."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": {"()": lambda: _formatter(config)}},
        "handlers": {"err": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "ours"}},
        "root": {"level": config.log_level.upper(), "handlers": ["err"]},
        "loggers": {"gunicorn.error": {"level": config.log_level.upper(), "handlers": ["err"], "propagate": False}},
    }


def _formatter(config: Config) -> logging.Formatter:
    as_json = config.log_format == "json"
    last = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    safe = [] if as_json else [_printable]  # JSON writes everything out by itself
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *safe, last],
    )


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without_details,
    ]


def _without_details(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The line without PostgreSQL's details of an error, which quote the row at fault."""
    if "exception" in line:
        line["exception"] = re.sub(r"(?m)^DETAIL: .*\n?", "", line["exception"])
    return line


def _printable(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The line with nothing in it that a terminal obeys, whoever sent it: paths and messages of errors come by here."""
    for name, value in line.items():
        if isinstance(value, str):
            line[name] = printable(value)
        elif not isinstance(value, int | float | None):
            line[name] = printable(repr(value))
    return line
