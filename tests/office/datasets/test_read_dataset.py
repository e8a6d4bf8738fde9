"""Who sees which dataset, and what stands on its pages."""

from __future__ import annotations

import people
import pytest
from django.test import Client
from django.urls import reverse
from office.area_data import ListenedAreaData
from office.small_files import file_of, identifier
from people import Cast

from moyai.office.base.access import Role
from moyai.office.base.models import AuditEvent
from moyai.office.datasets import actions
from moyai.office.datasets.models import Dataset, DatasetKind, DatasetVersion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reads")]

SITES = DatasetKind.EVACUATION_SITES
FILE = file_of(("箕島小学校", "135.13", "500"), ("保田公民館", "", ""), ("<b>広場</b>", "135.14", ""))
PUBLIC_PAGES = ("dataset", "dataset-report", "dataset-points")


def put(cast: Cast, content: bytes = FILE, *, published: bool = True) -> Dataset:
    """有田市's evacuation sites, imported."""
    actions.import_file(by=None, content=content, file_name="避難.csv", dataset=SITES, town="302040")
    dataset = Dataset.objects.select_related("current").get()
    dataset.licence = "CC BY 4.0"
    dataset.save()
    if published:
        actions.publish(by=None, dataset=dataset)
    return dataset


def waiting(cast: Cast) -> DatasetVersion:
    by = people.actor(people.hire(cast.arida, Role.OFFICER, "uploader@x.example"))
    return actions.upload(by=by, organisation=cast.arida, kind=SITES, file=actions.File("x.csv", FILE))


def address(page: str, **more: object) -> str:
    return reverse(page, kwargs={"tenant": "302040", "slug": SITES.value, **more})


@pytest.mark.parametrize("page", PUBLIC_PAGES)
def test_what_is_published_anybody_sees_and_what_is_not_exists_for_its_organisation_alone(
    cast: Cast, page: str
) -> None:
    dataset = put(cast, published=False)
    callers = {
        "nobody": None,
        "own": people.hire(cast.arida, Role.VIEWER),
        "other": people.hire(cast.kainan, Role.ADMINISTRATOR),
        "prefecture": people.hire(cast.prefecture, Role.ADMINISTRATOR),
        "operator": people.hire(cast.operator, Role.ADMINISTRATOR),
    }
    seen = {name: people.client(tenure).get(address(page)).status_code for name, tenure in callers.items()}
    assert seen == {"nobody": 404, "own": 200, "other": 404, "prefecture": 404, "operator": 404}
    actions.publish(by=None, dataset=dataset)
    seen = {name: people.client(tenure).get(address(page)).status_code for name, tenure in callers.items()}
    assert set(seen.values()) == {200}
    actions.unpublish(by=None, dataset=dataset)
    assert people.client(None).get(address(page)).status_code == 404


def test_the_list_shows_strangers_only_what_is_published(cast: Cast, client: Client) -> None:
    dataset = put(cast, published=False)
    assert address("dataset") not in client.get(reverse("datasets")).content.decode()
    actions.publish(by=None, dataset=dataset)
    page = client.get(reverse("datasets"), {"text": "有田", "kind": SITES.value, "tenant": "302040"})
    assert address("dataset") in page.content.decode()
    assert address("dataset") not in client.get(reverse("datasets"), {"text": "ない言葉"}).content.decode()


@pytest.mark.parametrize("path", ["/towns/302040/datasets/nothing/", "/towns/302058/datasets/evacuation-sites/"])
def test_what_is_not_there_is_not_found(cast: Cast, client: Client, path: str) -> None:
    put(cast)
    answer = client.get(path)
    assert answer.status_code == 404
    assert "見つかりません" in answer.content.decode()


def test_a_datasets_page_tells_licence_provenance_quality_and_how_to_fetch_it(cast: Cast, client: Client) -> None:
    dataset = put(cast)
    page = client.get(address("dataset")).content.decode()
    assert dataset.current is not None
    for told in ("CC BY 4.0", "避難.csv", "<wbr>".join(dataset.current.sha256_parts), "緯度・経度がない", "箕島小学校"):
        assert told in page
    line = "curl -H &#x27;NGSILD-Tenant: 302040&#x27; &#x27;http://testserver/ngsi-ld/v1/entities"
    assert f"{line}?type=EvacuationSite&amp;limit=1000&#x27;" in page


def test_what_a_file_says_is_shown_as_text(cast: Cast, client: Client) -> None:
    put(cast)
    page = client.get(address("dataset")).content.decode()
    assert "&lt;b&gt;広場&lt;/b&gt;" in page
    assert "<b>広場" not in page


def test_records_are_searched_by_name_and_address_on_the_server(cast: Cast, client: Client) -> None:
    put(cast)
    found = client.get(address("dataset"), {"q": "箕島 小学校"}).content.decode()
    assert "1件中" in found
    assert "保田公民館" not in found
    assert "条件に合う記録はありません" in client.get(address("dataset"), {"q": 'ない".*('}).content.decode()


def test_thousands_of_records_are_paged(cast: Cast, client: Client) -> None:
    put(cast, file_of(*((f"避難所{number:04}", "135.1", "") for number in range(1201))))
    last = client.get(address("dataset"), {"page": "25"}).content.decode()
    assert "1,201件中 1,201〜1,201件" in last
    assert "避難所1200" in last
    assert "1,201件中 1,201〜1,201件" in client.get(address("dataset"), {"page": "999"}).content.decode()


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "９", "1" * 30])
def test_a_page_number_that_is_none_is_forgiven(cast: Cast, client: Client, page: str) -> None:
    put(cast)
    assert client.get(address("dataset"), {"page": page}).status_code == 200


