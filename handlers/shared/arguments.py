"""Read a value that a command takes in more than one way: as a flag, as `key=value`, or as plain words."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.context import Request
from handlers.errors import BadInput


def given_once(request: Request, names: Sequence[str], words: str = "") -> str:
    """The value given under one of *names* or as *words*; "" if there is none. Raises BadInput if there are several."""
    args = request.args
    named = {f"{name}=": args.named[name] for name in names if name in args.named}
    flags = {f"--{name}": args.flags[name] for name in names if name in args.flags}
    given = {**named, **flags} | ({f"“{words}”": words} if words else {})
    if len(given) > 1:
        raise BadInput(f"{' and '.join(given)} say the same thing. Give only one of them.", f"help {args.command}")
    return next(iter(given.values()), "").strip()
