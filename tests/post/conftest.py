"""The post office, on both databases."""

from __future__ import annotations

import pytest

from storage.store import Store
from tests.post.office import Office


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)