def test_a_record_shows_every_attribute_with_its_unit_and_what_the_report_says_of_it(
    cast: Cast, client: Client
) -> None:
    put(cast)
    record = client.get(address("dataset-record", identifier=identifier("302040", "保田公民館"))).content.decode()
    assert "緯度・経度がない" in record
    assert "fullAddress" in record
    assert client.get(address("dataset-record", identifier=identifier("302040", "無い"))).status_code == 404


def test_a_report_is_filtered_paged_and_downloaded(cast: Cast, client: Client) -> None:
    put(cast)
    assert "緯度・経度がない" in client.get(address("dataset-report"), {"severity": "error"}).content.decode()
    assert "この条件に当たる行はありません" in client.get(address("dataset-report"), {"rule": "x"}).content.decode()
    lines = client.get(address("dataset-report-file", name="csv")).content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("file,sheet,row,column,before,after,rule")
    assert any(line.startswith("避難.csv,,3,longitude") for line in lines)
    report = client.get(address("dataset-report-file", name="json")).json()
    assert report["findings"][0]["row"] == 3
    assert report["facts"] == {"文字コード": "UTF-8"}


OWN_PAGES = {
    "own-datasets": ({}, "viewer"),
    "own-dataset": ({"slug": SITES.value}, "viewer"),
    "own-version": ({"slug": SITES.value, "number": 1}, "viewer"),
    "own-version-report": ({"slug": SITES.value, "number": 1, "name": "csv"}, "viewer"),
    "own-version-file": ({"slug": SITES.value, "number": 1}, "viewer"),
    "own-version-points": ({"slug": SITES.value, "number": 1}, "viewer"),
    "upload-dataset": ({}, "contributor"),
    "publish-dataset": ({"slug": SITES.value}, "officer"),
    "unpublish-dataset": ({"slug": SITES.value}, "officer"),
    "describe-dataset": ({"slug": SITES.value}, "officer"),
}
"""Page → the rest of its address, and the least role that may open it."""
RANK = ["viewer", "contributor", "officer", "administrator"]


@pytest.mark.parametrize("page", OWN_PAGES)
def test_each_caller_gets_an_organisations_page_or_a_refusal_that_tells_no_more_than_it_must(
    cast: Cast, page: str
) -> None:
    waiting(cast)
    more, least = OWN_PAGES[page]
    url = reverse(page, kwargs={"tenant": "302040", **more})
    expected, seen = {}, {}
    for role in Role:
        expected[f"own {role}"] = 200 if RANK.index(role) >= RANK.index(least) else 403
        seen[f"own {role}"] = people.client(people.hire(cast.arida, role)).get(url).status_code
    strangers = (cast.kainan, cast.prefecture, cast.council, cast.company)
    for owner in strangers:
        tenure = people.hire(owner, Role.OFFICER)
        expected[owner.name], seen[owner.name] = 404, people.client(tenure).get(url).status_code
    assert seen == expected
    assert people.client(None).get(url).status_code == 302


@pytest.mark.parametrize("page", ["accept-version", "reject-version"])
def test_a_stranger_decides_nothing(cast: Cast, page: str) -> None:
    version = waiting(cast)
    before = AuditEvent.objects.count()
    url = reverse(page, kwargs={"tenant": "302040", "slug": SITES.value, "number": 1})
    assert people.client(people.hire(cast.kainan, Role.ADMINISTRATOR)).post(url).status_code == 404
    assert people.client(people.hire(cast.arida, Role.VIEWER)).post(url).status_code == 403
    assert people.client(None).post(url).status_code == 302
    version.refresh_from_db()
    assert version.state == "previewed"
    assert AuditEvent.objects.count() == before


def test_upload_preview_accept_publish_in_the_browser(cast: Cast, area_data: ListenedAreaData) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser = people.client(people.hire(cast.arida, Role.OFFICER))
    upload = reverse("upload-dataset", kwargs={"tenant": "302040"})
    answer = browser.post(upload, {"kind": SITES.value, "file": SimpleUploadedFile("避難.csv", FILE)})
    preview = browser.get(answer["Location"]).content.decode()
    for told in ("この内容で反映しますか", "箕島小学校", "緯度・経度がない"):
        assert told in preview
    browser.post(f"{answer['Location']}accept/")
    page = browser.get(address("own-dataset")).content.decode()
    assert "反映しました。追加 3" in page
    describe = {"title": "避難所", "licence": "CC BY 4.0", "credit": "有田市"}
    assert browser.post(address("describe-dataset"), describe).status_code == 302
    assert browser.post(address("publish-dataset")).status_code == 302
    assert "避難所" in people.client(None).get(address("dataset")).content.decode()


def test_a_file_that_cannot_be_read_is_answered_with_what_is_wrong(cast: Cast) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser = people.client(people.hire(cast.arida, Role.OFFICER))
    upload = reverse("upload-dataset", kwargs={"tenant": "302040"})
    answer = browser.post(upload, {"kind": SITES.value, "file": SimpleUploadedFile("x.csv", b"a,b\n1,2\n")})
    assert answer.status_code == 422
    assert "名称の列が見つかりません。" in answer.content.decode()


def test_pages_ask_the_databases_a_fixed_number_of_times(
    cast: Cast, client: Client, area_data: ListenedAreaData, django_assert_max_num_queries: object
) -> None:
    put(cast, file_of(*((f"避難所{number:04}", "", "") for number in range(300))))
    area_data.calls.clear()
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        client.get(address("dataset"))
    assert area_data.calls == ["page 302040 evacuation-sites"]
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        client.get(address("dataset-report"))
