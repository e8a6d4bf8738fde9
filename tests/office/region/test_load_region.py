"""A region is loaded from its files, once or again."""

from __future__ import annotations

import json
from dataclasses import replace

import people
import pytest
from office.area_data import ListenedAreaData

from moyai.errors import Forbidden, Unavailable
from moyai.intake import region as files
from moyai.office.accounts.models import Organisation
from moyai.office.base import broker
from moyai.office.base.access import Role
from moyai.office.base.models import AuditEvent
from moyai.office.region import actions, queries
from moyai.office.region.models import Municipality

pytestmark = pytest.mark.django_db

_HEADER = ",".join(files.COLUMNS)
_ROWS = [
    "302023,和歌山県,,海草,海南市,かいなんし,city,48369,2020,101.06,34.15,135.23,https://www.city.kainan.lg.jp/,302040",
    "302040,和歌山県,,有田,有田市,ありだし,city,26538,2020,36.83,34.08,135.12,https://www.city.arida.lg.jp/,",
]


def _square(code: str, west: float) -> dict[str, object]:
    ring = [[west, 34.0], [west + 0.1, 34.0], [west + 0.1, 34.1], [west, 34.1], [west, 34.0]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"code": code}, "geometry": shape}


@pytest.fixture
def region() -> files.Region:
    shapes = {
        "type": "FeatureCollection",
        "attribution": "国土数値情報",
        "features": [_square("302040", 135.1), _square("302023", 135.2)],
    }
    return files.read("\n".join([_HEADER, *_ROWS]).encode(), json.dumps(shapes).encode())


def test_towns_organisations_and_tenants_are_made(region: files.Region, area_data: ListenedAreaData) -> None:
    prefecture = actions.load_region(by=None, region=region)
    assert (prefecture.code, prefecture.name, prefecture.version) == ("300004", "和歌山県", 1)
    assert [town.code for town in queries.municipalities()] == ["302023", "302040"]
    assert list(Organisation.objects.values_list("tenant", "kind", "parent__tenant")) == [
        ("300004", "prefecture", None),
        ("302023", "municipality", "300004"),
        ("302040", "municipality", "300004"),
    ]
    assert broker.tenants() == ["300004", "302023", "302040"]
    assert [bureau.name for bureau in queries.bureaus()] == ["海草", "有田"]


def test_who_is_named_as_a_neighbour_is_a_neighbour_too(region: files.Region, area_data: ListenedAreaData) -> None:
    actions.load_region(by=None, region=region)
    for code, neighbour in (("302023", "302040"), ("302040", "302023")):
        assert [each.code for each in Municipality.objects.get(pk=code).neighbours.all()] == [neighbour]


def test_loading_the_same_region_again_changes_nothing(region: files.Region, area_data: ListenedAreaData) -> None:
    actions.load_region(by=None, region=region)
    events = AuditEvent.objects.count()
    assert actions.load_region(by=None, region=region).version == 1
    assert AuditEvent.objects.count() == events


def test_loading_a_changed_region_brings_it_up_to_date_and_keeps_what_it_does_not_name(
    region: files.Region, area_data: ListenedAreaData
) -> None:
    actions.load_region(by=None, region=region)
    kainan = replace(region.municipalities[0], population=47000, neighbours=())
    changed = replace(region, municipalities=(kainan,))
    assert actions.load_region(by=None, region=changed).version == 2
    assert queries.municipality("302023").population == 47000
    assert queries.municipality("302040").name == "有田市"


def test_what_was_loaded_is_what_the_intake_read(region: files.Region, area_data: ListenedAreaData) -> None:
    actions.load_region(by=None, region=region)
    loaded = queries.region()
    assert (loaded.prefecture, loaded.attribution) == (region.prefecture, region.attribution)
    assert loaded.municipalities[0] == region.municipalities[0]
    found = loaded.at(135.15, 34.05)
    assert found is not None and found.code == "302040"


def test_only_administrators_of_prefecture_and_operator_may(region: files.Region, area_data: ListenedAreaData) -> None:
    cast = people.cast()
    for owner, role in ((cast.arida, Role.ADMINISTRATOR), (cast.prefecture, Role.OFFICER)):
        with pytest.raises(Forbidden):
            actions.load_region(by=people.actor(people.hire(owner, role)), region=region)
    actions.load_region(by=people.actor(people.hire(cast.operator, Role.ADMINISTRATOR)), region=region)
    assert AuditEvent.objects.filter(action="region.loaded").count() == 1


def test_without_a_platform_nothing_is_loaded(region: files.Region) -> None:
    with pytest.raises(Unavailable):
        actions.load_region(by=None, region=region)
    assert not Municipality.objects.exists()
    assert not Organisation.objects.exists()
