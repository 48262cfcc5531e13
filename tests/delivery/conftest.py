"""Fixtures of the delivery tests."""

from __future__ import annotations

import pytest

from storage.store import Store
from tests.delivery.harness import DeliveryHarness


@pytest.fixture
def harness(store: Store) -> DeliveryHarness:
    return DeliveryHarness(store)
