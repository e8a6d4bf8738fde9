"""Writes: the region is loaded whole, from the files that the intake has checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models, transaction

from moyai.errors import Forbidden
from moyai.intake import region as files
from moyai.office.accounts.actions import organisations
from moyai.office.accounts.actions.organisations import Identity
from moyai.office.base import audit, broker
from moyai.office.base.access import Actor, Kind, Role
from moyai.office.region.models import Bureau, Municipality, Prefecture

Row = TypeVar("Row", bound=models.Model)


def load_region(*, by: Actor | None, region: files.Region) -> Prefecture:
    """Make prefecture, bureaus, municipalities, their organisations and their tenants be what the region says.

    Loading the same region again changes nothing. Municipalities that the region does not name any more stay: their
    data may not vanish with a line of a file. Raises Forbidden, Unavailable; the office is then as it was.
    """
    if by is not None and (by.kind, by.role) not in (
        (Kind.PREFECTURE, Role.ADMINISTRATOR),
        (Kind.OPERATOR, Role.ADMINISTRATOR),
    ):
        raise Forbidden("地域を読み込めるのは、県か基盤運営者の管理者だけです。")
    # Tenants first: one too many does no harm, and a platform that is not there stops us before anything is written.
    for tenant in (region.prefecture.code, *(town.code for town in region.municipalities)):
        broker.create_tenant(tenant)
    with transaction.atomic():
        return _load(by, region)


def _load(by: Actor | None, region: files.Region) -> Prefecture:
    values = {"name": region.prefecture.name, "credit": region.attribution}
    prefecture, is_changed = _put(Prefecture, {"code": region.prefecture.code}, values)
    organisations.establish_region(
        prefecture=Identity(prefecture.code, prefecture.name),
        municipalities=[Identity(town.code, town.name, town.kana) for town in region.municipalities],
    )
    bureaus = _put_bureaus(prefecture, region)
    changes = [is_changed, *(_put_town(prefecture, bureaus, town) for town in region.municipalities)]
    changes.append(_put_neighbours(region))
    if any(changes):
        prefecture.version += 1
        prefecture.save()
        detail = {"municipalities": len(region.municipalities), "version": prefecture.version}
        audit.record("region.loaded", by=by, subject=prefecture.name, detail=detail)
    return prefecture


def _put(model: type[Row], identity: dict[str, Any], values: dict[str, Any]) -> tuple[Row, bool]:
    """The row of that identity with these values, and whether anything had to be written."""
    found = model._default_manager.filter(**identity).first()
    if found is not None and all(getattr(found, name) == value for name, value in values.items()):
        return found, False
    return model._default_manager.update_or_create(**identity, defaults=values)[0], True


def _put_bureaus(prefecture: Prefecture, region: files.Region) -> dict[str, Bureau]:
    names = dict.fromkeys(town.bureau for town in sorted(region.municipalities, key=_code) if town.bureau)
    return {
        name: _put(Bureau, {"prefecture": prefecture, "name": name}, {"position": position})[0]
        for position, name in enumerate(names, 1)
    }


def _code(town: files.Municipality) -> str:
    return town.code


def _put_town(prefecture: Prefecture, bureaus: Mapping[str, Bureau], town: files.Municipality) -> bool:
    values = {
        "prefecture": prefecture,
        "bureau": bureaus.get(town.bureau),
        "name": town.name,
        "kana": town.kana,
        "kind": town.kind,
        "county": town.county,
        "population": town.population,
        "census_year": town.census_year,
        "area": town.area,
        "hall_latitude": town.hall_latitude,
        "hall_longitude": town.hall_longitude,
        "url": town.url,
        "shape": town.shape,
    }
    return _put(Municipality, {"code": town.code}, values)[1]


def _put_neighbours(region: files.Region) -> bool:
    """Whether any municipality's neighbours had to be changed. Who is named by a neighbour is a neighbour too."""
    every = {town.pk: town for town in Municipality.objects.defer("shape").prefetch_related("neighbours")}
    wanted: dict[str, set[str]] = {code: set() for code in every}
    for town in region.municipalities:
        for code in every.keys() & set(town.neighbours):
            wanted[town.code].add(code)
            wanted[code].add(town.code)
    wrong = [code for code, town in every.items() if {each.pk for each in town.neighbours.all()} != wanted[code]]
    for code in wrong:
        every[code].neighbours.set(every[each] for each in wanted[code])
    return bool(wrong)
