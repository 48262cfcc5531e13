"""Runs commands one after the other, each in a process without modules of ours, and reports what each loaded.

Started by test_start_up. A line in is a list of words; a line out is the exit status, what was printed, and sys.modules.
Only libraries that every command loads are loaded beforehand, so that twenty commands do not load them twenty times.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile

import aiosqlite
import pydantic_settings
import sqlalchemy.ext.asyncio
import sqlmodel
import structlog
import typer

SHARED = (aiosqlite, pydantic_settings, sqlalchemy.ext.asyncio, sqlmodel, structlog, typer)


def command(words: list[str], out: int) -> None:
    """The command in this process, which was forked for it and ends with it."""
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.argv = ["handshake", *words]
    status: object = 0
    try:
        from bot.cli import main

        main()
    except SystemExit as ended:
        status = ended.code or 0
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(out, ("\n" + json.dumps({"exit": status, "modules": sorted(sys.modules)})).encode())
    os._exit(0)


def main() -> None:
    for line in sys.stdin:
        with tempfile.TemporaryFile() as file:
            child = os.fork()
            if not child:
                command(json.loads(line), file.fileno())
            os.waitpid(child, 0)
            file.seek(0)
            printed, _, outcome = file.read().decode().rpartition("\n")
        print(json.dumps({"printed": printed, **json.loads(outcome)}), flush=True)


if __name__ == "__main__":
    main()
