"""Reads. What is not published leaves only for those who may read the organisation's data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from moyai.errors import ResourceNotFound
from moyai.office.accounts import queries as accounts
from moyai.office.accounts.models import Organisation
from moyai.office.base import access, broker
from moyai.office.base.access import Actor, Verb
from moyai.office.base.broker import EntityDocument
from moyai.office.datasets import columns, reading, rules
from moyai.office.datasets.models import (
    Dataset,
    DatasetState,
    DatasetVersion,
    Finding,
    Severity,
    TownFigure,
    VersionState,
)


def visible(actor: Actor | None) -> QuerySet[Dataset]:
    """Published datasets, and those of the actor's own organisation that hold something, in tenant order."""
    seen = Q(state=DatasetState.PUBLISHED, organisation__is_active=True)
    if actor is not None:
        own = Organisation.objects.filter(pk=actor.organisation_id).first()
        if own is not None and access.may(actor, Verb.READ_DATA, own):
            seen |= Q(organisation=own, state=DatasetState.INTERNAL)
    rows = Dataset.objects.filter(seen).select_related("organisation", "current")
    return rows.defer("current__facts").order_by("organisation_id", "slug")


def search(actor: Actor | None, *, text: str = "", kind: str = "", tenant: str = "") -> QuerySet[Dataset]:
    """Visible datasets of that kind and organisation whose title, description or organisation holds each word."""
    rows = visible(actor)
    if kind:
        rows = rows.filter(kind=kind)
    if tenant:
        rows = rows.filter(organisation__tenant=tenant)
    for word in text.split():
        rows = rows.filter(
            Q(title__icontains=word) | Q(description__icontains=word) | Q(organisation__name__icontains=word)
        )
    return rows


def dataset(actor: Actor | None, tenant: str, slug: str) -> Dataset:
    """A visible one. Raises ResourceNotFound."""
    found = visible(actor).filter(organisation__tenant=tenant, slug=slug).first()
    if found is None:
        raise ResourceNotFound("お探しのデータセットは見つかりません。公開を終えたのかもしれません。")
    return found


def owners(actor: Actor | None) -> QuerySet[Organisation]:
    """The organisations that have visible datasets."""
    return Organisation.objects.filter(tenant__in=visible(actor).order_by().values("organisation_id"))


# ── records ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Records(Sequence[EntityDocument]):
    """The records of a dataset that match a search, fetched as they are asked for; a Paginator can page them."""

    tenant: str
    collection: str
    q: str
    expected: slice
    """The part that will be asked for: it is fetched together with the total, in one search."""

    @cached_property
    def _first(self) -> broker.Page:
        return self._fetched(self.expected.start, self.expected.stop)

    def _fetched(self, start: int, stop: int) -> broker.Page:
        return broker.page(self.tenant, self.collection, q=self.q, limit=stop - start, offset=start)

    def __len__(self) -> int:
        return self._first.total

    @overload
    def __getitem__(self, place: int) -> EntityDocument: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[EntityDocument]: ...
    def __getitem__(self, place: int | slice) -> EntityDocument | Sequence[EntityDocument]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        start, stop, _ = place.indices(len(self))
        if start == self.expected.start:
            return self._first.entities[: stop - start]
        return self._fetched(start, stop).entities if stop > start else ()


def record_page(of: Dataset, text: str, number: str, size: int) -> Page[EntityDocument]:
    """The page of that number of the records that match; the nearest there is where there is none of it."""
    start = (rules.page_number(number) - 1) * size
    records = Records(of.tenant, of.slug, rules.search_q(text), slice(start, start + size))
    return Paginator(records, size).get_page(number)


def record(of: Dataset, identifier: str) -> EntityDocument:
    """One record, normalized. Raises ResourceNotFound."""
    found = broker.entity(of.tenant, of.slug, identifier)
    if found is None:
        raise ResourceNotFound("お探しの記録は見つかりません。データが更新されて、なくなったのかもしれません。")
    return found


# ── versions and their reports ──────────────────────────────────────────────────────────────────────────────────────


def of_organisation(actor: Actor, tenant: str) -> tuple[Organisation, QuerySet[Dataset]]:
    """All datasets of an organisation, with ``waiting``: how many versions wait for a decision."""
    owner = accounts.organisation(actor, tenant, Verb.READ_DATA)
    waiting = Count("versions", filter=Q(versions__state=VersionState.PREVIEWED))
    rows = Dataset.objects.filter(organisation=owner).select_related("current", "organisation").defer("current__facts")
    return owner, rows.annotate(waiting=waiting).order_by("slug")


def own_dataset(actor: Actor, tenant: str, slug: str, verb: Verb = Verb.READ_DATA) -> Dataset:
    """A dataset in whatever state, for those who may do so in its organisation. Raises ResourceNotFound, Forbidden."""
    owner = accounts.organisation(actor, tenant, verb)
    rows = Dataset.objects.filter(organisation=owner, slug=slug)
    found = rows.select_related("current", "organisation").first()
    if found is None:
        raise ResourceNotFound("お探しのデータセットは見つかりません。")
    return found


def versions(of: Dataset) -> QuerySet[DatasetVersion]:
    return of.versions.defer("facts")


def version(actor: Actor, tenant: str, slug: str, number: int, verb: Verb = Verb.READ_DATA) -> DatasetVersion:
    """Raises ResourceNotFound, Forbidden."""
    owner = own_dataset(actor, tenant, slug, verb)
    found = owner.versions.select_related("dataset__organisation", "dataset__current", "base").filter(number=number)
    if not found:
        raise ResourceNotFound("お探しの版は見つかりません。")
    return found[0]


def current_version(of: Dataset) -> DatasetVersion:
    """The version in force, whole. Raises ResourceNotFound."""
    rows = of.versions.select_related("dataset__organisation")
    found = rows.filter(pk=of.current_id).first() if of.current_id else None
    if found is None:
        raise ResourceNotFound("このデータセットには、反映した版がまだありません。")
    return found


def preview_entities(of: DatasetVersion) -> Sequence[EntityDocument]:
    """The simplified entities that the version's file makes."""
    return [columns.simplified(entity) for entity in reading.again(of).share(of.dataset.tenant).entities]


def findings(of: DatasetVersion, *, severity: str = "", rule: str = "") -> QuerySet[Finding]:
    """The lines of its report, in order."""
    rows = Finding.objects.filter(version=of).order_by("position")
    if severity:
        rows = rows.filter(severity=severity)
    return rows.filter(rule=rule) if rule else rows


@dataclass(frozen=True)
class RuleCount:
    rule: str
    severity: str
    count: int

    @property
    def label(self) -> str:
        return reading.rule_label(self.rule)


def rule_counts(of: DatasetVersion) -> list[RuleCount]:
    """How often each rule has spoken, the gravest and most frequent first."""
    counted = findings(of).order_by().values_list("rule", "severity").annotate(count=Count("pk"))
    rank = {severity: place for place, severity in enumerate(Severity.values)}
    rows = (RuleCount(rule, severity, count) for rule, severity, count in counted)
    return sorted(rows, key=lambda row: (rank.get(row.severity, len(rank)), -row.count, row.rule))


def findings_of_record(of: Dataset, identifier: str) -> QuerySet[Finding]:
    """What the current version's report says of one record."""
    return Finding.objects.filter(version=of.current_id, entity=identifier).order_by("position")


# ── figures ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def figure(tenant: str) -> TownFigure | None:
    return TownFigure.objects.filter(pk=tenant).first()
