"""Logging: one JSON object per line on standard error, with the request's id and no personal data.

Texts are cut, then e-mail addresses and runs of three or more digits are masked (documents, keys and codes are digits). Of an
exception only the class and the traceback's lines are logged, because its message may repeat values. Django's own messages
about a request repeat its path or host, which is user input: only status and route are kept.
"""

import errno
import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")
# Possessive, and anchored at the start of a word: no backtracking, so the time is linear in the text.
PERSONAL = re.compile(r"(?<![^\s\"'<>@])[^\s\"'<>@]++@[^\s\"'<>@]++|\d{3,}")
LONGEST = 500  # characters of a text
# The `extra` fields that our code may add to a record; others are dropped.
FIELDS = ("method", "route", "status", "milliseconds", "kind", "tries", "error", "answer", "count")
# Loggers whose messages repeat user input.
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
            line["exception"] = _describe(record.exc_info[1])
        return json.dumps({name: value for name, value in line.items() if value not in ("", None)}, ensure_ascii=False)


class PlainFormatter(logging.Formatter):
    """For DEBUG: the same masked message, with the whole traceback."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return f"{record.levelname} {message_of(record)}"


def message_of(record: logging.LogRecord) -> str:
    """The record's message without personal data and without user input from the url."""
    if hasattr(record, "request") or record.name.startswith(ABOUT_REQUESTS):
        return f"status {getattr(record, 'status_code', '?')}, page {route_of(getattr(record, 'request', None))}"
    return mask_personal_data(record.getMessage())


def route_of(request: object) -> str:
    """The view name of a request; never its path, which is user input."""
    match = getattr(request, "resolver_match", None)
    return match.view_name if match else "(ninguna)"


def mask_personal_data(text: str) -> str:
    """The start of the text, with documents, keys, phones, codes and addresses masked."""
    return PERSONAL.sub("···", _beginning(text))


def _beginning(text: str) -> str:
    """At most `LONGEST` characters, cut between words: a cut address would not match the pattern."""
    return text if len(text) <= LONGEST else text[:LONGEST].rpartition(" ")[0] + " …"


def _field(value: object) -> object:
    return value if isinstance(value, int | float) or value is None else mask_personal_data(str(value))[:200]


def _describe(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-15:]]
    return {"class": type(error).__name__, "code": code_of(error), "lines": lines}


def code_of(error: BaseException) -> str:
    """The SQLSTATE, SQLite error name or errno of an error or of its cause, which name it without repeating values; or ""."""
    for one in (error, error.__cause__):
        for name in ("sqlstate", "sqlite_errorname"):
            if code := getattr(one, name, None):
                return str(code)
        if number := getattr(one, "errno", None):
            return errno.errorcode.get(number, str(number))
    return ""


def logs_settings(*, debug: bool, requests: bool) -> dict[str, object]:
    """The LOGGING setting: JSON on standard error, plain text with `debug`; `requests` logs a line per request."""
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
