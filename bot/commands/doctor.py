"""`handshake doctor`: print what the checks found."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot import output
from bot.app import build_app, store_of
from bot.commands.runner import JsonOption, load_settings, new_cli
from bot.doctor.checks import run_checks
from bot.settings import Settings
from integrations.ports.platform import CheckResult

cli = new_cli()


@cli.command()
def doctor(*, json: JsonOption = False) -> None:
    """Check settings, store, migrations and post, and name the line to fix."""
    raise SystemExit(asyncio.run(run(load_settings(), as_json=json)))


async def run(settings: Settings, *, as_json: bool) -> int:
    """Print the results. Exit status 0 if all is well, 3 if the store is unusable, 1 for any other failed check."""
    store = store_of(settings)
    try:
        results = await run_checks(build_app(settings, store))
    finally:
        await store.close()
    if as_json:
        output.write_json(
            {"findings": [{"what": r.what, "ok": r.ok, "said": r.detail, "todo": r.fix} for r in results]}
        )
    else:
        output.write_text("\n".join([_headline(results), *(_line(result) for result in results)]))
    failed = {result.what for result in results if result.ok is False}
    return 3 if "store" in failed else 1 if failed else 0


def _headline(results: Sequence[CheckResult]) -> str:
    failures = sum(result.ok is False for result in results)
    return "Everything is well" if not failures else f"{failures} of {len(results)} checks need you"


def _line(result: CheckResult) -> str:
    mark = {True: "ok   ", False: "TO DO", None: "-    "}[result.ok]
    fix = f"\n        next: {result.fix}" if result.fix else ""
    return f"{mark}  {result.what}: {result.detail}{fix}"
