"""Figures of towns follow the published data, and pages never count."""

from __future__ import annotations

import pytest
from office.area_data import ListenedAreaData
from office.small_files import file_of
from people import Cast
from pytest_django import DjangoCaptureOnCommitCallbacks

from moyai.office.base import broker
from moyai.office.datasets import actions
from moyai.office.datasets.models import Dataset, DatasetKind, TownFigure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reads")]

SITES = DatasetKind.EVACUATION_SITES
FILE = file_of(("箕島小学校", "135.13", "500"), ("保田公民館", "", ""), ("広場", "135.14", ""))


def put(capture: DjangoCaptureOnCommitCallbacks, content: bytes = FILE) -> Dataset:
    with capture(execute=True):
        actions.import_file(by=None, content=content, file_name="避難.csv", dataset=SITES, town="302040")
        Dataset.objects.update(licence="CC BY 4.0")
        dataset = Dataset.objects.get()
        actions.publish(by=None, dataset=dataset)
    return dataset


def figure() -> tuple[int | None, int | None, int | None]:
    found = TownFigure.objects.get(pk="302040")
    return found.evacuation_sites, found.located, found.capacity_unknown


def test_acceptance_and_publication_bring_them_up_to_date(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    put(django_capture_on_commit_callbacks)
    assert figure() == (3, 2, 2)


def test_what_is_not_published_is_not_counted(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    dataset = put(django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        actions.unpublish(by=None, dataset=dataset)
    assert figure() == (None, None, None)


def test_only_towns_whose_data_has_moved_are_counted_again(
    cast: Cast,
    area_data: ListenedAreaData,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    put(django_capture_on_commit_callbacks)
    assert actions.refresh_figures() == 1
    assert actions.refresh_figures() == 0
    # Someone with a key has changed an entity directly on the platform.
    left = broker.page("302040", SITES, form="normalized").entities[:2]
    broker.replace_collection("302040", SITES, left, by="key:x")
    assert actions.refresh_figures() == 1
    assert figure() == (2, 1, 1)
