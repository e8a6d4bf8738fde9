"""The bytes of downloads."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from office.area_data import ListenedAreaData
from office.small_files import file_of
from people import Cast

from moyai.office.base import broker
from moyai.office.datasets import actions, exports
from moyai.office.datasets.models import Dataset, DatasetKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reads")]

SITES = DatasetKind.EVACUATION_SITES


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    content = file_of(("箕島小学校", "135.13", "500"), ("𠮷野〜広場", "", ""), ("=1+1", "135.14", ""))
    actions.import_file(by=None, content=content, file_name="避難.csv", dataset=SITES, town="302040")
    Dataset.objects.update(licence="CC BY 4.0", credit="有田市")
    found = Dataset.objects.select_related("current").get()
    actions.publish(by=None, dataset=found)
    return found


def fetched(client: Client, name: str) -> bytes:
    answer = client.get(reverse("dataset-download", kwargs={"tenant": "302040", "slug": SITES.value, "name": name}))
    assert answer.status_code == 200
    return b"".join(answer)  # type: ignore[arg-type]


def test_csv_begins_with_a_bom_and_ends_its_lines_as_excel_expects(client: Client, dataset: Dataset) -> None:
    content = fetched(client, "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["名称"] for row in rows] == ["箕島小学校", "𠮷野〜広場", "'=1+1"]
    assert (rows[0]["緯度"], rows[0]["経度"], rows[1]["緯度"]) == ("34.05", "135.13", "")
    assert content.count(b"\r\n") == 4


def test_an_unknown_capacity_is_empty_and_never_zero(client: Client, dataset: Dataset) -> None:
    rows = list(csv.DictReader(io.StringIO(fetched(client, "csv").decode("utf-8-sig"))))
    assert [row["収容人数"] for row in rows] == ["500", "", ""]


def test_what_cp932_lacks_becomes_a_geta_and_is_counted_on_the_page(client: Client, dataset: Dataset) -> None:
    text = fetched(client, "csv-cp932").decode("cp932")
    assert "〓野～広場" in text
    assert dataset.current is not None
    assert dataset.current.cp932_lost == text.count("〓") == 1
    assert "1 字あり" in client.get(f"/towns/302040/datasets/{SITES.value}/").content.decode()


def test_geojson_has_every_record_and_null_for_what_has_no_place(client: Client, dataset: Dataset) -> None:
    document = json.loads(fetched(client, "geojson"))
    assert document["type"] == "FeatureCollection"
    assert [feature["geometry"] and feature["geometry"]["type"] for feature in document["features"]] == [
        "Point",
        None,
        "Point",
    ]
    assert document["features"][0]["properties"]["name"] == "箕島小学校"
    assert document["attribution"] == "有田市"


def test_ngsi_ld_is_normalized_json_ld(client: Client, dataset: Dataset) -> None:
    entities = json.loads(fetched(client, "ngsi-ld"))
    assert entities[0]["name"] == {"type": "Property", "value": "箕島小学校"}
    assert all("@context" in entity for entity in entities)


def test_a_map_gets_only_what_has_a_place(client: Client, dataset: Dataset) -> None:
    answer = client.get(reverse("dataset-points", kwargs={"tenant": "302040", "slug": SITES.value}))
    document = json.loads(b"".join(answer))  # type: ignore[arg-type]
    assert [feature["properties"]["name"] for feature in document["features"]] == ["箕島小学校", "=1+1"]
    assert client.get(document["features"][0]["properties"]["url"]).status_code == 200


def test_an_empty_dataset_makes_files_that_are_still_files(cast: Cast, client: Client) -> None:
    assert json.loads(b"".join(exports.as_geojson([]))) == {
        "type": "FeatureCollection",
        "attribution": "",
        "features": [],
    }
    assert json.loads(b"".join(exports.as_ngsi_ld([]))) == []


@pytest.mark.parametrize(
    ("name", "ending"),
    [("csv", ".csv"), ("csv-cp932", "_sjis.csv"), ("geojson", ".geojson"), ("ngsi-ld", ".jsonld")],
)
def test_a_files_name_says_what_and_when(client: Client, dataset: Dataset, name: str, ending: str) -> None:
    answer = client.get(reverse("dataset-download", kwargs={"tenant": "302040", "slug": SITES.value, "name": name}))
    b"".join(answer)  # type: ignore[arg-type]
    file_name = unquote(answer["Content-Disposition"])
    assert dataset.current is not None and dataset.current.decided_at is not None
    assert f"有田市_避難所・避難場所_{dataset.current.decided_at:%Y%m%d}{ending}" in file_name


def test_who_has_it_already_gets_304_until_the_data_moves(
    client: Client, dataset: Dataset, area_data: ListenedAreaData
) -> None:
    url = reverse("dataset-points", kwargs={"tenant": "302040", "slug": SITES.value})
    first = client.get(url)
    b"".join(first)  # type: ignore[arg-type]
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    broker.replace_collection("302040", SITES, [], by="key:x")
    second = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    b"".join(second)  # type: ignore[arg-type]


def test_a_format_that_is_not_made_is_not_found(client: Client, dataset: Dataset) -> None:
    url = reverse("dataset-download", kwargs={"tenant": "302040", "slug": SITES.value, "name": "xlsx"})
    assert client.get(url).status_code == 404


@given(st.text())
def test_any_text_can_be_written_in_cp932(text: str) -> None:
    exports.in_cp932(text).decode("cp932")
