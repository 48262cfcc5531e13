"""Importing files of teams, people, campaigns and the roadmap: validated as a whole before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from handlers.feature import Command, Compose, Feature, Job, lazy_module
from handlers.shared.rules.schedule import Every
from storage.values.company import Permission

__all__ = ["FEATURE"]

if TYPE_CHECKING:
    from handlers.importing import commands as _commands
    from handlers.importing import jobs as _jobs
else:
    _commands = lazy_module("handlers.importing.commands")
    _jobs = lazy_module("handlers.importing.jobs")


def _composers() -> Mapping[str, Compose]:
    from handlers.importing import notices

    return {notices.TRACKER_CHANGES_WAIT: notices.compose_tracker_changes_wait}


FEATURE = Feature(
    name="importing",
    title="Files",
    notices=_composers,
    commands=(
        Command(
            words="import",
            run=_commands.import_attachment,
            usage="import [roadmap|teams|people|campaigns] [--dry-run] [--accept-errors] [--complete] [--accept-removals] [--settle], with a CSV file",
            does="Takes a CSV file you attach: items become a draft; a file with a bad row changes nothing.",
            examples=("import roadmap --dry-run", "import people"),
            needs=Permission.CONTRIBUTOR,
            writes=True,
            takes=1,
            options=("why",),
            switches=("dry-run", "accept-errors", "complete", "accept-removals", "settle"),
        ),
    ),
    jobs=(
        Job(
            name="importing.settle",
            does="Publishes what a tracker changed, as one revision, once nothing more came for a while.",
            schedule=Every(1),
            catch_up="last",
            run=_jobs.publish_tracker_changes,
        ),
    ),
)
