"""Logs: one JSON object a line on standard error, with the request's id and nothing about a person.

Texts lose every run of three digits and every e-mail address, and of an exception only its class and the lines it came
through are told: documents, keys and codes are digits, and messages of exceptions repeat values.
"""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")
PERSONAL = re.compile(r"\d{3,}|[^\s\"'<>@]+@[^\s\"'<>@]+")
# What code of ours may add to a record; anything else stays out.
FIELDS = ("method", "route", "status", "milliseconds", "kind", "tries", "error", "count")


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_persons(record.getMessage()),
            "request": request_id.get(),
        }
        line |= {name: _field(getattr(record, name)) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1]:
            line["exception"] = _told(record.exc_info[1])
        return json.dumps({name: value for name, value in line.items() if value not in ("", None)}, ensure_ascii=False)


def without_persons(text: str) -> str:
    """The text without documents, keys, phones, codes and addresses."""
    return PERSONAL.sub("···", text)


def _field(value: object) -> object:
    return value if isinstance(value, int | float) or value is None else without_persons(str(value)[:200])


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
            "plain": {"format": "{levelname} {message}", "style": "{"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain" if debug else "json"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "portal.request": {"level": "INFO" if requests else "WARNING"},
        },
    }
