"""The open data of the sample region: real, published by the prefecture, carried with the program. Not 見本."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from moyai.intake import sample
from moyai.intake.sample import SampleFile
from moyai.office.base import audit
from moyai.office.base.models import AuditEvent
from moyai.office.datasets import actions
from moyai.office.datasets.models import Dataset, DatasetState

_LOADED = "sample.loaded"


def load(progress: Callable[[int, int], None]) -> None:
    """Import and publish each file once in the life of the office; ``progress(done, total)`` counts files.

    May be called again after a crash: files that are in stay as they are, with whatever has been made of them since.
    """
    every = list(sample.index())
    loaded = set(AuditEvent.objects.filter(action=_LOADED).values_list("subject", flat=True))
    for done, file in enumerate(every):
        progress(done, len(every))
        if file.path not in loaded:
            _load(file)
    progress(len(every), len(every))


def _load(file: SampleFile) -> None:
    imported = actions.import_file(
        by=None,
        content=file.content,
        file_name=file.name,
        dataset=file.dataset,
        town=file.town or None,
        about=actions.About(
            description=f"{file.credit}が公開している「{file.title}」を取り込んだものです。",
            licence=file.licence,
            credit=file.credit,
            source_url=file.source,
            contact=file.credit,
        ),
    )
    _publish(file.dataset, imported.changes)
    audit.record(_LOADED, by=None, subject=file.path, detail={"towns": len(imported.changes)})


def _publish(slug: str, tenants: Iterable[str]) -> None:
    concerned = Dataset.objects.filter(slug=slug, organisation__tenant__in=list(tenants))
    for dataset in concerned.exclude(state=DatasetState.PUBLISHED).select_related("organisation"):
        actions.publish(by=None, dataset=dataset)
