"""The region's map with its table, and a town's page."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from office.area_data import ListenedAreaData
from people import Cast

from moyai.office.datasets.models import TownFigure

pytestmark = pytest.mark.django_db


def codes(page: str) -> list[str]:
    return re.findall(r'data-code="(\d{6})"', page.split("<tbody>")[1])


def count(code: str, sites: int | None, located: int | None = None, unknown: int | None = None) -> None:
    TownFigure.objects.create(
        municipality_id=code, evacuation_sites=sites, located=located, capacity_unknown=unknown, position=1
    )


def test_the_first_page_is_a_map_with_the_same_content_as_a_table_in_code_order(cast: Cast, client: Client) -> None:
    count("302040", 142, 142, 71)
    page = client.get("/").content.decode()
    assert codes(page) == ["302023", "302040"]
    assert 'data-boundaries="/region/boundaries.geojson"' in page
    assert 'data-figures="#figures"' in page
    assert 'data-value="142">142</td>' in page
    assert 'data-value="50.0">50.0%</td>' in page
    assert re.search(r'data-value="5\.35\d*">5\.4</td>', page)


def test_a_figure_that_is_not_known_is_empty_and_never_zero(cast: Cast, client: Client) -> None:
    count("302040", None)
    page = client.get("/").content.decode()
    assert page.count('data-value=""') == 12
    assert 'data-value="0' not in page


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("code", ["302023", "302040"]),
        ("-code", ["302040", "302023"]),
        ("population", ["302040", "302023"]),
        ("sites", ["302040", "302023"]),
        ("-sites", ["302040", "302023"]),
        ("nonsense", ["302023", "302040"]),
    ],
)
def test_the_table_is_sorted_by_any_column_and_what_is_unknown_comes_last(
    cast: Cast, client: Client, sort: str, order: list[str]
) -> None:
    count("302040", 142)
    assert codes(client.get("/", {"sort": sort}).content.decode()) == order


def test_a_bureau_narrows_the_table_and_its_totals(cast: Cast, client: Client) -> None:
    page = client.get("/", {"bureau": "有田"}).content.decode()
    assert codes(page) == ["302040"]
    assert "26,538" in page.split("<tfoot>")[1]


def test_the_table_is_downloaded_as_csv(cast: Cast, client: Client) -> None:
    count("302040", 142, 142, 71)
    lines = client.get("/region/figures.csv").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("団体コード,市町村,振興局,人口（人）")
    assert lines[2] == "302040,有田市,有田,26538,142,5.35,100.0,50.0"


def test_a_towns_page_tells_facts_figures_neighbours_and_datasets(cast: Cast, client: Client) -> None:
    from moyai.office.region.models import Municipality

    Municipality.objects.get(pk="302040").neighbours.add(Municipality.objects.get(pk="302023"))
    count("302040", 142, 142, 71)
    page = client.get("/towns/302040/").content.decode()
    for told in (
        "有田市",
        "302040",
        "26,538",
        "2020年国勢調査",
        "36.83",
        "142",
        "公開されているデータセットはまだありません",
    ):
        assert told in page
    assert '<a href="/towns/302023/">海南市</a>' in page


def test_a_town_that_is_not_there_is_not_found(cast: Cast, client: Client) -> None:
    assert client.get("/towns/302058/").status_code == 404


def test_before_a_region_is_loaded_the_first_page_says_what_to_do(db: None, client: Client) -> None:
    assert "moyai region load" in client.get("/").content.decode()


def test_pages_ask_the_database_a_fixed_number_of_times_and_the_platform_never(
    cast: Cast, client: Client, area_data: ListenedAreaData, django_assert_max_num_queries: object
) -> None:
    count("302040", 142)
    area_data.calls.clear()
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        client.get("/")
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        client.get("/towns/302040/")
    assert area_data.calls == []


def test_the_boundaries_are_geojson_that_a_browser_may_keep(cast: Cast, client: Client) -> None:
    answer = client.get("/region/boundaries.geojson")
    assert [feature["properties"]["code"] for feature in answer.json()["features"]] == ["302023", "302040"]
    assert answer.json()["attribution"] == "国土数値情報"
    assert "max-age=3600" in answer["Cache-Control"]
    assert client.get("/region/boundaries.geojson", headers={"If-None-Match": answer["ETag"]}).status_code == 304
