"""A file read and accepted in one go: the command on the server, and the sample region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moyai.errors import BadRequestData, Error, ResourceNotFound
from moyai.intake.report import Report
from moyai.office.accounts.models import Organisation
from moyai.office.base import access, broker
from moyai.office.base.access import Actor, Verb
from moyai.office.base.broker import CollectionChange
from moyai.office.datasets import files, rules
from moyai.office.datasets.actions import versions
from moyai.office.datasets.actions.versions import About, File
from moyai.office.datasets.models import Dataset, DatasetKind, DatasetVersion
from moyai.office.datasets.reading import Reading, Share


@dataclass(frozen=True)
class Imported:
    """What an import did, or with ``dry_run`` would do, by tenant."""

    report: Report
    changes: Mapping[str, CollectionChange]


def import_file(
    *,
    by: Actor | None,
    content: bytes,
    file_name: str,
    dataset: str,
    town: str | None = None,
    dry_run: bool = False,
    about: About | None = None,
) -> Imported:
    """Read a file and accept it at once; without a town, into each town that its records belong to.

    A town whose records are what they were gets no new version. Where one town fails the others are still carried
    out, and the error names those that failed. Raises BadRequestData, PayloadTooLarge, ResourceNotFound.
    """
    kind = rules.kind_of(dataset)
    file = File(file_name, content)
    read = versions.read_file(kind, file, town)
    owners = _owners(by, kind, read)
    if dry_run:
        return Imported(read.report, {tenant: _difference(owner, kind, read) for tenant, owner in owners.items()})
    files.keep(content)
    for tenant in owners:
        broker.create_tenant(tenant)
    prepared = [_prepare(by, owner, kind, file, read, about) for owner in owners.values()]
    changes, failures = {}, []
    for version, share in prepared:
        try:
            changes[version.dataset.tenant] = _import_share(by, version, share)
        except Error as error:
            failures.append(f"{version.dataset.organisation.name}: {error.detail}")
    if failures:
        raise BadRequestData("取り込めなかった団体があります。" + " / ".join(failures))
    return Imported(read.report, changes)


def _owners(by: Actor | None, kind: DatasetKind, read: Reading) -> dict[str, Organisation]:
    """Everyone whose data the file may change: of a region's file also those it has no record of any more."""
    concerned = set(read.tenants)
    if read.covers_region:
        earlier = Dataset.objects.filter(kind=kind, current__covers_region=True)
        concerned |= {dataset.tenant for dataset in earlier}
    found = {each.tenant: each for each in Organisation.objects.filter(tenant__in=concerned)}
    missing = [tenant for tenant in read.tenants if tenant not in found]
    if missing:
        raise ResourceNotFound(
            f"団体が登録されていません: {', '.join(missing)}。先に地域データを読み込んでください（moyai region load）。"
        )
    for owner in found.values():
        access.require_or_server(by, Verb.IMPORT_DATA, owner)
    return {tenant: found[tenant] for tenant in sorted(found)}


def _difference(owner: Organisation, kind: DatasetKind, read: Reading) -> CollectionChange:
    entities = versions.marked(read.share(owner.tenant).entities, owner.is_sample)
    return broker.compare_collection(owner.tenant, kind, entities)


def _prepare(
    by: Actor | None, owner: Organisation, kind: DatasetKind, file: File, read: Reading, about: About | None
) -> tuple[DatasetVersion, Share]:
    """A version, not stored yet, with what it is to hold."""
    version = versions.new_version(by, versions.dataset_of(owner, kind, about), file)
    version.covers_region, version.facts = read.covers_region, read.facts
    return version, read.share(owner.tenant)


def _import_share(by: Actor | None, version: DatasetVersion, share: Share) -> CollectionChange:
    dataset = version.dataset
    entities = versions.marked(share.entities, dataset.is_sample)
    if dataset.current and dataset.current.file_sha256 == version.file_sha256:
        change = broker.compare_collection(dataset.tenant, dataset.slug, entities)
        if not (change.added or change.changed or change.removed):
            return change
    versions.keep_reading(version, share)
    versions.begin(version)
    return versions.carry_out(version, entities, by)
