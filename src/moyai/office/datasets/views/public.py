"""What anybody sees: the list of datasets, a dataset, its report, a record."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from moyai.office.base.views import OfficeRequest, page_of
from moyai.office.datasets import columns, forms, queries, rules
from moyai.office.datasets.models import Dataset, DatasetKind, DatasetVersion, Severity

_RECORDS_A_PAGE = 50
_LONGEST_SEARCH = 100


def index(request: OfficeRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "")[:_LONGEST_SEARCH] for name in ("text", "kind", "tenant")}
    rows = queries.search(request.actor, **asked)
    context = {
        "section": "datasets",
        "form": forms.SearchForm(asked, owners=queries.owners(request.actor)),
        "page": page_of(request, rows),
        "is_filtered": any(asked.values()),
    }
    return render(request, "datasets/index.html", context)


def _address(dataset: Dataset) -> dict[str, str]:
    return {"tenant": dataset.tenant, "slug": dataset.slug}


def curl(request: HttpRequest, dataset: Dataset) -> str:
    """The line that fetches the same data from the platform."""
    root = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    kind = rules.ENTITY_TYPES[DatasetKind(dataset.kind)]
    return f"curl -H 'NGSILD-Tenant: {dataset.tenant}' '{root}/ngsi-ld/v1/entities?type={kind}&limit=1000'"


def show(request: OfficeRequest, tenant: str, slug: str) -> HttpResponse:
    dataset = queries.dataset(request.actor, tenant, slug)
    text = request.GET.get("q", "").strip()[:_LONGEST_SEARCH]
    page = queries.record_page(dataset, text, request.GET.get("page", ""), _RECORDS_A_PAGE)
    shown = columns.summary(DatasetKind(dataset.kind))
    context = {
        "section": "datasets",
        "dataset": dataset,
        "version": dataset.current,
        "text": text,
        "page": page,
        "columns": shown,
        "rows": [_row(dataset, entity, shown) for entity in page],
        "curl": curl(request, dataset),
        "rule_counts": queries.rule_counts(dataset.current) if dataset.current else [],
    }
    template = "datasets/records.html" if getattr(request, "htmx", False) else "datasets/dataset.html"
    return render(request, template, context)


def _row(dataset: Dataset, entity: dict[str, object], shown: columns.Columns) -> dict[str, object]:
    return {
        "id": entity["id"],
        "url": record_url(dataset, entity),
        "cells": [(column.label, column.text(entity)) for column in shown],
    }


def record_url(dataset: Dataset, entity: dict[str, object]) -> str:
    return reverse("dataset-record", kwargs={**_address(dataset), "identifier": entity["id"]})


def report_context(request: HttpRequest, version: DatasetVersion) -> dict[str, object]:
    """A version's findings, filtered and paged as the address asks."""
    severity, rule = request.GET.get("severity", ""), request.GET.get("rule", "")
    return {
        "version": version,
        "decisions": list(version.facts.items()),
        "page": page_of(request, queries.findings(version, severity=severity, rule=rule), size=100),
        "rule_counts": queries.rule_counts(version),
        "severities": Severity.choices,
        "severity": severity,
        "rule": rule,
    }


def report(request: OfficeRequest, tenant: str, slug: str) -> HttpResponse:
    dataset = queries.dataset(request.actor, tenant, slug)
    version = queries.current_version(dataset)
    context = {"section": "datasets", "dataset": dataset, **report_context(request, version)}
    return render(request, "datasets/report.html", context)


def record(request: OfficeRequest, tenant: str, slug: str, identifier: str) -> HttpResponse:
    dataset = queries.dataset(request.actor, tenant, slug)
    entity = queries.record(dataset, identifier)
    context = {
        "section": "datasets",
        "dataset": dataset,
        "identifier": identifier,
        "name": columns.name_of(columns.simplified(entity)),
        "attributes": columns.attributes(DatasetKind(dataset.kind), entity),
        "location": columns.point(entity),
        "is_sample": dataset.is_sample,
        "findings": queries.findings_of_record(dataset, identifier),
    }
    return render(request, "datasets/record.html", context)
