"""The sample region's open data, whole: real files, read by the intake, published, counted."""

from __future__ import annotations

import pytest
from django.db.models import Sum
from django.test import Client
from office.area_data import ListenedAreaData
from pytest_django import DjangoCaptureOnCommitCallbacks

from moyai.errors import BadRequestData
from moyai.intake import sample as files
from moyai.office.base import broker
from moyai.office.datasets import actions, columns, reading, sample
from moyai.office.datasets.models import Dataset, DatasetKind, DatasetVersion, TownFigure
from moyai.office.region import actions as region
from moyai.office.region import queries

pytestmark = pytest.mark.django_db


def load() -> list[tuple[int, int]]:
    steps: list[tuple[int, int]] = []
    sample.load(progress=lambda done, total: steps.append((done, total)))
    return steps


def test_the_sample_region_is_whole_published_and_loaded_once(
    area_data: ListenedAreaData,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    queries._boundaries.cache_clear()
    with django_capture_on_commit_callbacks(execute=True):
        region.load_region(by=None, region=files.region())
        steps = load()
    assert steps[-1] == (len(steps) - 1, len(steps) - 1)

    sites = Dataset.objects.filter(kind=DatasetKind.EVACUATION_SITES)
    assert sites.count() == 30
    assert sum(broker.page(each.tenant, each.slug, limit=1).total for each in sites) == 3313
    assert [broker.page(code, "evacuation-sites", limit=1).total for code in ("302040", "304280", "304271")] == [
        142,
        364,
        7,
    ]
    assert set(Dataset.objects.values_list("state", "is_sample", "licence")) == {("published", False, "CC BY 4.0")}
    assert all("和歌山県" in dataset.credit for dataset in Dataset.objects.all())

    every = TownFigure.objects.aggregate(
        sites=Sum("evacuation_sites"), located=Sum("located"), unknown=Sum("capacity_unknown")
    )
    assert every == {"sites": 3313, "located": 3301, "unknown": 1710}

    for dataset in Dataset.objects.all():
        known = {"type"} | {column.path[0] for column in columns.every(DatasetKind(dataset.kind))}
        entities = broker.page(dataset.tenant, dataset.slug, limit=10_000).entities
        without = {name for entity in entities for name in entity} - known
        assert without == set(), f"{dataset.kind} has attributes that no column shows"

    assert client.get("/").content.decode().count("data-code=") == 30
    versions = DatasetVersion.objects.count()
    area_data.calls.clear()
    load()
    assert DatasetVersion.objects.count() == versions
    assert area_data.calls == []


def test_a_file_of_an_organisation_that_is_no_municipality_is_refused_with_a_reason(
    area_data: ListenedAreaData,
) -> None:
    region.load_region(by=None, region=files.region())
    with pytest.raises(BadRequestData, match="市町村のデータ"):
        reading.read(DatasetKind.EVACUATION_SITES, b"x\n1\n", "x.csv", town="o-coda")


def test_a_trial_of_a_real_file_reports_and_changes_nothing(area_data: ListenedAreaData) -> None:
    region.load_region(by=None, region=files.region())
    arida = next(file for file in files.index() if file.town == "302040")
    tried = actions.import_file(
        by=None, content=arida.content, file_name=arida.name, dataset=arida.dataset, town=arida.town, dry_run=True
    )
    assert len(tried.changes["302040"].added) == 142
    assert tried.report.rows == 142
    assert not Dataset.objects.exists()
    assert broker.page("302040", arida.dataset).total == 0


def test_importing_the_same_file_again_makes_no_version_and_an_edited_one_changes_what_was_edited(
    area_data: ListenedAreaData,
) -> None:
    region.load_region(by=None, region=files.region())
    arida = next(file for file in files.index() if file.town == "302040")

    def put(content: bytes) -> tuple[int, int, int, int]:
        imported = actions.import_file(
            by=None, content=content, file_name=arida.name, dataset=arida.dataset, town=arida.town
        )
        change = imported.changes["302040"]
        return len(change.added), len(change.changed), len(change.removed), change.unchanged

    assert put(arida.content) == (142, 0, 0, 0)
    assert put(arida.content) == (0, 0, 0, 142)
    assert DatasetVersion.objects.count() == 1
    lines = arida.content.decode("utf-8-sig").splitlines(keepends=True)
    lines[-1] = lines[-1].replace('"指定避難所"', '"福祉避難所"')
    edited = "".join(lines).encode()
    assert edited != arida.content.removeprefix(b"\xef\xbb\xbf")
    assert put(edited) == (0, 1, 0, 141)
    assert [version.number for version in DatasetVersion.objects.all()] == [2, 1]
