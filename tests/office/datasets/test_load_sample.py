"""The sample region's open data, whole: real files, read by the intake, published, counted."""

from __future__ import annotations

import pytest
from django.db.models import Sum
from django.test import Client
from office.area_data import MemoryAreaData
from pytest_django import DjangoCaptureOnCommitCallbacks

from moyai.intake import sample as files
from moyai.office.base import broker
from moyai.office.datasets import columns, sample
from moyai.office.datasets.models import Dataset, DatasetKind, DatasetVersion, TownFigure
from moyai.office.region import actions as region
from moyai.office.region import queries

pytestmark = pytest.mark.django_db


def load() -> list[tuple[int, int]]:
    steps: list[tuple[int, int]] = []
    sample.load(progress=lambda done, total: steps.append((done, total)))
    return steps


def test_the_sample_region_is_whole_published_and_loaded_once(
    area_data: MemoryAreaData,
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
