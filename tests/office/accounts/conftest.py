"""Organisations that are registered get a tenant: there is a platform behind the door."""

from __future__ import annotations

import pytest
from office.area_data import ListenedAreaData


@pytest.fixture(autouse=True)
def _platform(area_data: ListenedAreaData) -> None:
    return None
