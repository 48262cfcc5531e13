"""Fixtures of the subscription tests."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage.store import Store
from storage.values.company import Permission
from tests.app import item
from tests.features.subscriptions.notices_app import NoticesApp


@pytest.fixture
async def app(store: Store) -> NoticesApp:
    app = NoticesApp(store)
    await app.add_teams()
    await app.add_person("carla@x.test", "web", Permission.CONTRIBUTOR)
    await app.add_person("sam@x.test", "seo")
    await app.add_person("ada@x.test", "data", Permission.ADMIN)
    await app.add_campaign("spring", "Spring Launch", aliases="SL", start=date(2027, 3, 1), end=date(2027, 4, 1))
    await app.publish(item("WEB-1", "Checkout", campaigns=("spring",)), item("SEO-1", "Sitemap", "seo"))
    app.advance(timedelta(hours=1))
    return app
