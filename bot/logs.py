"""Log lines: one event each, a stable `action`, ids instead of names, never message text or secrets."""

from __future__ import annotations

import logging
import os
import sys
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Literal

import structlog

from storage.private_files import make_private, make_private_folder, open_private

LOG_FILE = Path("var") / "handshake.log"  # of one-shot commands

# Tracebacks without local variables, which may hold passwords, addresses and people's questions.
_JSON_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
_PLAIN_TRACEBACKS = structlog.dev.plain_traceback


def configure(log_format: Literal["console", "json"], file: Path | None = None) -> None:
    """Log to standard error, or as JSON to *file* (one-shot commands, whose output is their answer)."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    as_json = log_format == "json" or file is not None
    last: list[structlog.typing.Processor] = (
        [_JSON_TRACEBACKS, structlog.processors.JSONRenderer(sort_keys=True)]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=_PLAIN_TRACEBACKS)]
    )
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    logging.raiseExceptions = False  # a log that cannot be written must not disturb the answer
    logging.basicConfig(level=logging.WARNING, handlers=[_handler(file)], format="%(message)s", force=True)
    for package in ("bot", "handlers", "integrations"):
        logging.getLogger(package).setLevel(logging.INFO)


def log_to_file() -> None:
    """Log to LOG_FILE; discard the log if it cannot be created, because the command's answer matters more."""
    try:
        configure("json", LOG_FILE)
    except OSError:
        configure("json", Path(os.devnull))


def _handler(file: Path | None) -> logging.Handler:
    if file is None:
        return logging.StreamHandler(sys.stderr)
    make_private_folder(file.parent)
    for earlier in file.parent.glob(f"{file.name}*"):
        make_private(earlier)
    return _PrivateFileHandler(file, maxBytes=5_000_000, backupCount=2, delay=True, encoding="utf-8")


class _PrivateFileHandler(RotatingFileHandler):
    def _open(self) -> TextIOWrapper:
        descriptor = open_private(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        return TextIOWrapper(os.fdopen(descriptor, "ab", buffering=0), encoding=self.encoding, write_through=True)
