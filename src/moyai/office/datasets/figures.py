"""Figures of the towns: counted when the data has moved, never when a page is shown."""

from __future__ import annotations

from collections.abc import Iterator

from moyai.office.base import broker
from moyai.office.base.broker import EntityDocument
from moyai.office.datasets.models import Dataset, DatasetKind, DatasetState, TownFigure
from moyai.office.region.models import Municipality

_PAGE = 1000


def entities(tenant: str, collection: str, *, form: broker.Form = "simplified") -> Iterator[EntityDocument]:
    """All entities of a collection, page by page, in the order of their creation."""
    offset = 0
    while True:
        page = broker.page(tenant, collection, limit=_PAGE, offset=offset, form=form)
        yield from page.entities
        offset += len(page.entities)
        if not page.entities or offset >= page.total:
            return


def refresh(of: Dataset) -> None:
    """Count anew after a dataset has changed; nothing happens where no figure is counted from it."""
    town = Municipality.objects.filter(pk=of.tenant).defer("shape").first()
    if town is not None and of.slug == DatasetKind.EVACUATION_SITES:
        _count(town, broker.position(town.code))


def refresh_figures() -> int:
    """Count anew for the towns whose data has moved since they were counted; answers how many."""
    moved = 0
    for town in Municipality.objects.select_related("figure").defer("shape"):
        position = broker.position(town.code)
        if not hasattr(town, "figure") or town.figure.position != position:
            _count(town, position)
            moved += 1
    return moved


def _count(town: Municipality, position: int) -> None:
    # The position is read before the counting: a change in between is counted again, never missed.
    public = Dataset.objects.filter(
        organisation__tenant=town.code, slug=DatasetKind.EVACUATION_SITES, state=DatasetState.PUBLISHED
    ).exists()
    sites = list(entities(town.code, DatasetKind.EVACUATION_SITES)) if public else None
    values: dict[str, int | None] = {"evacuation_sites": None, "located": None, "capacity_unknown": None}
    if sites is not None:
        values = {
            "evacuation_sites": len(sites),
            "located": sum("location" in site for site in sites),
            "capacity_unknown": sum(not has_capacity(site) for site in sites),
        }
    TownFigure.objects.update_or_create(municipality=town, defaults={"position": position, **values})


def has_capacity(site: EntityDocument) -> bool:
    """Whether it is known how many people the place takes in."""
    return site.get("maxCapacityStatus") == "stated"
