"""Files that anybody downloads, and the points that maps show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import Http404, HttpResponse, HttpResponseBase

from moyai.office.base import broker
from moyai.office.base.views import OfficeRequest
from moyai.office.datasets import columns, exports, figures, queries, reading, rules
from moyai.office.datasets.models import Dataset, DatasetKind, DatasetVersion
from moyai.office.datasets.views import streams
from moyai.office.datasets.views.public import record_url


@dataclass(frozen=True)
class Format:
    ending: str
    content_type: str
    make: Callable[[Dataset], Iterator[bytes]]


def _simplified(dataset: Dataset) -> Iterator[broker.EntityDocument]:
    return figures.entities(dataset.tenant, dataset.slug)


def _csv(dataset: Dataset) -> Iterator[bytes]:
    return exports.as_csv(_simplified(dataset), columns.every(DatasetKind(dataset.kind)))


def _cp932(dataset: Dataset) -> Iterator[bytes]:
    return exports.as_cp932_csv(_simplified(dataset), columns.every(DatasetKind(dataset.kind)))


def _geojson(dataset: Dataset) -> Iterator[bytes]:
    return exports.as_geojson(_simplified(dataset), dataset.credit)


def _ngsi_ld(dataset: Dataset) -> Iterator[bytes]:
    return exports.as_ngsi_ld(figures.entities(dataset.tenant, dataset.slug, form="normalized"))


FORMATS = {
    "csv": Format(".csv", "text/csv; charset=utf-8", _csv),
    "csv-cp932": Format("_sjis.csv", "text/csv; charset=Shift_JIS", _cp932),
    "geojson": Format(".geojson", "application/geo+json", _geojson),
    "ngsi-ld": Format(".jsonld", "application/ld+json", _ngsi_ld),
}
"""The part of the address that names the format → the format."""


def _state(dataset: Dataset, kind: str) -> str:
    """A name for the data as it is now."""
    position = broker.position(dataset.tenant)
    return f"{dataset.pk}-{dataset.updated_at.timestamp()}-{position}-{kind}"


def download(request: OfficeRequest, tenant: str, slug: str, name: str) -> HttpResponseBase:
    dataset = queries.dataset(request.actor, tenant, slug)
    if name not in FORMATS:
        raise Http404
    tag = _state(dataset, name)
    if answer := streams.unchanged(request, tag):
        return answer
    form = FORMATS[name]
    at = dataset.current.decided_at if dataset.current else None
    file_name = rules.download_name(dataset.organisation.name, dataset.title, at, form.ending)
    answer = streams.streamed(request, form.make(dataset), form.content_type, file_name)
    return streams.tagged(answer, tag, is_public=dataset.is_published)


def points(request: OfficeRequest, tenant: str, slug: str) -> HttpResponseBase:
    dataset = queries.dataset(request.actor, tenant, slug)
    tag = _state(dataset, "points")
    if answer := streams.unchanged(request, tag):
        return answer
    pieces = exports.points(_simplified(dataset), lambda entity: record_url(dataset, entity))
    answer = streams.streamed(request, pieces, "application/geo+json")
    return streams.tagged(answer, tag, is_public=dataset.is_published)


def report_download(version: DatasetVersion, name: str) -> HttpResponse:
    """A version's report as ``csv`` or ``json``."""
    if name not in ("csv", "json"):
        raise Http404
    report = reading.report_of(version, queries.findings(version))
    stem = rules.download_name(
        version.dataset.organisation.name, f"{version.dataset.title}_第{version.number}版_報告", version.created_at, ""
    )
    if name == "json":
        return streams.download(report.as_json(), "application/json", f"{stem}.json")
    return streams.download(report.as_csv(), "text/csv; charset=utf-8", f"{stem}.csv")


def report(request: OfficeRequest, tenant: str, slug: str, name: str) -> HttpResponse:
    dataset = queries.dataset(request.actor, tenant, slug)
    return report_download(queries.current_version(dataset), name)
