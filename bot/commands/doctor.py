"""TODO: say what this module is for."""

from __future__ import annotations

from bot import output
from bot.app import build_app, store_of
from bot.doctor.checks import Finding, _run_checks
from bot.settings import Settings


async def run(settings: Settings, *, as_json: bool) -> int:
    """Print the findings; 0 when all is well, 3 when the store cannot be used, 1 when something else is to be done."""
    store = store_of(settings)
    try:
        findings = await _run_checks(build_app(settings, store))
    finally:
        await store.close()
    if as_json:
        output.write_json(
            {"findings": [{"what": f.what, "ok": f.ok, "said": f.said, "todo": f.todo} for f in findings]}
        )
    else:
        output.write_text("\n".join([_headline(findings), *(_line(finding) for finding in findings)]))
    broken = {finding.what for finding in findings if finding.ok is False}
    return 3 if "store" in broken else 1 if broken else 0


def _headline(findings: list[Finding]) -> str:
    todo = sum(finding.ok is False for finding in findings)
    return "Everything is well" if not todo else f"{todo} of {len(findings)} checks need you"


def _line(finding: Finding) -> str:
    mark = {True: "ok   ", False: "TO DO", None: "-    "}[finding.ok]
    todo = f"\n        next: {finding.todo}" if finding.todo else ""
    return f"{mark}  {finding.what}: {finding.said}{todo}"
