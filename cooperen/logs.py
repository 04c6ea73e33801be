"""Logs: one JSON object a line on standard error, with the request's id and nothing about a person.

Texts are cut first, then lose every run of three digits and every e-mail address, and of an exception only its class and
the lines it came through are told: documents, keys and codes are digits, and messages of exceptions repeat values.
Django's own messages about a request repeat its path or host, which somebody typed: only status and route are kept.
"""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")
# An address begins where a word begins, and nothing is read twice: the time grows as the text does.
PERSONAL = re.compile(r"(?<![^\s\"'<>@])[^\s\"'<>@]++@[^\s\"'<>@]++|\d{3,}")
LONGEST = 500  # characters of a text
# What code of ours may add to a record; anything else stays out.
FIELDS = ("method", "route", "status", "milliseconds", "kind", "tries", "error", "count")
# The loggers whose messages repeat what a visitor sent.
ABOUT_REQUESTS = ("django.request", "django.security", "django.server", "django.channels")


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
            "request": request_id.get(),
        }
        line |= {name: _field(getattr(record, name)) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1]:
            line["exception"] = _told(record.exc_info[1])
        return json.dumps({name: value for name, value in line.items() if value not in ("", None)}, ensure_ascii=False)


class PlainFormatter(logging.Formatter):
    """For a developer's screen: the same message, and the whole traceback."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return f"{record.levelname} {message_of(record)}"


def message_of(record: logging.LogRecord) -> str:
    """The record's message without persons and without anything a visitor typed into an address."""
    if hasattr(record, "request") or record.name.startswith(ABOUT_REQUESTS):
        return f"status {getattr(record, 'status_code', '?')}, page {route_of(getattr(record, 'request', None))}"
    return without_persons(record.getMessage())


def route_of(request: object) -> str:
    """The name of the page that was asked for, never the path: that is what somebody typed."""
    match = getattr(request, "resolver_match", None)
    return match.view_name if match else "(ninguna)"


def without_persons(text: str) -> str:
    """The beginning of the text without documents, keys, phones, codes and addresses."""
    return PERSONAL.sub("···", _beginning(text))


def _beginning(text: str) -> str:
    """At most `LONGEST` characters, cut between two words: half an address would not be known for one."""
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0] + " …"


def _field(value: object) -> object:
    return value if isinstance(value, int | float) or value is None else without_persons(str(value))[:200]


def _told(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__)
    return {"class": type(error).__name__, "lines": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-15:]]}


def logs_settings(*, debug: bool, requests: bool) -> dict[str, object]:
    """JSON on standard error; plain text while debugging; `requests` says whether each is told."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {"()": "cooperen.logs.JsonFormatter"},
            "plain": {"()": "cooperen.logs.PlainFormatter"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain" if debug else "json"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "portal.request": {"level": "INFO" if requests else "WARNING"},
        },
    }
