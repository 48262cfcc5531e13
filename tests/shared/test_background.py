"""Background tasks of the chat adapters: what a platform refuses is a warning, a fault of ours has its traceback."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from integrations.plain.background import BackgroundTasks
from integrations.ports.errors import Rejected, Unavailable


@pytest.mark.parametrize("refusal", [Rejected("404"), Unavailable("timeout")], ids=["rejected", "unavailable"])
async def test_what_the_platform_refuses_is_a_warning_without_a_traceback(refusal: Exception) -> None:
    assert [(line["log_level"], "exc_info" in line) for line in await logged(refusal)] == [("warning", False)]


async def test_a_fault_of_ours_is_logged_with_its_traceback() -> None:
    assert [(line["log_level"], line["exc_info"]) for line in await logged(KeyError("x"))] == [("error", True)]


async def logged(failure: Exception) -> list[dict[str, object]]:
    """The log lines of a background task that ends with *failure*."""

    async def work() -> None:
        raise failure

    with capture_logs() as lines:
        succeeded = await BackgroundTasks().start(work(), "upload")
    assert succeeded is False
    return [dict(line) for line in lines]
