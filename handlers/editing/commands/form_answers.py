"""The answers of a form as if they had been typed."""

from __future__ import annotations

from dataclasses import replace

from handlers.context import Request

WHY, KEY = "why", "key"  # fields of the forms that are no `field=value`


def as_typed(request: Request) -> Request:
    """*request* with the reason of a form as `--why`, and the key of a new item as its first word."""
    named = dict(request.args.named)
    if WHY not in named:
        return request
    why, key = named.pop(WHY).strip(), named.pop(KEY, "").strip()
    if key:  # a new item: what was left empty is not said
        named = {name: value for name, value in named.items() if value.strip()}
    flags = {**request.args.flags, **({WHY: why} if why else {})}
    return replace(
        request,
        args=replace(request.args, positional=(key,) if key else request.args.positional, named=named, flags=flags),
    )
