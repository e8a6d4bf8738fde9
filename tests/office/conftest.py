"""What the office's tests stand on: a platform behind the door, two towns on the map, files that are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import django

# This file is read before pytest-django has set Django up.
django.setup()

import people  # noqa: E402
import pytest  # noqa: E402
from office import small_files  # noqa: E402
from office.area_data import ListenedAreaData  # noqa: E402
from people import Cast  # noqa: E402

from moyai.office.base import broker  # noqa: E402
from moyai.office.datasets import reading  # noqa: E402
from moyai.office.region import queries as region  # noqa: E402
from moyai.office.region.models import Bureau, Municipality, Prefecture  # noqa: E402

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[135.1, 34.0], [135.2, 34.0], [135.2, 34.1], [135.1, 34.1], [135.1, 34.0]]],
}


@pytest.fixture
def area_data(tmp_path: Path) -> Iterator[ListenedAreaData]:
    """The platform behind the office's door."""
    platform = ListenedAreaData(tmp_path / "tenants")
    broker.connect(platform)  # type: ignore[arg-type]
    yield platform
    broker.connect(None)
    broker._loop().call(platform.close())


@pytest.fixture
def cast(db: None, area_data: ListenedAreaData) -> Cast:
    """The cast of the office with two towns on the map and a tenant for everyone."""
    region._boundaries.cache_clear()
    everyone = people.cast()
    prefecture = Prefecture.objects.create(code="300004", name="和歌山県", credit="国土数値情報", version=1)
    for position, (owner, bureau, population) in enumerate(
        [(everyone.kainan, "海草", 48369), (everyone.arida, "有田", 26538)], 1
    ):
        Municipality.objects.create(
            code=owner.tenant,
            prefecture=prefecture,
            bureau=Bureau.objects.create(prefecture=prefecture, name=bureau, position=position),
            name=owner.name,
            kana=owner.name_kana,
            kind="city",
            population=population,
            census_year=2020,
            area=36.83,
            shape=SQUARE,
        )
    for owner in everyone.everywhere:
        broker.create_tenant(owner.tenant)
    return everyone


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files of the tests are read; what the intake makes of real files is for its own tests."""
    monkeypatch.setattr(reading, "read", small_files.read)
