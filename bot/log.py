"""One way to log: ids and counts, never a person's words, address or a secret."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TypeAlias

import structlog

Event: TypeAlias = MutableMapping[str, Any]

_REFUSED = frozenset(
    {
        *("address", "phone", "email", "chat_id", "sealed", "name", "public_name"),
        *("text", "title", "body", "content", "payload", "heard", "said", "answer", "answers", "session"),
        *("inbound", "outbound", "token", "secret", "headers", "url", "authorization"),
    }
)
_QUIET = ("httpx", "httpcore", "telegram", "aiohttp.access", "aiohttp.client", "apscheduler", "watchfiles", "asyncio")


def refuse_personal_data(_logger: object, _method: str, event: Event) -> Event:
    """Drop every value whose name says that it may be personal or secret, and say that it was dropped."""
    refused = sorted(_REFUSED.intersection(event))
    for name in refused:
        del event[name]
    if refused:
        event["refused"] = refused
    return event


def frames_only(_logger: object, _method: str, event: Event) -> Event:
    """Where an exception came from, without its message, which may quote what a person wrote."""
    if not event.pop("exc_info", None):
        return event
    kind, _, trace = sys.exc_info()
    if kind is not None:
        frames = traceback.extract_tb(trace)[-8:]
        event["error"] = kind.__name__
        event["frames"] = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    return event


def one_line(_logger: object, _method: str, event: Event) -> Event:
    """No value can begin a line of its own or colour a terminal."""
    for name, value in event.items():
        if isinstance(value, str) and not value.isprintable():
            event[name] = value.encode("unicode_escape").decode("ascii")
    return event


def configure_log(form: str) -> None:
    """Log to standard error, `form` being "console" or "json"; libraries that log addresses or tokens only warn."""
    _configure(structlog.processors.JSONRenderer() if form == "json" else _for_people())
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _for_people() -> structlog.typing.Processor:
    return structlog.dev.ConsoleRenderer(colors=False)


def _configure(renderer: structlog.typing.Processor) -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            frames_only,
            refuse_personal_data,
            one_line,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def log_of(module: str) -> structlog.typing.FilteringBoundLogger:
    """The log of a module."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=module)
    return logger


# The library's own default prints what every variable holds when something breaks.
_configure(_for_people())
