"""What anybody may see of a dataset, and what they read about it."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from moyai.errors import BadRequestData
from moyai.office.base import access, audit
from moyai.office.base.access import Actor, Verb
from moyai.office.datasets import figures, rules
from moyai.office.datasets.actions.versions import About
from moyai.office.datasets.models import Dataset, DatasetState


@transaction.atomic
def publish(*, by: Actor | None, dataset: Dataset) -> None:
    """Let anybody read it. Raises Forbidden, ResourceNotFound, BadRequestData (a sample, no version, no licence)."""
    access.require_or_server(by, Verb.PUBLISH_DATA, dataset.organisation)
    dataset.refresh_from_db(fields=["state", "is_sample", "licence"])
    if dataset.is_published:
        return
    is_sample = dataset.is_sample or dataset.organisation.is_sample
    rules.check_publishable(state=dataset.state, is_sample=is_sample, licence=dataset.licence)
    _set_state(dataset, DatasetState.PUBLISHED, "dataset.published", by)


@transaction.atomic
def unpublish(*, by: Actor | None, dataset: Dataset) -> None:
    """Take it back: from the next request on, nobody else reads it. Raises Forbidden, ResourceNotFound."""
    access.require_or_server(by, Verb.PUBLISH_DATA, dataset.organisation)
    dataset.refresh_from_db(fields=["state"])
    if dataset.is_published:
        _set_state(dataset, DatasetState.INTERNAL, "dataset.withdrawn", by)


def _set_state(dataset: Dataset, state: DatasetState, action: str, by: Actor | None) -> None:
    dataset.state = state
    dataset.save(update_fields=["state", "updated_at"])
    audit.record(action, by=by, about=dataset.organisation, subject=dataset.title, detail={"dataset": dataset.slug})
    transaction.on_commit(lambda: figures.refresh(dataset))


@transaction.atomic
def describe(*, by: Actor, dataset: Dataset, about: About) -> None:
    """Raises Forbidden, ResourceNotFound; BadRequestData where a published dataset would lose its licence."""
    access.require(by, Verb.PUBLISH_DATA, dataset.organisation)
    if dataset.is_published and not about.licence:
        raise BadRequestData("公開しているデータセットのライセンスは空にできません。")
    values = asdict(about)
    for name, value in values.items():
        setattr(dataset, name, value)
    dataset.save(update_fields=[*values, "updated_at"])
    audit.record("dataset.described", by=by, about=dataset.organisation, subject=dataset.title)
